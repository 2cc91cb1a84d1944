using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace Akka.TestKit;

// An actor whose insides a test may look at. It runs on the calling thread: what a test sends has
// been handled when Tell returns. Receive goes past the mailbox and the supervisor, so a failure of
// the actor is the test's exception.

/// <summary>Reference to an actor of a known class, with the instance at hand.</summary>
public abstract class TestActorRefBase<TActor> : IInternalActorRef where TActor : ActorBase
{
    private readonly LocalActorRef _ref;

    protected TestActorRefBase(
        ActorSystem system, Props actorProps, IActorRef supervisor = null, string name = null)
    {
        IActorRef parent = supervisor ?? ((ExtendedActorSystem)system).Guardian;
        _ref = ((ActorRefWithCell)parent).Underlying.MakeChild(
            actorProps.WithDispatcher(CallingThreadDispatcher.Id), name, false);
    }

    public IActorRef Ref => _ref;

    public ActorPath Path => _ref.Path;

    /// <summary>The present instance; another one after a restart.</summary>
    public TActor UnderlyingActor => (TActor)_ref.Underlying.Actor;

    IInternalActorRef IInternalActorRef.Parent => _ref.Parent;

    IActorRefProvider IInternalActorRef.Provider => _ref.Provider;

    /// <summary>Handles a message here and now; its exception is thrown.</summary>
    public void Receive(object message, IActorRef sender = null)
    {
        ActorCell cell = _ref.Underlying;
        ActorCell caller = ActorCell.Current;
        ActorCell.Current = cell;
        cell.RestoreMessage(message, sender ?? caller?.Self ?? cell.System.DeadLetters);
        try
        {
            if (message is IAutoReceivedMessage)
                cell.AutoReceiveMessage(new Envelope(message, cell.Sender, cell.System));
            else cell.ReceiveMessage(message);
        }
        finally
        {
            cell.RestoreMessage(null, null);
            ActorCell.Current = caller;
        }
    }

    public void Tell(object message) => _ref.Tell(message);

    public void Tell(object message, IActorRef sender) => _ref.Tell(message, sender);

    public void SendSystemMessage(ISystemMessage message) => _ref.SendSystemMessage(message);

    IActorRef IInternalActorRef.GetChild(IReadOnlyList<string> name) => _ref.GetChild(name);

    void IInternalActorRef.Resume(Exception causedByFailure) => _ref.Resume(causedByFailure);

    void IInternalActorRef.Stop() => _ref.Stop();

    void IInternalActorRef.Restart(Exception cause) => _ref.Restart(cause);

    void IInternalActorRef.Suspend() => _ref.Suspend();

    public int CompareTo(object obj) => _ref.CompareTo(obj);

    int IComparable<IActorRef>.CompareTo(IActorRef other) => _ref.CompareTo(other);

    bool IEquatable<IActorRef>.Equals(IActorRef other) => _ref.Equals(other);

    public override bool Equals(object obj) => _ref.Equals(obj);

    public override int GetHashCode() => _ref.GetHashCode();

    public override string ToString() => _ref.ToString();
}

/// <summary>Made by ActorOfAsTestActorRef.</summary>
public class TestActorRef<TActor> : TestActorRefBase<TActor> where TActor : ActorBase
{
    public TestActorRef(
        ActorSystem system, Props actorProps, IActorRef supervisor = null, string name = null)
        : base(system, actorProps, supervisor, name) { }
}
