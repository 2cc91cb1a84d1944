using System;
using System.Text;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Net.Transport;

// Reading: from ready sockets into the turn's batch.
//
// Every ready client gets one read a turn, of at most 64 KiB, so that none lets the others wait.
// Only a large argument, of which nothing can be executed before all of it is there, is read on in
// the same turn, up to about a megabyte. When the batch has no room
// for one more read, the clients not reached stay first in line
// for the next turn.
public abstract partial class NetTransport
{
    private const long HttpLogPauseMs = 60_000;

    /// <summary>Bytes of a large argument after which it is the next client's turn.</summary>
    private const int LargeReadBytes = 1 << 20;

    // Between two looks at what clients hold a heap with a limit must not fill up.
    private static readonly int s_turnReadBytes = HeapLimit.AtMost(int.MaxValue, 32);

    // What one stranger may say in a turn, and all of them: their commands are refused one by one,
    // which costs memory for the turn and the time of those who are known.
    private const int StrangerReadBytes = 4 << 10;
    private const int StrangersTurnBytes = 128 << 10;

    private int _strangersLeft;
    private int _turnLeft;
    private long _httpLoggedMs = -HttpLogPauseMs;

    /// <inheritdoc/>
    public bool ReadInto(CommandBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _asked = false;
        _unheard = 0;
        batch.Loop = Index;
        AcceptPending();
        if (_handedOver.Count > 0) OpenHandedOver(batch);
        if (_ready.Count > 0) ReadReady(batch);
        if (_gone.Count > 0)
        {
            batch.Closed.AddRange(_gone);
            _gone.Clear();
        }

        return !batch.IsEmpty;
    }

    private void ReadReady(CommandBatch batch)
    {
        long wallMs = WallMs();
        int most = _ready.Count;
        _strangersLeft = StrangersTurnBytes;
        _turnLeft = s_turnReadBytes;
        while (most-- > 0 && batch.InputFree >= QueryBuffer.ReceiveBytes && _turnLeft > 0)
        {
            ClientConnection client = _ready.Dequeue();
            if (client.Unauthenticated && _strangersLeft <= 0)
            {
                // In line for the next turn, which EndTurn asks for: asked for here, it would be
                // this one, and a crowd would fill one batch after the other before any is sent.
                _ready.Enqueue(client);
                continue;
            }

            client.IsReady = false;
            if (client.CanRead) ReadSafely(batch, client, wallMs);
            if (!client.IsClosed) client.UpdateInterest();
        }
    }

    // One that fails is closed: what it had sent may be lost in part, and what it sends next would
    // be taken for something else. Nothing of this read is executed, whose bytes may have no owner.
    private void ReadSafely(CommandBatch batch, ClientConnection client, long wallMs)
    {
        int runs = batch.Runs.Length;
        try
        {
            if (client.Tls is { } tls) ReadTls(batch, client, tls, wallMs);
            else ReadOne(batch, client, wallMs);
        }
        catch (Exception failure)
        {
            if (batch.Runs.Length > runs) batch.DropRun();
            CloseFailed(client, failure);
            if (failure is not OutOfMemoryException) throw;
        }
    }

    private void ReadOne(CommandBatch batch, ClientConnection client, long wallMs)
    {
        int runs = batch.Runs.Length;
        int commands = batch.CommandCount;
        QueryResult result;
        if (client.HasDeferred)
        {
            client.HasDeferred = false;
            result = client.Query.ParseBuffered(batch, client.Link);
        }
        else
        {
            int left = LargeReadBytes;
            bool more;
            do
            {
                ArraySegment<byte> target = client.Query.ReceiveInto(batch);
                if (client.Unauthenticated && target.Count > StrangerReadBytes)
                {
                    target = target[..StrangerReadBytes];
                }

                int received = client.Tls is { } tls
                    ? tls.Receive(target)
                    : client.Receive(target);
                if (received <= 0)
                {
                    if (received != ClientConnection.WouldBlock) EndOfInput(client);
                    return;
                }

                NoteInput(client, target[0], received, wallMs);
                more = received == target.Count && (left -= received) > 0;
                result = client.Query.ParseReceived(batch, client.Link, received);
            }
            while (more && result == QueryResult.Ok && client.Query.InLargeArgument
                && batch.Runs.Length == runs);
        }

        Group.At(NetStep.Read);
        client.InFlight = batch.Runs.Length != runs;
        if (client.MayBeHttp && IsHttp(batch, commands))
        {
            batch.DropRun();
            CloseHttp(client);
        }
        else if (result == QueryResult.Deferred)
        {
            client.HasDeferred = true;
        }
        else if (result == QueryResult.LimitExceeded)
        {
            CloseOverInput(client);
        }
    }

    private void EndOfInput(ClientConnection client)
    {
        // It may have stopped to send and still listen: what this turn has for it goes out.
        if (client.LastPiece >= 0) SendTurn(client);
        Close(client);
    }

    private void NoteInput(ClientConnection client, byte first, int received, long wallMs)
    {
        Statistics.Read(received);
        _turnLeft -= received;
        if (client.Unauthenticated) _strangersLeft -= received;
        client.LastInputMs = Loop.NowMs;
        client.Link.LastInteractionMs = wallMs;
        if (client.HasSpoken) return;
        client.HasSpoken = true;
        client.MayBeHttp = first != '*';
    }

    private void CloseOverInput(ClientConnection client)
    {
        Group.Log(
            NetLogLevel.Warning,
            $"Closing client id={client.Link.Id} addr={client.Link.RemoteAddress} "
            + "that reached max query buffer length");
        Close(client);
    }

    private static bool IsHttp(CommandBatch batch, int from)
    {
        foreach (CommandRef command in batch.Commands[from..])
        {
            ReadOnlySpan<byte> name = batch.Bytes(batch.Args[command.FirstArg]);
            if (Ascii.EqualsIgnoreCase(name, "POST"u8)) return true;
            if (Ascii.EqualsIgnoreCase(name, "Host:"u8)) return true;
        }

        return false;
    }

    private void CloseHttp(ClientConnection client)
    {
        if (Loop.NowMs - _httpLoggedMs >= HttpLogPauseMs)
        {
            _httpLoggedMs = Loop.NowMs;
            Group.Log(
                NetLogLevel.Warning,
                $"Possible SECURITY ATTACK detected: {client.Link.RemoteAddress} sent POST or "
                + "Host:, as a browser made to talk to this port would. Connection closed.");
        }

        Close(client);
    }
}
