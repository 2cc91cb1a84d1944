using System.Runtime.ExceptionServices;

namespace Akka.Actor;

/// <summary>Failure, restart and stop.</summary>
public partial class ActorCell
{
    // Who made this actor fail: itself, or the child whose failure it escalated. Null when it is
    // healthy.
    private IActorRef _failedBy;

    // The instance has been through PreRestart (or failed in PostRestart): its hooks are not run
    // again.
    private bool _preRestartDone;
    private bool _postStopDone;

    private bool IsFailed => _failedBy is not null;

    // 2 waiting for children to end, 1 suspended, 0 normal. Messages held in a higher rank are
    // taken up again when the rank falls.
    private int StateRank => IsWaitingForChildren ? 2 : Mailbox.IsSuspended ? 1 : 0;

    internal void HandleInvokeFailure(Exception cause)
    {
        if (IsFailed || IsTerminating) return;
        try
        {
            Dispatcher.Suspend(this);
            var escalated = CurrentMessage as Failed;
            _failedBy = escalated?.Child ?? Self;
            SuspendChildren(escalated?.Child);
            Parent.SendSystemMessage(new Failed(Self, cause));
        }
        catch (Exception failure)
        {
            PublishError(failure, $"Emergency stop: exception in failure handling of {cause}");
            StopAllChildren();
            FinishTerminate();
        }
    }

    private static bool Holds(SystemMessage message, int rank) => rank switch
    {
        0 => false,
        1 => message is Failed,
        _ => message is Failed or Suspend or Resume or Recreate,
    };

    private void HandleFailed(Failed failed)
    {
        CurrentMessage = failed;
        _sender = failed.Child;
        if (StatsOf(failed.Child) is { } stats && !Actor.Strategy.HandleFailure(
            this, failed.Child, failed.Cause, stats, ChildStats()))
            ExceptionDispatchInfo.Throw(failed.Cause);
        CurrentMessage = null;
    }

    private void FaultSuspend()
    {
        Dispatcher.Suspend(this);
        SuspendChildren();
    }

    private void FaultResume(Exception cause)
    {
        if (Actor is null) FaultCreate();
        else if (_preRestartDone && cause is not null && !IsWaitingForChildren)
            FaultRecreate(cause);
        else
        {
            IActorRef perpetrator = _failedBy;
            Dispatcher.Resume(this);
            if (cause is not null) _failedBy = null;
            ResumeChildren(cause, perpetrator);
        }
    }

    private void FaultRecreate(Exception cause)
    {
        if (Actor is null) FaultCreate();
        else if (IsTerminating || IsWaitingForChildren) FaultResume(null);
        else
        {
            if (!_preRestartDone) EndInstance(cause);
            AfterChildren(() => FinishRecreate(cause));
        }
    }

    private void EndInstance(Exception cause)
    {
        try { Actor.AroundPreRestart(cause, CurrentMessage); }
        catch (Exception failure) { PublishError(failure, "Exception in PreRestart"); }

        UnstashToMailbox(Actor);
        SetReceiveTimeout(null);
        ReleaseActor();
        _preRestartDone = true;
        _postStopDone = true;
    }

    private void FinishRecreate(Exception cause)
    {
        try
        {
            Dispatcher.Resume(this);
            _failedBy = null;
            Actor = NewActor();
            _preRestartDone = false;
            _postStopDone = false;
            Actor.AroundPostRestart(cause, null);
            CheckReceiveTimeout();
            foreach (ChildRestartStats survivor in ChildStats()) survivor.Child.Restart(cause);
        }
        catch (Exception failure)
        {
            _preRestartDone = true;
            HandleInvokeFailure(new PostRestartException(Self, failure, cause));
        }
    }

    private void FaultCreate()
    {
        SetReceiveTimeout(null);
        StopAllChildren();
        AfterChildren(FinishCreate);
    }

    private void FinishCreate()
    {
        try
        {
            Dispatcher.Resume(this);
            _failedBy = null;
            CreateActor();
        }
        catch (Exception failure) { HandleInvokeFailure(failure); }
    }

    private void Terminate()
    {
        SetReceiveTimeout(null);
        if (_terminated) return;
        bool already = IsTerminating;
        lock (_childrenLock) IsTerminating = true;
        StopAllChildren();
        AfterChildren(FinishTerminate);
        if (already || _terminated) return;
        Dispatcher.Suspend(this);
        _failedBy = Self;
    }

    private void FinishTerminate()
    {
        if (_terminated) return;
        lock (_childrenLock) IsTerminating = _terminated = true;
        ActorBase actor = Actor;
        try { if (!_postStopDone) actor?.AroundPostStop(); }
        catch (Exception failure) { PublishError(failure, "Exception in PostStop"); }

        UnstashToMailbox(actor);
        Dispatcher.Detach(this);
        Parent.SendSystemMessage(new DeathWatchNotification(Self, true));
        TellWatchersWeDied();
        UnwatchWatchedActors();
        if (actor is not null) ReleaseActor();
        Actor = null;
    }

    private void UnstashToMailbox(ActorBase actor)
    {
        try { (actor as IActorStash)?.Stash?.UnstashAll(); }
        catch (Exception failure)
        {
            PublishError(failure, "Exception while returning the stash to the mailbox");
        }
    }
}
