using System;
using System.Buffers;
using System.Collections.Generic;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Persist;

// BigString: a long string on its way into a snapshot. Up to CompressMax it is compressed, a piece
// at a time, and the result written when it is known to be shorter; longer ones are written as they
// are, since nobody would want to hold a second copy of half a gigabyte. Pieces are written in
// order. What is about to be changed in place and is not saved yet is copied first: of a string
// that is being compressed all of it, of a longer one the pieces. A string that is replaced or
// deleted is not freed until it is saved; one that grows keeps the bytes it had.

/// <summary>A long string that is saved in pieces.</summary>
internal sealed class BigString : BigValue
{
    private const int PieceBytes = 1 << 16;

    private readonly NativeHeap _heap;
    private readonly int _length;
    private readonly Dictionary<int, byte[]> _pieces = [];
    private LzfRun? _run;
    private byte[]? _packed;
    private int _packedLength;
    private Handle _block;
    private bool _isCopy;
    private int _at;

    internal BigString(IBigValueOwner owner, NativeHeap heap, Entry entry, bool compress)
        : base(owner, entry.Outer)
    {
        _heap = heap;
        _block = entry.Outer;
        _length = entry.StringLength;
        if (compress && _length <= RdbWriter.CompressMax) _run = new LzfRun(_length);
    }

    /// <summary>True when its length is written.</summary>
    public bool HasLength { get; set; }

    private ReadOnlySpan<byte> Bytes => _heap.Bytes(_block, 0, _length);

    /// <inheritdoc/>
    public override bool SaveSome(RdbWriter to)
    {
        if (_run is not null)
        {
            CompressSome();
            return false;
        }

        if (!HasLength)
        {
            HasLength = true;
            if (_packed is null) to.Count((ulong)_length);
            else to.CompressedHead(_packedLength, _length);
        }

        ReadOnlySpan<byte> from = _packed is null ? Bytes : _packed.AsSpan(0, _packedLength);
        int count = Math.Min(PieceBytes, from.Length - _at);
        if (_packed is null && _pieces.Remove(_at / PieceBytes, out byte[]? image))
        {
            to.Bytes(image.AsSpan(0, count));
            Return(image);
        }
        else
        {
            to.Bytes(from.Slice(_at, count));
        }

        _at += count;
        return _at == from.Length;
    }

    /// <summary>Bytes are about to be changed.</summary>
    public void BeforeWrite(long from, long count)
    {
        if (_packed is not null && _run is null) return;
        if (_length <= RdbWriter.CompressMax)
        {
            CopyAll();
            return;
        }

        long end = Math.Min(from + count, _length);
        for (int piece = (int)(Math.Max(from, _at) / PieceBytes);
            (long)piece * PieceBytes < end; piece++)
        {
            int at = piece * PieceBytes;
            if (at < _at || _pieces.ContainsKey(piece)) continue;
            byte[] image = ArrayPool<byte>.Shared.Rent(PieceBytes);
            Bytes.Slice(at, Math.Min(PieceBytes, _length - at)).CopyTo(image);
            _pieces.Add(piece, image);
            Count(PieceBytes);
        }
    }

    /// <summary>The string is in another block now.</summary>
    public void Moved(Handle now) => Key = _block = now;

    /// <inheritdoc/>
    public override void Release()
    {
        Key = default;
        _run?.Release();
        _run = null;
        if (_packed is not null) DropPacked();
        foreach (byte[] image in _pieces.Values) Return(image);
        _pieces.Clear();
        if (!_isCopy) return;
        Count(-_heap.BlockBytes(_block));
        _heap.Free(_block);
        _isCopy = false;
    }

    private void CompressSome()
    {
        if (_packed is null)
        {
            _packed = ArrayPool<byte>.Shared.Rent(_length);
            Count(_packed.Length);
        }

        int room = _length - RdbWriter.CompressGainMin;
        if (!_run!.Step(Bytes, _packed.AsSpan(0, room), PieceBytes)) return;
        _packedLength = _run.Length;
        _run.Release();
        _run = null;
        if (_packedLength == 0) DropPacked();
    }

    private void CopyAll()
    {
        if (_isCopy) return;
        Handle copy = _heap.Allocate(_length);
        Bytes.CopyTo(_heap.Bytes(copy, 0, _length));
        Count(_heap.BlockBytes(copy));
        LoseKey();
        _block = copy;
        _isCopy = true;
    }

    private void DropPacked()
    {
        Count(-_packed!.Length);
        ArrayPool<byte>.Shared.Return(_packed);
        _packed = null;
    }

    private void Return(byte[] image)
    {
        ArrayPool<byte>.Shared.Return(image);
        Count(-PieceBytes);
    }
}
