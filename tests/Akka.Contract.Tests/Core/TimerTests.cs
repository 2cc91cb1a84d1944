using System;
using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace Akka.Contract.Tests.Core;

// akka-surface.md sections 0 and 7: timers of actors and the scheduler, on virtual time.
public sealed class TimerTests() : CoreSpec(
    "akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"")
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private TestScheduler Time => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void A_single_timer_fires_once_at_its_time()
    {
        IActorRef actor = Timed(t => t.Timers.StartSingleTimer("key", "tick", s_second));
        Time.Advance(s_second / 2);
        Mark(actor, 1);
        Hear(1);
        Time.Advance(s_second);
        Hear("tick");
        Time.Advance(s_second * 3);
        Mark(actor, 2);
        Hear(2);
    }

    [Fact]
    public void A_periodic_timer_goes_on_until_it_is_cancelled()
    {
        IActorRef actor = Timed(t => t.Timers.StartPeriodicTimer("key", "tick", s_second));
        for (int i = 0; i < 3; i++)
        {
            Time.Advance(s_second);
            Hear("tick");
        }

        Do(actor, t => t.Timers.Cancel("key"));
        Mark(actor, 1);
        Hear(1);
        Time.Advance(s_second * 5);
        Mark(actor, 2);
        Hear(2);
    }

    [Fact]
    public void A_periodic_timer_may_begin_earlier_than_its_interval()
    {
        Timed(t => t.Timers.StartPeriodicTimer("key", "tick", s_second / 10, s_second));
        Time.Advance(s_second / 10);
        Hear("tick");
        Time.Advance(s_second);
        Hear("tick");
    }

    [Fact]
    public void Starting_a_key_again_replaces_its_timer()
    {
        IActorRef actor = Timed(t =>
        {
            t.Timers.StartSingleTimer("key", "old", s_second);
            t.Timers.StartSingleTimer("key", "new", s_second * 2);
        });
        Time.Advance(s_second);
        Mark(actor, 1);
        Hear(1);
        Time.Advance(s_second);
        Hear("new");
    }

    [Fact]
    public void Keys_are_independent()
    {
        IActorRef actor = Timed(t =>
        {
            t.Timers.StartSingleTimer("a", "a", s_second);
            t.Timers.StartSingleTimer("b", "b", s_second);
            t.Timers.Cancel("a");
        });
        Time.Advance(s_second);
        Hear("b");
        Mark(actor, 1);
        Hear(1);
    }

    [Fact]
    public void IsTimerActive_tells_of_timers_that_have_not_fired()
    {
        IActorRef actor = Timed(t =>
        {
            t.Timers.StartSingleTimer("key", "tick", s_second);
            t.Say($"{t.Timers.IsTimerActive("key")} {t.Timers.IsTimerActive("other")}");
        });
        Hear("True False");
        Time.Advance(s_second);
        Hear("tick");
        Do(actor, t => t.Say($"{t.Timers.IsTimerActive("key")}"));
        Hear("False");
    }

    [Fact]
    public void A_tick_that_waits_in_the_mailbox_is_dropped_when_its_timer_is_cancelled()
    {
        var gate = new System.Threading.ManualResetEventSlim();
        IActorRef actor = Timed(t => t.Timers.StartSingleTimer("key", "tick", s_second));
        Do(actor, t =>
        {
            gate.Wait(Limit);
            t.Timers.Cancel("key");
        });
        Time.Advance(s_second);
        gate.Set();
        Mark(actor, 1);
        Hear(1);
    }

    [Fact]
    public void A_restart_cancels_the_timers_of_the_old_instance()
    {
        IActorRef actor = Timed(t => t.Timers.StartPeriodicTimer("key", "tick", s_second));
        Do(actor, _ => throw new Boom());
        Mark(actor, 1);
        Hear(1);
        Time.Advance(s_second * 3);
        Mark(actor, 2);
        Hear(2);
    }

    [Fact]
    public void Timers_started_after_a_restart_fire()
    {
        IActorRef actor = Timed(t => t.Timers.StartSingleTimer("key", "old", s_second));
        Do(actor, _ => throw new Boom());
        Do(actor, t => t.Timers.StartSingleTimer("key", "new", s_second));
        Mark(actor, 1);
        Hear(1);
        Time.Advance(s_second);
        Hear("new");
    }

    [Fact]
    public void Stop_cancels_the_timers()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Event.AllDeadLetters));
        IActorRef actor = Timed(t => t.Timers.StartPeriodicTimer("key", "tick", s_second));
        TestProbe watcher = CreateTestProbe();
        watcher.Watch(actor);
        Sys.Stop(actor);
        watcher.ExpectTerminated(actor);
        Time.Advance(s_second * 3);
        Sys.DeadLetters.Tell("mark");
        Assert.Equal("mark", ExpectMsg<Event.DeadLetter>().Message);
    }

    [Fact]
    public void ScheduleTellOnce_tells_with_its_sender()
    {
        Sys.Scheduler.ScheduleTellOnce(s_second, TestActor, "tick", Probe.Ref);
        Time.Advance(s_second);
        ExpectMsg("tick");
        Assert.Equal(Probe.Ref, LastSender);
    }

    [Fact]
    public void A_cancelled_schedule_does_not_tell()
    {
        ICancelable cancelable = Sys.Scheduler.ScheduleTellRepeatedlyCancelable(
            s_second, s_second, TestActor, "tick", ActorRefs.NoSender);
        Time.Advance(s_second);
        ExpectMsg("tick");
        cancelable.Cancel();
        Time.Advance(s_second * 3);
        TestActor.Tell("mark");
        ExpectMsg("mark");
    }

    [Fact]
    public void Scheduled_actions_run()
    {
        IActorRef target = TestActor;
        Sys.Scheduler.Advanced.ScheduleOnce(s_second, () => target.Tell("run"));
        Time.Advance(s_second);
        ExpectMsg("run");
    }

    private IActorRef Timed(Action<Keeper> script)
    {
        IActorRef probe = Probe.Ref;
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Keeper(probe)));
        Do(actor, script);
        Do(actor, t => t.Say("set"));
        if (Probe.ExpectMsg<string>() is not "set" and var said)
        {
            Probe.ExpectMsg("set");
            Probe.Ref.Tell(said);
        }

        return actor;
    }

    private static void Do(IActorRef actor, Action<Keeper> script) => actor.Tell(script);

    private static void Mark(IActorRef actor, int mark) => actor.Tell(mark);

    private sealed class Keeper(IActorRef probe) : UntypedActor, IWithTimers
    {
        public ITimerScheduler Timers { get; set; } = null!;

        internal void Say(object what) => probe.Tell(what);

        protected override void OnReceive(object message)
        {
            if (message is Action<Keeper> script)
                script(this);
            else
                Say(message);
        }
    }
}

// akka-surface.md section 0: the wheel, on real time; only order and "not before" are asked.
public sealed class WheelTests : CoreSpec
{
    [Fact]
    public void Nothing_comes_before_its_time()
    {
        TimeSpan began = Sys.Scheduler.MonotonicClock;
        TimeSpan delay = TimeSpan.FromMilliseconds(60);
        Sys.Scheduler.ScheduleTellOnce(delay, TestActor, "tick", ActorRefs.NoSender);
        ExpectMsg("tick");
        // One tick of the wheel is 10 ms.
        TimeSpan passed = Sys.Scheduler.MonotonicClock - began;
        Assert.True(passed >= delay - TimeSpan.FromMilliseconds(10), $"after {passed}");
    }

    [Fact]
    public void Earlier_times_come_first()
    {
        foreach (int delay in (int[])[1000, 50, 500])
        {
            Sys.Scheduler.ScheduleTellOnce(
                TimeSpan.FromMilliseconds(delay), TestActor, delay, ActorRefs.NoSender);
        }

        Assert.Equal([50, 500, 1000], ReceiveN(3, Limit));
    }
}
