using System;
using System.Collections.Generic;
using System.Text;
using Rotom.Engine.Commands;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// KeyStore: the keys of the client's database, as a custom command may use them. Every method does
// all that the command of the same meaning does: expired keys are gone, hits and misses count,
// watchers, caches and events hear of changes, and a change is propagated as an effect (SET with an
// absolute time, DEL), so that a journal replays without the host's handlers.
//
// Values are copied out: nothing here points into the engine's memory. For collections there is
// CommandContext.Call.

/// <summary>Sees a key; see <see cref="KeyStore.Iterate"/>.</summary>
public delegate void KeyVisitor(ReadOnlySpan<byte> key);

/// <summary>The keys, for handlers of custom commands and middleware.</summary>
public readonly ref partial struct KeyStore
{
    private readonly RotomEngine _engine;
    private readonly Client _client;
    private readonly CommandContext _context;

    internal KeyStore(CommandContext context)
    {
        _engine = context.Engine;
        _client = context.Client;
        _context = context;
    }

    /// <summary>Number of keys.</summary>
    public long Count => _client.Database.Count;

    /// <summary>The string under a key; null when there is none.</summary>
    /// <exception cref="WrongTypeException">The key holds no string.</exception>
    public byte[]? Get(ReadOnlySpan<byte> key)
    {
        Entry entry = _client.Database.LookupRead(KeyOf(key), _client);
        if (entry.IsNull) return null;
        if (entry.Type != ObjectType.String) throw new WrongTypeException();
        return StringValue.Bytes(entry, stackalloc byte[20]).ToArray();
    }

    /// <summary>True when a key is there.</summary>
    public bool Exists(ReadOnlySpan<byte> key) =>
        !_client.Database.LookupNoTouch(KeyOf(key)).IsNull;

    /// <summary>
    /// <c>string</c>, <c>list</c>, <c>set</c>, <c>zset</c>, <c>hash</c>, ...; null when there is no
    /// such key.
    /// </summary>
    public string? TypeOf(ReadOnlySpan<byte> key)
    {
        Entry entry = _client.Database.LookupNoTouch(KeyOf(key));
        return entry.IsNull ? null : Encoding.ASCII.GetString(_engine.Payloads.TypeName(entry));
    }

    /// <summary>How long a key has still to live; null when it is not there, or for ever.</summary>
    public TimeSpan? TimeToLive(ReadOnlySpan<byte> key)
    {
        Entry entry = _client.Database.LookupNoTouch(KeyOf(key));
        return entry.IsNull || !entry.HasExpiry
            ? null
            : TimeSpan.FromMilliseconds(entry.ExpireAtMs - _engine.NowMs);
    }

    /// <summary>Sets a key to a string, whatever it held.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="timeToLive">How long it lives; null for ever.</param>
    public void Set(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, TimeSpan? timeToLive = null)
    {
        long? atMs = timeToLive is { } span ? At(span) : null;
        BeforeWrite();
        Key k = KeyOf(key);
        Entry entry = _client.Database.SetString(k, value);
        if (atMs is { } at) _client.Database.SetExpire(entry, k, at);
        Changed(key, NotifyClass.String, "set"u8);
        if (atMs is null)
        {
            Effect(3).Word("SET"u8).Word(key).Word(value);
            return;
        }

        _engine.Notify(NotifyClass.Generic, "expire"u8, key, _client.Database);
        Effect(5).Word("SET"u8).Word(key).Word(value).Word("PXAT"u8).Word(atMs.Value);
    }

    /// <summary>Removes a key; false when there was none.</summary>
    public bool Delete(ReadOnlySpan<byte> key)
    {
        BeforeWrite();
        bool lazy = _engine.Config.LazyfreeLazyUserDel;
        if (!_client.Database.Delete(KeyOf(key), lazy)) return false;
        Changed(key, NotifyClass.Generic, "del"u8);
        Effect(2).Word(lazy ? "UNLINK"u8 : "DEL"u8).Word(key);
        return true;
    }

    /// <summary>Gives a key a time to live; false when there is no such key.</summary>
    public bool Expire(ReadOnlySpan<byte> key, TimeSpan timeToLive)
    {
        long at = At(timeToLive);
        BeforeWrite();
        Key k = KeyOf(key);
        Entry entry = _client.Database.LookupWrite(k);
        if (entry.IsNull) return false;
        _client.Database.SetExpire(entry, k, at);
        Changed(key, NotifyClass.Generic, "expire"u8);
        Effect(3).Word("PEXPIREAT"u8).Word(key).Word(at);
        return true;
    }

    /// <summary>Takes a key's time to live away; false when it has none.</summary>
    public bool Persist(ReadOnlySpan<byte> key)
    {
        BeforeWrite();
        Key k = KeyOf(key);
        Entry entry = _client.Database.LookupWrite(k);
        if (entry.IsNull || !entry.HasExpiry) return false;
        _client.Database.ClearExpire(entry, k);
        Changed(key, NotifyClass.Generic, "persist"u8);
        Effect(2).Word("PERSIST"u8).Word(key);
        return true;
    }

    /// <summary>
    /// Shows some keys and returns where to go on, as SCAN does: begin with 0, and 0 ends. A key
    /// that is there all the time is shown at least once. The visitor may change keys.
    /// </summary>
    /// <param name="cursor">Where to begin.</param>
    /// <param name="visit">Sees each key.</param>
    /// <param name="pattern">A glob that keys must match; empty for all.</param>
    /// <param name="count">About how many keys to look at.</param>
    public ulong Iterate(
        ulong cursor, KeyVisitor visit, ReadOnlySpan<byte> pattern = default, int count = 100)
    {
        ArgumentNullException.ThrowIfNull(visit);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Names names = new(_client.Database, [], pattern);
        long buckets = count * 10L;
        do
        {
            cursor = _client.Database.Table.Scan(cursor, ref names);
        }
        while (cursor != 0 && --buckets > 0 && names.Found.Count < count);

        foreach (byte[] key in names.Found) visit(key);
        return cursor;
    }

    private Key KeyOf(ReadOnlySpan<byte> key) => new(key, _engine.Hash(key));

    private long At(TimeSpan timeToLive)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeToLive, TimeSpan.FromMilliseconds(1));
        if (PropagatesItself)
        {
            throw new InvalidOperationException(
                $"'{_context.Command.FullName}' propagates itself: a time to live would begin anew "
                + "when it is replayed.");
        }

        return _engine.NowMs + (long)Math.Ceiling(timeToLive.TotalMilliseconds);
    }

    private void BeforeWrite()
    {
        // Rights, CLIENT PAUSE, -MISCONF and -READONLY go by the flag.
        if (!_context.Command.Is(CommandFlags.Write))
        {
            throw new InvalidOperationException(
                $"'{_context.Command.FullName}' changes a key and is not flagged Write.");
        }

        _engine.FlushOwnEffect(in _context);
    }

    private void Changed(
        ReadOnlySpan<byte> key, NotifyClass notifyClass, ReadOnlySpan<byte> eventName)
    {
        _engine.SignalModifiedKey(_client.Database, key, _client);
        _engine.Notify(notifyClass, eventName, key, _client.Database);
        _engine.Dirty++;
        if (!PropagatesItself) _engine.Propagation.NoteForeign(1);
    }

    private bool PropagatesItself => _context.Command.Spec.PropagatesItself;

    private EffectWriter Effect(int words) => PropagatesItself
        ? default
        : _engine.Propagation.Begin(_client.Database.Index, words);

    private readonly ref struct Names(
        Database database, List<byte[]> found, ReadOnlySpan<byte> pattern) : IEntryVisitor
    {
        private readonly ReadOnlySpan<byte> _pattern = pattern;

        public List<byte[]> Found { get; } = found;

        public void Visit(Entry entry)
        {
            if (!_pattern.IsEmpty && !Glob.Matches(_pattern, entry.Key)) return;
            if (!database.IsDue(entry)) Found.Add(entry.Key.ToArray());
        }
    }
}
