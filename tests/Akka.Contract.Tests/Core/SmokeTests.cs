using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Akka;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Pattern;
using Xunit;

namespace Akka.Contract.Tests.Core;

// First checks of the actor core, without the test kit: what actors report goes into a channel.

public sealed class SmokeTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly ActorSystem _system = ActorSystem.Create(
        "smoke", ConfigurationFactory.ParseString(
        """
        akka { loglevel = OFF, stdout-loglevel = OFF }
        pinned { type = PinnedDispatcher }
        brief { type = ForkJoinDispatcher, shutdown-timeout = 20ms }
        forked { type = ForkJoinDispatcher, dedicated-thread-pool { thread-count = 2 } }
        akka.actor.deployment { /placed { dispatcher = forked } }
        """));

    private readonly Channel<object> _seen = Channel.CreateUnbounded<object>();

    public void Dispose() => Assert.True(_system.Terminate().Wait(Limit));

    [Fact]
    public async Task An_actor_answers_in_the_order_it_was_asked()
    {
        IActorRef echo = _system.ActorOf(Props.Create(() => new Script(_seen)), "echo");
        for (int i = 0; i < 1000; i++)
            echo.Tell(i);
        for (int i = 0; i < 1000; i++)
            Assert.Equal(i, await Next());
        Assert.Equal("akka://smoke/user/echo", echo.Path.ToString());
    }

    [Fact]
    public async Task Ask_gets_the_reply_or_the_failure_or_a_timeout()
    {
        IActorRef echo = _system.ActorOf(Props.Create(() => new Script(_seen)));
        Assert.Equal("pong", await echo.Ask<string>("ping", Limit));
        await Assert.ThrowsAsync<InvalidOperationException>(() => echo.Ask<string>("fail", Limit));
        await Assert.ThrowsAsync<ArgumentException>(() => echo.Ask<int>("ping", Limit));
        await Assert.ThrowsAsync<AskTimeoutException>(
            () => echo.Ask<string>("silence", TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public async Task A_restart_keeps_mailbox_and_reference_and_runs_the_hooks()
    {
        IActorRef actor = _system.ActorOf(Props.Create(() => new Hooked(_seen)));
        Assert.Equal("prestart", await Next());
        actor.Tell("hold");
        actor.Tell(new Boom());
        actor.Tell("after");
        Assert.Equal("hold", await Next());
        Assert.Equal("prerestart Boom", await Next());
        Assert.Equal("poststop", await Next());
        Assert.Equal("postrestart", await Next());
        Assert.Equal("prestart", await Next());
        Assert.Equal("after", await Next());
    }

    [Fact]
    public async Task A_failed_constructor_stops_the_actor()
    {
        IActorRef watcher = _system.ActorOf(Props.Create(() => new Watcher(_seen)));
        watcher.Tell(_system.ActorOf(Props.Create(() => new Stillborn())));
        Assert.IsType<Terminated>(await Next());
    }

    [Fact]
    public async Task The_supervisor_decides_and_counts_restarts()
    {
        IActorRef parent = _system.ActorOf(Props.Create(() => new Parent(_seen, 2)));
        IActorRef child = await parent.Ask<IActorRef>("child", Limit);
        parent.Tell("watch");
        for (int i = 0; i < 3; i++)
            child.Tell(new Boom());
        Assert.Equal("restarted", await Next());
        Assert.Equal("restarted", await Next());
        Assert.Equal("child stopped", await Next());
        Assert.IsType<Terminated>(await Next());
    }

    [Fact]
    public async Task Children_end_before_their_parent()
    {
        IActorRef parent = _system.ActorOf(Props.Create(() => new Parent(_seen, 2)));
        await parent.Ask<IActorRef>("child", Limit);
        Assert.True(await parent.GracefulStop(Limit));
        Assert.Equal("child stopped", await Next());
        Assert.Equal("parent stopped", await Next());
    }

    [Fact]
    public async Task Unstash_puts_messages_before_the_others()
    {
        IActorRef actor = _system.ActorOf(Props.Create(() => new Stasher(_seen)));
        foreach (object message in (object[])[1, 2, "open", 3])
            actor.Tell(message);
        Assert.Equal(1, await Next());
        Assert.Equal(2, await Next());
        Assert.Equal(3, await Next());
    }

    [Fact]
    public async Task Timers_fire_by_key_and_a_replaced_one_does_not()
    {
        IActorRef actor = _system.ActorOf(Props.Create(() => new Timed(_seen)));
        actor.Tell("go");
        Assert.Equal("second", await Next());
        Assert.Equal("beat", await Next());
        Assert.Equal("beat", await Next());
    }

    [Fact]
    public async Task Receive_async_holds_the_mailbox_and_keeps_the_sender()
    {
        IActorRef actor = _system.ActorOf(Props.Create(() => new Slow(_seen)));
        Task<string> answer = actor.Ask<string>("work", Limit);
        actor.Tell("next");
        Assert.Equal("begin", await Next());
        Assert.Equal("end", await Next());
        Assert.Equal("next", await Next());
        Assert.Equal("done", await answer);
    }

    [Fact]
    public async Task A_failed_async_handler_restarts_the_actor_and_frees_the_mailbox()
    {
        IActorRef actor = _system.ActorOf(Props.Create(() => new Slow(_seen)));
        actor.Tell("break");
        actor.Tell("next");
        Assert.Equal("restart: break", await Next());
        Assert.Equal("next", await Next());
    }

    [Fact]
    public async Task A_selection_finds_by_pattern_and_parent()
    {
        IActorRef a = _system.ActorOf(Props.Create(() => new Script(_seen)), "worker-1");
        Assert.Equal(a, await _system.ActorSelection("/user/work*").ResolveOne(Limit));
        string[] paths = ["/user/worker-1/../worker-1", "akka://smoke/user/worker-1"];
        foreach (string path in paths)
            Assert.Equal(a, await _system.ActorSelection(path).ResolveOne(Limit));
        await Assert.ThrowsAsync<ActorNotFoundException>(
            () => _system.ActorSelection("/user/nobody").ResolveOne(Limit));
    }

    [Fact]
    public async Task Letters_to_the_dead_and_unhandled_messages_are_published()
    {
        IActorRef listener = _system.ActorOf(Props.Create(() => new Script(_seen)));
        _system.EventStream.Subscribe<DeadLetter>(listener);
        _system.EventStream.Subscribe<UnhandledMessage>(listener);
        IActorRef gone = _system.ActorOf(Props.Create(() => new Deaf()));
        gone.Tell("unheard");
        Assert.Equal("unheard", Assert.IsType<UnhandledMessage>(await Next()).Message);
        Assert.True(await gone.GracefulStop(Limit));
        gone.Tell("late");
        Assert.Equal("late", Assert.IsType<DeadLetter>(await Next()).Message);
    }

    [Fact]
    public async Task Deployment_and_props_choose_the_dispatcher()
    {
        Props props = Props.Create(() => new Script(_seen));
        IActorRef pinned = _system.ActorOf(props.WithDispatcher("pinned"));
        IActorRef placed = _system.ActorOf(props.WithDispatcher("pinned"), "placed");
        Assert.StartsWith("pinned", await pinned.Ask<string>("thread", Limit));
        Assert.StartsWith("forked", await placed.Ask<string>("thread", Limit));
    }

    [Fact]
    public async Task Poison_waits_its_turn_and_watchers_hear_of_it()
    {
        IActorRef actor = _system.ActorOf(Props.Create(() => new Script(_seen)));
        IActorRef watcher = _system.ActorOf(Props.Create(() => new Watcher(_seen)));
        Assert.Equal("watching", await watcher.Ask<string>(actor, Limit));
        actor.Tell(1);
        actor.Tell(PoisonPill.Instance);
        Assert.Equal(1, await Next());
        Assert.True(Assert.IsType<Terminated>(await Next()).ExistenceConfirmed);
    }

    [Fact]
    public async Task Coordinated_shutdown_runs_the_phases_in_order_before_the_actors_end()
    {
        List<string> order = [];
        CoordinatedShutdown shutdown = CoordinatedShutdown.Get(_system);
        foreach (string phase in (string[])[
            CoordinatedShutdown.PhaseServiceStop, CoordinatedShutdown.PhaseBeforeServiceUnbind])
        {
            shutdown.AddTask(phase, phase, () =>
            {
                order.Add(phase);
                return Task.FromResult(Done.Instance);
            });
        }

        await _system.Terminate().WaitAsync(Limit);
        Assert.Equal(["before-service-unbind", "service-stop"], order);
        Assert.Same(
            CoordinatedShutdown.ActorSystemTerminateReason.Instance, shutdown.ShutdownReason);
    }

    [Fact]
    public async Task A_dispatcher_starts_anew_after_its_last_actor_has_left()
    {
        Props props = Props.Create(() => new Script(_seen)).WithDispatcher("brief");
        for (int i = 0; i < 3; i++)
        {
            IActorRef actor = _system.ActorOf(props);
            Thread thread = await actor.Ask<Thread>("thread itself", Limit);
            Assert.True(await actor.GracefulStop(Limit));
            Assert.True(thread.Join(Limit), "the dispatcher kept its thread");
        }
    }

    [Fact]
    public async Task A_breaker_opens_after_failures_in_a_row_and_lets_one_call_try()
    {
        var breaker = CircuitBreaker.Create(
            _system.Scheduler, 2, TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(50));
        var halfOpen = new TaskCompletionSource();
        breaker.OnHalfOpen(() => halfOpen.TrySetResult());
        for (int i = 0; i < 2; i++)
            await Assert.ThrowsAsync<Boom>(() => breaker.WithCircuitBreaker(Fail));
        await Assert.ThrowsAsync<OpenCircuitException>(() => breaker.WithCircuitBreaker(Fail));
        await halfOpen.Task.WaitAsync(Limit);
        Assert.Equal(7, await breaker.WithCircuitBreaker(() => Task.FromResult(7)));
        Assert.True(breaker.IsClosed);
        Assert.Equal(0, breaker.CurrentFailureCount);

        static Task Fail() => Task.FromException(new Boom());
    }

    private async Task<object> Next()
    {
        using var limit = new CancellationTokenSource(Limit);
        return await _seen.Reader.ReadAsync(limit.Token);
    }

    private sealed class Boom : Exception
    {
        public override string ToString() => nameof(Boom);
    }

    private sealed class Script(Channel<object> seen) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case "ping":
                    Sender.Tell("pong");
                    break;
                case "fail":
                    Sender.Tell(new Status.Failure(new InvalidOperationException()));
                    break;
                case "silence":
                    break;
                case "thread itself":
                    Sender.Tell(Thread.CurrentThread);
                    break;
                case "thread":
                    Sender.Tell(Thread.CurrentThread.Name ?? "");
                    break;
                default:
                    seen.Writer.TryWrite(message);
                    break;
            }
        }
    }

    private sealed class Deaf : ReceiveActor;

    private sealed class Stillborn : ReceiveActor
    {
        public Stillborn() => throw new Boom();
    }

    private sealed class Hooked(Channel<object> seen) : UntypedActor
    {
        protected override void PreStart() => seen.Writer.TryWrite("prestart");

        protected override void PostStop() => seen.Writer.TryWrite("poststop");

        protected override void PreRestart(Exception reason, object message)
        {
            seen.Writer.TryWrite($"prerestart {message}");
            base.PreRestart(reason, message);
        }

        protected override void PostRestart(Exception reason)
        {
            seen.Writer.TryWrite("postrestart");
            base.PostRestart(reason);
        }

        protected override void OnReceive(object message)
        {
            if (message is Boom boom)
                throw boom;
            seen.Writer.TryWrite(message);
        }
    }

    private sealed class Watcher : ReceiveActor
    {
        public Watcher(Channel<object> seen)
        {
            Receive<IActorRef>(subject =>
            {
                Context.Watch(subject);
                Sender.Tell("watching");
            });
            Receive<Terminated>(ended => seen.Writer.TryWrite(ended));
        }
    }

    private sealed class Parent : ReceiveActor
    {
        private readonly Channel<object> _seen;
        private readonly int _retries;

        public Parent(Channel<object> seen, int retries)
        {
            _seen = seen;
            _retries = retries;
            IActorRef? child = null;
            Receive<string>(m => m == "child", _ =>
            {
                child = Context.ActorOf(Props.Create(() => new Child(seen)), "child");
                Sender.Tell(child);
            });
            Receive<string>(m => m == "watch", _ => Context.Watch(child!));
            Receive<Terminated>(ended => seen.Writer.TryWrite(ended));
        }

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(
            _retries, TimeSpan.FromMinutes(1), _ => Directive.Restart);

        protected override void PostStop() => _seen.Writer.TryWrite("parent stopped");
    }

    private sealed class Child(Channel<object> seen) : UntypedActor
    {
        protected override void PreRestart(Exception reason, object message)
        {
        }

        protected override void PostRestart(Exception reason) => seen.Writer.TryWrite("restarted");

        protected override void PostStop() => seen.Writer.TryWrite("child stopped");

        protected override void OnReceive(object message) => throw (Exception)message;
    }

    private sealed class Stasher : ReceiveActor, IWithUnboundedStash
    {
        public Stasher(Channel<object> seen)
        {
            Receive<int>(_ => Stash.Stash());
            Receive<string>(_ =>
            {
                Become(() => Receive<int>(i => seen.Writer.TryWrite(i)));
                Stash.UnstashAll();
            });
        }

        public IStash Stash { get; set; } = null!;
    }

    private sealed class Timed : ReceiveActor, IWithTimers
    {
        public Timed(Channel<object> seen)
        {
            int beats = 0;
            Receive<string>(m => m == "go", _ =>
            {
                Timers.StartSingleTimer("key", "first", TimeSpan.FromMilliseconds(20));
                Timers.StartSingleTimer("key", "second", TimeSpan.FromMilliseconds(40));
                Timers.StartPeriodicTimer(
                    "pulse", "beat", TimeSpan.FromMilliseconds(120), TimeSpan.FromMilliseconds(20));
            });
            Receive<string>(m =>
            {
                seen.Writer.TryWrite(m);
                if (m == "beat" && ++beats == 2)
                    Timers.CancelAll();
            });
        }

        public ITimerScheduler Timers { get; set; } = null!;
    }

    private sealed class Slow : ReceiveActor
    {
        private readonly Channel<object> _seen;

        public Slow(Channel<object> seen)
        {
            _seen = seen;
            ReceiveAsync<string>(m => m == "work", async _ =>
            {
                seen.Writer.TryWrite("begin");
                await Task.Delay(20);
                await Task.Yield();
                seen.Writer.TryWrite("end");
                Sender.Tell("done");
            });
            ReceiveAsync<string>(m => m == "break", async _ =>
            {
                await Task.Yield();
                throw new Boom();
            });
            Receive<string>(m => seen.Writer.TryWrite(m));
        }

        protected override void PreRestart(Exception reason, object message)
        {
            _seen.Writer.TryWrite($"restart: {message}");
            base.PreRestart(reason, message);
        }
    }
}
