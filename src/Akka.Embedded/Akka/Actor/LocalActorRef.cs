namespace Akka.Actor;

// The reference to an actor in this process. It is a thin front of the cell: user messages go
// through the cell's dispatcher into the mailbox, life-cycle operations become system messages.
// The cell exists from the start; messages sent before the actor is created wait in its mailbox
// behind the Create message.

/// <summary>Reference to an actor of this process.</summary>
public class LocalActorRef : MinimalActorRef
{
    internal LocalActorRef(
        ActorSystemImpl system, Props props, MessageDispatcher dispatcher, MailboxType mailboxType,
        IInternalActorRef supervisor, ActorPath path)
    {
        Path = path;
        Underlying = new ActorCell(system, this, props, dispatcher, mailboxType, supervisor);
    }

    public override ActorPath Path { get; }

    public override IInternalActorRef Parent => Underlying.Parent;

    public override IActorRefProvider Provider => Underlying.SystemImpl.Provider;

    internal ActorCell Underlying { get; }

    public override void Stop() => SendSystemMessage(new Terminate());

    public override void Suspend() => SendSystemMessage(new Suspend());

    public override void Resume(Exception causedByFailure = null) =>
        SendSystemMessage(new Resume(causedByFailure));

    public override void Restart(Exception cause) => SendSystemMessage(new Recreate(cause));

    public override void SendSystemMessage(ISystemMessage message) =>
        Underlying.SendSystemMessage((SystemMessage)message);

    public override IActorRef GetChild(IReadOnlyList<string> name)
    {
        if (name.Count == 0) return this;
        IInternalActorRef next = name[0].Length == 0 ? this
            : name[0] == ".." ? Parent : GetSingleChild(name[0]);
        return next.GetChild([.. name.Skip(1)]);
    }

    internal virtual IInternalActorRef GetSingleChild(string name)
    {
        string[] parts = name.Split('#', 2);
        IInternalActorRef child = Underlying.FindChild(parts[0]);
        bool found = child is not null
            && (parts.Length == 1 || parts[1] == child.Path.Uid.ToString());
        return found ? child : Nobody.Instance;
    }

    protected override void TellInternal(object message, IActorRef sender) =>
        Underlying.SendMessage(message, sender);
}
