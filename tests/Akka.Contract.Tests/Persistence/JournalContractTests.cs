using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Akka.Actor;
using Akka.Persistence;
using Akka.TestKit;
using Xunit;

namespace Akka.Contract.Tests.Persistence;

// akka-surface.md sections 0, 16 and 17: what a journal owes those who speak its protocol, asked
// of Akka's in-memory journal.
public sealed class JournalContractTests : PersistenceSpec
{
    private readonly IActorRef _journal;
    private readonly TestProbe _writer;

    public JournalContractTests()
    {
        _journal = Extension.JournalFor("akka.persistence.journal.inmem");
        _writer = CreateTestProbe();
    }

    [Fact]
    public void Each_event_is_acknowledged_on_its_own_with_the_writers_instance()
    {
        _journal.Tell(Events("p", 1, 3), _writer.Ref);
        for (int i = 1; i <= 3; i++)
        {
            WriteMessageSuccess success = Next<WriteMessageSuccess>();
            Assert.Equal((i, 42), ((int)success.Persistent.SequenceNr, success.ActorInstanceId));
            Assert.Equal($"e{i}", success.Persistent.Payload);
        }
    }

    [Fact]
    public void An_acknowledgement_comes_from_the_sender_of_the_event()
    {
        TestProbe asker = CreateTestProbe();
        var persistent = new Persistent("e", 1, "p", sender: asker.Ref);
        _journal.Tell(new WriteMessages([new AtomicWrite(persistent)], _writer.Ref, 1), TestActor);
        Next<WriteMessageSuccess>();
        Assert.Equal(asker.Ref, _writer.LastSender);
    }

    [Theory]
    [InlineData(0, long.MaxValue, long.MaxValue, "e1 e2 e3 e4 e5")]
    [InlineData(1, 5, 5, "e1 e2 e3 e4 e5")]
    [InlineData(3, long.MaxValue, long.MaxValue, "e3 e4 e5")]
    [InlineData(1, 2, long.MaxValue, "e1 e2")]
    [InlineData(2, 4, long.MaxValue, "e2 e3 e4")]
    [InlineData(2, 4, 2, "e2 e3")]
    [InlineData(3, 3, long.MaxValue, "e3")]
    [InlineData(1, 5, 0, "")]
    [InlineData(4, 2, long.MaxValue, "")]
    [InlineData(6, long.MaxValue, long.MaxValue, "")]
    public void Replay_keeps_to_its_bounds_and_ends_with_the_highest_number(
        long from, long to, long max, string expected)
    {
        Write("p", 5);
        (string replayed, long highest) = Replay("p", from, to, max);
        Assert.Equal(expected, replayed);
        Assert.Equal(5, highest);
    }

    [Theory]
    [InlineData(2, "e3 e4 e5")]
    [InlineData(5, "")]
    [InlineData(0, "e1 e2 e3 e4 e5")]
    [InlineData(long.MaxValue, "")]
    public void Deletion_takes_all_up_to_its_bound_and_the_highest_number_stays(
        long to, string expected)
    {
        Write("p", 5);
        _journal.Tell(new DeleteMessagesTo("p", to, _writer.Ref), _writer.Ref);
        Assert.Equal(to, _writer.ExpectMsg<DeleteMessagesSuccess>().ToSequenceNr);
        (string replayed, long highest) = Replay("p", 0, long.MaxValue, long.MaxValue);
        Assert.Equal(expected, replayed);
        Assert.Equal(5, highest);
    }

    [Fact]
    public void Writing_goes_on_after_deletion()
    {
        Write("p", 3);
        _journal.Tell(new DeleteMessagesTo("p", 3, _writer.Ref), _writer.Ref);
        _writer.ExpectMsg<DeleteMessagesSuccess>();
        _journal.Tell(Events("p", 4, 2), _writer.Ref);
        Next<WriteMessageSuccess>();
        Next<WriteMessageSuccess>();
        Assert.Equal(("e4 e5", 5L), Replay("p", 0, long.MaxValue, long.MaxValue));
    }

    [Fact]
    public void An_unknown_id_has_no_events_and_the_number_0()
    {
        Write("p", 2);
        Assert.Equal(("", 0L), Replay("q", 0, long.MaxValue, long.MaxValue));
    }

    [Fact]
    public void Deleting_from_one_id_leaves_the_others()
    {
        Write("p", 2);
        Write("q", 2);
        _journal.Tell(new DeleteMessagesTo("p", 2, _writer.Ref), _writer.Ref);
        _writer.ExpectMsg<DeleteMessagesSuccess>();
        Assert.Equal(("e1 e2", 2L), Replay("q", 0, long.MaxValue, long.MaxValue));
    }

    [Fact]
    public void A_stored_event_keeps_id_number_and_writer_and_loses_its_sender()
    {
        var persistent = new Persistent(
            "e", 1, "p", sender: _writer.Ref, writerGuid: "writer");
        _journal.Tell(new WriteMessages([new AtomicWrite(persistent)], _writer.Ref, 1), TestActor);
        Next<WriteMessageSuccess>();
        _journal.Tell(new ReplayMessages(0, 1, 1, "p", _writer.Ref), _writer.Ref);
        IPersistentRepresentation stored = _writer.ExpectMsg<ReplayedMessage>().Persistent;
        Assert.Equal(("e", 1L, "p"), (stored.Payload, stored.SequenceNr, stored.PersistenceId));
        Assert.Equal("writer", stored.WriterGuid);
        Assert.False(stored.IsDeleted);
        Assert.NotEqual(_writer.Ref, stored.Sender);
    }

    [Fact]
    public void An_atomic_write_knows_its_bounds()
    {
        AtomicWrite write = new(ImmutableList.Create<IPersistentRepresentation>(
            new Persistent("a", 4, "p"), new Persistent("b", 5, "p"), new Persistent("c", 6, "p")));
        Assert.Equal(("p", 3), (write.PersistenceId, write.Size));
        Assert.Equal((4L, 6L), (write.LowestSequenceNr, write.HighestSequenceNr));
    }

    [Fact]
    public void An_atomic_write_is_of_one_id_and_not_empty()
    {
        Assert.Throws<ArgumentException>(() => new AtomicWrite(
            ImmutableList.Create<IPersistentRepresentation>(
                new Persistent("a", 1, "p"), new Persistent("b", 2, "q"))));
        Assert.Throws<ArgumentException>(
            () => new AtomicWrite(ImmutableList<IPersistentRepresentation>.Empty));
    }

    [Fact]
    public void A_plugin_is_one_system_actor_named_as_its_section()
    {
        IActorRef again = Extension.JournalFor("akka.persistence.journal.inmem");
        Assert.Equal(_journal, again);
        Assert.Equal(
            "/system/akka.persistence.journal.inmem", _journal.Path.ToStringWithoutAddress());
        Assert.Equal(Journal, Extension.JournalFor(null));
        Assert.NotEqual(Journal, _journal);
    }

    [Fact]
    public void An_unknown_plugin_is_refused() =>
        Assert.ThrowsAny<Exception>(() => Extension.JournalFor("no.such.journal"));

    private static WriteMessages EventsOf(IActorRef writer, string id, int first, int count)
    {
        IEnumerable<IPersistentEnvelope> writes = Enumerable.Range(first, count).Select(
            i => new AtomicWrite(new Persistent($"e{i}", i, id, sender: writer)));
        return new WriteMessages([.. writes], writer, 42);
    }

    private WriteMessages Events(string id, int first, int count) =>
        EventsOf(_writer.Ref, id, first, count);

    private void Write(string id, int count)
    {
        _journal.Tell(Events(id, 1, count), _writer.Ref);
        for (int i = 0; i < count; i++)
            Next<WriteMessageSuccess>();
    }

    private T Next<T>() => _writer.FishForMessage<T>(_ => true);

    private (string Events, long Highest) Replay(string id, long from, long to, long max)
    {
        TestProbe reader = CreateTestProbe();
        _journal.Tell(new ReplayMessages(from, to, max, id, reader.Ref), reader.Ref);
        List<object> found = [];
        object next = reader.ReceiveOne(TimeSpan.FromSeconds(15));
        for (; next is ReplayedMessage replayed; next = reader.ReceiveOne(TimeSpan.FromSeconds(15)))
            found.Add(replayed.Persistent.Payload);
        return (string.Join(' ', found), Assert.IsType<RecoverySuccess>(next).HighestSequenceNr);
    }
}
