using System;
using System.Threading;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Rotom.TestHost;

/// <summary>
/// The scheduler of a test host's actor system: what is due runs inside Advance, and what repeats
/// and was missed several times runs once.
/// </summary>
public sealed class VirtualScheduler : QueueScheduler
{
    private static readonly AsyncLocal<VirtualTime?> s_next = new();

    /// <summary>Called by Akka, while <see cref="Create"/> makes the system.</summary>
    public VirtualScheduler(Config config, ILoggingAdapter log)
        : base(
            config,
            log,
            s_next.Value
                ?? throw new InvalidOperationException("Only a RotomTestHost makes one."),
            catchesUp: false)
    {
    }

    /// <summary>Makes an actor system whose scheduler is on this time.</summary>
    internal static ActorSystem Create(string name, string hocon, VirtualTime time)
    {
        s_next.Value = time;
        try
        {
            return ActorSystem.Create(name, ConfigurationFactory.ParseString(hocon));
        }
        finally
        {
            s_next.Value = null;
        }
    }
}
