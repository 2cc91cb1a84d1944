using System;
using System.Collections.Generic;
using Rotom.Engine.Memory;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

// MULTI and WATCH. A watched key is found by (database, key); whoever changes it marks the clients,
// and their EXEC answers null. A key that expires under watch counts as changed when EXEC looks;
// one that was past its time before does not, and its deletion is no change either.
public sealed partial class RotomEngine
{
    private readonly Dictionary<WatchedKey, List<Client>> _watchedBy = [];

    /// <summary>How many keys are watched: 0 makes the signal free.</summary>
    private int _watchers;

    internal void Watch(Client client, Database database, ReadOnlySpan<byte> key)
    {
        WatchedKey watched = new(database, new Sds(key));
        bool isKnown = _watchedBy.TryGetValue(watched, out List<Client>? clients);
        if (isKnown && clients!.Contains(client)) return;
        // All memory first: both sides know of each other, or neither does.
        clients ??= [];
        client.Watched ??= [];
        clients.EnsureCapacity(clients.Count + 1);
        client.Watched.EnsureCapacity(client.Watched.Count + 1);
        if (!isKnown) _watchedBy.Add(watched, clients);
        clients.Add(client);
        client.Watched.Add(watched);
        _watchers = _watchedBy.Count;
        Account(client);
        if (database.IsPastItsTime(key)) MarkStale(client, watched);
    }

    internal void Unwatch(Client client)
    {
        if (client.Watched is null) return;
        foreach (WatchedKey watched in client.Watched)
        {
            List<Client> clients = _watchedBy[watched];
            clients.Remove(client);
            if (clients.Count == 0) _watchedBy.Remove(watched);
        }

        client.Watched = null;
        client.WatchedStale = null;
        _watchers = _watchedBy.Count;
        Account(client);
    }

    /// <summary>True when a key the client watches has passed its time since.</summary>
    internal bool WatchedKeyExpired(Client client)
    {
        foreach (WatchedKey watched in client.Watched ?? [])
        {
            if (!IsStale(client, watched) && watched.Database.IsPastItsTime(watched.Key.Span))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Marks everybody who watches a key of a database that is being emptied.</summary>
    internal void TouchAllWatchers(Database database)
    {
        if (_watchers == 0) return;
        foreach ((WatchedKey watched, List<Client> clients) in _watchedBy)
        {
            if (watched.Database != database || !database.Exists(watched.Key.Span)) continue;
            foreach (Client client in clients)
            {
                if (IsStale(client, watched)) client.WatchedStale!.Remove(watched);
                else client.Set(ClientGate.DirtyCas, true);
            }
        }
    }

    /// <summary>
    /// Marks who watches a key that the exchange of two databases, about to be done, changes.
    /// </summary>
    internal void TouchSwappedWatchers(Database first, Database second)
    {
        if (_watchers == 0) return;
        foreach ((WatchedKey watched, List<Client> clients) in _watchedBy)
        {
            if (watched.Database != first && watched.Database != second) continue;
            Database other = watched.Database == first ? second : first;
            ReadOnlySpan<byte> key = watched.Key.Span;
            bool was = watched.Database.Exists(key);
            bool will = other.Exists(key);
            if (!was && !will) continue;
            bool willBePast = will && other.IsPastItsTime(key);
            foreach (Client client in clients)
            {
                bool stale = IsStale(client, watched);
                if (stale && !will) client.WatchedStale!.Remove(watched);
                else if (!stale && !was && willBePast) MarkStale(client, watched);
                else if (!stale || !willBePast) client.Set(ClientGate.DirtyCas, true);
            }
        }
    }

    private void TouchWatchers(Database database, ReadOnlySpan<byte> key)
    {
        WatchedKey watched = new(database, new Sds(key));
        if (!_watchedBy.TryGetValue(watched, out List<Client>? clients))
        {
            return;
        }

        foreach (Client client in clients)
        {
            bool onlyGone = IsStale(client, watched) && !database.Exists(key);
            if (onlyGone) client.WatchedStale!.Remove(watched);
            else client.Set(ClientGate.DirtyCas, true);
        }
    }

    private static bool IsStale(Client client, WatchedKey watched) =>
        client.WatchedStale?.Contains(watched) == true;

    private static void MarkStale(Client client, WatchedKey watched) =>
        (client.WatchedStale ??= []).Add(watched);

    private static void Queue(
        Client client, Command command, CommandBatch batch, ReadOnlySpan<ArgRef> args)
    {
        // After a refused command the rest is not kept: EXEC will abort anyway.
        if (client.Has(ClientGate.DirtyExec | ClientGate.DirtyCas)) return;
        CommandBatch queue = client.Queued ??= new CommandBatch(512);
        if (queue.Runs.IsEmpty) queue.BeginRun(client.Link);
        int first = queue.ArgCount;
        foreach (ref readonly ArgRef arg in args) queue.AddCopy(batch.Bytes(in arg));
        queue.EndCommand(first);
        client.QueuedCommands.Add(command);
    }

    /// <summary>Runs what was queued, inside EXEC's own unit of propagation.</summary>
    internal void RunQueued(Client client, ReplyBatch reply)
    {
        CommandBatch? queue = client.Queued;
        reply.ArrayHeader(client.QueuedCommands.Count);
        bool observed = IsObserved(client);
        for (int i = 0; i < client.QueuedCommands.Count; i++)
        {
            CommandRef command = queue!.Commands[i];
            reply.Begin(client.Link, client.Resp3);
            ReadOnlySpan<ArgRef> args = queue.Args.Slice(command.FirstArg, command.ArgCount);
            if (!MayStillRun(client, client.QueuedCommands[i], queue, args)) continue;
            if (observed) CallObserved(client, client.QueuedCommands[i], queue, args, reply);
            else Call(client, client.QueuedCommands[i], queue, args, reply);
        }
    }
}
