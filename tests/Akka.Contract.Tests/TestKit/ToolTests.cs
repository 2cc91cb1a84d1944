using System;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit;
using Xunit;
using Xunit.Sdk;

namespace Akka.Contract.Tests.TestKit;

// akka-surface.md section 0, "TestKit", and section 20: EventFilter, TestActorRef, TestScheduler.
public sealed class EventFilterTests : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void Expect_counts_the_entries_that_match()
    {
        EventFilter.Error("boom").ExpectOne(() => Log.Error("boom"));
        EventFilter.Warning(start: "bo").Expect(2, () =>
        {
            Log.Warning("bo 1");
            Log.Warning("bo 2");
        });
        EventFilter.Info(contains: "x").ExpectOne(() => Log.Info("axb"));
    }

    [Fact]
    public void Expect_fails_on_too_few_and_on_too_many()
    {
        Assert.ThrowsAny<XunitException>(
            () => EventFilter.Error("boom").ExpectOne(s_short, () => Log.Warning("boom")));
        Assert.ThrowsAny<XunitException>(
            () => EventFilter.Error("boom").Expect(
                0, TimeSpan.FromSeconds(3), () => Log.Error("boom")));
        EventFilter.Error("boom").Expect(0, s_short, () => Log.Error("other"));
    }

    [Fact]
    public void An_exception_is_expected_by_its_type()
    {
        IActorRef failing = ActorOf(Props.Create(() => new Failing()));
        EventFilter.Exception<InvalidOperationException>("failed on purpose")
            .ExpectOne(() => failing.Tell("now"));
        Assert.ThrowsAny<XunitException>(() => EventFilter.Exception<ArgumentException>()
            .ExpectOne(s_short, () => failing.Tell("now")));
    }

    [Fact]
    public void A_dead_letter_is_expected_by_the_type_of_its_message()
    {
        EventFilter.DeadLetter<string>().ExpectOne(() => Sys.DeadLetters.Tell("lost"));
        EventFilter.DeadLetter<string>(text => text == "lost", null)
            .ExpectOne(() => Sys.DeadLetters.Tell("lost"));
        EventFilter.DeadLetter<int>().Expect(0, s_short, () => Sys.DeadLetters.Tell("lost"));
    }

    [Fact]
    public void Filters_joined_by_And_match_what_any_of_them_does()
    {
        EventFilter.Error("a").And.Warning("b").Expect(2, () =>
        {
            Log.Error("a");
            Log.Warning("b");
        });
    }

    [Fact]
    public void A_muted_filter_counts_nothing()
    {
        using IUnmutableFilter muted = EventFilter.Error("quiet").Mute();
        Log.Error("quiet");
    }

    [Fact]
    public void Custom_takes_any_question()
    {
        EventFilter.Custom<Warning>(log => log.LogLevel() == LogLevel.WarningLevel)
            .ExpectOne(() => Log.Warning("any"));
    }

    private sealed class Failing : ReceiveActor
    {
        public Failing() => ReceiveAny(
            _ => throw new InvalidOperationException("failed on purpose"));
    }
}

public sealed class TestActorRefTests : Akka.TestKit.Xunit2.TestKit
{
    [Fact]
    public void The_instance_is_at_hand_and_has_handled_what_was_sent()
    {
        TestActorRef<Counter> counter = ActorOfAsTestActorRef<Counter>("counter");
        counter.Tell(2);
        counter.Tell(3);
        Assert.Equal(5, counter.UnderlyingActor.Sum);
        Assert.EndsWith("/user/counter", counter.Path.ToString());
    }

    [Fact]
    public void Its_replies_are_there_when_Tell_returns()
    {
        TestActorRef<Counter> counter = ActorOfAsTestActorRef(() => new Counter());
        counter.Tell("sum");
        Assert.True(HasMessages);
        ExpectMsg(0);
        Assert.Equal(counter.Ref, LastSender);
    }

    [Fact]
    public void Receive_throws_the_actors_exception()
    {
        TestActorRef<Counter> counter = ActorOfAsTestActorRef<Counter>();
        Assert.Throws<FormatException>(() => counter.Receive(1.5));
        counter.Receive(4);
        Assert.Equal(4, counter.UnderlyingActor.Sum);
    }

    public sealed class Counter : ReceiveActor
    {
        public Counter()
        {
            Receive<int>(number => Sum += number);
            Receive<string>(_ => Sender.Tell(Sum));
            Receive<double>(_ => throw new FormatException());
        }

        public int Sum { get; private set; }
    }
}

public sealed class TestSchedulerTests : Akka.TestKit.Xunit2.TestKit
{
    public TestSchedulerTests()
        : base("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"")
    {
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void A_message_comes_when_the_test_has_advanced_time_to_it()
    {
        Sys.Scheduler.ScheduleTellOnce(
            TimeSpan.FromSeconds(1), TestActor, "tick", ActorRefs.NoSender);
        Scheduler.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(HasMessages);
        Scheduler.Advance(TimeSpan.FromMilliseconds(1));
        ExpectMsg("tick");
        Scheduler.Advance(TimeSpan.FromHours(1));
        Assert.False(HasMessages);
    }

    [Fact]
    public void What_repeats_comes_again_after_each_interval()
    {
        Sys.Scheduler.ScheduleTellRepeatedly(
            TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TestActor, "tick", TestActor);
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        ExpectMsg("tick");
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        Assert.False(HasMessages);
    }

    [Fact]
    public void Time_moves_only_forward_and_only_when_told()
    {
        DateTimeOffset before = Scheduler.Now;
        Scheduler.AdvanceTo(before.AddDays(1));
        Assert.Equal(before.AddDays(1), Scheduler.Now);
        Assert.Throws<InvalidOperationException>(() => Scheduler.AdvanceTo(before));
    }

    [Fact]
    public void What_was_cancelled_does_not_come()
    {
        using Cancelable cancel = new(Sys.Scheduler);
        int ran = 0;
        Scheduler.Advanced.ScheduleOnce(TimeSpan.FromSeconds(1), () => ran++, cancel);
        Scheduler.Advanced.ScheduleOnce(TimeSpan.FromSeconds(1), () => ran += 10);
        cancel.Cancel();
        Scheduler.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(10, ran);
    }

    [Fact]
    public void What_is_due_runs_in_the_order_of_time()
    {
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(2), TestActor, "second", TestActor);
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(1), TestActor, "first", TestActor);
        Scheduler.Advance(TimeSpan.FromSeconds(3));
        ExpectMsg("first");
        ExpectMsg("second");
    }
}
