using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.TestKit.Xunit2;
using Rotom.Actors.Hosting;
using Rotom.Actors.Persistence;
using Xunit;

namespace Rotom.Actors.Tests;

/// <summary>
/// The facts of Akka's JournalSpec, on the journal in append-only files. Left out: what is about
/// the serialization of arbitrary events, for this journal keeps commands only and rejects others.
/// </summary>
public sealed class AofJournalTests : TestKit
{
    private static readonly string s_root =
        Path.Join(Path.GetTempPath(), "rotom-" + Guid.NewGuid().ToString("N"));

    public AofJournalTests()
        : base(ConfigurationFactory.ParseString(
                $"akka {{ loglevel = OFF, test.single-expect-default = 60s }}, "
                + $"rotom.persistence.aof.directory = \"{s_root}\"")
            .WithFallback(RotomExtension.DefaultConfig()))
    {
        Write("p", 1, 5);
    }

    private IActorRef Journal =>
        Akka.Persistence.Persistence.Instance.Apply(Sys).JournalFor(AofJournal.PluginId);

    [Theory]
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
    public void It_replays_what_is_asked_for(long from, long to, long max, string expected) =>
        Assert.Equal(expected, Replay("p", from, to, max));

    [Fact]
    public void It_replays_nothing_of_an_unknown_id() => Assert.Equal("", Replay("none"));

    [Fact]
    public void What_is_deleted_is_gone_and_the_highest_number_stays()
    {
        Delete("p", 3);
        Assert.Equal("4 5", Replay("p"));
        Delete("p", 5);
        Assert.Equal("", Replay("p"));
        Assert.Equal(5, Highest);
        Forget("p");
        Assert.Equal("", Replay("p"));
        Assert.Equal(5, Highest);
    }

    [Fact]
    public void A_group_is_written_whole_and_found_after_a_restart()
    {
        Persistent[] events = [Event("p", 6), Event("p", 7)];
        Send([new AtomicWrite(events.ToImmutableArray<IPersistentRepresentation>())], 2);
        Forget("p");
        Assert.Equal("1 2 3 4 5 6 7", Replay("p"));
        string file = Path.Join(s_root, "p", "appendonly.aof.1.incr.aof");
        Forget("p");
        using (FileStream stream = File.OpenWrite(file)) stream.SetLength(stream.Length - 1);
        Assert.Equal("1 2 3 4 5", Replay("p"));
        Write("p", 6, 6);
        Assert.Equal("1 2 3 4 5 6", Replay("p"));
    }

    [Fact]
    public void What_is_no_command_is_rejected()
    {
        Persistent other = new("text", 6, "p");
        Journal.Tell(new WriteMessages([new AtomicWrite(other)], TestActor, 1), TestActor);
        FishForMessage(message => message is WriteMessageRejected);
        Write("p", 6, 6);
        Assert.Equal("1 2 3 4 5 6", Replay("p"));
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        if (Directory.Exists(s_root)) Directory.Delete(s_root, recursive: true);
    }

    private long Highest { get; set; }

    private static Persistent Event(string id, long seq) => new(
        JournalEvent.Of(Encoding.ASCII.GetBytes($"*2\r\n$4\r\nINCR\r\n$1\r\n{seq}\r\n")), seq, id);

    private void Write(string id, long from, long to)
    {
        List<IPersistentEnvelope> writes = [];
        for (long seq = from; seq <= to; seq++) writes.Add(new AtomicWrite(Event(id, seq)));
        Send(writes, (int)(to - from + 1));
    }

    private void Send(IEnumerable<IPersistentEnvelope> writes, int events)
    {
        Journal.Tell(new WriteMessages(writes, TestActor, 1), TestActor);
        for (int i = 0; i < events; i++) FishForMessage(message => message is WriteMessageSuccess);
    }

    private void Delete(string id, long to)
    {
        Journal.Tell(new DeleteMessagesTo(id, to, TestActor), TestActor);
        FishForMessage(message => message is DeleteMessagesSuccess);
    }

    // As after a restart of the process: the files are read anew.
    private void Forget(string id)
    {
        Journal.Tell(new ForgetJournal(id), TestActor);
        Replay("none");
    }

    private string Replay(
        string id, long from = 1, long to = long.MaxValue, long max = long.MaxValue)
    {
        Journal.Tell(new ReplayMessages(from, to, max, id, TestActor), TestActor);
        List<long> found = [];
        FishForMessage(message =>
        {
            if (message is ReplayedMessage replayed) found.Add(replayed.Persistent.SequenceNr);
            if (message is not RecoverySuccess success) return false;
            Highest = success.HighestSequenceNr;
            return true;
        });
        return string.Join(' ', found);
    }
}
