using System;

namespace Rotom.Engine;

// A value of PFADD while it is changed, outside of its key. A sparse value grows and shrinks by
// bytes and may turn dense in the middle of a command, or turn out to be corrupt; the key gets the
// result only when all went well, so a command that fails has changed nothing. One such buffer
// serves an engine: 32 KB for the value, as much again to make it dense and to merge.

/// <summary>A buffer in which values of PFADD are changed.</summary>
internal sealed class HyperLogLogEdit
{
    /// <summary>Room that a change of a sparse value needs behind it.</summary>
    private const int Slack = 8;

    private readonly byte[] _value = new byte[HyperLogLog.SparseBytesMax + Slack];
    private readonly byte[] _dense = new byte[HyperLogLog.DenseBytes];
    private readonly byte[] _registers = new byte[HyperLogLog.Registers];
    private int _length;

    /// <summary>The value as it is now.</summary>
    internal Span<byte> Value => _value.AsSpan(0, _length);

    /// <summary>Registers of one byte each, to merge values in.</summary>
    internal Span<byte> Registers => _registers;

    /// <summary>Begins with an empty value.</summary>
    internal void Begin() => _length = HyperLogLog.WriteEmpty(_value);

    /// <summary>Begins with a value; false when it is too long not to be corrupt.</summary>
    internal bool TryBegin(ReadOnlySpan<byte> value)
    {
        if (value.Length > HyperLogLog.SparseBytesMax) return false;
        value.CopyTo(_value);
        _length = value.Length;
        return true;
    }

    /// <summary>Raises a register; a sparse value turns dense when it has to.</summary>
    internal HyperLogLog.Raised Raise(int register, int rank, long sparseBytesMax)
    {
        if (HyperLogLog.IsSparse(Value))
        {
            HyperLogLog.Raised raised = HyperLogLog.RaiseSparse(
                _value, ref _length, register, rank, sparseBytesMax);
            if (raised != HyperLogLog.Raised.NeedsDense) return raised;
            if (!TryMakeDense()) return HyperLogLog.Raised.Corrupt;
        }

        return HyperLogLog.SetDense(Value, register, rank)
            ? HyperLogLog.Raised.Yes
            : HyperLogLog.Raised.No;
    }

    /// <summary>Makes the value dense; false when it is corrupt.</summary>
    internal bool TryMakeDense()
    {
        if (!HyperLogLog.IsSparse(Value)) return true;
        if (!HyperLogLog.TryMakeDense(Value, _dense)) return false;
        _dense.CopyTo(_value, 0);
        _length = _dense.Length;
        return true;
    }
}
