namespace Akka.Actor;

/// <summary>Something a message can be sent to.</summary>
public interface ICanTell { void Tell(object message, IActorRef sender); }

/// <summary>Handle to one incarnation of an actor; stays valid across restarts.</summary>
public interface IActorRef : ICanTell, IEquatable<IActorRef> { ActorPath Path { get; } }

/// <summary>What the runtime itself asks of a reference.</summary>
public interface IInternalActorRef : IActorRef
{
    IInternalActorRef Parent => Target.Parent;

    IActorRefProvider Provider => Target.Provider;

    /// <summary>The reference that does the work, if this one only stands before it.</summary>
    internal IInternalActorRef Target => this;

    IActorRef GetChild(IReadOnlyList<string> name) => Target.GetChild(name);

    void Resume(Exception causedByFailure = null) => Target.Resume(causedByFailure);

    void Stop() => Target.Stop();

    void Restart(Exception cause) => Target.Restart(cause);

    void Suspend() => Target.Suspend();

    void SendSystemMessage(ISystemMessage message) => Target.SendSystemMessage(message);
}

/// <summary>Tell and Forward that take the sender from the actor that is running.</summary>
public static class ActorRefImplicitSenderExtensions
{
    public static void Tell(this IActorRef receiver, object message) =>
        receiver.Tell(message, ActorCell.Current?.Self);

    /// <summary>Sends on, keeping the sender of the message being handled.</summary>
    public static void Forward(this IActorRef receiver, object message) =>
        receiver.Tell(message, ActorCell.Current?.Sender);
}

public static class ActorRefExtensions
{
    public static bool IsNobody(this IActorRef actorRef) => actorRef is null or Nobody;
}

public static class ActorRefs
{
    public static readonly Nobody Nobody = Nobody.Instance;
    public static readonly IActorRef NoSender;
}

/// <summary>A reference by its path and incarnation. By itself it has no actor behind it: no life
/// cycle, no parent, no children.</summary>
public abstract class MinimalActorRef : IInternalActorRef
{
    public abstract ActorPath Path { get; }

    public virtual IActorRefProvider Provider => throw new NotSupportedException(ToString());

    public virtual IInternalActorRef Parent => Nobody.Instance;

    public void Tell(object message, IActorRef sender) => TellInternal(message, sender);

    public bool Equals(IActorRef other) =>
        ReferenceEquals(this, other)
        || (other is not null && Path.Uid == other.Path.Uid && Path.Equals(other.Path));

    public override bool Equals(object obj) => obj is IActorRef other && Equals(other);

    public override int GetHashCode() => Path.GetHashCode() ^ Path.Uid.GetHashCode();

    public override string ToString() => $"[{Path.ToStringWithUid()}]";

    public virtual IActorRef GetChild(IReadOnlyList<string> name) =>
        name.All(string.IsNullOrEmpty) ? this : Nobody.Instance;

    public virtual void Resume(Exception causedByFailure = null) { }

    public virtual void Stop() { }

    public virtual void Restart(Exception cause) { }

    public virtual void Suspend() { }

    public virtual void SendSystemMessage(ISystemMessage message) { }

    protected virtual void TellInternal(object message, IActorRef sender) { }
}

/// <summary>The reference to no actor; swallows what it is sent.</summary>
public sealed class Nobody : MinimalActorRef
{
    public static Nobody Instance = new();

    private Nobody() { }

    public override ActorPath Path { get; } =
        new RootActorPath(new Address("akka", "all-systems")) / "Nobody";
}
