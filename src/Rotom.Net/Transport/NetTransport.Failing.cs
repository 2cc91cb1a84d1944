using System;
using Rotom.Resp.Batch;

namespace Rotom.Net.Transport;

// Failing: what becomes of clients when a step fails, which in practice means that memory was
// refused (a limit of the managed heap, GCHeapHardLimit).
//
// Whatever fails for one client, closes that client and no other: its stream of bytes has a hole.
// What fails for a batch closes the clients of the batch: they wait for replies that will not come.
// What would be done here must not need memory itself, so lists have their room beforehand
// (NetTransport.MakeRoom), and what is said about it is said after it is done, if it can be.
//
// Being asked to read, the owner comes within the turn. Should it not, for many turns and a second,
// then the word was lost on the way, and it is asked again. If ten such words are not heard, nobody
// is there any more to hear them, and whoever runs the server is told to end it.

/// <summary>Where tests make a transport fail.</summary>
internal enum NetStep
{
    /// <summary>The owner is asked to read.</summary>
    Ask,

    /// <summary>A client was read, and is about to be in flight.</summary>
    Read,

    /// <summary>A batch of replies is half applied.</summary>
    Apply,

    /// <summary>What a socket did not take is about to be kept.</summary>
    Keep,
}

public abstract partial class NetTransport
{
    private const int RemindTurns = 8;
    private const int RemindMs = 1_000;
    private const int RemindersMax = 10;
    private const int SmallBytes = 64 << 10;

    private Exception? _unexpected;
    private int _unheard;
    private long _failedLoggedMs = -FailureLogPauseMs;

    /// <inheritdoc/>
    public void Abandon(CommandBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        foreach (ClientLink link in batch.Opened) CloseLink(link);
        CloseRuns(batch);
        _gone.AddRange(batch.Closed);
        AskToRead();
    }

    /// <inheritdoc/>
    public bool TryRelieve()
    {
        Group.Reserve.Open();
        ClientConnection? largest = null;
        long most = SmallBytes;
        foreach (ClientConnection client in _clients)
        {
            long bytes = client.OutputBytes + client.Query.Length + client.Query.Free;
            if (bytes <= most) continue;
            most = bytes;
            largest = client;
        }

        if (largest is not null) CloseFailed(largest, failure: null);
        return largest is not null;
    }

    private void Abandon(ReplyBatch replies)
    {
        foreach (ref readonly ReplySegment segment in replies.Segments) CloseLink(segment.Link);
        foreach (ClientOrder order in replies.Orders) CloseLink(order.Link);
        if (replies.Answers is { } batch) CloseRuns(batch);
        replies.Forget();
    }

    private void Starved()
    {
        Statistics.Starved();
        Group.Reserve.Open();
    }

    private void CloseRuns(CommandBatch batch)
    {
        foreach (ref readonly CommandRun run in batch.Runs) CloseLink(run.Link);
    }

    private void CloseLink(ClientLink link)
    {
        if (link.NetState is ClientConnection client) Close(client);
    }

    private void SendSafely(ClientConnection client)
    {
        try
        {
            SendTurn(client);
        }
        catch (Exception failure)
        {
            // Its bytes are sent in part: begun once more, they would arrive twice.
            CloseFailed(client, failure);
            if (failure is not OutOfMemoryException) _unexpected ??= failure;
        }
    }

    private void GiveBack(ReplyBatch replies)
    {
        CommandBatch? answered = replies.Answers;
        try
        {
            Batches.Return(replies);
            if (answered is not null) Batches.Return(answered);
        }
        catch (OutOfMemoryException)
        {
            // The pool has no room: the collector takes it.
            Starved();
        }
    }

    private void CloseFailed(ClientConnection client, Exception? failure)
    {
        Starved();
        try
        {
            Close(client);
            if (Loop.NowMs - _failedLoggedMs < FailureLogPauseMs) return;
            _failedLoggedMs = Loop.NowMs;
            Group.Log(
                NetLogLevel.Warning,
                $"Client id={client.Link.Id} addr={client.Link.RemoteAddress} closed: "
                + (failure?.Message ?? "there is no memory, and it holds most"));
        }
        catch (OutOfMemoryException)
        {
            // Closed it is, and counted.
            Starved();
        }
    }

    private void RemindOwner()
    {
        if (++_askedTurns < RemindTurns || Loop.NowMs - _askedMs < RemindMs) return;
        Statistics.Reminded();
        if (++_unheard == RemindersMax) Group.Unattended?.Invoke();
        _asked = false;
        AskToRead();
    }
}
