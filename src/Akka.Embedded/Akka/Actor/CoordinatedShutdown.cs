namespace Akka.Actor;

/// <summary>Registers <see cref="CoordinatedShutdown"/> with a system.</summary>
public sealed class CoordinatedShutdownExtension : ExtensionIdProvider<CoordinatedShutdown>
{
    public override CoordinatedShutdown CreateExtension(ExtendedActorSystem system) => new(system);
}

// The orderly end of a system. Phases and what each depends on come from akka.coordinated-
// shutdown.phases; they run one after the other, the tasks of one phase together. A phase that is
// late or whose tasks fail is left with a warning, unless its "recover" is off. All runs once:
// later calls get the same task.

/// <summary>Runs tasks by phases before an actor system ends.</summary>
public sealed class CoordinatedShutdown : IExtension
{
    public const string PhaseBeforeServiceUnbind = "before-service-unbind";
    public const string PhaseServiceUnbind = "service-unbind";
    public const string PhaseServiceStop = "service-stop";
    public const string PhaseActorSystemTerminate = "actor-system-terminate";
    internal const string RunByTerminate =
        "akka.coordinated-shutdown.run-by-actor-system-terminate";

    private readonly Dictionary<string, Phase> _phases = [];
    private readonly List<string> _order = [];
    private readonly TaskCompletionSource<Done> _ran =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly ILoggingAdapter _log;
    private readonly TimeSpan _usualTimeout;
    private Reason _reason;

    internal CoordinatedShutdown(ExtendedActorSystem system)
    {
        System = system;
        _log = Logging.GetLogger(system, nameof(CoordinatedShutdown));
        Config config = system.Settings.Config.GetConfig("akka.coordinated-shutdown");
        _usualTimeout = config.GetTimeSpan("default-phase-timeout");
        foreach ((string name, HoconValue value) in config.GetConfig("phases").AsEnumerable())
        {
            Config own = value.IsObject() ? value.ToConfig() : Config.Empty;
            _phases[name] = new Phase([.. own.GetStringList("depends-on")],
                own.GetTimeSpan("timeout", _usualTimeout), own.GetBoolean("recover", true),
                own.GetBoolean("enabled", true));
        }

        foreach (string phase in _phases.Keys.ToArray()) Sort(phase, []);
        bool exit = config.GetBoolean("exit-clr");
        if (config.GetBoolean("terminate-actor-system"))
            AddTask(PhaseActorSystemTerminate, "terminate-system", () => TerminateSystem(exit));
        else if (system.Settings.Config.GetBoolean(RunByTerminate))
            throw new ConfigurationException(
                $"{RunByTerminate}=on and terminate-actor-system=off is not a supported "
                + "configuration combination.");
        if (config.GetBoolean("run-by-clr-shutdown-hook")) HookProcessExit();
    }

    public ExtendedActorSystem System { get; }

    /// <summary>Why the shutdown runs, or null if it does not.</summary>
    public Reason ShutdownReason => Volatile.Read(ref _reason);

    public TimeSpan TotalTimeout => TimeSpan.FromTicks(_phases.Values.Sum(p => p.Timeout.Ticks));

    public static CoordinatedShutdown Get(ActorSystem sys) =>
        sys.WithExtension<CoordinatedShutdown, CoordinatedShutdownExtension>();

    /// <summary>Adds a task to a phase; tasks added while the phase runs are not seen.</summary>
    public void AddTask(string phase, string taskName, Func<Task<Done>> task)
    {
        if (!_phases.TryGetValue(phase, out Phase found))
            throw new ConfigurationException($"Unknown phase [{phase}], known phases "
                + $"[{string.Join(", ", _order)}]. All must be defined in configuration.");
        found.Tasks.Enqueue((taskName, task));
    }

    /// <summary>Runs the phases, or those from a given one on; once.</summary>
    public Task<Done> Run(Reason reason, string fromPhase = null)
    {
        if (fromPhase is not null) Timeout(fromPhase);
        if (Interlocked.CompareExchange(ref _reason, reason, null) is null)
            _ = Task.Run(() => RunFrom(fromPhase));
        return _ran.Task;
    }

    /// <summary>How long a phase may take; throws if there is none of that name.</summary>
    public TimeSpan Timeout(string phase) =>
        _phases.TryGetValue(phase, out Phase found) ? found.Timeout
            : throw new ArgumentException($"Unknown phase [{phase}]", nameof(phase));

    private void Sort(string name, HashSet<string> path)
    {
        if (_order.Contains(name)) return;
        if (!path.Add(name))
            throw new ArgumentException("Cycle detected in graph of phases. It must be a DAG. "
                + $"phase [{name}] depends transitively on itself");
        if (!_phases.TryGetValue(name, out Phase phase))
            _phases[name] = phase = new Phase([], _usualTimeout, true, true);
        foreach (string before in phase.DependsOn) Sort(before, path);
        path.Remove(name);
        _order.Add(name);
    }

    private async Task RunFrom(string fromPhase)
    {
        try
        {
            foreach (string name in _order.Skip(_order.IndexOf(fromPhase)))
                await RunPhase(name, _phases[name]).ConfigureAwait(false);
            _ran.TrySetResult(Done.Instance);
        }
        catch (Exception failure) { _ran.TrySetException(failure); }
    }

    private async Task RunPhase(string name, Phase phase)
    {
        if (!phase.Enabled) _log.Info("Phase [{0}] disabled through configuration", name);
        if (!phase.Enabled || phase.Tasks.IsEmpty) return;
        _log.Debug("Performing phase [{0}]", name);
        Task all = Task.WhenAll(phase.Tasks.Select(t => RunTask(name, phase, t.Name, t.Run)));
        try { await all.WaitAsync(phase.Timeout).ConfigureAwait(false); }
        catch (TimeoutException late)
        {
            string what = $"Coordinated shutdown phase [{name}] timed out after {phase.Timeout}";
            if (!phase.Recover) throw new TimeoutException(what, late);
            _log.Warning(what);
        }
    }

    private async Task RunTask(string phaseName, Phase phase, string name, Func<Task<Done>> run)
    {
        try { await run().ConfigureAwait(false); }
        catch (Exception failure) when (phase.Recover)
        {
            string what = $"Task [{name}] failed in phase [{phaseName}]";
            _log.Log(LogLevel.WarningLevel, failure, what);
        }
    }

    private async Task<Done> TerminateSystem(bool exit)
    {
        ((ActorSystemImpl)System).FinalTerminate();
        await System.WhenTerminated.ConfigureAwait(false);
        if (exit && ShutdownReason is not ClrExitReason) Environment.Exit(0);
        return Done.Instance;
    }

    private void HookProcessExit()
    {
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        System.RegisterOnTermination(() => AppDomain.CurrentDomain.ProcessExit -= OnExit);

        void OnExit(object sender, EventArgs args) =>
            Run(ClrExitReason.Instance).Wait(TotalTimeout);
    }

    private sealed record Phase(string[] DependsOn, TimeSpan Timeout, bool Recover, bool Enabled)
    {
        internal ConcurrentQueue<(string Name, Func<Task<Done>> Run)> Tasks { get; } = new();
    }

    /// <summary>Why a system is shut down; derive for reasons of one's own.</summary>
    public class Reason { protected Reason() { } }

    public class ActorSystemTerminateReason : Reason
    {
        public static readonly Reason Instance = new ActorSystemTerminateReason();

        private ActorSystemTerminateReason() { }
    }

    public class ClrExitReason : Reason
    {
        public static readonly Reason Instance = new ClrExitReason();

        private ClrExitReason() { }
    }
}
