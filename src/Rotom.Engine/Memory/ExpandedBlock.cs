using System;

namespace Rotom.Engine.Memory;

// What a compressed block expands to, kept until another one is read: a walk through a list reads
// a node's elements one by one and must not expand it for each. One block is enough, since values
// are read one node after another.

/// <summary>The last compressed block that was read, expanded. One a heap.</summary>
internal sealed class ExpandedBlock
{
    // A node of the usual size; a larger one's buffer is let go when the next one is read.
    private const int KeptMax = 128 << 10;

    private byte[] _bytes = [];
    private int _length;
    private Handle _block;

    /// <summary>The block's bytes if it is the one kept; else none.</summary>
    public bool TryGet(Handle block, out Span<byte> bytes)
    {
        bytes = _bytes.AsSpan(0, _length);
        return block == _block && !block.IsNull;
    }

    /// <summary>Room for what a block expands to; the one before is forgotten.</summary>
    public Span<byte> Begin(Handle block, int length)
    {
        if (_bytes.Length < length || _bytes.Length > KeptMax) _bytes = new byte[length];
        _block = block;
        _length = length;
        return _bytes.AsSpan(0, length);
    }

    /// <summary>To be called before the block is freed or changed.</summary>
    public void Forget(Handle block)
    {
        if (block == _block) _block = default;
    }
}
