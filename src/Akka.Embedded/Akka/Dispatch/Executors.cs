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
    // A short spin catches the reply of a quick partner; longer ones only burn the other core.
    private const int SpinsBeforeSleep = 20;

    private readonly ConcurrentQueue<IRunnable> _work = new();
    private readonly SemaphoreSlim _wake = new(0);
    private int _sleeping;
    private volatile bool _down;

    internal DedicatedThreads(string id, int threads, bool background) : base(id)
    {
        for (int i = 0; i < Math.Max(threads, 1); i++) StartThread($"{id}_{i + 1}", background);
    }

    public override void Execute(IRunnable run)
    {
        _work.Enqueue(run);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleeping) > 0) _wake.Release();

        // It was shut down meanwhile: the threads may be gone, so one more empties the queue.
        if (_down) StartThread($"{Id}_last", true);
    }

    public override void Shutdown()
    {
        _down = true;
        _wake.Release(64);
    }

    private void StartThread(string name, bool background) =>
        new Thread(Loop) { IsBackground = background, Name = name }.Start();

    private void Loop()
    {
        while (true)
        {
            if (TryTake(out IRunnable run)) run.Run();
            else if (_down) return;
            else
            {
                Interlocked.Increment(ref _sleeping);
                if (_work.IsEmpty && !_down) _wake.Wait();
                Interlocked.Decrement(ref _sleeping);
            }
        }
    }

    private bool TryTake(out IRunnable run)
    {
        var spin = new SpinWait();
        do
        {
            if (_work.TryDequeue(out run)) return true;
            spin.SpinOnce(sleep1Threshold: -1);
        }
        while (spin.Count < SpinsBeforeSleep);
        return false;
    }
}
