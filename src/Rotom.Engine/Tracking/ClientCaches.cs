using System;
using System.Collections.Generic;
using Rotom.Resp;

namespace Rotom.Engine;

// ClientCaches: client-side caching. It exists while at least one client has tracking on, so that
// without one a change of a key costs a test for null and a command nothing at all.
//
// Default mode: what a client reads is remembered in the table, by name; the first change tells it
// and forgets the key, until it reads the key again. The table never holds more keys than
// tracking-table-max-keys: one over it is forgotten at random, and its readers are told as if it
// had changed. Broadcast mode: nothing is remembered, all changes below a prefix are told at the
// end of the turn.
//
// Order: to the client whose command is being executed messages go behind the reply (BeginPush sees
// to it), to all others at once. A message never splits a reply, nor the replies of a transaction.

/// <summary>Tells clients of changes of what they cache.</summary>
internal sealed class ClientCaches : ICacheTracker
{
    private readonly RotomEngine _engine;
    private readonly TrackingTable _table;
    private readonly List<long> _ids = [];
    private readonly Action<Client, List<Sds>> _tell;
    private readonly HashSet<Client> _clients = [];

    internal ClientCaches(RotomEngine engine, TrackingTable table)
    {
        _engine = engine;
        _table = table;
        _tell = Tell;
    }

    /// <summary>Clients with tracking on.</summary>
    internal IReadOnlyCollection<Client> Clients => _clients;

    /// <summary>The keys remembered.</summary>
    internal TrackingTable Table => _table;

    /// <summary>The prefixes broadcast on.</summary>
    internal BroadcastPrefixes Prefixes { get; } = new();

    internal void Add(Client client) => _clients.Add(client);

    internal void Remove(Client client)
    {
        if (!_clients.Remove(client)) return;
        foreach (Sds prefix in client.Caching!.Prefixes) Prefixes.Remove(prefix, client);
    }

    /// <summary>Remembers the keys that a command has read.</summary>
    internal void Remember(
        Client client, ReadOnlySpan<KeyPosition> keys, in ArgView words)
    {
        foreach (KeyPosition key in keys) _table.Remember(words[key.At], client.Id);
        Trim();
    }

    /// <summary>Forgets keys at random until the table is as small as the setting says.</summary>
    internal void Trim()
    {
        long most = _engine.Config.TrackingTableKeysMax;
        if (most == 0 || _table.Keys <= most) return;
        while (_table.Keys > most)
        {
            byte[] key = _table.ForgetAny(_engine.Random, _ids)!;
            TellReaders(key, anyCause: true);
        }

        _engine.EndPush();
    }

    /// <inheritdoc/>
    public void Invalidate(Database database, ReadOnlySpan<byte> key, Client? by)
    {
        if (Prefixes.Count > 0) Prefixes.Note(key, by);
        if (!_table.TryForget(key, _ids)) return;
        TellReaders(key, anyCause: false);
        _engine.EndPush();
    }

    /// <inheritdoc/>
    public void InvalidateAll()
    {
        foreach (Client client in _clients)
        {
            if (BeginMessage(client) is { } push) push.Null();
        }

        _engine.EndPush();
        _table.Clear();
    }

    /// <summary>Tells what changed below prefixes during the turn.</summary>
    internal void EndTurn()
    {
        if (Prefixes.HasChanges) Prefixes.Tell(_tell);
    }

    // A key that the table had no room for was not changed by whom it is told.
    private void TellReaders(ReadOnlySpan<byte> key, bool anyCause)
    {
        foreach (long id in _ids)
        {
            if (!_engine.Clients.TryGetValue(id, out Client? reader)) continue;
            if (reader.Caching is not { } caching) continue;
            if (caching.Has(TrackingOptions.Broadcast)) continue;
            bool own = !anyCause && _engine.IsExecuting(reader);
            if (own && caching.Has(TrackingOptions.NoLoop)) continue;
            if (BeginMessage(reader) is not { } push) continue;
            push.ArrayHeader(1);
            push.Bulk(key);
        }

        _ids.Clear();
    }

    private void Tell(Client client, List<Sds> keys)
    {
        if (BeginMessage(client) is not { } push) return;
        push.ArrayHeader(keys.Count);
        foreach (Sds key in keys) push.Bulk(key.Span);
    }

    // Everything of the message but its keys; null when there is nobody to hear it. A RESP2 client
    // hears only as a subscriber, and only in another's place, as in Redis.
    private RespWriter? BeginMessage(Client client)
    {
        ClientCaching caching = client.Caching!;
        Client? target = client;
        if (caching.Redirect != 0
            && (!_engine.Clients.TryGetValue(caching.Redirect, out target)
                || target.Has(ClientGate.Closing)))
        {
            caching.IsRedirectBroken = true;
            if (!client.Resp3 || client.Has(ClientGate.Closing)) return null;
            RespWriter broken = _engine.BeginPush(client, 2);
            broken.Bulk("tracking-redir-broken"u8);
            broken.Integer(caching.Redirect);
            return null;
        }

        if (target.Has(ClientGate.Closing)) return null;
        if (target.Resp3)
        {
            RespWriter push = _engine.BeginPush(target, 2);
            push.Bulk("invalidate"u8);
            return push;
        }

        bool listens = target.SubscriptionCount + (target.ShardChannels?.Count ?? 0) > 0;
        if (caching.Redirect == 0 || !listens) return null;
        RespWriter message = _engine.BeginPush(target, 3);
        message.Bulk("message"u8);
        message.Bulk("__redis__:invalidate"u8);
        return message;
    }
}
