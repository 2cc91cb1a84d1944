using System;
using Rotom.Net.Tls;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Net.Transport;

// ClientConnection: one client's socket and what the transport has to remember about it.
//
// Made to be small while idle: no buffers, a handful of fields. Output that the socket did not take
// has an object of its own, which comes and goes.
//
// How it is read is decided by four independent reasons not to: a batch of it is with the keyspace
// (InFlight), the engine paused it (Paused), it is too far behind with its replies (OutputStopped),
// it is about to be closed (Closing). Loop thread only.

/// <summary>Which output limit applies to a client.</summary>
internal enum ClientClass : byte
{
    Normal,
    Subscriber,
}

/// <summary>
/// One client's socket and its state; what is done to the socket itself is derived.
/// </summary>
internal abstract class ClientConnection
{
    /// <summary>What reads and writes return when nothing can be done now.</summary>
    public const int WouldBlock = -1;

    /// <summary>What they return when the connection is broken.</summary>
    public const int Broken = -2;

    protected ClientConnection(ClientLink link, RespLimits limits)
    {
        Query = new QueryBuffer(limits);
        Link = link;
        link.NetState = this;
    }

    public ClientLink Link { get; }

    /// <summary>The input side: where to receive and what is not yet a command.</summary>
    public QueryBuffer Query { get; }

    /// <summary>Input is held that is to be parsed once the batch under way is back.</summary>
    public bool HasDeferred { get; set; }

    /// <summary>Unsent replies, null while there are none.</summary>
    public OutputBuffer? Output { get; set; }

    /// <summary>
    /// What it is encrypted by; null in the clear. Output then holds sealed bytes.
    /// </summary>
    public TlsSession? Tls { get; set; }

    /// <summary>It is past its TLS handshake, if it has one, and the engine knows it.</summary>
    public bool IsAnnounced { get; set; }

    /// <summary>It is counted among those with unsent output.</summary>
    public bool IsBehind { get; set; }

    /// <summary>Place in the transport's list of connections.</summary>
    public int ListIndex { get; set; } = -1;

    /// <summary>First and last piece of this turn's replies, -1 for none.</summary>
    public int FirstPiece { get; set; } = -1;

    public int LastPiece { get; set; } = -1;

    /// <summary>Bytes of this turn's replies.</summary>
    public long TurnBytes { get; set; }

    /// <summary>Loop time when output rose above its soft limit, 0 while below.</summary>
    public long SoftSinceMs { get; set; }

    /// <summary>Loop time of the connect and of the last input.</summary>
    public long OpenedMs { get; set; }

    public long LastInputMs { get; set; }

    public ClientClass Class { get; set; }

    public bool IsClosed { get; set; }

    /// <summary>Close once all output is sent; nothing more is read or queued.</summary>
    public bool Closing { get; set; }

    public bool InFlight { get; set; }

    public bool Paused { get; set; }

    public bool OutputStopped { get; set; }

    /// <summary>It waits in the ready list.</summary>
    public bool IsReady { get; set; }

    /// <summary>It must authenticate first, and never has.</summary>
    public bool Unauthenticated { get; set; }

    /// <summary>Its first byte was not that of a RESP command, so it might be a browser.</summary>
    public bool MayBeHttp { get; set; }

    public bool HasSpoken { get; set; }

    public bool CanRead => !(InFlight | Paused | OutputStopped | Closing | IsClosed);

    /// <summary>There is input that no readiness of the socket will tell of.</summary>
    public bool HoldsInput => HasDeferred || Tls is { HasInput: true };

    public long OutputBytes => Output is { } output ? output.Bytes : 0;

    /// <summary>One read. Bytes, 0 at the end of input, WouldBlock or Broken.</summary>
    public abstract int Receive(Span<byte> into);

    /// <summary>One write. Bytes taken, WouldBlock or Broken.</summary>
    public abstract int Send(ReadOnlySpan<byte> bytes);

    /// <summary>One gathering write. Bytes taken, WouldBlock or Broken.</summary>
    public abstract int SendMany(ReadOnlySpan<ArraySegment<byte>> pieces);

    /// <summary>
    /// Makes what is waited for fit the state: input if it may be read, room if output is pending.
    /// </summary>
    public abstract void UpdateInterest();

    /// <summary>Gives the unsent output's memory back. Called once, at the close.</summary>
    public virtual void ReleaseOutput() => Output?.Clear();

    /// <summary>Closes the socket. Called once.</summary>
    public abstract void CloseSocket();
}
