using System;
using System.Collections.Generic;

namespace Rotom.Simulation.World;

// SimSocket: a connection of bytes between a simulated client and the server, both ends in one.
//
// Towards the server: chunks with the time of their arrival; what is read may be any part of what
// has arrived. Towards the client: a window of so many bytes; what does not fit is not taken, and
// stays with the server until the client reads.

/// <summary>One simulated connection.</summary>
internal sealed class SimSocket(SimWorld world, int descriptor, int windowBytes)
{
    private int _windowBytes = windowBytes;
    private readonly Queue<(long AtNanos, byte[] Bytes)> _toServer = new();
    private byte[] _toClient = new byte[256];
    private int _toClientStart;
    private int _toClientCount;
    private int _headRead;
    private readonly Queue<(int Bytes, long AtNanos)> _sent = new();
    private long _lastArrivalNanos;
    private long _endAtNanos = long.MaxValue;

    /// <summary>Number by which the server knows the socket.</summary>
    internal int Descriptor { get; } = descriptor;

    internal string RemoteAddress => $"10.0.0.{1 + (Descriptor % 200)}:{Descriptor}";

    /// <summary>The client broke the connection: nothing more arrives on either side.</summary>
    internal bool IsReset { get; private set; }

    /// <summary>The server has closed its end.</summary>
    internal bool ServerClosed { get; set; }

    /// <summary>Bytes on their way to the server or not read by it.</summary>
    internal bool HasInput => _toServer.Count > 0;

    /// <summary>Bytes that the client may read.</summary>
    internal int ReadableByClient => _toClientCount;

    private bool IsLeft => _endAtNanos != long.MaxValue;

    private bool AtEnd => _toServer.Count == 0 && _endAtNanos <= world.Clock.Nanos;

    /// <summary>There is something for the server to see: bytes, the end, a reset.</summary>
    internal bool IsReadable => IsReset || AtEnd
        || (_toServer.TryPeek(out (long AtNanos, byte[] Bytes) head)
            && head.AtNanos <= world.Clock.Nanos);

    internal bool HasRoom => IsReset || _toClientCount < _windowBytes;

    /// <summary>The network is well again: nothing is cut any more.</summary>
    internal void Widen() => _windowBytes = 1 << 20;

    /// <summary>The client writes; the bytes arrive after a delay, in order.</summary>
    internal void ClientWrites(byte[] bytes, long delayNanos)
    {
        _lastArrivalNanos = Math.Max(_lastArrivalNanos, world.Clock.Nanos + delayNanos);
        if (bytes.Length > 0) _toServer.Enqueue((_lastArrivalNanos, bytes));
    }

    /// <summary>
    /// The client closes: what it sent still arrives, what it is sent goes nowhere.
    /// </summary>
    internal void ClientEnds()
    {
        _endAtNanos = Math.Max(_lastArrivalNanos, world.Clock.Nanos);
        _toClientCount = 0;
        _sent.Clear();
    }

    internal void ClientResets()
    {
        IsReset = true;
        _toServer.Clear();
    }

    /// <summary>
    /// The client reads up to so many bytes, of those that the server sent at one time.
    /// </summary>
    internal ReadOnlySpan<byte> ClientReads(int most, out long sentNanos)
    {
        sentNanos = 0;
        if (_toClientCount == 0 || most == 0) return default;
        (int sent, sentNanos) = _sent.Peek();
        int n = Math.Min(most, sent);
        if (n == sent) _sent.Dequeue();
        else TakeOfHead(n);
        ReadOnlySpan<byte> read = _toClient.AsSpan(_toClientStart, n);
        _toClientStart += n;
        _toClientCount -= n;
        if (_toClientCount == 0) _toClientStart = 0;
        return read;
    }

    /// <summary>The server reads: bytes, 0 at the end, -1 when nothing has arrived.</summary>
    internal int ServerReads(Span<byte> into)
    {
        if (AtEnd) return 0;
        int read = 0;
        int most = world.Random.PerMille(500)
            ? into.Length
            : Math.Min(into.Length, world.Random.Between(1, 200));
        while (read < most && _toServer.TryPeek(out (long AtNanos, byte[] Bytes) head)
            && head.AtNanos <= world.Clock.Nanos)
        {
            int n = Math.Min(most - read, head.Bytes.Length - _headRead);
            head.Bytes.AsSpan(_headRead, n).CopyTo(into[read..]);
            read += n;
            _headRead += n;
            if (_headRead < head.Bytes.Length) break;
            _headRead = 0;
            _toServer.Dequeue();
        }

        return read == 0 ? -1 : read;
    }

    /// <summary>The server writes: bytes taken, -1 when there is no room.</summary>
    internal int ServerWrites(ReadOnlySpan<byte> bytes)
    {
        if (IsLeft) return bytes.Length;
        int room = Math.Min(_windowBytes - _toClientCount, bytes.Length);
        if (room > 1 && world.Random.PerMille(100)) room = world.Random.Between(1, room);
        if (room <= 0) return -1;
        Append(bytes[..room]);
        return room;
    }

    /// <summary>The last word of a server that turns the client away.</summary>
    internal void LastWord(ReadOnlySpan<byte> bytes)
    {
        Append(bytes);
        ServerClosed = true;
    }

    private void TakeOfHead(int bytes)
    {
        // A queue has no way to change its head: it goes around once.
        for (int i = _sent.Count; i > 0; i--)
        {
            (int count, long at) = _sent.Dequeue();
            _sent.Enqueue((count - bytes, at));
            bytes = 0;
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        _sent.Enqueue((bytes.Length, world.Clock.Nanos));
        if (_toClientStart + _toClientCount + bytes.Length > _toClient.Length)
        {
            byte[] moved = _toClientCount + bytes.Length > _toClient.Length
                ? new byte[Math.Max(_toClient.Length * 2, _toClientCount + bytes.Length)]
                : _toClient;
            _toClient.AsSpan(_toClientStart, _toClientCount).CopyTo(moved);
            _toClient = moved;
            _toClientStart = 0;
        }

        bytes.CopyTo(_toClient.AsSpan(_toClientStart + _toClientCount));
        _toClientCount += bytes.Length;
    }
}
