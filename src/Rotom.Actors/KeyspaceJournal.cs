using System;
using System.Collections.Generic;
using Akka.Actor;
using Rotom.Actors.Persistence;
using Rotom.Engine.Config;
using Rotom.Resp.Batch;

namespace Rotom.Actors;

// KeyspaceJournal: what the keyspace knows of its journal, and what waits for it: replies of turns
// that are not kept yet. It outlives an instance of the actor, as all of KeyspaceState.
//
//   a turn that wrote           its replies wait until it is kept
//   any other, under always     waits for the newest turn that is not kept: nobody is told of what
//                               may still be lost
//   any other, else             goes out at once, but never before what is held for its client:
//                               somebody else's turn may have served it, or sent it a message
//
// Unless under always, a turn need not wait for a flush that keeps its event from being written
// (AofStore.AnswersEarly): Redis puts such a write off as well. Its event stays here until it is
// kept, so that a keyspace that fails meanwhile executes it again.
//
// While the disk refuses writes, whoever only reads is answered at once in any case: the turns that
// wait are those that were executed before the refusal was known, and writers hear of it.
//
// Memory is bounded by the clients: who waits for a reply is not read again.

/// <summary>The journal of a keyspace and the replies that wait for it.</summary>
internal sealed class KeyspaceJournal(string persistenceId, AofStore store, ServerConfig config)
{
    // What may be answered before it is written, in bytes of commands.
    private const long EarlyBytesMax = 64 << 20;

    private readonly Queue<HeldReply> _held = new();
    private long[] _newestHeld = [];
    private readonly Queue<JournalEvent> _unkept = new();
    private bool _turnWrote;
    private bool _goes;
    private long _answeredSeq;
    private long _toldSeq;

    private readonly record struct HeldReply(long Seq, bool Wrote, int Loop, ReplyBatch Output);

    /// <summary>Under which name the journal is kept.</summary>
    internal string PersistenceId => persistenceId;

    /// <summary>The journal's files.</summary>
    internal AofStore Store => store;

    /// <summary>The actor that keeps events; nobody while there is none.</summary>
    internal IActorRef Actor { get; set; } = ActorRefs.Nobody;

    /// <summary>Number of the newest event.</summary>
    internal long LastSeq { get; private set; }

    /// <summary>Number of the newest event that is kept.</summary>
    internal long KeptSeq { get; private set; }

    /// <summary>True when everything executed is kept.</summary>
    internal bool AllKept => KeptSeq >= LastSeq;

    /// <summary>Bytes of events that were executed and are not kept.</summary>
    internal long UnkeptBytes { get; private set; }

    /// <summary>Events that were executed and are not kept, oldest first.</summary>
    internal IReadOnlyCollection<JournalEvent> Unkept => _unkept;

    /// <summary>There is an actor; it is told of events once it knows where to go on.</summary>
    internal void Begins(IActorRef actor)
    {
        Actor = actor;
        _goes = false;
    }

    /// <summary>
    /// The actor knows the number of the last event there is: it is told those that are behind it.
    /// </summary>
    internal void Goes(long seq, IActorRef self)
    {
        _toldSeq = seq;
        _goes = true;
        TellRest(self);
    }

    /// <summary>
    /// The files have been read up to a number. The first time it says where to go on from; later
    /// the numbers are those of what was executed, unless the files have lost what they had kept.
    /// </summary>
    /// <returns>How many events they have lost.</returns>
    internal long Recovered(long seq)
    {
        if (LastSeq == 0 && _unkept.Count == 0)
        {
            LastSeq = KeptSeq = _answeredSeq = seq;
            return 0;
        }

        // DEBUG LOADAOF, or other hands: there may be more as well.
        long shift = seq < KeptSeq ? seq - KeptSeq : Math.Max(0, seq - LastSeq);
        KeptSeq += shift;
        LastSeq += shift;
        _answeredSeq += shift;
        for (int i = _held.Count; shift != 0 && i > 0; i--)
        {
            HeldReply held = _held.Dequeue();
            bool never = held.Seq == long.MaxValue;
            _held.Enqueue(never ? held : held with { Seq = held.Seq + shift });
        }

        for (int i = 0; i < _newestHeld.Length; i++) _newestHeld[i] += shift;
        foreach (JournalEvent turn in _unkept) turn.Seq += shift;
        return Math.Max(0, -shift);
    }

    /// <summary>A turn changed something: its commands are to be kept.</summary>
    internal void Keep(JournalEvent turn)
    {
        _unkept.Enqueue(turn);
        turn.Seq = ++LastSeq;
        UnkeptBytes += turn.Length;
    }

    /// <summary>
    /// What is to be kept goes to the journal's actor, once it knows where to go on. If that fails
    /// for want of memory it is made up for: the actor drops what it was told already.
    /// </summary>
    internal void Tell(JournalEvent turn, IActorRef self)
    {
        if (!_goes) return;
        if (turn.Seq > _toldSeq + 1)
        {
            TellRest(self);
            return;
        }

        Actor.Tell(turn, self);
        _toldSeq = turn.Seq;
    }

    /// <summary>The actor is told of all it was not told yet.</summary>
    internal void TellRest(IActorRef self)
    {
        if (!_goes || _toldSeq >= LastSeq) return;
        foreach (JournalEvent turn in _unkept)
        {
            if (turn.Seq <= _toldSeq) continue;
            Actor.Tell(turn, self);
            _toldSeq = turn.Seq;
        }
    }

    /// <summary>
    /// Lets everything executed so far be answered though it is not kept, if it may: what is held
    /// is to be released first then (<see cref="TryRelease"/>).
    /// </summary>
    internal bool TryAnswerEarly()
    {
        if (AllKept || !store.AnswersEarly || UnkeptBytes > EarlyBytesMax) return false;
        _answeredSeq = LastSeq;
        return true;
    }

    /// <summary>What the reply of a turn has to wait for; 0 for nothing.</summary>
    internal long Barrier(bool wrote)
    {
        _turnWrote = wrote;
        if (_answeredSeq >= LastSeq) return 0;
        bool all = wrote
            || (config.AppendFsync == AppendFsync.Always && store.State == AofState.Good);
        return all ? LastSeq : 0;
    }

    /// <summary>Keeps a reply until the event is kept.</summary>
    internal void Hold(long seq, int loop, ReplyBatch output)
    {
        _held.Enqueue(new HeldReply(seq, _turnWrote, loop, output));
        if (seq == long.MaxValue) return;
        if (loop >= _newestHeld.Length) Array.Resize(ref _newestHeld, loop + 1);
        _newestHeld[loop] = seq;
    }

    /// <summary>
    /// What a reply that need not wait for the disk has to wait for all the same; 0 for nothing.
    /// Somebody else's turn may have served its client or sent it a message, which is held and must
    /// not be overtaken. While the disk refuses, only who has something held waits: reads go on. It
    /// waits for the newest event, as what is held leaves in one order: waiting for less it would
    /// stay behind a later one, and its client's next reply would overtake it.
    /// </summary>
    internal long OrderBarrier(int loop, ReplyBatch output)
    {
        if (loop >= _newestHeld.Length || _newestHeld[loop] <= _answeredSeq) return 0;
        if (store.State == AofState.Good) return LastSeq;
        HashSet<ClientLink> waiting = [];
        foreach (HeldReply held in _held)
        {
            if (held.Loop == loop) NoteClients(held.Output, waiting);
        }

        return Concerns(output, waiting) ? LastSeq : 0;
    }

    /// <summary>Events up to a number are kept.</summary>
    internal void Kept(long seq)
    {
        for (; KeptSeq < seq; KeptSeq++)
        {
            if (!_unkept.TryDequeue(out JournalEvent? turn)) continue;
            UnkeptBytes -= turn.Length;
            turn.Recycle();
        }

        _answeredSeq = Math.Max(_answeredSeq, KeptSeq);
    }

    /// <summary>
    /// What is not kept will not be, and nothing waits for it: the journal is switched off. The
    /// plugin may still hold the events, so they are left to the collector.
    /// </summary>
    internal void GiveUpUnkept()
    {
        _unkept.Clear();
        UnkeptBytes = 0;
        KeptSeq = _answeredSeq = LastSeq;
    }

    /// <summary>The next reply that need not wait any more.</summary>
    internal bool TryRelease(out int loop, out ReplyBatch? output, out long seq)
    {
        loop = 0;
        seq = 0;
        output = null;
        if (!_held.TryPeek(out HeldReply held) || held.Seq > _answeredSeq) return false;
        _held.Dequeue();
        (seq, _, loop, output) = held;
        return true;
    }

    /// <summary>
    /// Takes out replies of turns that only read, since the disk refuses writes; not those that
    /// would overtake what is held for the same client.
    /// </summary>
    internal List<(int Loop, ReplyBatch Output)> TakeReaders()
    {
        List<(int, ReplyBatch)> readers = [];
        HashSet<ClientLink> waiting = [];
        for (int i = _held.Count; i > 0; i--)
        {
            HeldReply held = _held.Dequeue();
            if (!held.Wrote && !Concerns(held.Output, waiting))
            {
                readers.Add((held.Loop, held.Output));
                continue;
            }

            NoteClients(held.Output, waiting);
            _held.Enqueue(held);
        }

        return readers;
    }

    /// <summary>Takes out replies that wait for the journal to be loaded again.</summary>
    internal List<(int Loop, ReplyBatch Output)> TakeReloaders()
    {
        List<(int, ReplyBatch)> reloaders = [];
        for (int i = _held.Count; i > 0; i--)
        {
            HeldReply held = _held.Dequeue();
            if (held.Seq == long.MaxValue) reloaders.Add((held.Loop, held.Output));
            else _held.Enqueue(held);
        }

        return reloaders;
    }

    private static void NoteClients(ReplyBatch output, HashSet<ClientLink> clients)
    {
        foreach (ref readonly ReplySegment segment in output.Segments) clients.Add(segment.Link);
        foreach (ClientOrder order in output.Orders) clients.Add(order.Link);
    }

    private static bool Concerns(ReplyBatch output, HashSet<ClientLink> clients)
    {
        if (clients.Count == 0) return false;
        foreach (ref readonly ReplySegment segment in output.Segments)
        {
            if (clients.Contains(segment.Link)) return true;
        }

        foreach (ClientOrder order in output.Orders)
        {
            if (clients.Contains(order.Link)) return true;
        }

        return false;
    }
}
