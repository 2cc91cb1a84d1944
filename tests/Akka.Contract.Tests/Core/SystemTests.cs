using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace Akka.Contract.Tests.Core;

// akka-surface.md section 0, "System shutdown": phases, and extensions.
public sealed class SystemTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(15);

    private static readonly string[] s_phases =
    [
        "before-service-unbind", "service-unbind", "service-requests-done", "service-stop",
        "before-cluster-shutdown", "cluster-sharding-shutdown-region", "cluster-leave",
        "cluster-exiting", "cluster-exiting-done", "cluster-shutdown",
        "before-actor-system-terminate", "actor-system-terminate",
    ];

    [Fact]
    public async Task Phases_run_in_their_order()
    {
        ActorSystem system = Quiet();
        ConcurrentQueue<string> ran = new();
        foreach (string phase in s_phases.Reverse())
            Add(system, phase, phase, () => ran.Enqueue(phase));
        await CoordinatedShutdown.Get(system)
            .Run(CoordinatedShutdown.ClrExitReason.Instance).WaitAsync(s_limit);
        Assert.Equal(s_phases, ran);
        await system.WhenTerminated.WaitAsync(s_limit);
    }

    [Fact]
    public async Task Terminate_runs_the_phases_first()
    {
        ActorSystem system = Quiet();
        bool ran = false;
        Add(system, CoordinatedShutdown.PhaseServiceStop, "task", () => ran = true);
        await system.Terminate().WaitAsync(s_limit);
        Assert.True(ran);
    }

    [Fact]
    public async Task Tasks_of_one_phase_run_side_by_side()
    {
        ActorSystem system = Quiet();
        var first = new TaskCompletionSource();
        var second = new TaskCompletionSource();
        CoordinatedShutdown shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask("service-stop", "first", () => Meet(first, second));
        shutdown.AddTask("service-stop", "second", () => Meet(second, first));
        await system.Terminate().WaitAsync(s_limit);

        static async Task<Done> Meet(TaskCompletionSource mine, TaskCompletionSource other)
        {
            mine.SetResult();
            await other.Task;
            return Done.Instance;
        }
    }

    [Fact]
    public async Task Shutdown_runs_once_and_remembers_its_reason()
    {
        ActorSystem system = Quiet();
        int count = 0;
        Add(system, "service-stop", "task", () => count++);
        CoordinatedShutdown shutdown = CoordinatedShutdown.Get(system);
        Assert.Null(shutdown.ShutdownReason);
        await shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance).WaitAsync(s_limit);
        await shutdown.Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance)
            .WaitAsync(s_limit);
        Assert.Equal(1, count);
        Assert.Same(CoordinatedShutdown.ClrExitReason.Instance, shutdown.ShutdownReason);
    }

    [Fact]
    public async Task A_failing_task_does_not_stop_the_shutdown()
    {
        ActorSystem system = Quiet();
        bool ran = false;
        CoordinatedShutdown.Get(system).AddTask(
            "service-unbind", "fails",
            () => Task.FromException<Done>(new InvalidOperationException()));
        Add(system, "service-stop", "after", () => ran = true);
        await system.Terminate().WaitAsync(s_limit);
        Assert.True(ran);
    }

    [Fact]
    public async Task A_phase_that_takes_longer_than_its_timeout_is_left_behind()
    {
        ActorSystem system = Quiet(
            "akka.coordinated-shutdown.phases.service-unbind.timeout = 100ms");
        bool ran = false;
        CoordinatedShutdown.Get(system).AddTask(
            "service-unbind", "hangs", () => new TaskCompletionSource<Done>().Task);
        Add(system, "service-stop", "after", () => ran = true);
        await system.Terminate().WaitAsync(s_limit);
        Assert.True(ran);
    }

    [Fact]
    public async Task An_unknown_phase_is_refused()
    {
        ActorSystem system = Quiet();
        Assert.Throws<ConfigurationException>(() => Add(system, "no-such-phase", "x", () => { }));
        await system.Terminate().WaitAsync(s_limit);
    }

    [Fact]
    public async Task Phase_timeouts_come_from_the_configuration()
    {
        ActorSystem system = Quiet("akka.coordinated-shutdown.phases.service-stop.timeout = 7s");
        CoordinatedShutdown shutdown = CoordinatedShutdown.Get(system);
        Assert.Equal(TimeSpan.FromSeconds(7), shutdown.Timeout("service-stop"));
        Assert.Equal(TimeSpan.FromSeconds(5), shutdown.Timeout("service-unbind"));
        await system.Terminate().WaitAsync(s_limit);
    }

    [Fact]
    public async Task Termination_callbacks_run_after_the_actors_the_last_first()
    {
        ActorSystem system = Quiet();
        ConcurrentQueue<string> ran = new();
        system.ActorOf(Props.Create(() => new Last(ran)));
        system.RegisterOnTermination(() => ran.Enqueue("first registered"));
        system.RegisterOnTermination(() => ran.Enqueue("last registered"));
        await system.Terminate().WaitAsync(s_limit);
        Assert.Equal(["actor", "last registered", "first registered"], ran);
    }

    [Fact]
    public async Task User_actors_end_before_system_actors()
    {
        ActorSystem system = Quiet();
        ConcurrentQueue<string> ran = new();
        ((ExtendedActorSystem)system).SystemActorOf(
            Props.Create(() => new Named("system", ran)), "last");
        system.ActorOf(Props.Create(() => new Named("user", ran)));
        await system.Terminate().WaitAsync(s_limit);
        Assert.Equal(["user", "system"], ran);
    }

    [Fact]
    public async Task An_extension_is_made_once_a_system()
    {
        ActorSystem one = Quiet();
        ActorSystem two = Quiet();
        var id = new CountingId();
        Counting first = id.Apply(one);
        Assert.Same(first, id.Apply(one));
        Assert.Same(first, one.GetExtension<Counting>());
        Assert.Same(first, one.WithExtension<Counting, CountingId>());
        Assert.NotSame(first, id.Apply(two));
        Assert.True(one.HasExtension<Counting>());
        await Task.WhenAll(one.Terminate(), two.Terminate()).WaitAsync(s_limit);
    }

    [Fact]
    public async Task Extensions_of_the_configuration_are_made_at_the_start()
    {
        string name = typeof(CountingId).AssemblyQualifiedName!;
        ActorSystem system = Quiet($"akka.extensions = [\"{name}\"]");
        Assert.True(system.HasExtension<Counting>());
        await system.Terminate().WaitAsync(s_limit);
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("-leading")]
    [InlineData("")]
    public void A_malformed_system_name_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => ActorSystem.Create(name, Config.Empty));

    private static ActorSystem Quiet(string hocon = "") => ActorSystem.Create(
        "system-tests",
        ConfigurationFactory.ParseString(
            "akka { loglevel = OFF, stdout-loglevel = OFF }\n" + hocon));

    private static void Add(ActorSystem system, string phase, string name, Action work) =>
        CoordinatedShutdown.Get(system).AddTask(phase, name, () =>
        {
            work();
            return Task.FromResult(Done.Instance);
        });

    public sealed class Counting : IExtension;

    public sealed class CountingId : ExtensionIdProvider<Counting>
    {
        public override Counting CreateExtension(ExtendedActorSystem system) => new();
    }

    private sealed class Last(ConcurrentQueue<string> ran) : ReceiveActor
    {
        protected override void PostStop() => ran.Enqueue("actor");
    }

    private sealed class Named(string name, ConcurrentQueue<string> ran) : ReceiveActor
    {
        protected override void PostStop() => ran.Enqueue(name);
    }
}
