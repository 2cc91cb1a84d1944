using System;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace Akka.Contract.Tests.Core;

// akka-surface.md section 0: Terminated is delivered once a watch, and only if still watched.
public sealed class DeathWatchTests : CoreSpec
{
    [Fact]
    public void A_watcher_hears_of_the_end_once()
    {
        (IActorRef watcher, IActorRef subject) = Watching();
        Do(watcher, a => a.Surroundings.Watch(subject));
        Stop(subject);
        Hear("watcher saw the end of subject");
        watcher.Tell("next");
        Hear("watcher got next");
    }

    [Fact]
    public void All_watchers_hear()
    {
        IActorRef subject = Sys.ActorOf(Doing("subject"));
        Hear("subject started");
        TestProbe[] watchers = [CreateTestProbe(), CreateTestProbe(), CreateTestProbe()];
        Assert.All(watchers, watcher => watcher.Watch(subject));
        Sys.Stop(subject);
        Assert.All(watchers, watcher => watcher.ExpectTerminated(subject));
    }

    [Fact]
    public void Unwatch_ends_the_watch()
    {
        (IActorRef watcher, IActorRef subject) = Watching();
        Do(watcher, a => a.Surroundings.Unwatch(subject));
        Do(watcher, a => a.Say("unwatched"));
        Hear("unwatched");
        Stop(subject);
        watcher.Tell("next");
        Hear("watcher got next");
    }

    [Fact]
    public void Unwatch_takes_back_a_Terminated_that_already_waits_in_the_mailbox()
    {
        (IActorRef watcher, IActorRef subject) = Watching();
        var gate = new System.Threading.ManualResetEventSlim();
        Do(watcher, a =>
        {
            gate.Wait(Limit);
            a.Surroundings.Unwatch(subject);
        });
        Stop(subject);
        gate.Set();
        watcher.Tell("next");
        Hear("watcher got next");
    }

    [Fact]
    public void Watching_one_that_has_ended_is_answered_at_once()
    {
        IActorRef subject = Start("subject");
        Stop(subject);
        TestProbe watcher = CreateTestProbe();
        watcher.Watch(subject);
        Assert.Equal(subject, watcher.ExpectMsg<Terminated>().ActorRef);
    }

    [Fact]
    public void WatchWith_replaces_Terminated_by_a_message()
    {
        IActorRef watcher = Start("watcher");
        IActorRef subject = Start("subject");
        Do(watcher, a => a.Surroundings.WatchWith(subject, "it is gone"));
        Do(watcher, a => a.Say("watching"));
        Hear("watching");
        Stop(subject);
        Hear("watcher got it is gone");
    }

    [Fact]
    public void A_parent_may_watch_its_child()
    {
        IActorRef parent = Start("parent");
        IActorRef child = Child(parent, "child");
        Do(parent, a => a.Surroundings.Watch(child));
        Do(parent, a => a.Surroundings.Stop(child));
        Hear("child stopped", "parent saw the end of child");
    }

    [Fact]
    public void An_unhandled_Terminated_is_a_DeathPactException_which_stops()
    {
        IActorRef subject = Start("subject");
        IActorRef watcher = Sys.ActorOf(Props.Create(() => new Careless(subject)));
        Watch(watcher);
        watcher.Tell(new Identify(1), TestActor);
        ExpectMsg<ActorIdentity>();
        Sys.Stop(subject);
        ExpectTerminated(watcher);
    }

    [Fact]
    public void The_watch_of_a_restarted_subject_goes_on()
    {
        (_, IActorRef subject) = Watching();
        Do(subject, _ => throw new Boom());
        Hear("subject restarting: on purpose", "subject stopped", "subject started");
        Stop(subject);
        Hear("watcher saw the end of subject");
    }

    [Fact]
    public async Task GracefulStop_is_true_once_the_actor_has_ended()
    {
        IActorRef actor = Start();
        actor.Tell("before");
        Assert.True(await actor.GracefulStop(Limit));
        Hear("a got before", "a stopped");
    }

    [Fact]
    public async Task GracefulStop_sends_the_message_it_is_given()
    {
        IActorRef actor = Start();
        object stop = new Script(a => a.Surroundings.Stop(a.Me));
        Assert.True(await actor.GracefulStop(Limit, stop));
        Hear("a stopped");
    }

    [Fact]
    public async Task GracefulStop_of_one_that_does_not_end_is_cancelled()
    {
        IActorRef actor = Start();
        await Assert.ThrowsAsync<TaskCanceledException>(
            () => actor.GracefulStop(TimeSpan.FromMilliseconds(50), "not a reason to stop"));
    }

    private (IActorRef Watcher, IActorRef Subject) Watching()
    {
        IActorRef watcher = Start("watcher");
        IActorRef subject = Sys.ActorOf(Doing("subject"), "subject");
        Hear("subject started");
        Do(watcher, a => a.Surroundings.Watch(subject));
        Do(watcher, a => a.Say("watching"));
        Hear("watching");
        return (watcher, subject);
    }

    private void Stop(IActorRef actor)
    {
        TestProbe witness = CreateTestProbe();
        witness.Watch(actor);
        Sys.Stop(actor);
        witness.ExpectTerminated(actor);
        Probe.FishForMessage(m => m is string s && s.EndsWith("stopped", StringComparison.Ordinal));
    }

    private sealed class Careless : ReceiveActor
    {
        public Careless(IActorRef subject) => Context.Watch(subject);
    }
}
