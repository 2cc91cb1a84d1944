using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor.Internal;
using Akka.Configuration;
using Akka.Event;

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
        new OneForOneStrategy(DefaultDecider);

    public static readonly OneForOneStrategy StoppingStrategy = new(static _ => Directive.Stop);

    public abstract IDecider Decider { get; }

    protected bool LoggingEnabled { get; set; } = true;

    /// <summary>Applies the strategy; false means that the failure is the supervisor's own now.
    /// </summary>
    public bool HandleFailure(
        ActorCell actorCell, IActorRef child, Exception cause, ChildRestartStats stats,
        IReadOnlyCollection<ChildRestartStats> children)
    {
        Directive directive = Handle(child, cause);
        bool restart = directive == Directive.Restart;
        LogFailure(actorCell, child, cause, directive);
        if (directive == Directive.Resume) ResumeChild(child, cause);
        else if (directive != Directive.Escalate)
            ProcessFailure(actorCell, restart, child, cause, stats, children);
        return directive != Directive.Escalate;
    }

    public abstract void ProcessFailure(
        IActorContext context, bool restart, IActorRef child, Exception cause,
        ChildRestartStats stats, IReadOnlyCollection<ChildRestartStats> children);

    public abstract void HandleChildTerminated(
        IActorContext actorContext, IActorRef child, IEnumerable<IInternalActorRef> children);

    private protected static LocalOnlyDecider From(Func<Exception, Directive> decider) =>
        new(decider);

    private protected static int Milliseconds(TimeSpan? range) =>
        (int)(range?.TotalMilliseconds ?? -1);

    protected abstract Directive Handle(IActorRef child, Exception exception);

    protected void RestartChild(IActorRef child, Exception cause, bool suspendFirst)
    {
        var target = (IInternalActorRef)child;
        if (suspendFirst) target.Suspend();
        target.Restart(cause);
    }

    protected void ResumeChild(IActorRef child, Exception exception) =>
        ((IInternalActorRef)child).Resume(exception);

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
    {
        MaxNumberOfRetries = maxNrOfRetries;
        WithinTimeRangeMilliseconds = withinTimeMilliseconds;
        Decider = decider;
        LoggingEnabled = loggingEnabled;
    }

    public OneForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds,
        Func<Exception, Directive> localOnlyDecider, bool loggingEnabled = true)
        : this(maxNrOfRetries, withinTimeMilliseconds, From(localOnlyDecider), loggingEnabled) { }

    public OneForOneStrategy(
        int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : this(maxNrOfRetries ?? -1, Milliseconds(withinTimeRange), From(localOnlyDecider)) { }

    public OneForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, IDecider decider)
        : this(maxNrOfRetries ?? -1, Milliseconds(withinTimeRange), decider) { }

    public OneForOneStrategy(Func<Exception, Directive> localOnlyDecider)
        : this(-1, -1, From(localOnlyDecider)) { }

    public OneForOneStrategy(
        Func<Exception, Directive> localOnlyDecider, bool loggingEnabled = true)
        : this(-1, -1, From(localOnlyDecider), loggingEnabled) { }

    public OneForOneStrategy(IDecider decider) : this(-1, -1, decider) { }

    protected OneForOneStrategy() : this(DefaultDecider) { }

    /// <summary>Restarts allowed in the time range; -1 is no limit.</summary>
    public int MaxNumberOfRetries { get; }

    public int WithinTimeRangeMilliseconds { get; }

    public override IDecider Decider { get; }

    public OneForOneStrategy WithMaxNrOfRetries(int maxNrOfRetries) =>
        new(maxNrOfRetries, WithinTimeRangeMilliseconds, Decider, LoggingEnabled);

    public override void ProcessFailure(
        IActorContext context, bool restart, IActorRef child, Exception cause,
        ChildRestartStats stats, IReadOnlyCollection<ChildRestartStats> children)
    {
        if (restart && stats.RequestRestartPermission(
            MaxNumberOfRetries, WithinTimeRangeMilliseconds))
            RestartChild(child, cause, suspendFirst: false);
        else context.Stop(child);
    }

    public override void HandleChildTerminated(
        IActorContext actorContext, IActorRef child, IEnumerable<IInternalActorRef> children) { }

    protected override Directive Handle(IActorRef child, Exception exception) =>
        Decider.Decide(exception);
}

/// <summary>All children share the fate of the failed one.</summary>
public class AllForOneStrategy : SupervisorStrategy
{
    public AllForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, IDecider decider,
        bool loggingEnabled = true)
    {
        MaxNumberOfRetries = maxNrOfRetries;
        WithinTimeRangeMilliseconds = withinTimeMilliseconds;
        Decider = decider;
        LoggingEnabled = loggingEnabled;
    }

    public AllForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds,
        Func<Exception, Directive> localOnlyDecider, bool loggingEnabled = true)
        : this(maxNrOfRetries, withinTimeMilliseconds, From(localOnlyDecider), loggingEnabled) { }

    public AllForOneStrategy(
        int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : this(maxNrOfRetries ?? -1, Milliseconds(withinTimeRange), From(localOnlyDecider)) { }

    public AllForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, IDecider decider)
        : this(maxNrOfRetries ?? -1, Milliseconds(withinTimeRange), decider) { }

    public AllForOneStrategy(Func<Exception, Directive> localOnlyDecider)
        : this(-1, -1, From(localOnlyDecider)) { }

    public AllForOneStrategy(IDecider decider) : this(-1, -1, decider) { }

    protected AllForOneStrategy() : this(DefaultDecider) { }

    /// <summary>Restarts allowed in the time range; -1 is no limit.</summary>
    public int MaxNumberOfRetries { get; }

    public int WithinTimeRangeMilliseconds { get; }

    public override IDecider Decider { get; }

    public override void ProcessFailure(
        IActorContext context, bool restart, IActorRef child, Exception cause,
        ChildRestartStats stats, IReadOnlyCollection<ChildRestartStats> children)
    {
        bool allowed = restart && children.All(c => c.RequestRestartPermission(
            MaxNumberOfRetries, WithinTimeRangeMilliseconds));
        foreach (ChildRestartStats each in children)
        {
            if (allowed) RestartChild(each.Child, cause, suspendFirst: !each.Child.Equals(child));
            else context.Stop(each.Child);
        }
    }

    public override void HandleChildTerminated(
        IActorContext actorContext, IActorRef child, IEnumerable<IInternalActorRef> children) { }

    protected override Directive Handle(IActorRef child, Exception exception) =>
        Decider.Decide(exception);
}

/// <summary>Maps an exception to a directive.</summary>
public interface IDecider { Directive Decide(Exception cause); }

public static class Decider
{
    public static DeployableDecider From(
        Directive defaultDirective, params KeyValuePair<Type, Directive>[] pairs) =>
        new(defaultDirective, pairs);

    public static DeployableDecider From(
        Directive defaultDirective, IEnumerable<KeyValuePair<Type, Directive>> pairs) =>
        new(defaultDirective, pairs);

    public static LocalOnlyDecider From(Func<Exception, Directive> localOnlyDecider) =>
        new(localOnlyDecider);
}

public class LocalOnlyDecider(Func<Exception, Directive> decider) : IDecider
{
    public Directive Decide(Exception cause) => decider(cause);
}

/// <summary>A decider made of exception types; the first that fits decides.</summary>
public class DeployableDecider(
    Directive defaultDirective, params KeyValuePair<Type, Directive>[] pairs) : IDecider
{
    public DeployableDecider(
        Directive defaultDirective, IEnumerable<KeyValuePair<Type, Directive>> pairs)
        : this(defaultDirective, pairs.ToArray()) { }

    public Directive DefaultDirective => defaultDirective;

    public KeyValuePair<Type, Directive>[] Pairs => pairs;

    public Directive Decide(Exception cause)
    {
        foreach ((Type type, Directive directive) in pairs)
            if (type.IsInstanceOfType(cause)) return directive;

        return defaultDirective;
    }
}

/// <summary>Makes the strategy of the user guardian.</summary>
public abstract class SupervisorStrategyConfigurator
{
    public abstract SupervisorStrategy Create();

    public static SupervisorStrategyConfigurator CreateConfigurator(string typeName)
    {
        if (typeName == "Akka.Actor.DefaultSupervisorStrategy")
            return new DefaultSupervisorStrategy();
        if (typeName == "Akka.Actor.StoppingSupervisorStrategy")
            return new StoppingSupervisorStrategy();
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
