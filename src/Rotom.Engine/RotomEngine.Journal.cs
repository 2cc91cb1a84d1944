using System.Collections.Generic;
using Rotom.Engine.Abstractions;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

// The journal, as far as commands and settings reach it. What goes into it is Propagation.
//
// A turn is one event of the journal, and events are numbered. A client remembers the number of the
// last turn in which it changed something; WAITAOF waits until the journal says that this number is
// on the disk. Who waits for replicas too waits until its time is over, since there are none yet.
public sealed partial class RotomEngine
{
    private readonly SortedSet<JournalWaiter> _journalWaiters = new(ByNumber.Instance);

    /// <summary>Who keeps the journal; null when nobody does.</summary>
    public IJournalKeeper? Journal { get; set; }

    /// <summary>Where the owner can be made to fail; null where it cannot.</summary>
    public IFaults? Faults { get; set; }

    /// <summary>DEBUG AOF-FLUSH-SLEEP: how long each write of the journal is held up, for tests.
    /// </summary>
    public int JournalWriteDelayMicroseconds { get; set; }

    /// <summary>More of the journal is on the disk than before: who waited for it hears.</summary>
    public void JournalFlushed()
    {
        if (_journalWaiters.Count == 0) return;
        BeginTurn();
        AnswerDurable();
        RunFreed();
        Caches?.EndTurn();
    }

    /// <summary>There is no journal any more: who waits for it hears that.</summary>
    public void JournalEnded()
    {
        if (_journalWaiters.Count == 0) return;
        BeginTurn();
        foreach (JournalWaiter waiting in new List<JournalWaiter>(_journalWaiters))
        {
            Answer(waiting.Waiter, SwitchedOff, failed: true);
            CountError(Errors.WaitAofWithoutAof);
        }

        RunFreed();
        Caches?.EndTurn();
    }

    /// <summary>True when all that the client changed is on this server's disk.</summary>
    internal bool IsDurable(Client client) =>
        Journal is { IsEnabled: true } journal && client.JournaledSeq <= journal.DurableSeq;

    /// <summary>WAITAOF blocks: until what the client changed is on the disk, or its time is over.
    /// </summary>
    /// <param name="c">The command.</param>
    /// <param name="timeoutMs">How long; 0 for ever.</param>
    /// <param name="local">Whether it waits for this server's disk.</param>
    /// <param name="replicas">For how many replicas it waits.</param>
    /// <param name="answer">Answers how much is on which disk.</param>
    internal void BlockOnJournal(
        in CommandContext c, long timeoutMs, bool local, long replicas, TimeoutReply answer)
    {
        Waiter waiter = BlockOnAcknowledgement(in c, timeoutMs, answer);
        if (!local) return;
        long seq = replicas > 0 ? long.MaxValue : c.Client.JournaledSeq;
        JournalWaiter waiting = new(seq, waiter);
        _journalWaiters.Add(waiting);
        waiter.Ended = () =>
        {
            _journalWaiters.Remove(waiting);
            if (_journalWaiters.Count == 0) Journal?.AwaitFlush(false);
        };
        // From now on the journal says when it has flushed; it may just have, unasked.
        Journal?.AwaitFlush(true);
        AnswerDurable();
    }

    private static void SwitchedOff(RotomEngine engine, Client client, ReplyBatch reply) =>
        reply.Error(Errors.WaitAofWithoutAof);

    private void AnswerDurable()
    {
        if (Journal is not { IsEnabled: true } journal) return;
        long durable = journal.DurableSeq;
        while (_journalWaiters.Min is { } first && first.Seq <= durable)
        {
            Answer(first.Waiter, first.Waiter.TimedOut!, false);
        }
    }

    private sealed record JournalWaiter(long Seq, Waiter Waiter);

    private sealed class ByNumber : IComparer<JournalWaiter>
    {
        internal static readonly ByNumber Instance = new();

        public int Compare(JournalWaiter? x, JournalWaiter? y)
        {
            int bySeq = x!.Seq.CompareTo(y!.Seq);
            return bySeq != 0 ? bySeq : x.Waiter.Order.CompareTo(y.Waiter.Order);
        }
    }
}
