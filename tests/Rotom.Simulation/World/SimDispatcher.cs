using System;
using Akka.Configuration;
using Akka.Dispatch;

namespace Rotom.Simulation.World;

// The dispatcher of all actors that do not live on a server's loop: guardians, supervisor, the
// system's own. They share one driven loop, so that they too run on the simulation's thread.

/// <summary>Runs mailboxes on a loop that the simulation drives.</summary>
public sealed class SimDispatcher : MessageDispatcher
{
    private readonly SimLoop _loop;

    internal SimDispatcher(MessageDispatcherConfigurator configurator, string id, SimLoop loop)
        : base(configurator)
    {
        Id = id;
        Throughput = 1;
        ThroughputDeadlineTime = null;
        ShutdownTimeout = TimeSpan.FromSeconds(1);
        _loop = loop;
    }

    protected override void ExecuteTask(IRunnable run) => _loop.Execute(run);

    protected override void Shutdown()
    {
    }
}

/// <summary>Named by HOCON as the type of a simulated system's dispatchers.</summary>
public sealed class SimDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly SimDispatcher _dispatcher;

    /// <summary>Called by Akka.</summary>
    public SimDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites) =>
        _dispatcher = new SimDispatcher(
            this, config.GetString("id", "sim"), SimWorld.Current.SystemLoop);

    public override MessageDispatcher Dispatcher() => _dispatcher;
}
