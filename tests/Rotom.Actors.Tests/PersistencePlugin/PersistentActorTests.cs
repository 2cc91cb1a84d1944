using System;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Persistence;
using Rotom.Persistence;
using Xunit;

namespace Rotom.Actors.Tests.PersistencePlugin;

/// <summary>A persistent actor of the host's own, from life to life.</summary>
public sealed class PersistentActorTests : PluginSpec
{
    [Fact]
    public async Task It_recovers_from_its_snapshot_and_the_events_behind_it()
    {
        IActorRef actor = Begin();
        for (int i = 1; i <= 25; i++) actor.Tell(new Deposited(i));
        Assert.Equal((325L, 0), await State(actor));
        ExpectMsg("snapshot at 10");
        ExpectMsg("snapshot at 20");
        await actor.GracefulStop(TimeSpan.FromSeconds(10));
        Assert.Equal((325L, 5), await State(Begin()));
        Assert.Equal(25, (await Events.ExecuteAsync("ZCARD", "akka:journal:purse")).AsInteger());
    }

    [Fact]
    public async Task Many_at_a_time_keep_their_order()
    {
        IActorRef actor = Begin();
        for (int i = 1; i <= 2000; i++) actor.Tell(new Deposited(i));
        Assert.Equal((2000L * 2001 / 2, 0), await State(actor));
        await actor.GracefulStop(TimeSpan.FromSeconds(10));
        (long balance, _) = await State(Begin());
        Assert.Equal(2000L * 2001 / 2, balance);
    }

    private IActorRef Begin() => Sys.ActorOf(Props.Create(() => new Purse(TestActor)));

    private static Task<(long Balance, int Replayed)> State(IActorRef actor) =>
        actor.Ask<(long, int)>("state", TimeSpan.FromSeconds(20));

    private sealed class Purse : ReceivePersistentActor
    {
        private long _balance;
        private int _replayed;

        public Purse(IActorRef ear)
        {
            Recover<Deposited>(deposited =>
            {
                _balance += deposited.Amount;
                _replayed++;
            });
            Recover<SnapshotOffer>(offer => _balance = ((Account)offer.Snapshot).Balance);
            Command<Deposited>(deposited => Persist(deposited, kept =>
            {
                _balance += kept.Amount;
                if (LastSequenceNr is 10 or 20) SaveSnapshot(new Account(_balance));
            }));
            Command<string>(_ => Sender.Tell((_balance, _replayed)));
            Command<SaveSnapshotSuccess>(
                saved => ear.Tell($"snapshot at {saved.Metadata.SequenceNr}"));
        }

        public override string PersistenceId => "purse";
    }
}
