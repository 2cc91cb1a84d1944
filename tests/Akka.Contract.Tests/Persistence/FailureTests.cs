using System;
using Akka.Actor;
using Akka.Persistence;
using Akka.TestKit;
using Xunit;

namespace Akka.Contract.Tests.Persistence;

// akka-surface.md section 0, "Persistence": failure stops the actor, rejection does not, and the
// answers of a journal keep the order of the requests.
public sealed class FailureTests : PersistenceSpec
{
    [Fact]
    public void A_failed_write_reports_and_stops_the_actor()
    {
        Steer(Journal, new FailWrite("a"));
        IActorRef actor = Fresh();
        Watch(actor);
        Do(actor, a => a.Persist("a", e => a.Say($"handled {e}")));
        Hear("failure 1 a: no disk");
        ExpectTerminated(actor);
    }

    [Fact]
    public void A_failed_write_stops_even_where_the_supervisor_would_restart()
    {
        Steer(Journal, new FailWrite("a"));
        IActorRef actor = Fresh();
        Watch(actor);
        Do(actor, a => a.PersistAsync("a", a.Say));
        Hear("failure 1 a: no disk");
        ExpectTerminated(actor);
        actor.Tell("too late");
        Fresh("other");
    }

    [Fact]
    public void Commands_held_back_when_a_write_fails_go_to_dead_letters()
    {
        Steer(Journal, new FailWrite("a"));
        Steer(Journal, new Hold());
        IActorRef actor = Fresh();
        TestProbe letters = CreateTestProbe();
        Sys.EventStream.Subscribe(letters.Ref, typeof(Event.DeadLetter));
        Do(actor, a => a.Persist("a", a.Say));
        actor.Tell("held back");
        Steer(Journal, new Release());
        Hear("failure 1 a: no disk");
        letters.FishForMessage(m => m is Event.DeadLetter { Message: "held back" });
    }

    [Fact]
    public void A_rejection_reports_and_the_actor_goes_on()
    {
        Steer(Journal, new RejectWrite("bad"));
        IActorRef actor = Fresh();
        Do(actor, a => a.Persist("bad", e => a.Say($"handled {e}")));
        actor.Tell("next");
        Hear("rejected 1 bad: no good", "command next");
    }

    [Fact]
    public void Only_the_rejected_atomic_write_of_a_batch_is_rejected()
    {
        Steer(Journal, new RejectWrite("bad"));
        IActorRef actor = Fresh();
        Do(actor, a =>
        {
            a.Persist("a", a.Say);
            a.Persist("bad", a.Say);
            a.Persist("b", a.Say);
        });
        Hear("a", "rejected 2 bad: no good", "b");
        Assert.Equal(["a", "b"], Stored("p"));
    }

    [Fact]
    public void Each_event_of_a_rejected_PersistAll_is_reported_and_none_is_stored()
    {
        Steer(Journal, new RejectWrite("bad"));
        IActorRef actor = Fresh();
        Do(actor, a => a.PersistAll(["a", "bad"], a.Say));
        actor.Tell("next");
        Hear("rejected 1 a: no good", "rejected 2 bad: no good", "command next");
        Assert.Empty(Stored("p"));
    }

    [Fact]
    public void A_rejected_Persist_lets_the_commands_held_back_go_on()
    {
        Steer(Journal, new RejectWrite("bad"));
        Steer(Journal, new Hold());
        IActorRef actor = Fresh();
        Do(actor, a => a.Persist("bad", a.Say));
        actor.Tell(1);
        actor.Tell(2);
        Steer(Journal, new Release());
        Hear("rejected 1 bad: no good", "command 1", "command 2");
    }

    [Fact]
    public void Answers_that_are_not_one_a_write_count_as_a_failure()
    {
        Steer(Journal, new RejectWrite("bad", WrongCount: true));
        IActorRef actor = Fresh();
        Watch(actor);
        Do(actor, a => a.Persist("bad", a.Say));
        Assert.StartsWith("failure 1 bad", Probe.ExpectMsg<string>());
        ExpectTerminated(actor);
    }

    [Fact]
    public void An_exception_in_a_handler_restarts_and_the_event_stays_stored()
    {
        IActorRef actor = Fresh();
        Do(actor, a => a.Persist("a", _ => throw new Boom()));
        actor.Tell("next");
        Hear("event a", "recovered 1", "command next");
    }

    [Fact]
    public void PreRestart_is_given_the_event_whose_handler_failed()
    {
        IActorRef probe = Probe.Ref;
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Telling(probe)));
        actor.Tell("a");
        Hear("restart after a");
    }

    [Fact]
    public void Writes_that_end_in_the_wrong_order_are_answered_in_the_right_one()
    {
        TestProbe writer = CreateTestProbe();
        Steer(Journal, new Hold());
        for (int i = 1; i <= 5; i++)
            Journal.Tell(Write(i, writer), writer.Ref);
        Steer(Journal, new Release(NewestFirst: true));
        for (int i = 1; i <= 5; i++)
        {
            Assert.Equal(
                i, writer.FishForMessage<WriteMessageSuccess>(_ => true).Persistent.SequenceNr);
        }
    }

    [Fact]
    public void A_failure_among_successes_is_answered_at_its_place()
    {
        TestProbe writer = CreateTestProbe();
        Steer(Journal, new FailWrite("e2"));
        Steer(Journal, new Hold());
        for (int i = 1; i <= 3; i++)
            Journal.Tell(Write(i, writer), writer.Ref);
        Steer(Journal, new Release(NewestFirst: true));
        Assert.Equal(
            1, writer.FishForMessage<WriteMessageSuccess>(_ => true).Persistent.SequenceNr);
        WriteMessageFailure failed = writer.FishForMessage<WriteMessageFailure>(_ => true);
        Assert.Equal((2L, 7), (failed.Persistent.SequenceNr, failed.ActorInstanceId));
        Assert.IsType<InvalidOperationException>(failed.Cause);
        Assert.Equal(
            3, writer.FishForMessage<WriteMessageSuccess>(_ => true).Persistent.SequenceNr);
    }

    private static WriteMessages Write(int number, TestProbe writer) => new(
        [new AtomicWrite(new Persistent($"e{number}", number, "p", sender: writer.Ref))],
        writer.Ref, 7);

    private sealed class Telling(IActorRef probe) : UntypedPersistentActor
    {
        public override string PersistenceId => "telling";

        protected override void PreRestart(Exception reason, object message)
        {
            probe.Tell($"restart after {message}");
            base.PreRestart(reason, message);
        }

        protected override void OnCommand(object message) =>
            Persist(message, _ => throw new Boom());

        protected override void OnRecover(object message)
        {
        }
    }
}

// akka-surface.md section 0: "Journal and snapshot store calls go through a circuit breaker".
public sealed class JournalBreakerTests() : PersistenceSpec(
    """
    test.journal.circuit-breaker { max-failures = 2, call-timeout = 200ms, reset-timeout = 1h }
    test.snapshots.circuit-breaker { max-failures = 1, call-timeout = 10s, reset-timeout = 1h }
    """)
{
    [Fact]
    public void A_write_longer_than_the_call_timeout_is_a_failure_and_stops_the_writer()
    {
        Steer(Journal, new Hold());
        IActorRef actor = Fresh();
        Watch(actor);
        Do(actor, a => a.Persist("slow", a.Say));
        Assert.StartsWith("failure 1 slow", Probe.ExpectMsg<string>());
        ExpectTerminated(actor);
    }

    [Fact]
    public void After_the_failures_allowed_the_journal_is_not_called_any_more()
    {
        Steer(Journal, new FailWrite("bad"));
        IActorRef[] actors = [Fresh("1"), Fresh("2"), Fresh("3")];
        for (int i = 0; i < 2; i++)
        {
            Do(actors[i], a => a.Persist("bad", a.Say));
            Hear("failure 1 bad: no disk");
        }

        Steer(Journal, new Tap(TestActor));
        Do(actors[2], a => a.Persist("good", a.Say));
        Assert.StartsWith("failure 1 good", Probe.ExpectMsg<string>());
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void An_open_breaker_of_the_store_fails_saves_without_a_call()
    {
        Steer(Store, new FailSaves());
        IActorRef actor = Fresh();
        Do(actor, a => a.SaveSnapshot("s"));
        Hear("not saved 0: no disk");
        Do(actor, a => a.SaveSnapshot("s"));
        Assert.DoesNotContain("no disk", Probe.ExpectMsg<string>(), StringComparison.Ordinal);
    }
}
