using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Configuration;
using Rotom.Actors.Hosting;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;

namespace Rotom.Actors.Persistence;

// AofStores: which directory belongs to which persistence id. A server registers its own; an id
// that nobody registered gets a directory below the plugin's `directory`, named after the id.

/// <summary>The journals of an actor system.</summary>
internal sealed class AofStores : IExtension
{
    private readonly ConcurrentDictionary<string, AofStore> _stores = new();
    private readonly ConcurrentDictionary<string, bool> _registered = new();
    private readonly IClock _clock = new SystemClock();

    /// <summary>The extension of a system.</summary>
    internal static AofStores For(ActorSystem system) =>
        system.WithExtension<AofStores, Provider>();

    /// <summary>Says where the journal of an id is kept.</summary>
    internal AofStore Register(string persistenceId, AofOptions options)
    {
        AofStore store = new(options);
        _stores[persistenceId] = store;
        _registered[persistenceId] = true;
        return store;
    }

    /// <summary>Forgets an id; its files are closed.</summary>
    internal void Remove(string persistenceId)
    {
        if (_stores.TryRemove(persistenceId, out AofStore? store)) store.Dispose();
    }

    /// <summary>Forgets a journal; another one of its id, which may have begun, stays.</summary>
    internal void Remove(string persistenceId, AofStore store)
    {
        _stores.TryRemove(new(persistenceId, store));
        store.Dispose();
    }

    /// <summary>
    /// The journal of an id was ended by whoever had said where it is kept. What was on its way to
    /// it comes too late; it must not begin a journal of the plugin's own.
    /// </summary>
    internal bool HasEnded(string persistenceId) =>
        _registered.ContainsKey(persistenceId) && !_stores.ContainsKey(persistenceId);

    /// <summary>
    /// True for what is for the journal that its id has now; <paramref name="store"/> null: for
    /// whichever that is.
    /// </summary>
    internal bool IsCurrent(string persistenceId, AofStore? store) =>
        store is null
            ? !HasEnded(persistenceId)
            : _stores.TryGetValue(persistenceId, out AofStore? now) && now == store;

    /// <exception cref="AofLoadException">It has ended.</exception>
    internal AofStore Of(string persistenceId, Config plugin) => HasEnded(persistenceId)
        ? throw new AofLoadException("The journal has ended")
        : _stores.GetOrAdd(persistenceId, id => new AofStore(OptionsOf(id, plugin)));

    internal IEnumerable<AofStore> All => _stores.Values;

    private AofOptions OptionsOf(string persistenceId, Config plugin)
    {
        string root = plugin.GetString("directory", "journals");
        string directory = root + "/" + Uri.EscapeDataString(persistenceId).Replace(".", "%2E");
        SystemFiles files = new();
        files.CreateDirectory(root);
        AppendFsync fsync = plugin.GetString("fsync", "always") switch
        {
            "no" => AppendFsync.No,
            "everysec" => AppendFsync.EverySecond,
            _ => AppendFsync.Always,
        };
        return new AofOptions
        {
            Files = files,
            Directory = directory,
            Clock = _clock,
            Fsync = () => fsync,
            Flusher = new DiskThread("aof-fsync"),
            Worker = new DiskThread("aof-work"),
        };
    }

    private sealed class Provider : ExtensionIdProvider<AofStores>
    {
        public override AofStores CreateExtension(ExtendedActorSystem system) => new();
    }
}
