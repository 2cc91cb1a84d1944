using System.Linq.Expressions;

namespace Akka.Actor;

// The recipe of an actor: its class, the constructor's arguments and how it is deployed.
// Immutable, and used again at each restart: the arguments of a factory expression are evaluated
// once, when the Props are made.

/// <summary>How to make an actor, and where it is to run.</summary>
public class Props
{
    private readonly ConstructorInfo _constructor;
    private readonly Type _type;

    public Props(Type type, object[] args)
    {
        ArgumentNullException.ThrowIfNull(type);
        Arguments = args ?? [];
        _type = type;
    }

    public Props(Type type) : this(type, []) { }

    private Props(NewExpression factory)
        : this(factory.Type, factory.Arguments.Select(Evaluate).ToArray()) =>
        _constructor = factory.Constructor;

    public Type Type => _type;

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
        {
            const string Why = "The create function must be a 'new T (args)' expression";
            throw new ArgumentException(Why, nameof(factory));
        }

        return new Props(created) { SupervisorStrategy = supervisorStrategy };
    }

    public static Props Create<TActor>(params object[] args)
        where TActor : ActorBase => Create(typeof(TActor), args);

    public static Props Create<TActor>(SupervisorStrategy supervisorStrategy)
        where TActor : ActorBase, new() =>
        new(typeof(TActor)) { SupervisorStrategy = supervisorStrategy };

    public static Props Create(Type type, params object[] args) => new(type, args);

    public Props WithMailbox(string mailbox) => WithDeploy(new Deploy(mailbox: mailbox));

    public Props WithDispatcher(string dispatcher) => WithDeploy(new Deploy(dispatcher));

    public Props WithStashCapacity(int stashCapacity) =>
        WithDeploy(new Deploy(stashCapacity: stashCapacity));

    public Props WithDeploy(Deploy deploy)
    {
        Props copy = Copy();
        copy.Deploy = deploy.WithFallback(copy.Deploy);
        return copy;
    }

    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy)
    {
        Props copy = Copy();
        copy.SupervisorStrategy = supervisorStrategy;
        return copy;
    }

    public virtual ActorBase NewActor()
    {
        const BindingFlags Flags = BindingFlags.Instance | BindingFlags.Public
            | BindingFlags.NonPublic | BindingFlags.DoNotWrapExceptions;
        if (_constructor is not null)
            return (ActorBase)_constructor.Invoke(Flags, null, Arguments, null);
        return (ActorBase)Activator.CreateInstance(_type, Flags, null, Arguments, null);
    }

    protected virtual Props Copy() => (Props)MemberwiseClone();

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
