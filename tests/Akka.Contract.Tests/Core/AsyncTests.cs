using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;

namespace Akka.Contract.Tests.Core;

// akka-surface.md section 0, "Async inside actors".
public sealed class AsyncTests : CoreSpec
{
    private readonly TaskCompletionSource<string> _gate = new();

    [Fact]
    public async Task Ask_gets_the_reply()
    {
        IActorRef echo = Echo();
        Assert.Equal("hello", await echo.Ask<string>("hello", Limit));
        Assert.Equal("hello", await echo.Ask("hello", Limit));
    }

    [Fact]
    public async Task Asks_in_flight_get_each_their_own_reply()
    {
        IActorRef echo = Echo();
        var answers = new Task<int>[100];
        for (int i = 0; i < answers.Length; i++)
            answers[i] = echo.Ask<int>(i, Limit);
        for (int i = 0; i < answers.Length; i++)
            Assert.Equal(i, await answers[i]);
    }

    [Fact]
    public async Task A_Status_Failure_faults_the_Ask() =>
        await Assert.ThrowsAsync<Boom>(
            () => Echo().Ask<string>(new Status.Failure(new Boom()), Limit));

    [Fact]
    public async Task A_reply_of_another_type_faults_the_Ask_with_ArgumentException() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Echo().Ask<int>("text", Limit));

    [Fact]
    public async Task An_Ask_without_a_reply_in_time_faults_with_AskTimeoutException() =>
        await Assert.ThrowsAsync<AskTimeoutException>(
            () => Start().Ask<string>("silence", TimeSpan.FromMilliseconds(50)));

    [Fact]
    public async Task An_Ask_can_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        Task<string> answer = Start().Ask<string>("silence", source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }

    [Fact]
    public async Task An_Ask_may_be_forwarded_and_is_answered_from_there()
    {
        IActorRef echo = Echo();
        IActorRef relay = Start();
        Assert.Equal("late", await relay.Ask<string>(new Script(_ => echo.Forward("late")), Limit));
    }

    [Fact]
    public void PipeTo_tells_the_result_with_the_actor_as_sender()
    {
        IActorRef actor = Start();
        Do(actor, a => _gate.Task.PipeTo(TestActor, a.Me));
        _gate.SetResult("result");
        ExpectMsg("result");
        Assert.Equal(actor, LastSender);
    }

    [Fact]
    public void PipeTo_tells_a_fault_as_Status_Failure()
    {
        Do(Start(), _ => _gate.Task.PipeTo(TestActor));
        _gate.SetException(new Boom());
        Assert.IsType<Boom>(ExpectMsg<Status.Failure>().Cause);
    }

    [Fact]
    public void PipeTo_lets_both_outcomes_be_changed()
    {
        IActorRef actor = Start();
        Do(actor, a => _gate.Task.PipeTo(
            TestActor, a.Me, text => text.Length, failure => failure.Message));
        _gate.SetResult("four");
        ExpectMsg(4);
        Do(actor, a => Task.FromException<string>(new Boom("bad")).PipeTo(
            TestActor, a.Me, text => text.Length, failure => failure.Message));
        ExpectMsg("bad");
    }

    [Fact]
    public void PipeTo_does_not_hold_the_mailbox()
    {
        IActorRef actor = Start();
        Do(actor, a => _gate.Task.PipeTo(a.Me));
        actor.Tell("first");
        Hear("a got first");
        _gate.SetResult("second");
        Hear("a got second");
    }

    [Fact]
    public void An_async_handler_holds_the_mailbox_until_it_has_ended()
    {
        IActorRef actor = Start();
        Do(actor, a => a.Run(async () =>
        {
            a.Say("begin");
            a.Say(await _gate.Task);
        }));
        actor.Tell("next");
        Hear("begin");
        _gate.SetResult("end");
        Hear("end", "a got next");
    }

    [Fact]
    public void Self_Sender_and_Context_are_there_after_an_await()
    {
        IActorRef actor = Start();
        actor.Tell(
            new Script(a => a.Run(async () =>
            {
                await _gate.Task;
                a.From.Tell(a.Surroundings.Self.Path.Name + a.Surroundings.Parent.Path.Name);
            })),
            TestActor);
        Do(actor, a => a.Say("others wait"));
        _gate.SetResult("go");
        ExpectMsg(actor.Path.Name + "user");
        Hear("others wait");
    }

    [Fact]
    public void Continuations_run_on_the_actors_dispatcher_one_at_a_time()
    {
        IActorRef actor = Start();
        int inside = 0;
        Do(actor, a => a.Run(async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                Assert.Equal(1, Interlocked.Increment(ref inside));
                Interlocked.Decrement(ref inside);
                await Task.Yield();
            }

            a.Say("end");
        }));
        Hear("end");
    }

    [Fact]
    public void An_exception_of_an_async_handler_goes_to_the_supervisor()
    {
        IActorRef actor = Start();
        Do(actor, a => a.Run(async () =>
        {
            await _gate.Task;
            throw new Boom();
        }));
        actor.Tell("next");
        _gate.SetResult("go");
        Hear("a restarting: on purpose", "a stopped", "a started", "a got next");
    }

    [Fact]
    public void System_messages_get_through_while_an_async_handler_runs()
    {
        IActorRef actor = Start();
        Do(actor, a => a.Run(async () =>
        {
            a.Say("begin");
            await _gate.Task;
        }));
        Hear("begin");
        Watch(actor);
        Sys.Stop(actor);
        Hear("a stopped");
        ExpectTerminated(actor);
        _gate.SetResult("too late");
    }

    [Fact]
    public void ReceiveAsync_goes_on_with_the_next_message_in_order()
    {
        IActorRef probe = Probe.Ref;
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Slow(probe)));
        for (int i = 0; i < 20; i++)
            actor.Tell(i);
        for (int i = 0; i < 20; i++)
            Hear($"begin {i}", $"end {i}");
    }

    private IActorRef Echo() => Sys.ActorOf(Props.Create(() => new Echoing()));

    private sealed class Echoing : ReceiveActor
    {
        public Echoing() => ReceiveAny(message => Sender.Tell(message));
    }

    private sealed class Slow : ReceiveActor
    {
        public Slow(IActorRef probe) => ReceiveAsync<int>(async i =>
        {
            probe.Tell($"begin {i}");
            await Task.Yield();
            probe.Tell($"end {i}");
        });
    }
}
