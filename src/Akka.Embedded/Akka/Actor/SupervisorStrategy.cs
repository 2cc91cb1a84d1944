namespace Akka.Actor;

/// <summary>What is done with a failed child.</summary>
public enum Directive { Resume = 0, Restart = 1, Escalate = 2, Stop = 3 }

/// <summary>How an actor deals with the failures of its children.</summary>
public abstract class SupervisorStrategy
{
    public static IDecider DefaultDecider = Akka.Actor.Decider.From(static cause => cause switch
    {
        ActorInitializationException or ActorKilledException or DeathPactException =>
            Directive.Stop,
        _ => Directive.Restart,
    });

    public static readonly SupervisorStrategy DefaultStrategy =
        new OneForOneStrategy(-1, -1, DefaultDecider);

    public static readonly OneForOneStrategy StoppingStrategy = new(static _ => Directive.Stop);

    private readonly int _retriesMax;
    private readonly int _withinMilliseconds;

    private protected SupervisorStrategy(
        int? maxNrOfRetries, int? withinTimeMilliseconds, IDecider decider, bool loggingEnabled)
    {
        _retriesMax = maxNrOfRetries ?? -1;
        _withinMilliseconds = withinTimeMilliseconds ?? -1;
        Decider = decider;
        LoggingEnabled = loggingEnabled;
    }

    public IDecider Decider { get; }

    protected bool LoggingEnabled { get; set; }

    /// <summary>Applies the strategy; false means that the failure is the supervisor's own now.
    /// </summary>
    public bool HandleFailure(
        ActorCell actorCell, IActorRef child, Exception cause, ChildRestartStats stats,
        IReadOnlyCollection<ChildRestartStats> children)
    {
        Directive directive = Decider.Decide(cause);
        bool restart = directive == Directive.Restart;
        LogFailure(actorCell, child, cause, directive);
        if (directive == Directive.Resume) ((IInternalActorRef)child).Resume(cause);
        else if (directive != Directive.Escalate)
            ProcessFailure(actorCell, restart, child, cause, stats, children);
        return directive != Directive.Escalate;
    }

    public abstract void ProcessFailure(
        IActorContext context, bool restart, IActorRef child, Exception cause,
        ChildRestartStats stats, IReadOnlyCollection<ChildRestartStats> children);

    private protected bool MayRestart(ChildRestartStats stats) =>
        stats.RequestRestartPermission(_retriesMax, _withinMilliseconds);

    protected virtual void LogFailure(
        IActorContext context, IActorRef child, Exception cause, Directive directive)
    {
        if (!LoggingEnabled || directive == Directive.Escalate) return;
        string source = child.Path.ToString();
        context.System.EventStream.Publish(directive == Directive.Resume
            ? new Warning(source, GetType(), cause.Message)
            : new Error(cause, source, GetType(), cause.Message));
    }
}

/// <summary>The failed child alone is dealt with.</summary>
public class OneForOneStrategy : SupervisorStrategy
{
    public OneForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, IDecider decider,
        bool loggingEnabled = true)
        : base(maxNrOfRetries, withinTimeMilliseconds, decider, loggingEnabled) { }

    public OneForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange,
        Func<Exception, Directive> localOnlyDecider)
        : base(maxNrOfRetries, (int?)withinTimeRange?.TotalMilliseconds,
            Akka.Actor.Decider.From(localOnlyDecider), true) { }

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
public class AllForOneStrategy : SupervisorStrategy
{
    public AllForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, IDecider decider,
        bool loggingEnabled = true)
        : base(maxNrOfRetries, withinTimeMilliseconds, decider, loggingEnabled) { }

    public AllForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange,
        Func<Exception, Directive> localOnlyDecider)
        : base(maxNrOfRetries, (int?)withinTimeRange?.TotalMilliseconds,
            Akka.Actor.Decider.From(localOnlyDecider), true) { }

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

public static class Decider
{
    public static LocalOnlyDecider From(Func<Exception, Directive> localOnlyDecider) =>
        new(localOnlyDecider);
}

public class LocalOnlyDecider(Func<Exception, Directive> decider) : IDecider
{
    public Directive Decide(Exception cause) => decider(cause);
}

/// <summary>Makes the strategy of the user guardian.</summary>
public abstract class SupervisorStrategyConfigurator
{
    public abstract SupervisorStrategy Create();

    public static SupervisorStrategyConfigurator CreateConfigurator(string typeName)
    {
        Type type = Type.GetType(typeName) ?? throw new ConfigurationException(
            $"Could not resolve supervisor strategy type {typeName}");
        return (SupervisorStrategyConfigurator)Activator.CreateInstance(type);
    }
}

public class DefaultSupervisorStrategy : SupervisorStrategyConfigurator
{
    public override SupervisorStrategy Create() => SupervisorStrategy.DefaultStrategy;
}

public class StoppingSupervisorStrategy : SupervisorStrategyConfigurator
{
    public override SupervisorStrategy Create() => SupervisorStrategy.StoppingStrategy;
}
