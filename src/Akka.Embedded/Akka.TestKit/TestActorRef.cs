namespace Akka.TestKit;

// An actor whose insides a test may look at. It runs on the calling thread: what a test sends has
// been handled when Tell returns. Receive goes past the mailbox and the supervisor, so a failure of
// the actor is the test's exception.

/// <summary>Reference to an actor of a known class, with the instance at hand.</summary>
public class TestActorRef<TActor> : IInternalActorRef where TActor : ActorBase
{
    private readonly LocalActorRef _ref;

    public TestActorRef(
        ActorSystem system, Props actorProps, IActorRef supervisor = null, string name = null)
    {
        IActorRef parent = supervisor ?? ((ExtendedActorSystem)system).Guardian;
        _ref = ((LocalActorRef)parent).Underlying.MakeChild(
            actorProps.WithDispatcher(CallingThreadDispatcher.Id), name, false);
    }

    IInternalActorRef IInternalActorRef.Target => _ref;

    public IActorRef Ref => _ref;

    public ActorPath Path => _ref.Path;

    /// <summary>The present instance; another one after a restart.</summary>
    public TActor UnderlyingActor => (TActor)_ref.Underlying.Actor;

    /// <summary>Handles a message here and now; its exception is thrown.</summary>
    public void Receive(object message, IActorRef sender = null)
    {
        ActorCell cell = _ref.Underlying;
        ActorCell caller = ActorCell.Current;
        ActorCell.Current = cell;
        cell.RestoreMessage(message, sender ?? caller?.Self ?? cell.System.DeadLetters);
        try { cell.AutoReceiveMessage(new Envelope(message, cell.Sender, cell.System)); }
        finally
        {
            cell.RestoreMessage(null, null);
            ActorCell.Current = caller;
        }
    }

    public void Tell(object message) => _ref.Tell(message);

    public void Tell(object message, IActorRef sender) => _ref.Tell(message, sender);

    bool IEquatable<IActorRef>.Equals(IActorRef other) => _ref.Equals(other);

    public override bool Equals(object obj) => _ref.Equals(obj);

    public override int GetHashCode() => _ref.GetHashCode();

    public override string ToString() => _ref.ToString();
}
