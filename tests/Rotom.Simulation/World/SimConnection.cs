using System;
using Rotom.Net.Transport;
using Rotom.Resp.Batch;

namespace Rotom.Simulation.World;

/// <summary>The server's end of a simulated socket.</summary>
internal sealed class SimConnection : ClientConnection
{
    private readonly SimTransport _transport;

    internal SimConnection(SimTransport transport, SimSocket socket, ClientLink link)
        : base(link, transport.Settings.Input)
    {
        _transport = transport;
        Socket = socket;
    }

    internal SimSocket Socket { get; }

    public override int Receive(Span<byte> into)
    {
        if (Socket.IsReset) return Broken;
        int read = Socket.ServerReads(into);
        return read < 0 ? WouldBlock : read;
    }

    public override int Send(ReadOnlySpan<byte> bytes)
    {
        if (Socket.IsReset) return Broken;
        int written = Socket.ServerWrites(bytes);
        return written < 0 ? WouldBlock : written;
    }

    public override int SendMany(ReadOnlySpan<ArraySegment<byte>> pieces)
    {
        int sum = 0;
        foreach (ArraySegment<byte> piece in pieces)
        {
            int n = Send(piece);
            if (n < 0) return sum > 0 ? sum : n;
            sum += n;
            if (n < piece.Count) break;
        }

        return sum;
    }

    // Level-triggered: Poll looks at the state itself.
    public override void UpdateInterest()
    {
    }

    public override void CloseSocket()
    {
        Socket.ServerClosed = true;
        _transport.Forget(this);
    }

    /// <summary>Reports what a kernel would; true when there was anything.</summary>
    internal bool Poll()
    {
        bool drained = OutputBytes > 0 && Socket.HasRoom;
        if (drained) _transport.Drain(this);
        if (IsClosed || !Socket.IsReadable) return drained;
        if (CanRead) _transport.NoteReady(this);
        else if (!InFlight && Socket.IsReset) _transport.Close(this);
        else return drained;
        return true;
    }
}
