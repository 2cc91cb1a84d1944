namespace Akka.Dispatch;

/// <summary>Threads that run the mailboxes of a <see cref="Dispatcher"/>.</summary>
public abstract class ExecutorService(string id)
{
    public string Id => id;

    public abstract void Execute(IRunnable run);

    public abstract void Shutdown();
}

public abstract class ExecutorServiceFactory { public abstract ExecutorService Produce(string id); }

/// <summary>A factory made from a dispatcher's HOCON section.</summary>
public abstract class ExecutorServiceConfigurator(
    Config config, IDispatcherPrerequisites prerequisites) : ExecutorServiceFactory
{
    public Config Config => config;

    public IDispatcherPrerequisites Prerequisites => prerequisites;
}

internal sealed class ThreadPoolExecutorConfigurator(Config config, IDispatcherPrerequisites all)
    : ExecutorServiceConfigurator(config, all)
{
    public override ExecutorService Produce(string id) => new ThreadPoolExecutor(id);

    private sealed class ThreadPoolExecutor(string id) : ExecutorService(id)
    {
        public override void Execute(IRunnable run) =>
            ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: false);

        public override void Shutdown() { }
    }
}

internal sealed class ForkJoinExecutorConfigurator(Config config, IDispatcherPrerequisites all)
    : ExecutorServiceConfigurator(config, all)
{
    public override ExecutorService Produce(string id)
    {
        Config pool = Config.GetConfig("fork-join-executor") is { IsEmpty: false } own ? own
            : Config.GetConfig("dedicated-thread-pool") ?? Config.Empty;
        int threads = pool.GetInt("thread-count", pool.GetInt("dedicated-thread-count", 1));
        bool background = pool.GetString("threadtype", "background") != "foreground";
        return new DedicatedThreads(id, threads, background);
    }
}

/// <summary>A fixed number of own threads with one queue; they finish what is queued, then end.
/// </summary>
internal sealed class DedicatedThreads : ExecutorService
{
    private readonly BlockingCollection<IRunnable> _work = [];

    internal DedicatedThreads(string id, int threads, bool background) : base(id)
    {
        for (int i = 1; i <= Math.Max(threads, 1); i++)
            new Thread(Loop) { IsBackground = background, Name = $"{id}_{i}" }.Start();
    }

    public override void Execute(IRunnable run)
    {
        try { _work.Add(run); }
        catch (InvalidOperationException)
        {
            // It was shut down meanwhile, and its threads may be gone.
            new Thread(run.Run) { IsBackground = true, Name = $"{Id}_last" }.Start();
        }
    }

    public override void Shutdown() => _work.CompleteAdding();

    private void Loop()
    {
        foreach (IRunnable run in _work.GetConsumingEnumerable()) run.Run();
    }
}
