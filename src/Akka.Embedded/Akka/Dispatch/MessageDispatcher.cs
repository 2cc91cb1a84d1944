namespace Akka.Dispatch;

/// <summary>A piece of work for a dispatcher.</summary>
public interface IRunnable : IThreadPoolWorkItem
{
    void Run();

    void IThreadPoolWorkItem.Execute() => Run();
}

public sealed class ActionRunnable(Action action) : IRunnable { public void Run() => action(); }

/// <summary>What a configurator may use of the system.</summary>
public interface IDispatcherPrerequisites
{
    EventStream EventStream { get; }

    Settings Settings { get; }

    Mailboxes Mailboxes { get; }
}

// A dispatcher gives mailboxes a thread. The base class knows when a mailbox must run; a derived
// class knows where. It counts its inhabitants: some time after the last one has left Shutdown is
// called, and once more actors arrive the derived class has to start afresh by itself.

/// <summary>Runs mailboxes; public so that an application can bring its own threads.</summary>
public abstract class MessageDispatcher(MessageDispatcherConfigurator configurator)
{
    private long _inhabitants;
    private long _emptied;

    public MessageDispatcherConfigurator Configurator => configurator;

    public EventStream EventStream => Configurator.Prerequisites.EventStream;

    public Mailboxes Mailboxes => Configurator.Prerequisites.Mailboxes;

    public string Id { get; protected set; }

    /// <summary>In units of 100 ns; null means no limit. See Mailbox on what a value
    /// does.</summary>
    public long? ThroughputDeadlineTime { get; protected set; }

    public int Throughput { get; set; } = 100;

    /// <summary>How long the dispatcher stays up without actors.</summary>
    public TimeSpan ShutdownTimeout { get; protected set; } = TimeSpan.FromSeconds(1);

    protected long Inhabitants => Interlocked.Read(ref _inhabitants);

    public void Schedule(Action run) => ExecuteTask(new ActionRunnable(run));

    /// <summary>Sends a user message to a cell.</summary>
    public virtual void Dispatch(ActorCell cell, Envelope envelope)
    {
        Mailbox mailbox = cell.Mailbox;
        mailbox.Enqueue(cell.Self, envelope);
        RegisterForExecution(mailbox, true, false);
    }

    /// <summary>Sends a system message to a cell.</summary>
    public virtual void SystemDispatch(ActorCell cell, SystemMessage message)
    {
        Mailbox mailbox = cell.Mailbox;
        mailbox.SystemEnqueue(cell.Self, message);
        RegisterForExecution(mailbox, false, true);
    }

    /// <summary>Takes an actor in and starts its mailbox.</summary>
    public virtual void Attach(ActorCell cell)
    {
        Interlocked.Increment(ref _inhabitants);
        RegisterForExecution(cell.Mailbox, false, true);
    }

    /// <summary>Lets an actor go; its mailbox is closed and emptied into dead letters.</summary>
    public virtual void Detach(ActorCell cell)
    {
        Interlocked.Decrement(ref _inhabitants);
        Mailbox mailbox = cell.SwapMailbox(Mailboxes.DeadLetterMailbox);
        mailbox.BecomeClosed();
        try { mailbox.CleanUp(); }
        finally { ScheduleShutdownIfEmpty(); }
    }

    internal void RegisterForExecution(
        Mailbox mailbox, bool hasMessageHint, bool hasSystemMessageHint)
    {
        if (!mailbox.TrySchedule(hasMessageHint, hasSystemMessageHint)) return;
        try { ExecuteTask(mailbox); }
        catch (Exception failure)
        {
            mailbox.SetAsIdle();
            EventStream.Publish(new Error(failure, GetType().FullName, GetType(), failure.Message));
            throw;
        }
    }

    internal void Suspend(ActorCell cell)
    {
        Mailbox mailbox = cell.Mailbox;
        if (mailbox.Actor == cell) mailbox.Suspend();
    }

    internal void Resume(ActorCell cell)
    {
        Mailbox mailbox = cell.Mailbox;
        if (mailbox.Actor == cell && mailbox.Resume()) RegisterForExecution(mailbox, false, false);
    }

    /// <summary>Called by the system as it ends, in place of the timer.</summary>
    internal void ShutdownNow() => Shutdown();

    protected abstract void ExecuteTask(IRunnable run);

    /// <summary>Gives threads back. The dispatcher may be used again afterwards.</summary>
    protected abstract void Shutdown();

    private void ScheduleShutdownIfEmpty()
    {
        if (Inhabitants > 0) return;
        long emptied = Interlocked.Increment(ref _emptied);
        ActorSystem system = configurator.Prerequisites.Settings.System;
        system.PendingShutdowns[this] = true;
        try { system.Scheduler.Advanced.ScheduleOnce(ShutdownTimeout, ShutdownIfStillEmpty); }
        catch (SchedulerException)
        {
            // The scheduler is gone: the system is ending and shuts its dispatchers down itself.
        }

        void ShutdownIfStillEmpty()
        {
            bool still = Inhabitants == 0 && emptied == Interlocked.Read(ref _emptied);
            if (still && system.PendingShutdowns.TryRemove(this, out _)) Shutdown();
        }
    }
}

/// <summary>Makes the dispatcher of one HOCON section; named there as its type.</summary>
public abstract class MessageDispatcherConfigurator(
    Config config, IDispatcherPrerequisites prerequisites)
{
    public Config Config => config;

    public IDispatcherPrerequisites Prerequisites => prerequisites;

    /// <summary>The dispatcher: the same each time, unless actors are not to share it.</summary>
    public abstract MessageDispatcher Dispatcher();

    /// <summary>The executor that the section names.</summary>
    protected ExecutorServiceConfigurator ConfigureExecutor() =>
        Config.GetString("executor", "default-executor") switch
        {
            "default-executor" or "thread-pool-executor" or "task-executor" or "channel-executor" =>
                new ThreadPoolExecutorConfigurator(Config, Prerequisites),
            "fork-join-executor" => new ForkJoinExecutorConfigurator(Config, Prerequisites),
            var other => Reflect.Make<ExecutorServiceConfigurator>(
                other, "executor service configurator type", Config, Prerequisites),
        };
}
