namespace Akka.Actor;

/// <summary>An actor with one method for all messages.</summary>
public abstract class UntypedActor : ActorBase
{
    protected static new IUntypedActorContext Context => (IUntypedActorContext)ActorBase.Context;

    protected sealed override bool Receive(object message)
    {
        OnReceive(message);
        return true;
    }

    protected void RunTask(Func<Task> action) => ActorTaskScheduler.RunTask(action);

    protected abstract void OnReceive(object message);

    protected void Become(UntypedReceive receive) => Become(ActorCell.Handled(receive));

    protected void BecomeStacked(UntypedReceive receive) =>
        BecomeStacked(ActorCell.Handled(receive));
}
