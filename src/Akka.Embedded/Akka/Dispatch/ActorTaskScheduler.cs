namespace Akka.Dispatch;

// Runs an actor's asynchronous handlers. RunTask suspends the mailbox; each continuation of the
// handler comes back as a system message, so that it runs on the actor's dispatcher, one at a
// time, with Self, Sender and Context as the handler began. When the task has ended the mailbox
// goes on, or the actor fails with the task's exception.

/// <summary>The task scheduler that is current inside an actor's async handlers.</summary>
public class ActorTaskScheduler : TaskScheduler
{
    private readonly ActorCell _cell;
    private IActorRef _sender;

    internal ActorTaskScheduler(ActorCell cell) => _cell = cell;

    /// <summary>The message whose handler is running.</summary>
    public object CurrentMessage { get; private set; }

    public static void RunTask(Func<Task> asyncAction)
    {
        ActorCell cell = ActorCell.Current ?? throw new InvalidOperationException(
            "RunTask must be called from an actor context.");
        ActorTaskScheduler scheduler = cell.TaskScheduler;
        cell.Dispatcher.Suspend(cell);
        scheduler.CurrentMessage = cell.CurrentMessage;
        scheduler._sender = cell.Sender;
        Task.Factory
            .StartNew(asyncAction, CancellationToken.None, TaskCreationOptions.None, scheduler)
            .Unwrap().ContinueWith(static (task, state) => ((ActorTaskScheduler)state).Finish(task),
                scheduler, CancellationToken.None, TaskContinuationOptions.None, scheduler);
    }

    internal void ExecuteTask(Task task)
    {
        _cell.RestoreMessage(CurrentMessage, _sender);
        TryExecuteTask(task);
    }

    protected override IEnumerable<Task> GetScheduledTasks() => null;

    protected override void QueueTask(Task task) =>
        _cell.SendSystemMessage(new ActorTaskSchedulerMessage(this, task));

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ActorCell.Current == _cell && Current == this
            && TryExecuteTask(task);

    private void Finish(Task task)
    {
        if (!task.IsCompletedSuccessfully)
            _cell.HandleInvokeFailure(task.Exception?.InnerExceptions is [var only] ? only
                : task.Exception ?? (Exception)new TaskCanceledException(task));
        else
        {
            _cell.RestoreMessage(null, null);
            _cell.CheckReceiveTimeout();
        }

        CurrentMessage = null;
        _cell.Dispatcher.Resume(_cell);
    }
}
