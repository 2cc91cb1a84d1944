using System;
using Akka.Configuration;
using Akka.Dispatch;
using Rotom.Net.Loop;
using Rotom.Net.Transport;

namespace Rotom.Actors.Dispatch;

// AeLoopDispatcher: the event loop as an Akka dispatcher. A mailbox with messages is a work item on
// the loop's run queue, so the thread that waits for sockets is the thread that runs the actors.
//
// Only Akka's public API is used. What decides its shape:
//   - the configurator hands out one instance: all actors with the id share the thread;
//   - ThroughputDeadlineTime stays null: any value, 0 included, means one message a run;
//   - Shutdown may come a while after the last actor has gone, and the dispatcher may be used again
//     afterwards, so the loop stops when its queue is empty and starts anew with the next item.

/// <summary>Runs actors on the thread of an event loop.</summary>
public sealed class AeLoopDispatcher : MessageDispatcher
{
    internal AeLoopDispatcher(
        MessageDispatcherConfigurator configurator, string id, IEventLoop loop)
        : base(configurator)
    {
        Config config = configurator.Config;
        Id = id;
        Loop = loop;
        Throughput = config.GetInt("throughput", 30);
        ThroughputDeadlineTime = null;
        ShutdownTimeout = config.GetTimeSpan("shutdown-timeout", TimeSpan.FromSeconds(1));
    }

    /// <summary>The loop; sockets and timers are registered with it.</summary>
    public IEventLoop Loop { get; }

    /// <inheritdoc/>
    protected override void ExecuteTask(IRunnable run) => Loop.Execute(run);

    /// <inheritdoc/>
    protected override void Shutdown() => Loop.Stop();
}

/// <summary>
/// Makes the dispatcher of a HOCON section with
/// <c>type = "Rotom.Actors.Dispatch.AeLoopDispatcherConfigurator, Rotom.Actors"</c>.
/// </summary>
/// <remarks>
/// Own keys: <c>transport</c> (auto, epoll, portable); <c>spin-us</c>, the most microseconds to
/// look for messages before the thread sleeps, while they come one soon after the other.
/// </remarks>
public sealed class AeLoopDispatcherConfigurator : MessageDispatcherConfigurator
{
    private const int SpinMicros = 50;

    private readonly Lazy<AeLoopDispatcher> _instance;
    private readonly Func<TransportKind, LoopOptions, IEventLoop> _makeLoop;

    /// <summary>Called by Akka with the dispatcher's section.</summary>
    public AeLoopDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : this(config, prerequisites, config.GetString("id", "rotom.loop"))
    {
    }

    internal AeLoopDispatcherConfigurator(
        Config config,
        IDispatcherPrerequisites prerequisites,
        string id,
        Func<TransportKind, LoopOptions, IEventLoop>? makeLoop = null)
        : base(config, prerequisites)
    {
        _makeLoop = makeLoop ?? TransportGroup.CreateLoop;
        _instance = new Lazy<AeLoopDispatcher>(() => Make(id));
    }

    /// <inheritdoc/>
    public override MessageDispatcher Dispatcher() => _instance.Value;

    private AeLoopDispatcher Make(string id)
    {
        TransportKind kind = Config.GetString("transport", "auto") switch
        {
            "epoll" => TransportKind.Epoll,
            "portable" => TransportKind.Sockets,
            _ => TransportKind.Auto,
        };
        LoopOptions options = new()
        {
            Name = id,
            SpinMicroseconds = Config.GetInt("spin-us", SpinMicros),
            OnError = error => Prerequisites.EventStream.Publish(
                new Akka.Event.Error(error, id, typeof(AeLoopDispatcher), "unhandled in the loop")),
        };
        return new AeLoopDispatcher(this, id, _makeLoop(kind, options));
    }
}
