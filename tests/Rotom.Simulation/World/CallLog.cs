using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Rotom.Engine;
using Rotom.Resp.Batch;
using Rotom.Simulation.Oracle;

namespace Rotom.Simulation.World;

/// <summary>A command whose handler ran.</summary>
/// <param name="ClientId">Whose.</param>
/// <param name="Name">Its full name.</param>
/// <param name="InExec">It was queued.</param>
/// <param name="Evicted">Keys that had to go before it.</param>
internal sealed record LoggedCall(
    long ClientId, string Name, bool InExec, List<(int Database, string Key)> Evicted);

// CallLog: what an oracle cannot know of a server with a memory limit: which keys it chose to
// evict, and whether a command found room. A piece of middleware notes each handler that runs, and
// the engine's feed of events tells which keys were evicted before it.

/// <summary>Which handlers ran, and which keys were evicted before.</summary>
internal sealed class CallLog
{
    /// <summary>An output of its own, behind those of the loops.</summary>
    private const int Loop = 100;

    private readonly ReplyBatch _events = new();

    private CallLog()
    {
    }

    /// <summary>The handlers that ran and that the oracle has not heard of.</summary>
    internal Queue<LoggedCall> Calls { get; } = new();

    /// <summary>Notes what an engine does from now on.</summary>
    internal static CallLog AttachTo(RotomEngine engine)
    {
        CallLog log = new();
        engine.SetOutput(Loop, log._events);
        engine.FeedEvents(
            new ClientLink(-1, Loop, "evictions", "", -1, false), NotifyClass.Evicted);
        engine.Use(next => (ref CommandContext c) =>
        {
            Client client = c.Client;
            log.Calls.Enqueue(new LoggedCall(
                client.Link.Id, c.Command.FullName, client.Has(ClientGate.InExec),
                log.TakeEvicted()));
            next(ref c);
        });
        return log;
    }

    /// <summary>Keys that were evicted since it was last asked.</summary>
    internal List<(int Database, string Key)> TakeEvicted()
    {
        List<(int, string)> evicted = [];
        if (_events.IsEmpty) return evicted;
        _events.Finish();
        List<byte> bytes = [];
        foreach (ref readonly ReplySegment segment in _events.Segments)
        {
            bytes.AddRange(_events.Bytes(in segment));
        }

        _events.Reset();
        byte[] all = bytes.ToArray();
        for (int at = 0; at < all.Length;)
        {
            RespNode told = RespNode.Read(all, ref at)!;
            evicted.Add((
                int.Parse(told.Items[1].Text!, CultureInfo.InvariantCulture),
                told.Items[3].Bulk));
        }

        return evicted;
    }
}
