using System;
using System.Linq;
using System.Threading;
using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace Akka.Contract.Tests.Core;

// akka-surface.md section 0, "Creation, restart, stop".
public sealed class LifecycleTests : CoreSpec
{
    [Fact]
    public void Paths_tell_the_place_in_the_tree()
    {
        IActorRef parent = Sys.ActorOf(Doing(), "parent");
        Hear("a started");
        IActorRef child = Child(parent, "child");
        Assert.Equal("/user/parent/child", child.Path.ToStringWithoutAddress());
        Assert.Equal("child", child.Path.Name);
        Assert.Equal(parent.Path.ToString(), child.Path.Parent.ToString());
    }

    [Fact]
    public void Names_are_unique_among_siblings_and_free_again_after_the_end()
    {
        IActorRef first = Sys.ActorOf(Doing(), "only");
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(Doing(), "only"));
        Watch(first);
        Sys.Stop(first);
        ExpectTerminated(first);
        IActorRef second = AwaitNamed("only");
        Assert.NotEqual(first, second);
        Assert.NotEqual(first.Path.Uid, second.Path.Uid);
    }

    [Theory]
    [InlineData("")]
    [InlineData("$dollar")]
    [InlineData("a/b")]
    [InlineData("a b")]
    public void A_malformed_name_is_refused(string name) =>
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(Doing(), name));

    [Fact]
    public void Actors_without_a_name_get_one_that_begins_with_a_dollar() =>
        Assert.StartsWith("$", Start().Path.Name, StringComparison.Ordinal);

    [Fact]
    public void An_exception_of_the_constructor_stops_the_actor()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Stillborn(false)));
        Watch(actor);
        ExpectTerminated(actor);
    }

    [Fact]
    public void An_exception_of_PreStart_stops_the_actor()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Stillborn(true)));
        Watch(actor);
        ExpectTerminated(actor);
    }

    [Fact]
    public void A_failure_while_an_actor_is_made_is_an_ActorInitializationException()
    {
        Exception? seen = null;
        var strategy = new OneForOneStrategy(cause =>
        {
            seen = cause;
            return Directive.Stop;
        });
        IActorRef parent = Start("parent", strategy);
        Do(parent, a => a.Surroundings.Watch(
            a.Surroundings.ActorOf(Props.Create(() => new Stillborn(false)), "child")));
        Hear("parent saw the end of child");
        Assert.IsType<ActorInitializationException>(seen);
    }

    [Fact]
    public void A_restart_runs_PreRestart_PostStop_and_PreStart()
    {
        IActorRef actor = Start();
        Do(actor, _ => throw new Boom());
        Hear("a restarting: on purpose", "a stopped", "a started");
    }

    [Fact]
    public void A_restart_makes_a_new_instance_behind_the_same_reference()
    {
        IActorRef actor = Start();
        Do(actor, a => a.State = 1);
        Do(actor, _ => throw new Boom());
        Do(actor, a => a.Say(a.State));
        Do(actor, a => a.Say(a.Me));
        Hear("a restarting: on purpose", "a stopped", "a started", 0, actor);
    }

    [Fact]
    public void A_restart_keeps_the_mailbox_and_drops_the_message_that_failed()
    {
        IActorRef actor = Start();
        var gate = new ManualResetEventSlim();
        Do(actor, _ =>
        {
            gate.Wait(Limit);
            throw new Boom();
        });
        actor.Tell("1");
        actor.Tell("2");
        gate.Set();
        Hear("a restarting: on purpose", "a stopped", "a started", "a got 1", "a got 2");
    }

    [Fact]
    public void A_restart_brings_the_constructors_behaviour_back()
    {
        IActorRef actor = Start();
        Do(actor, a => a.Change(message =>
        {
            if (message is Script script)
                script.Run(a);
            a.Say("changed");
        }));
        Do(actor, _ => throw new Boom());
        actor.Tell("x");
        Hear("a restarting: on purpose", "a stopped", "a started", "a got x");
    }

    [Fact]
    public void A_restart_stops_the_children()
    {
        IActorRef parent = Start("parent");
        IActorRef child = Child(parent, "child");
        Watch(child);
        Do(parent, _ => throw new Boom());
        ExpectTerminated(child);
        Hear_in_any_order(
            "parent restarting: on purpose", "parent stopped", "child stopped", "parent started");
    }

    [Fact]
    public void Watchers_do_not_hear_of_a_restart()
    {
        IActorRef actor = Start();
        Watch(actor);
        Do(actor, _ => throw new Boom());
        Hear("a restarting: on purpose", "a stopped", "a started");
        Sys.Stop(actor);
        ExpectTerminated(actor);
    }

    [Fact]
    public void PreRestart_is_given_the_message_that_failed()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Failing(TestActor)));
        actor.Tell("bad", Probe.Ref);
        ExpectMsg("failed on bad");
    }

    [Fact]
    public void Stop_lets_the_message_in_work_finish()
    {
        IActorRef actor = Start();
        Do(actor, a =>
        {
            a.Surroundings.Stop(a.Me);
            a.Say("finished");
        });
        Hear("finished", "a stopped");
    }

    [Fact]
    public void Children_stop_before_their_parents()
    {
        IActorRef top = Start("top");
        IActorRef middle = Child(top, "middle");
        Child(middle, "low");
        Sys.Stop(top);
        Hear("low stopped", "middle stopped", "top stopped");
    }

    [Fact]
    public void Stop_of_a_child_leaves_its_parent_and_siblings()
    {
        IActorRef parent = Start("parent");
        IActorRef first = Child(parent, "first");
        IActorRef second = Child(parent, "second");
        Do(parent, a => a.Surroundings.Stop(first));
        Hear("first stopped");
        second.Tell("x");
        Hear("second got x");
    }

    [Fact]
    public void The_context_knows_parent_and_children()
    {
        IActorRef parent = Start("parent");
        IActorRef child = Child(parent, "child");
        Do(parent, a => a.Say(string.Join(
            ' ', a.Surroundings.GetChildren().Select(c => c.Path.Name))));
        Do(parent, a => a.Say(a.Surroundings.Child("child")));
        Do(parent, a => a.Say(a.Surroundings.Child("nobody").IsNobody()));
        Do(child, a => a.Say(a.Surroundings.Parent));
        object[] heard = [.. Probe.ReceiveN(4, Limit)];
        Assert.Contains("child", heard);
        Assert.Contains(child, heard);
        Assert.Contains(true, heard);
        Assert.Contains(parent, heard);
    }

    [Fact]
    public void Messages_sent_before_the_actor_has_started_are_not_lost()
    {
        IActorRef actor = Sys.ActorOf(Doing());
        for (int i = 0; i < 10; i++)
            actor.Tell($"{i}");
        Hear("a started");
        Hear([.. Enumerable.Range(0, 10).Select(i => $"a got {i}")]);
    }

    [Fact]
    public void An_actor_is_not_made_by_new()
    {
        // On a thread of its own: that of the test has the test actor's context.
        IActorRef report = TestActor;
        Exception? thrown = null;
        Thread thread = new(() => thrown = Record.Exception(() => new Failing(report)));
        thread.Start();
        thread.Join();
        Assert.IsType<ActorInitializationException>(thrown);
    }

    // The parent frees the name after the watchers have heard.
    private IActorRef AwaitNamed(string name)
    {
        IActorRef? actor = null;
        AwaitAssert(() => actor = Sys.ActorOf(Doing(), name), Limit);
        return actor!;
    }

    private sealed class Stillborn : ReceiveActor
    {
        private readonly bool _late;

        public Stillborn(bool late)
        {
            _late = late;
            if (!late)
                throw new Boom();
        }

        protected override void PreStart()
        {
            if (_late)
                throw new Boom();
        }
    }

    private sealed class Failing(IActorRef report) : UntypedActor
    {
        protected override void PreRestart(Exception reason, object message)
        {
            report.Tell($"failed on {message}");
            base.PreRestart(reason, message);
        }

        protected override void OnReceive(object message) => throw new Boom();
    }
}
