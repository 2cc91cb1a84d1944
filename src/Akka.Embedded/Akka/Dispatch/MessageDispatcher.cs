using System;
using System.Threading;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Dispatch;

/// <summary>A piece of work for a dispatcher.</summary>
public interface IRunnable : IThreadPoolWorkItem { void Run(); }

public sealed class ActionRunnable : IRunnable
{
    private readonly Action _action;

    public ActionRunnable(Action action) => _action = action;

    public void Run() => _action();

    public void Execute() => _action();
}

/// <summary>What a configurator may use of the system.</summary>
public interface IDispatcherPrerequisites
{
    EventStream EventStream { get; }

    IScheduler Scheduler { get; }

    Settings Settings { get; }

    Mailboxes Mailboxes { get; }
}

// A dispatcher gives mailboxes a thread. The base class knows when a mailbox must run; a derived
// class knows where. It counts its inhabitants: some time after the last one has left Shutdown is
// called, and once more actors arrive the derived class has to start afresh by itself.

/// <summary>Runs mailboxes; public so that an application can bring its own threads.</summary>
public abstract class MessageDispatcher
{
    public const int DefaultThroughput = 100;

    private const int NotScheduled = 0;
    private const int ShutdownScheduled = 1;
    private const int ShutdownRescheduled = 2;

    private long _inhabitants;
    private int _shutdownState;

    protected MessageDispatcher(MessageDispatcherConfigurator configurator)
    {
        Configurator = configurator;
        Throughput = DefaultThroughput;
        ShutdownTimeout = TimeSpan.FromSeconds(1);
    }

    public MessageDispatcherConfigurator Configurator { get; }

    public EventStream EventStream => Configurator.Prerequisites.EventStream;

    public Mailboxes Mailboxes => Configurator.Prerequisites.Mailboxes;

    public string Id { get; protected set; }

    /// <summary>In units of 100 ns; null means no limit. See Mailbox on what a value
    /// does.</summary>
    public long? ThroughputDeadlineTime { get; protected set; }

    public int Throughput { get; set; }

    /// <summary>How long the dispatcher stays up without actors.</summary>
    public TimeSpan ShutdownTimeout { get; protected set; }

    protected long Inhabitants => Interlocked.Read(ref _inhabitants);

    private ActorSystemImpl SystemImpl =>
        (ActorSystemImpl)Configurator.Prerequisites.Settings.System;

    public void Schedule(Action run) => Schedule(new ActionRunnable(run));

    public void Schedule(IRunnable run) => ExecuteTask(run);

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
        Register(cell);
        RegisterForExecution(cell.Mailbox, false, true);
    }

    /// <summary>Lets an actor go; its mailbox is closed and emptied into dead letters.</summary>
    public virtual void Detach(ActorCell cell)
    {
        try { Unregister(cell); }
        finally { ScheduleShutdownIfEmpty(); }
    }

    internal virtual Mailbox CreateMailbox(ActorCell cell, MailboxType mailboxType) =>
        new(mailboxType.Create(cell.Self, cell.System));

    internal virtual bool RegisterForExecution(
        Mailbox mailbox, bool hasMessageHint, bool hasSystemMessageHint)
    {
        if (!mailbox.CanBeScheduled(hasMessageHint, hasSystemMessageHint)
            || !mailbox.SetAsScheduled())
            return false;
        try
        {
            ExecuteTask(mailbox);
            return true;
        }
        catch (Exception failure)
        {
            mailbox.SetAsIdle();
            ReportFailure(failure);
            throw;
        }
    }

    internal virtual void Suspend(ActorCell cell)
    {
        Mailbox mailbox = cell.Mailbox;
        if (mailbox.Actor == cell) mailbox.Suspend();
    }

    internal virtual void Resume(ActorCell cell)
    {
        Mailbox mailbox = cell.Mailbox;
        if (mailbox.Actor == cell && mailbox.Resume()) RegisterForExecution(mailbox, false, false);
    }

    internal virtual void Register(ActorCell cell) => Interlocked.Increment(ref _inhabitants);

    internal virtual void Unregister(ActorCell cell)
    {
        Interlocked.Decrement(ref _inhabitants);
        Mailbox mailbox = cell.SwapMailbox(Mailboxes.DeadLetterMailbox);
        mailbox.BecomeClosed();
        mailbox.CleanUp();
    }

    /// <summary>Called by the system as it ends, in place of the timer.</summary>
    internal void ShutdownNow()
    {
        Volatile.Write(ref _shutdownState, NotScheduled);
        Shutdown();
    }

    protected abstract void ExecuteTask(IRunnable run);

    protected void ReportFailure(Exception ex) =>
        EventStream.Publish(new Error(ex, GetType().FullName, GetType(), ex.Message));

    /// <summary>Gives threads back. The dispatcher may be used again afterwards.</summary>
    protected abstract void Shutdown();

    private void ScheduleShutdownIfEmpty()
    {
        if (Inhabitants > 0) return;
        int scheduled = Interlocked.CompareExchange(
            ref _shutdownState, ShutdownScheduled, NotScheduled);
        if (scheduled == NotScheduled) ScheduleShutdown();
        else
            Interlocked.CompareExchange(ref _shutdownState, ShutdownRescheduled, ShutdownScheduled);
    }

    private void ScheduleShutdown()
    {
        SystemImpl.PendingShutdowns[this] = true;
        try
        {
            Configurator.Prerequisites.Scheduler.Advanced.ScheduleOnce(
                ShutdownTimeout, ShutdownIfStillEmpty);
        }
        catch (SchedulerException)
        {
            // The scheduler is gone: the system is ending and shuts its dispatchers down itself.
        }
    }

    private void ShutdownIfStillEmpty()
    {
        if (!SystemImpl.PendingShutdowns.ContainsKey(this)) return;
        if (Interlocked.CompareExchange(
            ref _shutdownState, ShutdownScheduled, ShutdownRescheduled) == ShutdownRescheduled)
        {
            ScheduleShutdown();
            return;
        }

        SystemImpl.PendingShutdowns.TryRemove(this, out _);
        Volatile.Write(ref _shutdownState, NotScheduled);
        if (Inhabitants == 0) Shutdown();
    }
}

/// <summary>Makes the dispatcher of one HOCON section; named there as its type.</summary>
public abstract class MessageDispatcherConfigurator
{
    protected MessageDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    {
        Config = config;
        Prerequisites = prerequisites;
    }

    public Config Config { get; }

    public IDispatcherPrerequisites Prerequisites { get; }

    /// <summary>The dispatcher: the same each time, unless actors are not to share it.</summary>
    public abstract MessageDispatcher Dispatcher();

    /// <summary>The executor that the section names.</summary>
    protected ExecutorServiceConfigurator ConfigureExecutor()
    {
        string executor = Config.GetString("executor", "default-executor");
        switch (executor)
        {
            case "default-executor" or "thread-pool-executor" or "task-executor"
                or "channel-executor":
                return new ThreadPoolExecutorConfigurator(Config, Prerequisites);
            case "fork-join-executor":
                return new ForkJoinExecutorConfigurator(Config, Prerequisites);
            case null or "":
                throw new ConfigurationException(
                    $"No executor given for dispatcher [{Config.GetString("id")}]");
        }

        Type type = Type.GetType(executor) ?? throw new ConfigurationException(
            $"Could not resolve executor service configurator type {executor}");
        object made = Activator.CreateInstance(type, Config, Prerequisites);
        return (ExecutorServiceConfigurator)made;
    }
}
