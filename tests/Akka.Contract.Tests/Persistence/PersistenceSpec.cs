using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.TestKit;
using Xunit;

namespace Akka.Contract.Tests.Persistence;

// What the persistence tests share. Each test has a system of its own, whose journal and snapshot
// store are Akka's in-memory ones with a lever: writes can be held, failed or rejected (Steered*).
// A Scripted actor does what the test tells it, and says to the probe what happens to it; the
// order of what the probe hears is what most tests are about, so none of them measures time.

public abstract class PersistenceSpec : Akka.TestKit.Xunit2.TestKit
{
    internal const string JournalId = "test.journal";
    internal const string StoreId = "test.snapshots";

    private static readonly Config s_base = ConfigurationFactory.ParseString(
        $$"""
        akka { loglevel = OFF, stdout-loglevel = OFF, test.single-expect-default = 15s }
        akka.persistence.journal.plugin = {{JournalId}}
        akka.persistence.snapshot-store.plugin = {{StoreId}}
        test.journal {
          class = "{{typeof(SteeredJournal).AssemblyQualifiedName}}"
          plugin-dispatcher = akka.actor.default-dispatcher
          replay-filter.mode = off
        }
        test.snapshots {
          class = "{{typeof(SteeredSnapshotStore).AssemblyQualifiedName}}"
          plugin-dispatcher = akka.actor.default-dispatcher
        }
        """);

    protected PersistenceSpec(string hocon = "")
        : base(ConfigurationFactory.ParseString(hocon).WithFallback(s_base))
    {
        Probe = CreateTestProbe();
        Journal = Extension.JournalFor(JournalId);
        Store = Extension.SnapshotStoreFor(StoreId);
    }

    /// <summary>Hears what scripted actors say.</summary>
    protected TestProbe Probe { get; }

    protected IActorRef Journal { get; }

    protected IActorRef Store { get; }

    protected PersistenceExtension Extension => Akka.Persistence.Persistence.Instance.Apply(Sys);

    /// <summary>A scripted actor that is to recover; nothing it says is awaited.</summary>
    protected IActorRef Begin(string id, Recovery? recovery = null)
    {
        IActorRef probe = Probe.Ref;
        return Sys.ActorOf(Props.Create(() => new Scripted(id, probe, recovery)));
    }

    /// <summary>A scripted actor without history, recovered.</summary>
    protected IActorRef Fresh(string id = "p")
    {
        IActorRef actor = Begin(id);
        Hear("recovered 0");
        return actor;
    }

    protected static void Do(IActorRef actor, Action<Scripted> script) =>
        actor.Tell(new Script(script));

    /// <summary>The actor stores these and says them; all are heard.</summary>
    protected void Store_events(IActorRef actor, params string[] events)
    {
        Do(actor, a => a.PersistAll(events, a.Say));
        Hear(events);
    }

    protected void Hear(params string[] said) =>
        Assert.Equal(said, Probe.ReceiveN(said.Length, TimeSpan.FromSeconds(15)).Cast<string>());

    /// <summary>Sets a lever of a plugin; it is in force when this returns.</summary>
    protected void Steer(IActorRef plugin, object lever)
    {
        plugin.Tell(lever, TestActor);
        ExpectMsg<Steered>();
    }

    protected void Stop(IActorRef actor)
    {
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
    }

    /// <summary>What the journal holds of an id, as an actor that recovers it hears it.</summary>
    protected IReadOnlyList<string> Stored(string id, long from = 0, long to = long.MaxValue)
    {
        TestProbe reader = CreateTestProbe();
        Journal.Tell(new ReplayMessages(from, to, long.MaxValue, id, reader.Ref), reader.Ref);
        List<string> found = [];
        while (reader.ReceiveOne(TimeSpan.FromSeconds(15)) is ReplayedMessage replayed)
            found.Add((string)replayed.Persistent.Payload);
        return found;
    }

    internal sealed record Script(Action<Scripted> Run);

    public sealed class Boom() : Exception("on purpose");

    public sealed class Scripted(string id, IActorRef probe, Recovery? recovery)
        : UntypedPersistentActor
    {
        public override string PersistenceId => id;

        public override Recovery Recovery => recovery ?? base.Recovery;

        internal IActorRef From => Sender;

        internal void Say(string text) => probe.Tell(text, Self);

        protected override void OnCommand(object message)
        {
            switch (message)
            {
                case Script script:
                    script.Run(this);
                    break;
                case SaveSnapshotSuccess saved:
                    Say($"saved {saved.Metadata.SequenceNr}");
                    break;
                case SaveSnapshotFailure failed:
                    Say($"not saved {failed.Metadata.SequenceNr}: {failed.Cause.Message}");
                    break;
                case DeleteMessagesSuccess deleted:
                    Say($"deleted to {deleted.ToSequenceNr}");
                    break;
                case DeleteMessagesFailure failed:
                    Say($"not deleted to {failed.ToSequenceNr}");
                    break;
                case DeleteSnapshotSuccess deleted:
                    Say($"deleted snapshot {deleted.Metadata.SequenceNr}");
                    break;
                case DeleteSnapshotsSuccess deleted:
                    Say($"deleted snapshots to {deleted.Criteria.MaxSequenceNr}");
                    break;
                default:
                    Say($"command {message}");
                    break;
            }
        }

        protected override void OnRecover(object message)
        {
            if (message is "poison")
                throw new Boom();
            if (message is SnapshotOffer offer)
                Say($"snapshot {offer.Snapshot} at {offer.Metadata.SequenceNr}");
            else if (message is RecoveryCompleted)
                Say($"recovered {LastSequenceNr}");
            else
                Say($"event {message}");
        }

        protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
            Say($"failure {sequenceNr} {@event}: {cause.Message}");

        protected override void OnPersistRejected(
            Exception cause, object @event, long sequenceNr) =>
            Say($"rejected {sequenceNr} {@event}: {cause.Message}");

        protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
            Say($"recovery failure {reason.GetType().Name}");
    }
}
