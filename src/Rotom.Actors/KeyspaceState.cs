using System;
using System.Collections.Generic;
using Akka.Actor;
using Rotom.Actors.Client;
using Rotom.Actors.Hosting;
using Rotom.Actors.Messages;
using Rotom.Actors.Persistence;
using Rotom.Actors.Supervision;
using Rotom.Engine;
using Rotom.Net.Loop;
using Rotom.Net.Transport;
using Rotom.Resp.Batch;

namespace Rotom.Actors;

// KeyspaceState: what the keyspace actor holds that must outlive an instance of it. Made by the
// supervisor, handed on by Props, touched by the actor's turn only.

/// <summary>The engine, its network actors and the batch in hand.</summary>
internal sealed class KeyspaceState
{
    private readonly BatchPool[] _pools;
    private readonly IActorRef[] _networks;
    private readonly ReplyBatch[] _outputs;
    private readonly IEventLoop _loop;
    private LoopTimer? _timer;
    private LoopTimer? _idleTick;
    private long _timerNanos = long.MaxValue;

    internal KeyspaceState(
        RotomEngine engine,
        TransportGroup transports,
        IEventLoop loop,
        SnapshotKeeper snapshots,
        LocalPort local,
        Action<CommandBatch>? executing)
    {
        _loop = loop;
        Executing = executing;
        Engine = engine;
        Snapshots = snapshots;
        Rates = transports.Rates;
        Local = local;
        Calls = new ActorCalls(local);
        Feed = new KeyspaceFeed(local);
        // With a limit of the heap (GCHeapHardLimit) clients go before the process does.
        engine.ClientMemoryTop = HeapLimit.Bytes / 4;
        Reserve = transports.Reserve;
        int loops = transports.Transports.Count;
        _pools = new BatchPool[loops + 1];
        _networks = new IActorRef[loops + 1];
        _outputs = new ReplyBatch[loops + 1];
        for (int i = 0; i < _outputs.Length; i++)
        {
            _pools[i] = i == local.Index ? local.Replies : transports.Transports[i].Batches;
            if (i != local.Index) engine.AddLedger(transports.Transports[i].Ledger);
            _networks[i] = ActorRefs.Nobody;
            _outputs[i] = _pools[i].RentReplies();
            engine.SetOutput(i, _outputs[i]);
        }
    }

    internal RotomEngine Engine { get; }

    /// <summary>Keeps snapshots of what it holds.</summary>
    internal SnapshotKeeper Snapshots { get; }

    /// <summary>The door of the clients in this process.</summary>
    internal LocalPort Local { get; }

    /// <summary>The main figures, sampled with the periodic work.</summary>
    internal required ServerFigures Figures { get; init; }

    /// <summary>Gives back what the process holds beside the data.</summary>
    internal ManagedTrim Trim { get; init; } = new();

    /// <summary>The clients behind the commands of actors.</summary>
    internal ActorCalls Calls { get; }

    /// <summary>The actors that want to hear of keys.</summary>
    internal KeyspaceFeed Feed { get; }

    /// <summary>The loop that the keyspace runs on.</summary>
    internal IEventLoop Loop => _loop;

    /// <summary>Dispatcher of the actors that wait for the disk.</summary>
    internal string DiskDispatcher => "rotom.disk";

    /// <summary>The network's figures, sampled with the periodic work.</summary>
    internal NetRates Rates { get; }

    /// <summary>Hears of every batch just before it is executed; null for nobody.</summary>
    internal Action<CommandBatch>? Executing { get; }

    /// <summary>Hears the number of the newest event at the end of every turn; null for nobody.
    /// </summary>
    internal Action<long>? TurnEnds { get; init; }

    /// <summary>The batch that is to be answered; null between turns.</summary>
    internal CommandBatch? InHand { get; set; }

    /// <summary>Memory for the moment at which it is refused.</summary>
    internal HeapReserve Reserve { get; }

    /// <summary>How the actor fares.</summary>
    internal required KeyspaceHealth Health { get; init; }

    /// <summary>What went wrong so far.</summary>
    internal required Incidents Incidents { get; init; }

    /// <summary>Where it can be made to fail.</summary>
    internal required FaultPoints Faults { get; init; }

    /// <summary>The actor that writes snapshots.</summary>
    internal IActorRef SnapshotWriter { get; set; } = ActorRefs.Nobody;

    /// <summary>Makes an empty engine that knows the host's types of values.</summary>
    internal required Func<RotomEngine> MakeHistoryEngine { get; init; }

    /// <summary>Actors so far that told of the past.</summary>
    internal int Histories { get; set; }

    /// <summary>Snapshot actors so far: each has a name of its own.</summary>
    internal int SnapshotIncarnations { get; set; }

    /// <summary>
    /// Makes sure that the actor is told when the engine's timers are due. A timer that is set for
    /// earlier is left alone: clients that block and are served again cost no timer.
    /// </summary>
    internal void ArmTimer(IActorRef self)
    {
        long due = Engine.NextDueNanos;
        if (due >= _timerNanos) return;
        long left = Math.Max(0, due - Engine.Clock.MonotonicNanos);
        // A loop's timer counts 31 bits of milliseconds at the most; it is set again then.
        long ms = Math.Min((left + 999_999) / 1_000_000, int.MaxValue / 2);
        LoopTimer timer =
            _loop.Schedule(ms, () => self.Tell(TimersDue.Instance, ActorRefs.NoSender));
        _timer?.Cancel();
        _timer = timer;
        _timerNanos = due;
    }

    /// <summary>The timer went off.</summary>
    internal void TimerFired()
    {
        _timer?.Cancel();
        _timer = null;
        _timerNanos = long.MaxValue;
    }

    /// <summary>
    /// Gives the actor time soon for work that nobody waits for: slices of half a millisecond with
    /// a millisecond for others between them, so that who asks for something meanwhile waits for
    /// one slice at most. By the loop's timer: Akka's scheduler counts in ticks of 10 ms, which
    /// would leave 5 % of the time for such work.
    /// </summary>
    internal void ArmIdleTick(IActorRef self) =>
        _idleTick ??= _loop.Schedule(
            1, () => self.Tell(IdleTick.Instance, ActorRefs.NoSender));

    /// <summary>The actor took its time.</summary>
    internal void IdleTickFired()
    {
        _idleTick?.Cancel();
        _idleTick = null;
    }

    internal void Attach(int loop, IActorRef network) => _networks[loop] = network;

    /// <summary>The journal as commands see it.</summary>
    internal required JournalKeeper Keeper { get; init; }

    /// <summary>The journal; null while none is kept.</summary>
    internal KeyspaceJournal? Journal => Keeper.Journal;

    /// <summary>How far the loading of data is.</summary>
    internal LoadProgress Load => Keeper.Load;

    /// <summary>Why the data cannot be loaded; empty when nothing is wrong.</summary>
    internal string LoadProblem { get; set; } = "";

    /// <summary>Journal actors so far: each has a name of its own.</summary>
    internal int JournalIncarnations { get; set; }

    /// <summary>Who wants to know when the data has been loaded.</summary>
    internal List<IActorRef> AwaitingReady { get; } = [];

    /// <summary>The host has asked: who fails to load before that is asked still.</summary>
    internal bool WasAskedReady { get; set; }

    /// <summary>Who wants to know when everything is on the disk.</summary>
    internal List<IActorRef> AwaitingFlush { get; } = [];

    /// <summary>
    /// Sends each network actor what its clients are to hear, and its batch back to the one that
    /// sent it, whether there is something to hear or not.
    /// </summary>
    /// <param name="answered">The batch; null when there was none.</param>
    /// <param name="self">The keyspace actor.</param>
    /// <param name="barrier">The event that has to be kept first; 0 for none.</param>
    internal void SendReplies(CommandBatch? answered, IActorRef self, long barrier)
    {
        for (int i = 0; i < _outputs.Length; i++)
        {
            ReplyBatch output = _outputs[i];
            bool answers = answered is not null && answered.Loop == i;
            if (!answers && output.IsEmpty) continue;
            // The next one first: without memory for it this turn is still to be answered.
            ReplyBatch next = _pools[i].RentReplies();
            output.Finish();
            output.Answers = answers ? answered : null;
            if (answers) InHand = null;
            _outputs[i] = next;
            Engine.SetOutput(i, _outputs[i]);
            Feed.Seq = Journal?.LastSeq ?? 0;
            long wait = barrier != 0 ? barrier : Journal?.OrderBarrier(i, output) ?? 0;
            if (wait == 0) Send(i, output, self);
            else Journal!.Hold(wait, i, output);
        }
    }

    /// <summary>Sends replies to the clients of one loop, or of this process.</summary>
    internal void Send(int loop, ReplyBatch output, IActorRef self)
    {
        if (loop == Local.Index) Local.Deliver(output);
        else _networks[loop].Tell(output, self);
    }
}
