using System;
using System.Collections.Generic;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

// Client-side caches: whoever keeps values of ours hears of every change.
public sealed partial class RotomEngine
{
    /// <summary>Buckets of a forgotten table freed in one go: some microseconds.</summary>
    private const int TrackingFreeBuckets = 64;

    private TrackingTable? _trackingTable;

    /// <summary>Hears of changes; null while no client caches.</summary>
    internal ICacheTracker? CacheTracker => Caches;

    /// <summary>The clients that cache; null while there are none.</summary>
    internal ClientCaches? Caches { get; private set; }

    /// <summary>True for the client whose command is being executed.</summary>
    internal bool IsExecuting(Client client) => ReferenceEquals(client, _executing);

    /// <summary>CLIENT TRACKING ON. Prefixes are added to those that the client has.</summary>
    internal void StartTracking(
        Client client, TrackingOptions options, long redirect, List<Sds> prefixes)
    {
        _trackingTable ??= new TrackingTable(Heap, HashSeed);
        Caches ??= new ClientCaches(this, _trackingTable);
        ClientCaching caching = client.Caching ??= new ClientCaching();
        caching.Options = options;
        caching.Redirect = redirect;
        caching.IsRedirectBroken = false;
        client.Set(ClientGate.Tracking, true);
        Caches.Add(client);
        if ((options & TrackingOptions.Broadcast) == 0) return;
        if (prefixes.Count == 0) prefixes = [new Sds([])];
        foreach (Sds prefix in prefixes)
        {
            if (caching.Prefixes.Contains(prefix)) continue;
            caching.Prefixes.Add(prefix);
            Caches.Prefixes.Add(prefix, client);
        }

        Account(client);
    }

    /// <summary>CLIENT TRACKING OFF, and the end of a client.</summary>
    internal void StopTracking(Client client)
    {
        if (client.Caching is null) return;
        Caches!.Remove(client);
        client.Caching = null;
        client.Set(ClientGate.Tracking, false);
        Account(client);
        if (Caches.Clients.Count > 0) return;
        _trackingTable!.Clear();
        Caches = null;
    }

    /// <summary>All keys of a database, or of all, are gone.</summary>
    internal void SignalFlushed() => CacheTracker?.InvalidateAll();

    /// <summary>tracking-table-max-keys changed.</summary>
    private void TrimTrackingTable() => Caches?.Trim();

    /// <summary>Remembers what a command read for the client that caches.</summary>
    private void RememberKeys(
        Client client, Command command, CommandBatch batch, ReadOnlySpan<ArgRef> args)
    {
        if (client.Caching is not { Remembers: true } || !command.Is(CommandFlags.ReadOnly)) return;
        ArgView words = new(batch, args);
        if (!KeyExtractor.TryExtract(command.Spec, words, KeyBuffer)) return;
        Caches!.Remember(client, KeyBuffer.Items, words);
    }

    /// <summary>
    /// CLIENT CACHING holds for one command, or one transaction; CLIENT's own do not count.
    /// </summary>
    private static void ForgetCachingWord(Client client, Command? command)
    {
        if (client.Caching is not { IsNextNamed: true } caching) return;
        if (client.Has(ClientGate.Multi) || command?.Container?.Name == "client") return;
        caching.IsNextNamed = false;
    }

    private void FreeTrackingTable(long nanos)
    {
        if (_trackingTable is null || !_trackingTable.FreeSome(TrackingFreeBuckets)) return;
        long end = Clock.MonotonicNanos + nanos;
        while (Clock.MonotonicNanos < end && _trackingTable.FreeSome(TrackingFreeBuckets))
        {
        }
    }
}

/// <summary>The clients that cache values.</summary>
internal interface ICacheTracker
{
    /// <summary>A key changed or is gone.</summary>
    void Invalidate(Database database, ReadOnlySpan<byte> key, Client? by);

    /// <summary>All keys of a database are gone.</summary>
    void InvalidateAll();
}
