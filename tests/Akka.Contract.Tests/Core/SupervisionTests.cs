using System;
using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace Akka.Contract.Tests.Core;

// akka-surface.md section 0, "Creation, restart, stop", and section 4.
public sealed class SupervisionTests : CoreSpec
{
    private static readonly string[] s_restart =
        ["child restarting: on purpose", "child stopped", "child started"];

    [Fact]
    public void By_default_an_exception_restarts()
    {
        IActorRef child = Child(Start("parent"), "child");
        Do(child, _ => throw new Boom());
        Hear(s_restart);
    }

    [Fact]
    public void Resume_keeps_the_state_and_drops_the_message()
    {
        IActorRef child = Child(Supervisor(_ => Directive.Resume), "child");
        Do(child, a => a.State = 7);
        Do(child, _ => throw new Boom());
        Do(child, a => a.Say(a.State));
        Hear(7);
    }

    [Fact]
    public void Resume_goes_on_with_the_mailbox_in_order()
    {
        IActorRef child = Child(Supervisor(_ => Directive.Resume), "child");
        for (int i = 0; i < 5; i++)
        {
            Do(child, _ => throw new Boom());
            child.Tell($"{i}");
        }

        for (int i = 0; i < 5; i++)
            Hear($"child got {i}");
    }

    [Fact]
    public void Stop_ends_the_child()
    {
        IActorRef child = Child(Supervisor(_ => Directive.Stop), "child");
        Watch(child);
        Do(child, _ => throw new Boom());
        Hear("child stopped");
        ExpectTerminated(child);
    }

    [Fact]
    public void Escalate_makes_the_parent_fail_with_the_same_exception()
    {
        IActorRef top = Start("top");
        Props middle = Doing("middle", new OneForOneStrategy(_ => Directive.Escalate));
        Do(top, a => a.Say(a.Surroundings.ActorOf(middle, "middle")));
        object[] heard = [.. Probe.ReceiveN(2, Limit)];
        IActorRef parent = Assert.Single(System.Linq.Enumerable.OfType<IActorRef>(heard));
        IActorRef child = Child(parent, "child");
        Do(child, _ => throw new Boom("far below"));
        Hear_in_any_order(
            "middle restarting: far below", "child stopped", "middle stopped", "middle started");
    }

    [Fact]
    public void The_decider_is_asked_with_the_exception()
    {
        IActorRef parent = Supervisor(cause => cause switch
        {
            ArgumentException => Directive.Resume,
            InvalidOperationException => Directive.Stop,
            _ => Directive.Restart,
        });
        IActorRef child = Child(parent, "child");
        Do(child, _ => throw new ArgumentException("x"));
        child.Tell("x");
        Do(child, _ => throw new Boom());
        Hear("child got x");
        Hear(s_restart);
        Do(child, _ => throw new InvalidOperationException("x"));
        Hear("child stopped");
    }

    [Fact]
    public void OneForOne_leaves_the_siblings_alone()
    {
        IActorRef parent = Supervisor(_ => Directive.Restart);
        IActorRef child = Child(parent, "child");
        IActorRef sibling = Child(parent, "sibling");
        Do(sibling, a => a.State = 3);
        Do(child, _ => throw new Boom());
        Hear(s_restart);
        Do(sibling, a => a.Say(a.State));
        Hear(3);
    }

    [Fact]
    public void AllForOne_restarts_all_children()
    {
        IActorRef parent = Start("parent", new AllForOneStrategy(_ => Directive.Restart));
        IActorRef child = Child(parent, "child");
        IActorRef sibling = Child(parent, "sibling");
        Do(sibling, a => a.State = 3);
        Do(sibling, a => a.Say("set"));
        Hear("set");
        Do(child, _ => throw new Boom());
        Hear_in_any_order(
            [.. s_restart, "sibling restarting: on purpose", "sibling stopped", "sibling started"]);
        Do(sibling, a => a.Say(a.State));
        Hear(0);
    }

    [Fact]
    public void AllForOne_stops_all_children()
    {
        IActorRef parent = Start("parent", new AllForOneStrategy(_ => Directive.Stop));
        IActorRef child = Child(parent, "child");
        Child(parent, "sibling");
        Do(child, _ => throw new Boom());
        Hear_in_any_order("child stopped", "sibling stopped");
    }

    [Fact]
    public void AllForOne_resumes_only_the_one_that_failed()
    {
        IActorRef parent = Start("parent", new AllForOneStrategy(_ => Directive.Resume));
        IActorRef child = Child(parent, "child");
        IActorRef sibling = Child(parent, "sibling");
        Do(child, _ => throw new Boom());
        child.Tell("x");
        Hear("child got x");
        sibling.Tell("y");
        Hear("sibling got y");
    }

    [Fact]
    public void More_restarts_than_allowed_within_the_time_stop_the_child()
    {
        IActorRef parent = Start("parent", new OneForOneStrategy(
            2, TimeSpan.FromMinutes(10), _ => Directive.Restart));
        IActorRef child = Child(parent, "child");
        for (int i = 0; i < 3; i++)
            Do(child, _ => throw new Boom());
        Hear(s_restart);
        Hear(s_restart);
        Hear("child stopped");
    }

    [Fact]
    public void The_limit_is_counted_for_each_child()
    {
        IActorRef parent = Start("parent", new OneForOneStrategy(
            1, TimeSpan.FromMinutes(10), _ => Directive.Restart));
        foreach (string name in (string[])["one", "two"])
        {
            IActorRef child = Child(parent, name);
            Do(child, _ => throw new Boom());
            Hear($"{name} restarting: on purpose", $"{name} stopped", $"{name} started");
        }
    }

    [Fact]
    public void No_restart_allowed_means_stop()
    {
        IActorRef parent = Start("parent", new OneForOneStrategy(
            0, TimeSpan.FromMinutes(10), _ => Directive.Restart));
        IActorRef child = Child(parent, "child");
        Do(child, _ => throw new Boom());
        Hear("child stopped");
    }

    [Fact]
    public void Without_a_limit_a_child_restarts_as_often_as_it_fails()
    {
        IActorRef child = Child(Supervisor(_ => Directive.Restart), "child");
        for (int i = 0; i < 20; i++)
        {
            Do(child, _ => throw new Boom());
            Hear(s_restart);
        }
    }

    [Fact]
    public void A_child_that_fails_handles_nothing_until_its_supervisor_has_decided()
    {
        var gate = new System.Threading.ManualResetEventSlim();
        IActorRef parent = Supervisor(_ =>
        {
            gate.Wait(Limit);
            return Directive.Restart;
        });
        IActorRef child = Child(parent, "child");
        Do(child, _ => throw new Boom());
        child.Tell("after");
        Probe.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        gate.Set();
        Hear(s_restart);
        Hear("child got after");
    }

    [Fact]
    public void An_exception_in_PostRestart_is_a_failure_of_the_new_instance()
    {
        Exception? seen = null;
        IActorRef parent = Supervisor(cause =>
        {
            seen = cause;
            return cause is Boom ? Directive.Restart : Directive.Stop;
        });
        Do(parent, a => a.Surroundings.Watch(
            a.Surroundings.ActorOf(Props.Create(() => new OnlyOnce()), "child")).Tell("fail"));
        Hear("parent saw the end of child");
        Assert.IsAssignableFrom<ActorInitializationException>(seen);
    }

    [Fact]
    public void The_strategy_of_the_props_wins_over_that_of_the_class()
    {
        Props props = Doing("parent", new OneForOneStrategy(_ => Directive.Restart))
            .WithSupervisorStrategy(new OneForOneStrategy(_ => Directive.Stop));
        IActorRef parent = Sys.ActorOf(props);
        Hear("parent started");
        Do(Child(parent, "child"), _ => throw new Boom());
        Hear("child stopped");
    }

    [Theory]
    [InlineData(typeof(InvalidOperationException), Directive.Restart)]
    [InlineData(typeof(ActorInitializationException), Directive.Stop)]
    [InlineData(typeof(ActorKilledException), Directive.Stop)]
    public void The_default_decider_stops_what_can_not_be_made_and_restarts_the_rest(
        Type exception, Directive expected)
    {
        var cause = (Exception)Activator.CreateInstance(exception, "x")!;
        Assert.Equal(expected, SupervisorStrategy.DefaultStrategy.Decider.Decide(cause));
        Assert.Equal(Directive.Stop, SupervisorStrategy.StoppingStrategy.Decider.Decide(cause));
    }

    private IActorRef Supervisor(Func<Exception, Directive> decide) =>
        Start("parent", new OneForOneStrategy(decide));

    private sealed class OnlyOnce : UntypedActor
    {
        protected override void PostRestart(Exception reason) =>
            throw new InvalidOperationException("no second time");

        protected override void OnReceive(object message) => throw new Boom();
    }
}

// akka-surface.md section 2: akka.actor.guardian-supervisor-strategy.
public sealed class GuardianStrategyTests() : CoreSpec(
    "akka.actor.guardian-supervisor-strategy = \"Akka.Actor.StoppingSupervisorStrategy\"")
{
    [Fact]
    public void The_guardians_strategy_comes_from_the_configuration()
    {
        Do(Start(), _ => throw new Boom());
        Hear("a stopped");
    }
}
