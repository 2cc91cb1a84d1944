using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit;
using Xunit;

namespace Akka.Contract.Tests.Core;

// akka-surface.md section 0, "Messaging and mailboxes".
public sealed class MessagingTests() : CoreSpec(
    """
    many { type = ForkJoinDispatcher, throughput = 5, dedicated-thread-pool.thread-count = 4 }
    one { type = ForkJoinDispatcher, throughput = 3, dedicated-thread-pool.thread-count = 1 }
    """)
{
    [Fact]
    public void Order_holds_for_each_pair_of_sender_and_receiver()
    {
        IActorRef receiver = Sys.ActorOf(Props.Create(() => new Ordered(TestActor, 4)));
        for (int sender = 0; sender < 4; sender++)
        {
            int number = sender;
            IActorRef actor = Sys.ActorOf(Doing($"{number}").WithDispatcher("many"));
            Do(actor, a =>
            {
                for (int i = 0; i < 2000; i++)
                    receiver.Tell((number, i), a.Me);
            });
        }

        for (int sender = 0; sender < 4; sender++)
            ExpectMsg("in order");
    }

    [Fact]
    public async Task An_actor_handles_one_message_at_a_time()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Counter()).WithDispatcher("many"));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 5000; i++)
                actor.Tell(1);
        })));
        Assert.Equal(20000, await actor.Ask<int>("count", Limit));
    }

    [Fact]
    public void A_message_is_passed_by_reference()
    {
        object message = new();
        IActorRef actor = Start();
        actor.Tell(message);
        Assert.Same(message, Probe.ExpectMsg<object>());
    }

    [Fact]
    public void Without_a_sender_answers_go_to_dead_letters()
    {
        IActorRef actor = Start();
        actor.Tell(new Script(a => a.Say(a.From.Path.Name)), ActorRefs.NoSender);
        Hear("deadLetters");
    }

    [Fact]
    public void Tell_inside_an_actor_has_that_actor_as_sender()
    {
        IActorRef actor = Start();
        Do(actor, _ => TestActor.Tell("hello"));
        ExpectMsg("hello");
        Assert.Equal(actor, LastSender);
    }

    [Fact]
    public void Forward_keeps_the_sender()
    {
        IActorRef actor = Start();
        TestProbe asker = CreateTestProbe();
        actor.Tell(new Script(_ => TestActor.Forward("hello")), asker.Ref);
        ExpectMsg("hello");
        Assert.Equal(asker.Ref, LastSender);
    }

    [Fact]
    public void A_null_message_is_refused()
    {
        IActorRef actor = Start();
        Assert.Throws<InvalidMessageException>(() => actor.Tell(null!, TestActor));
    }

    [Fact]
    public void Mailboxes_on_one_thread_take_turns_of_throughput_messages()
    {
        // A run handles up to throughput messages (and one more, see akka-surface.md), then the
        // next mailbox has its turn: neither waits for the other's backlog.
        var gate = new ManualResetEventSlim();
        IActorRef[] actors =
        [
            .. new[] { "x", "y" }.Select(n => Sys.ActorOf(Doing(n).WithDispatcher("one"))),
        ];
        Hear_in_any_order("x started", "y started");
        Do(actors[0], _ => gate.Wait(Limit));
        for (int i = 0; i < 100; i++)
        {
            actors[0].Tell("m");
            actors[1].Tell("m");
        }

        gate.Set();
        string[] heard = [.. Probe.ReceiveN(200, Limit).Cast<string>()];
        int longest = heard.Aggregate(
            (Run: 0, Max: 0, Last: ""),
            (s, m) => m == s.Last
                ? (s.Run + 1, Math.Max(s.Max, s.Run + 1), m)
                : (1, Math.Max(s.Max, 1), m)).Max;
        Assert.InRange(longest, 1, 8);
    }

    [Fact]
    public void PoisonPill_waits_for_the_messages_before_it()
    {
        IActorRef actor = Start();
        actor.Tell("1");
        actor.Tell(PoisonPill.Instance);
        actor.Tell("2");
        Hear("a got 1", "a stopped");
    }

    [Fact]
    public void Kill_throws_and_the_default_decider_stops()
    {
        IActorRef actor = Start();
        Watch(actor);
        actor.Tell(Kill.Instance);
        Hear("a stopped");
        ExpectTerminated(actor);
    }

    [Fact]
    public void Identify_is_answered_by_the_cell()
    {
        IActorRef actor = Start();
        actor.Tell(new Identify("id"), TestActor);
        ActorIdentity identity = ExpectMsg<ActorIdentity>();
        Assert.Equal(("id", actor), (identity.MessageId, identity.Subject));
    }

    [Fact]
    public void A_message_that_is_not_handled_is_published()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Deaf()));
        actor.Tell("unheard", Probe.Ref);
        UnhandledMessage unhandled = ExpectMsg<UnhandledMessage>();
        Assert.Equal("unheard", unhandled.Message);
        Assert.Equal((Probe.Ref, actor), (unhandled.Sender, unhandled.Recipient));
    }

    [Fact]
    public void Messages_to_a_stopped_actor_are_dead_letters()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        IActorRef actor = Start();
        Watch(actor);
        Sys.Stop(actor);
        FishForMessage<Terminated>(_ => true);
        actor.Tell("late", Probe.Ref);
        DeadLetter letter = ExpectMsg<DeadLetter>();
        Assert.Equal("late", letter.Message);
        Assert.Equal((Probe.Ref, actor), (letter.Sender, letter.Recipient));
    }

    [Fact]
    public void What_is_left_in_the_mailbox_of_a_stopped_actor_goes_to_dead_letters_in_order()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        IActorRef actor = Start();
        var gate = new ManualResetEventSlim();
        Do(actor, a =>
        {
            gate.Wait(Limit);
            a.Surroundings.Stop(a.Me);
        });
        for (int i = 0; i < 3; i++)
            actor.Tell($"{i}");
        gate.Set();
        for (int i = 0; i < 3; i++)
            Assert.Equal($"{i}", ExpectMsg<DeadLetter>().Message);
        Hear("a stopped");
    }

    [Fact]
    public void Suppressed_dead_letters_are_not_published_as_dead_letters()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(AllDeadLetters));
        Sys.DeadLetters.Tell(new Quiet());
        Sys.DeadLetters.Tell("loud");
        Assert.IsType<SuppressedDeadLetter>(ExpectMsg<AllDeadLetters>());
        Assert.IsType<DeadLetter>(ExpectMsg<AllDeadLetters>());
    }

    [Fact]
    public void ReceiveTimeout_comes_once_no_message_has_come_for_its_time()
    {
        IActorRef actor = Start();
        Do(actor, a => a.Surroundings.SetReceiveTimeout(TimeSpan.FromMilliseconds(50)));
        Assert.IsType<ReceiveTimeout>(Probe.ExpectMsg<object>());
        Do(actor, a => a.Surroundings.SetReceiveTimeout(null));
        Do(actor, a => a.Say(a.Surroundings.ReceiveTimeout is null));
        Assert.Equal(true, Probe.FishForMessage(m => m is true));
    }

    [Fact]
    public void Become_and_unbecome_are_a_stack()
    {
        IActorRef actor = Start();
        Do(actor, a => a.Change(message =>
        {
            a.Say($"changed {message}");
            if (message is "back")
                a.ChangeBack();
        }));
        actor.Tell("1");
        actor.Tell("back");
        actor.Tell("2");
        Hear("changed 1", "changed back", "a got 2");
    }

    private sealed class Quiet : IDeadLetterSuppression;

    private sealed class Deaf : ReceiveActor;

    private sealed class Counter : ReceiveActor
    {
        private int _count;

        public Counter()
        {
            Receive<int>(_ => _count++);
            Receive<string>(_ => Sender.Tell(_count));
        }
    }

    private sealed class Ordered : ReceiveActor
    {
        public Ordered(IActorRef report, int senders)
        {
            int[] next = new int[senders];
            Receive<(int Sender, int Number)>(m =>
            {
                if (m.Number != next[m.Sender]++)
                    report.Tell($"{m.Number} of {m.Sender} is out of order");
                else if (m.Number == 1999)
                    report.Tell("in order");
            });
        }
    }
}
