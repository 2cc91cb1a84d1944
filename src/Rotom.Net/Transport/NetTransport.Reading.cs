using System;
using Rotom.Resp.Batch;

namespace Rotom.Net.Transport;

// Reading: from ready sockets into the turn's batch.
//
// Every ready client gets exactly one read a turn, of at most 64 KiB, so that none keeps the others
// waiting. When the batch has no room for one more read, the clients not reached stay first in line
// for the next turn.
public abstract partial class NetTransport
{
    private const int ClosedInputBytesMax = 1 << 20;
    private const long HttpLogPauseMs = 60_000;

    private long _httpLoggedMs = -HttpLogPauseMs;
    private RequestInput? _spareInput;

    /// <inheritdoc/>
    public bool ReadInto(CommandBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _asked = false;
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
        while (most-- > 0 && batch.InputFree >= RequestInput.ReadBytes)
        {
            ClientConnection client = _ready.Dequeue();
            client.IsReady = false;
            if (client.IsClosed) continue;
            if (client.CanRead) ReadOne(batch, client, wallMs);
            if (!client.IsClosed) client.UpdateInterest();
        }
    }

    private void ReadOne(CommandBatch batch, ClientConnection client, long wallMs)
    {
        RequestInput input = client.Input ?? _spareInput ?? new RequestInput();
        Span<byte> target = input.Target(batch);
        int n = client.Receive(target);
        if (n <= 0)
        {
            if (n == ClientConnection.WouldBlock) return;
            // It may have stopped to send and still listen: what this turn has for it goes out.
            if (client.LastPiece >= 0) SendTurn(client);
            Close(client);
            return;
        }

        Statistics.Read(n);
        client.LastInputMs = Loop.NowMs;
        client.Link.LastInteractionMs = wallMs;
        if (!client.HasSpoken)
        {
            client.HasSpoken = true;
            client.MayBeHttp = target[0] != '*';
        }

        batch.BeginRun(client.Link);
        int commands = batch.CommandCount;
        input.Received(batch, n);
        if (client.MayBeHttp && IsHttp(batch, commands))
        {
            batch.DropRun();
            CloseHttp(client);
            return;
        }

        client.InFlight = batch.EndRun();
        KeepInput(client, input);
    }

    private void KeepInput(ClientConnection client, RequestInput input)
    {
        // A client without unfinished input shares one parser with all others like it.
        bool unfinished = input.Length > 0;
        if (!unfinished && client.Input is null)
        {
            _spareInput = input;
            return;
        }

        client.Input = unfinished ? input : null;
        if (unfinished && ReferenceEquals(input, _spareInput)) _spareInput = null;
        client.Link.QueryBufferBytes = input.Length;
        long max = client.Unauthenticated ? ClosedInputBytesMax : Settings.QueryBufferBytesMax;
        if (input.Length <= max) return;
        Group.Log(
            NetLogLevel.Warning,
            $"Closing client id={client.Link.Id} addr={client.Link.RemoteAddress} that reached max query buffer length");
        Close(client);
    }

    private static bool IsHttp(CommandBatch batch, int from)
    {
        foreach (CommandRef command in batch.Commands[from..])
        {
            ReadOnlySpan<byte> name = batch.Bytes(batch.Args[command.FirstArg]);
            if (System.Text.Ascii.EqualsIgnoreCase(name, "POST"u8)) return true;
            if (System.Text.Ascii.EqualsIgnoreCase(name, "Host:"u8)) return true;
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
                $"Possible SECURITY ATTACK detected: {client.Link.RemoteAddress} sent POST or Host:, as a browser made to talk to this port would. Connection closed.");
        }

        Close(client);
    }
}
