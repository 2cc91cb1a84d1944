namespace Akka.Actor;

/// <summary>A reference backed by a cell, so that its children can be looked up.</summary>
public abstract class ActorRefWithCell : MinimalActorRef
{
    internal abstract ActorCell Underlying { get; }

    internal abstract IInternalActorRef GetSingleChild(string name);
}

// The reference to an actor in this process. It is a thin front of the cell: user messages go
// through the cell's dispatcher into the mailbox, life-cycle operations become system messages.
// The cell exists from the start; messages sent before the actor is created wait in its mailbox
// behind the Create message.

/// <summary>Reference to an actor of this process.</summary>
public class LocalActorRef : ActorRefWithCell
{
    private readonly ActorCell _cell;

    internal LocalActorRef(
        ActorSystemImpl system, Props props, MessageDispatcher dispatcher, MailboxType mailboxType,
        IInternalActorRef supervisor, ActorPath path)
    {
        Path = path;
        _cell = new ActorCell(system, this, props, dispatcher, supervisor);
        _cell.Init(mailboxType);
    }

    public override ActorPath Path { get; }

    public override IInternalActorRef Parent => _cell.Parent;

    public override IActorRefProvider Provider => _cell.SystemImpl.Provider;

    internal override ActorCell Underlying => _cell;

    public override void Stop() => SendSystemMessage(new Terminate());

    public override void Suspend() => SendSystemMessage(new Suspend());

    public override void Resume(Exception causedByFailure = null) =>
        SendSystemMessage(new Resume(causedByFailure));

    public override void Restart(Exception cause) => SendSystemMessage(new Recreate(cause));

    public override void SendSystemMessage(ISystemMessage message) =>
        _cell.SendSystemMessage((SystemMessage)message);

    public override IActorRef GetChild(IReadOnlyList<string> name)
    {
        IInternalActorRef current = this;
        for (int i = 0; i < name.Count; i++)
        {
            if (name[i].Length == 0) continue;
            if (current is not ActorRefWithCell cell) return current.GetChild([.. name.Skip(i)]);
            current = name[i] == ".." ? cell.Parent : cell.GetSingleChild(name[i]);
        }

        return current;
    }

    internal override IInternalActorRef GetSingleChild(string name)
    {
        int hash = name.IndexOf('#');
        if (hash < 0) return _cell.FindChild(name) ?? Nobody.Instance;
        IInternalActorRef child = _cell.FindChild(name[..hash]);
        bool same = child is not null
            && name.AsSpan(hash + 1).SequenceEqual(child.Path.Uid.ToString());
        return same ? child : Nobody.Instance;
    }

    protected override void TellInternal(object message, IActorRef sender) =>
        _cell.SendMessage(message, sender);
}

/// <summary>The parent of the root guardian: learns that the whole tree has ended.</summary>
internal sealed class TopOfTheTree(LocalActorRefProvider provider, ActorPath path) : MinimalActorRef
{
    private int _ended;

    public override ActorPath Path { get; } = path;

    public override IActorRefProvider Provider => provider;

    public override void SendSystemMessage(ISystemMessage message)
    {
        bool fatal = message is Failed or DeathWatchNotification;
        if (message is Failed { Child: IInternalActorRef child }) child.Stop();
        else if (fatal && Interlocked.Exchange(ref _ended, 1) == 0) provider.OnRootTerminated();
    }
}
