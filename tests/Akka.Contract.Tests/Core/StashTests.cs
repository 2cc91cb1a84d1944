using System;
using System.Linq;
using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.Contract.Tests.Core;

// akka-surface.md section 0: "Stash".
public sealed class StashTests : CoreSpec
{
    [Fact]
    public void UnstashAll_puts_the_messages_before_those_in_the_mailbox_in_their_order()
    {
        IActorRef actor = Stashing();
        var gate = new System.Threading.ManualResetEventSlim();
        actor.Tell("stash");
        for (int i = 0; i < 3; i++)
            actor.Tell($"{i}");
        actor.Tell(gate);
        actor.Tell("open");
        actor.Tell("last");
        gate.Set();
        Hear("0", "1", "2", "last");
    }

    [Fact]
    public void Unstash_gives_back_the_oldest_only()
    {
        IActorRef actor = Stashing();
        actor.Tell("stash");
        actor.Tell("0");
        actor.Tell("1");
        actor.Tell("one");
        Hear("0 again");
    }

    [Fact]
    public void The_sender_of_a_stashed_message_is_kept()
    {
        IActorRef actor = Stashing();
        actor.Tell("stash");
        actor.Tell("who", TestActor);
        actor.Tell("open", Probe.Ref);
        ExpectMsg("you");
    }

    [Fact]
    public void Stashing_a_message_twice_throws_IllegalActorStateException()
    {
        IActorRef actor = Stashing();
        actor.Tell("twice");
        Hear("IllegalActorStateException");
    }

    [Fact]
    public void The_stash_survives_a_restart()
    {
        IActorRef actor = Stashing();
        actor.Tell("stash");
        actor.Tell("0");
        actor.Tell("1");
        actor.Tell("fail");
        actor.Tell("2");
        Hear("0", "1", "2");
    }

    [Fact]
    public void The_stash_goes_to_dead_letters_when_the_actor_stops()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        IActorRef actor = Stashing();
        actor.Tell("stash");
        actor.Tell("0");
        actor.Tell("1");
        actor.Tell(PoisonPill.Instance);
        Assert.Equal(["0", "1"], ReceiveN(2, Limit).Select(m => ((DeadLetter)m).Message).Order());
    }

    [Fact]
    public void A_full_stash_throws_StashOverflowException()
    {
        IActorRef probe = Probe.Ref;
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Stasher(probe)).WithStashCapacity(2));
        actor.Tell("stash");
        foreach (string message in (string[])["0", "1", "2"])
            actor.Tell(message);
        Hear("StashOverflowException");
    }

    private IActorRef Stashing()
    {
        IActorRef probe = Probe.Ref;
        return Sys.ActorOf(Props.Create(() => new Stasher(probe)));
    }

    private sealed class Stasher(IActorRef probe) : UntypedActor, IWithUnboundedStash
    {
        private bool _stashing;

        public IStash Stash { get; set; } = null!;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case "stash":
                    _stashing = true;
                    break;
                case "open":
                    _stashing = false;
                    Stash.UnstashAll();
                    break;
                case "one":
                    _stashing = false;
                    Stash.Unstash();
                    Become(m => probe.Tell($"{m} again"));
                    break;
                case "fail":
                    throw new Boom();
                case "twice":
                    Stash.Stash();
                    Report(Stash.Stash);
                    break;
                case System.Threading.ManualResetEventSlim gate:
                    gate.Wait(Limit);
                    break;
                default:
                    if (_stashing)
                        Report(Stash.Stash);
                    else if (message is "who")
                        Sender.Tell("you");
                    else
                        probe.Tell(message);
                    break;
            }
        }

        private void Report(Action stash)
        {
            if (Record.Exception(stash) is { } thrown)
                probe.Tell(thrown.GetType().Name);
        }
    }
}
