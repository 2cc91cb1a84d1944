namespace Akka.TestKit;

/// <summary>Runs a mailbox at once, on the thread that sent to it.</summary>
public class CallingThreadDispatcher : MessageDispatcher
{
    public static new string Id = "akka.test.calling-thread-dispatcher";

    public CallingThreadDispatcher(MessageDispatcherConfigurator configurator) : base(configurator)
    {
        base.Id = Id;
        Throughput = int.MaxValue;
    }

    protected override void ExecuteTask(IRunnable run)
    {
        // The actor's awaits belong to the actor, not to the test whose thread it borrows.
        ActorCell sender = ActorCell.Current;
        SynchronizationContext context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try { run.Run(); }
        finally
        {
            ActorCell.Current = sender;
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    // There is no thread to end.
    protected override void Shutdown() { }
}

/// <summary>Named in HOCON as a dispatcher's type.</summary>
public class CallingThreadDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly CallingThreadDispatcher _dispatcher;

    public CallingThreadDispatcherConfigurator(
        Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites) => _dispatcher = new CallingThreadDispatcher(this);

    public override MessageDispatcher Dispatcher() => _dispatcher;
}
