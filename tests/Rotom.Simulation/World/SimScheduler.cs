using Akka.Configuration;
using Akka.Event;
using Rotom.TestHost;

namespace Rotom.Simulation.World;

/// <summary>
/// akka.scheduler.implementation of a simulated system: what is due runs when the simulation says
/// so, and what repeats once for each interval that went by.
/// </summary>
public sealed class SimScheduler : QueueScheduler
{
    /// <summary>Called by Akka.</summary>
    public SimScheduler(Config config, ILoggingAdapter log)
        : base(config, log, SimWorld.Current.Clock, catchesUp: true) =>
        SimWorld.Current.Scheduler = this;
}
