using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Persistence;
using Rotom.Persistence;
using Rotom.Resp;
using Xunit;

namespace Rotom.Actors.Tests.PersistencePlugin;

/// <summary>The facts of Akka's JournalSpec, on the journal in a server of the same process.
/// </summary>
public sealed class RotomJournalTests : PluginSpec
{
    public RotomJournalTests() => Write("p", 1, 5);

    private IActorRef Journal => ExtensionOf(Sys).JournalFor(RotomJournal.PluginId);

    private long Highest { get; set; }

    [Theory]
    [InlineData(0, long.MaxValue, long.MaxValue, "1 2 3 4 5")]
    [InlineData(1, long.MaxValue, long.MaxValue, "1 2 3 4 5")]
    [InlineData(3, long.MaxValue, long.MaxValue, "3 4 5")]
    [InlineData(1, 3, long.MaxValue, "1 2 3")]
    [InlineData(1, long.MaxValue, 3, "1 2 3")]
    [InlineData(1, 3, 2, "1 2")]
    [InlineData(2, 2, long.MaxValue, "2")]
    [InlineData(5, 5, long.MaxValue, "5")]
    [InlineData(2, 4, 3, "2 3 4")]
    [InlineData(1, long.MaxValue, 0, "")]
    [InlineData(3, 2, long.MaxValue, "")]
    [InlineData(6, long.MaxValue, long.MaxValue, "")]
    public void It_replays_what_is_asked_for(long from, long to, long max, string expected)
    {
        Assert.Equal(expected, Replay("p", from, to, max));
        Assert.Equal(5, Highest);
    }

    [Fact]
    public void An_unknown_id_has_no_events_and_the_number_0()
    {
        Assert.Equal("", Replay("none"));
        Assert.Equal(0, Highest);
    }

    [Theory]
    [InlineData(0, "1 2 3 4 5")]
    [InlineData(3, "4 5")]
    [InlineData(5, "")]
    [InlineData(long.MaxValue, "")]
    public void What_is_deleted_is_gone_and_the_highest_number_stays(long to, string left)
    {
        Write("q", 1, 2);
        Delete("p", to);
        Assert.Equal(left, Replay("p"));
        Assert.Equal(5, Highest);
        Write("p", 6, 6);
        Assert.Equal((left + " 6").Trim(), Replay("p"));
        Assert.Equal(6, Highest);
        Assert.Equal("1 2", Replay("q"));
    }

    [Fact]
    public void What_cannot_be_encoded_is_rejected_and_the_others_are_kept()
    {
        IPersistentEnvelope[] writes =
        [
            new AtomicWrite(new Persistent("six", 6, "p")),
            new AtomicWrite(new Persistent(new Version(1, 0), 7, "p")),
            new AtomicWrite(new Persistent("eight", 8, "p")),
        ];
        Journal.Tell(new WriteMessages(writes, TestActor, 1), TestActor);
        FishForMessage(message => message is WriteMessageSuccess { Persistent.SequenceNr: 6 });
        FishForMessage(message => message is WriteMessageRejected
        {
            Persistent.SequenceNr: 7,
            Cause: PayloadException,
        });
        FishForMessage(message => message is WriteMessageSuccess { Persistent.SequenceNr: 8 });
        Assert.Equal("1 2 3 4 5 6 8", Replay("p"));
    }

    [Fact]
    public void A_group_with_one_event_that_cannot_be_encoded_is_rejected_whole()
    {
        IPersistentRepresentation[] events =
            [new Persistent("six", 6, "p"), new Persistent(new Version(1, 0), 7, "p")];
        Journal.Tell(
            new WriteMessages([new AtomicWrite(events.ToImmutableArray())], TestActor, 1),
            TestActor);
        FishForMessage(message => message is WriteMessageRejected { Persistent.SequenceNr: 7 });
        Assert.Equal("1 2 3 4 5", Replay("p"));
    }

    [Fact]
    public async Task A_group_is_one_command_and_events_keep_all_that_they_have()
    {
        IPersistentRepresentation[] events =
        [
            new Persistent(new Deposited(7), 6, "p", "man", false, TestActor, "writer"),
            new Persistent(new byte[] { 0, 255 }, 7, "p"),
            new Persistent(8L, 8, "p"),
        ];
        long before = await Calls();
        Journal.Tell(
            new WriteMessages([new AtomicWrite(events.ToImmutableArray())], TestActor, 1),
            TestActor);
        for (int i = 0; i < 3; i++) FishForMessage(message => message is WriteMessageSuccess);
        Assert.Equal(before + 1, await Calls());
        List<IPersistentRepresentation> found = Read("p", 6);
        Assert.Equal(new Deposited(7), found[0].Payload);
        Assert.Equal([0, 255], (byte[])found[1].Payload);
        Assert.Equal(8L, found[2].Payload);
        Assert.Equal(("man", "writer", "p"), (
            found[0].Manifest, found[0].WriterGuid, found[0].PersistenceId));
        Assert.False(found[0].IsDeleted);
        Assert.InRange(
            new DateTime(found[0].Timestamp), DateTime.UtcNow.AddHours(-1), DateTime.UtcNow);
    }

    [Fact]
    public async Task A_key_that_holds_something_else_is_a_failure_and_not_a_rejection()
    {
        await Events.StringSetAsync("akka:journal:odd", "text");
        Journal.Tell(
            new WriteMessages(
                [new AtomicWrite(new Persistent("e", 1, "odd"))], TestActor, 1),
            TestActor);
        FishForMessage(
            message => message is WriteMessageFailure { Cause: RespErrorException });
        Journal.Tell(new ReplayMessages(0, 1, 1, "odd", TestActor), TestActor);
        FishForMessage(message => message is ReplayMessagesFailure);
    }

    [Fact]
    public void Events_are_found_by_another_actor_system_of_the_process()
    {
        using ActorSystem other = ActorSystem.Create("other", Sys.Settings.Config);
        RotomPersistence.For(other).UseServer(Server);
        IActorRef journal = ExtensionOf(other).JournalFor(RotomJournal.PluginId);
        journal.Tell(new ReplayMessages(4, 5, 9, "p", TestActor), TestActor);
        FishForMessage(message => message is ReplayedMessage { Persistent.SequenceNr: 4 });
        FishForMessage(message => message is RecoverySuccess { HighestSequenceNr: 5 });
    }

    private async Task<long> Calls()
    {
        string info = (await Events.ExecuteAsync("INFO", "commandstats")).AsString()!;
        string line = info.Split("\r\n").First(l => l.StartsWith("cmdstat_zadd:calls="));
        return long.Parse(line.Split('=', ',')[1]);
    }

    private void Write(string id, long from, long to)
    {
        List<IPersistentEnvelope> writes = [];
        for (long seq = from; seq <= to; seq++)
        {
            writes.Add(new AtomicWrite(new Persistent($"e{seq}", seq, id)));
        }

        Journal.Tell(new WriteMessages(writes, TestActor, 1), TestActor);
        for (long seq = from; seq <= to; seq++)
        {
            FishForMessage(
                message => message is WriteMessageSuccess success
                    && success.Persistent.SequenceNr == seq);
        }
    }

    private void Delete(string id, long to)
    {
        Journal.Tell(new DeleteMessagesTo(id, to, TestActor), TestActor);
        FishForMessage(message => message is DeleteMessagesSuccess);
    }

    private string Replay(
        string id, long from = 0, long to = long.MaxValue, long max = long.MaxValue) =>
        string.Join(' ', Read(id, from, to, max).Select(found => found.SequenceNr));

    private List<IPersistentRepresentation> Read(
        string id, long from, long to = long.MaxValue, long max = long.MaxValue)
    {
        Journal.Tell(new ReplayMessages(from, to, max, id, TestActor), TestActor);
        List<IPersistentRepresentation> found = [];
        FishForMessage(message =>
        {
            if (message is ReplayedMessage replayed) found.Add(replayed.Persistent);
            if (message is not RecoverySuccess success) return false;
            Highest = success.HighestSequenceNr;
            return true;
        });
        return found;
    }
}
