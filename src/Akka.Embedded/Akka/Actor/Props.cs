using System.Linq.Expressions;

namespace Akka.Actor;

// The recipe of an actor: its class, the constructor's arguments and how it is deployed.
// Immutable, and used again at each restart: the arguments of a factory expression are evaluated
// once, when the Props are made.

/// <summary>How to make an actor, and where it is to run.</summary>
public class Props
{
    private readonly ConstructorInfo _constructor;

    public Props(Type type, object[] args) =>
        (Type, Arguments) = (type ?? throw new ArgumentNullException(nameof(type)), args ?? []);

    public Props(Type type) : this(type, []) { }

    private Props(NewExpression factory)
        : this(factory.Type, factory.Arguments.Select(Evaluate).ToArray()) =>
        _constructor = factory.Constructor;

    public Type Type { get; }

    public string Dispatcher => Deploy.Dispatcher;

    public string Mailbox => Deploy.Mailbox;

    public Deploy Deploy { get; protected set; } = Deploy.Local;

    /// <summary>Overrides the strategy of the actor's class; null leaves it.</summary>
    public SupervisorStrategy SupervisorStrategy { get; protected set; }

    public object[] Arguments { get; }

    /// <summary>From <c>() => new SomeActor(args)</c>; other expressions are refused.</summary>
    public static Props Create<TActor>(
        Expression<Func<TActor>> factory, SupervisorStrategy supervisorStrategy = null)
        where TActor : ActorBase
    {
        if (factory.Body is not NewExpression created)
            throw new ArgumentException(
                "The create function must be a 'new T (args)' expression", nameof(factory));
        return new Props(created) { SupervisorStrategy = supervisorStrategy };
    }

    public static Props Create<TActor>(params object[] args)
        where TActor : ActorBase => Create(typeof(TActor), args);

    public static Props Create<TActor>(SupervisorStrategy supervisorStrategy)
        where TActor : ActorBase, new() =>
        new(typeof(TActor)) { SupervisorStrategy = supervisorStrategy };

    public static Props Create(Type type, params object[] args) => new(type, args);

    public Props WithDispatcher(string dispatcher) => WithDeploy(new Deploy(dispatcher));

    public Props WithStashCapacity(int stashCapacity) =>
        WithDeploy(new Deploy(stashCapacity: stashCapacity));

    public Props WithDeploy(Deploy deploy) =>
        With(copy => copy.Deploy = deploy.WithFallback(Deploy));

    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy) =>
        With(copy => copy.SupervisorStrategy = supervisorStrategy);

    public virtual ActorBase NewActor()
    {
        const BindingFlags Flags = BindingFlags.Instance | BindingFlags.Public
            | BindingFlags.NonPublic | BindingFlags.DoNotWrapExceptions;
        return (ActorBase)(_constructor?.Invoke(Flags, null, Arguments, null)
            ?? Activator.CreateInstance(Type, Flags, null, Arguments, null));
    }

    private Props With(Action<Props> change)
    {
        Props copy = (Props)MemberwiseClone();
        change(copy);
        return copy;
    }

    private static object Evaluate(Expression argument)
    {
        if (argument is ConstantExpression constant) return constant.Value;
        UnaryExpression boxed = Expression.Convert(argument, typeof(object));
        var read = Expression.Lambda<Func<object>>(boxed);
        return read.Compile(preferInterpretation: true)();
    }
}

/// <summary>Dispatcher, mailbox and stash size of an actor: from Props or from HOCON.</summary>
public class Deploy
{
    public const int NoStashSize = -1;

    public static readonly Deploy Local = new();

    internal Deploy(
        string dispatcher = null, string mailbox = null, int stashCapacity = NoStashSize) =>
        (Dispatcher, Mailbox, StashCapacity) = (dispatcher ?? "", mailbox ?? "", stashCapacity);

    public string Mailbox { get; }

    public string Dispatcher { get; }

    public int StashCapacity { get; }

    /// <summary>This one's values, and the other's where this one has none.</summary>
    public virtual Deploy WithFallback(Deploy other) => new(
        Dispatcher.Length == 0 ? other.Dispatcher : Dispatcher,
        Mailbox.Length == 0 ? other.Mailbox : Mailbox,
        StashCapacity == NoStashSize ? other.StashCapacity : StashCapacity);
}
