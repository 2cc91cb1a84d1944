using System.Collections.Concurrent;

namespace Akka.Persistence;

/// <summary>Finds the persistence extension of a system.</summary>
public class Persistence : ExtensionIdProvider<PersistenceExtension>
{
    public static Persistence Instance { get; } = new();

    public static Config DefaultConfig() => ConfigurationFactory.FromResource<Persistence>(
        "Akka.Persistence.reference.conf");

    public override PersistenceExtension CreateExtension(ExtendedActorSystem system) => new(system);
}

// Starts plugins when they are first asked for: one system actor a plugin, named as its section,
// which is also how a plugin finds its configuration.

/// <summary>The journals and snapshot stores of a system.</summary>
public class PersistenceExtension : IExtension
{
    private const string Root = "akka.persistence.";

    private readonly ConcurrentDictionary<string, Lazy<IActorRef>> _plugins = new();
    private readonly Lazy<IActorRef> _permitter;
    private readonly ExtendedActorSystem _system;

    public PersistenceExtension(ExtendedActorSystem system)
    {
        _system = system;
        system.Settings.InjectTopLevelFallback(Persistence.DefaultConfig());
        int permits = system.Settings.Config.GetInt(Root + "max-concurrent-recoveries");
        _permitter = new Lazy<IActorRef>(() => system.SystemActorOf(
            Props.Create(() => new RecoveryPermitter(permits)), "recoveryPermitter"));
    }

    internal IActorRef Permitter => _permitter.Value;

    /// <summary>The journal of that section; the default one for no section.</summary>
    /// <exception cref="ArgumentException">There is no such section.</exception>
    public IActorRef JournalFor(string journalPluginId) =>
        Plugin(JournalId(journalPluginId), "journal");

    /// <summary>As <see cref="JournalFor"/>; if the default is "", a store that has none.
    /// </summary>
    public IActorRef SnapshotStoreFor(string snapshotPluginId)
    {
        string id = IdOr(snapshotPluginId, "snapshot-store");
        if (!string.IsNullOrEmpty(id)) return Plugin(id, "snapshot-store");
        _system.Log.Warning("No default snapshot store configured!");
        return Plugin(Root + "no-snapshot-store", "snapshot-store");
    }

    internal TimeSpan RecoveryEventTimeout(string journalPluginId) =>
        ConfigOf(JournalId(journalPluginId), "journal").GetTimeSpan("recovery-event-timeout");

    internal CircuitBreaker Breaker(string id, string kind)
    {
        Config config = ConfigOf(id, kind).GetConfig("circuit-breaker");
        return CircuitBreaker.Create(_system.Scheduler, config.GetInt("max-failures"),
            config.GetTimeSpan("call-timeout"), config.GetTimeSpan("reset-timeout"));
    }

    private Config ConfigOf(string id, string kind)
    {
        Config all = _system.Settings.Config;
        Config own = all.GetConfig(id) ?? throw new ArgumentException(
            $"'reference.conf' is missing persistence plugin config path: '{id}'");
        return own.WithFallback(all.GetConfig($"{Root}{kind}-plugin-fallback"));
    }

    private string JournalId(string id) => IdOr(id, "journal") is { Length: > 0 } journal ? journal
        : throw new ArgumentException("Default journal plugin is not configured.");

    private string IdOr(string id, string kind) => string.IsNullOrEmpty(id)
        ? _system.Settings.Config.GetString($"{Root}{kind}.plugin") : id;

    private IActorRef Plugin(string id, string kind) =>
        _plugins.GetOrAdd(id, _ => new Lazy<IActorRef>(() => Start(id, kind))).Value;

    private IActorRef Start(string id, string kind)
    {
        Config config = ConfigOf(id, kind);
        string name = config.GetString("class");
        Type type = Type.GetType(name ?? "") ?? throw new ArgumentException(
            $"Plugin class [{name}] of '{id}' could not be found");
        Props props = type.GetConstructor([typeof(Config)]) is null ? new Props(type)
            : new Props(type, [config]);
        return _system.SystemActorOf(
            props.WithDispatcher(config.GetString("plugin-dispatcher")), id);
    }
}
