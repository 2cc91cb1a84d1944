namespace Akka.Actor;

/// <summary>What is done with a failed child.</summary>
public enum Directive { Resume = 0, Restart = 1, Escalate = 2, Stop = 3 }

/// <summary>How an actor deals with the failures of its children.</summary>
public abstract class SupervisorStrategy
{
    public static IDecider DefaultDecider = new LocalOnlyDecider(static cause => cause switch
    {
        ActorInitializationException or ActorKilledException or DeathPactException =>
            Directive.Stop,
        _ => Directive.Restart,
    });

    public static readonly SupervisorStrategy DefaultStrategy =
        new OneForOneStrategy(DefaultDecider.Decide);

    public static readonly OneForOneStrategy StoppingStrategy = new(static _ => Directive.Stop);

    private readonly int _retriesMax;
    private readonly int _withinMilliseconds;

    private protected SupervisorStrategy(
        int? retriesMax, TimeSpan? within, Func<Exception, Directive> decider)
    {
        _retriesMax = retriesMax ?? -1;
        _withinMilliseconds = (int?)within?.TotalMilliseconds ?? -1;
        Decider = new LocalOnlyDecider(decider);
    }

    public IDecider Decider { get; }

    /// <summary>Applies the strategy; false means that the failure is the supervisor's own now.
    /// </summary>
    public bool HandleFailure(
        ActorCell actorCell, IActorRef child, Exception cause, ChildRestartStats stats,
        IReadOnlyCollection<ChildRestartStats> children)
    {
        Directive directive = Decider.Decide(cause);
        if (directive == Directive.Escalate) return false;
        bool resume = directive == Directive.Resume;
        string source = child.Path.ToString();
        actorCell.Publish(resume ? new Warning(null, source, GetType(), cause.Message)
            : new Error(cause, source, GetType(), cause.Message));
        if (resume) ((IInternalActorRef)child).Resume(cause);
        else ProcessFailure(
            actorCell, directive == Directive.Restart, child, cause, stats, children);
        return true;
    }

    public abstract void ProcessFailure(
        IActorContext context, bool restart, IActorRef child, Exception cause,
        ChildRestartStats stats, IReadOnlyCollection<ChildRestartStats> children);

    private protected bool MayRestart(ChildRestartStats stats) =>
        stats.RequestRestartPermission(_retriesMax, _withinMilliseconds);
}

/// <summary>The failed child alone is dealt with.</summary>
public class OneForOneStrategy(
    int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
    : SupervisorStrategy(maxNrOfRetries, withinTimeRange, localOnlyDecider)
{
    public OneForOneStrategy(Func<Exception, Directive> localOnlyDecider)
        : this(null, null, localOnlyDecider) { }

    public override void ProcessFailure(
        IActorContext context, bool restart, IActorRef child, Exception cause,
        ChildRestartStats stats, IReadOnlyCollection<ChildRestartStats> children)
    {
        if (restart && MayRestart(stats)) ((IInternalActorRef)child).Restart(cause);
        else context.Stop(child);
    }
}

/// <summary>All children share the fate of the failed one.</summary>
public class AllForOneStrategy(
    int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
    : SupervisorStrategy(maxNrOfRetries, withinTimeRange, localOnlyDecider)
{
    public AllForOneStrategy(Func<Exception, Directive> localOnlyDecider)
        : this(null, null, localOnlyDecider) { }

    public override void ProcessFailure(
        IActorContext context, bool restart, IActorRef child, Exception cause,
        ChildRestartStats stats, IReadOnlyCollection<ChildRestartStats> children)
    {
        bool allowed = restart && children.All(MayRestart);
        foreach (IInternalActorRef each in children.Select(c => c.Child))
        {
            if (allowed && !each.Equals(child)) each.Suspend();
            if (allowed) each.Restart(cause);
            else context.Stop(each);
        }
    }
}

/// <summary>Maps an exception to a directive.</summary>
public interface IDecider { Directive Decide(Exception cause); }

internal sealed class LocalOnlyDecider(Func<Exception, Directive> decider)
    : IDecider { public Directive Decide(Exception cause) => decider(cause); }

/// <summary>Makes the strategy of the user guardian.</summary>
public abstract class SupervisorStrategyConfigurator
{
    public abstract SupervisorStrategy Create();

    public static SupervisorStrategyConfigurator CreateConfigurator(string typeName) =>
        Reflect.Make<SupervisorStrategyConfigurator>(typeName, "supervisor strategy type");
}

public class DefaultSupervisorStrategy : SupervisorStrategyConfigurator
{
    public override SupervisorStrategy Create() => SupervisorStrategy.DefaultStrategy;
}

public class StoppingSupervisorStrategy : SupervisorStrategyConfigurator
{
    public override SupervisorStrategy Create() => SupervisorStrategy.StoppingStrategy;
}
