using System;
using Rotom.Net.Tls;
using Rotom.Resp.Batch;

namespace Rotom.Net.Transport;

// TLS: handshakes, reading through a session, sealing a turn's replies.
//
// A client in its handshake is a connection like others (it counts for maxclients and has its
// socket watched), but the engine does not know it: it is announced when the handshake is done, so
// that nobody writes to it before. A handshake costs the loop a signature, up to a millisecond with
// RSA, so a turn does no more of them than fit in HandshakeMicros; the others wait in line behind
// the clients that have something to say.
//
// Replies are sealed into the client's output buffer and sent from there at once; all that comes
// after (room, limits, closing when it is empty) is as without TLS. Small pieces are put together
// first, since each sealing is a record.
public abstract partial class NetTransport
{
    private const int HandshakeMs = 10_000;
    private const int HandshakeMicros = 2_000;
    private const int SealBytes = 16 << 10;
    private const long FailureLogPauseMs = 1_000;

    private byte[]? _sealing;
    private int _shaking;
    private long _shakeUntil;
    private long _shakeTurnMs = -1;
    private long _failureLoggedMs = -FailureLogPauseMs;
    private long _failuresUnsaid;

    private void BeginTls(ClientConnection client, TlsServer server)
    {
        _shaking++;
        client.Tls = new TlsSession(this, client, server);
    }

    private void ShakeLater(ClientConnection client, TlsServer server)
    {
        try
        {
            BeginTls(client, server);
        }
        catch (OutOfMemoryException failure)
        {
            if (client.Tls is null) _shaking--;
            CloseFailed(client, failure);
        }
    }

    private static void Announce(CommandBatch batch, ClientConnection client)
    {
        client.IsAnnounced = true;
        batch.Opened.Add(client.Link);
    }

    private void ReadTls(
        CommandBatch batch, ClientConnection client, TlsSession tls, long wallMs)
    {
        if (!tls.IsOpen) ShakeHands(batch, client, tls);
        if (!tls.IsOpen || client.IsClosed) return;
        ReadOne(batch, client, wallMs);
        SendUnasked(client);
        if (client.HoldsInput && client.CanRead) NoteReady(client);
    }

    private void ShakeHands(CommandBatch batch, ClientConnection client, TlsSession tls)
    {
        if (!MayShake())
        {
            NoteReady(client);
            return;
        }

        bool goesOn = tls.Handshake();
        SendUnasked(client);
        if (client.IsClosed) return;
        if (!goesOn)
        {
            SayFailure(client, tls.Failure);
            Close(client);
        }
        else if (tls.IsOpen)
        {
            _shaking--;
            Announce(batch, client);
        }
    }

    private bool MayShake()
    {
        long now = Loop.Time.GetTimestamp();
        if (_shakeTurnMs != Loop.NowMs)
        {
            _shakeTurnMs = Loop.NowMs;
            _shakeUntil = now + (Loop.Time.TimestampFrequency * HandshakeMicros / 1_000_000);
        }

        return now <= _shakeUntil;
    }

    // What TLS itself had to say: its part of the handshake, an alert.
    private void SendUnasked(ClientConnection client)
    {
        if (!client.IsClosed && client.OutputBytes > 0 && !client.IsBehind) Drain(client);
    }

    private void SendSealed(ClientConnection client, TlsSession tls)
    {
        for (int piece = client.FirstPiece; piece >= 0;)
        {
            if (tls.Seal(NextToSeal(ref piece))) continue;
            Close(client);
            return;
        }

        if (client.IsBehind) AfterSend(client);
        else Drain(client);
        if (!client.IsClosed) CheckUnauthenticated(client);
    }

    /// <summary>One long piece, or as many short ones as fit into a record.</summary>
    private ReadOnlyMemory<byte> NextToSeal(ref int piece)
    {
        Piece first = _pieces[piece];
        piece = first.Next;
        if (piece < 0 || first.Length + _pieces[piece].Length > SealBytes)
        {
            return first.Chunk.AsMemory(first.Offset, first.Length);
        }

        byte[] all = _sealing ??= new byte[SealBytes];
        first.Chunk.AsSpan(first.Offset, first.Length).CopyTo(all);
        int used = first.Length;
        while (piece >= 0 && used + _pieces[piece].Length <= SealBytes)
        {
            ref readonly Piece next = ref _pieces[piece];
            next.Chunk.AsSpan(next.Offset, next.Length).CopyTo(all.AsSpan(used));
            used += next.Length;
            piece = next.Next;
        }

        return all.AsMemory(0, used);
    }

    private void CheckHandshake(ClientConnection client)
    {
        if (Loop.NowMs - client.OpenedMs <= HandshakeMs) return;
        SayFailure(client, "the handshake takes too long");
        Close(client);
    }

    private void CloseTls(ClientConnection client)
    {
        if (client.Tls is not { } tls) return;
        if (!tls.IsOpen) _shaking--;
        tls.Dispose();
    }

    private void SayFailure(ClientConnection client, string reason)
    {
        _failuresUnsaid++;
        if (Loop.NowMs - _failureLoggedMs < FailureLogPauseMs) return;
        _failureLoggedMs = Loop.NowMs;
        string others = _failuresUnsaid > 1 ? $" ({_failuresUnsaid} since the last such line)" : "";
        _failuresUnsaid = 0;
        Group.Log(
            NetLogLevel.Notice,
            $"Error accepting a client connection: {reason} (addr={client.Link.RemoteAddress} "
            + $"laddr={client.Link.LocalAddress}){others}");
    }
}
