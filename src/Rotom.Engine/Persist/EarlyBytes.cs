using System;
using System.Buffers;
using System.Collections.Generic;

namespace Rotom.Engine.Persist;

/// <summary>
/// Records that are written before their turn, and wait for it. Takes little memory while it holds
/// little, and never copies much at a time.
/// </summary>
internal sealed class EarlyBytes(IImageCounter images, bool compress)
{
    private const int PieceBytes = 1 << 16;

    private readonly Queue<ArraySegment<byte>> _pieces = new();
    private readonly RdbWriter _writer = new(256) { Compress = compress };
    private long _counted;
    private long _inPieces;

    /// <summary>Where to write; <see cref="Wrote"/> follows.</summary>
    public RdbWriter Writer => _writer;

    /// <summary>True when nothing waits.</summary>
    public bool IsEmpty => _inPieces == 0 && _writer.Length == 0;

    /// <summary>Something was written.</summary>
    public void Wrote()
    {
        if (_writer.Length >= PieceBytes)
        {
            byte[] piece = ArrayPool<byte>.Shared.Rent(_writer.Length);
            _writer.Written.CopyTo(piece);
            _pieces.Enqueue(new ArraySegment<byte>(piece, 0, _writer.Length));
            _inPieces += _writer.Length;
            _writer.Clear();
        }

        Settle();
    }

    /// <summary>Moves some of it to where it belongs; there is some.</summary>
    public void MoveSome(RdbWriter to)
    {
        if (_pieces.TryDequeue(out ArraySegment<byte> piece))
        {
            to.Bytes(piece);
            _inPieces -= piece.Count;
            ArrayPool<byte>.Shared.Return(piece.Array!);
        }
        else
        {
            to.Bytes(_writer.Written);
            _writer.Clear();
        }

        Settle();
    }

    /// <summary>Forgets what waits.</summary>
    public void Drop()
    {
        while (_pieces.TryDequeue(out ArraySegment<byte> piece))
            ArrayPool<byte>.Shared.Return(piece.Array!);
        _inPieces = 0;
        _writer.Clear();
        Settle();
    }

    private void Settle()
    {
        long now = _inPieces + _writer.Length;
        images.Count(now - _counted);
        _counted = now;
    }
}
