using System;
using System.Runtime.CompilerServices;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// Database: one of the numbered keyspaces. It adds to the table of entries what Redis' db.c adds to
// a dict: a key past its time is gone for whoever looks it up, look-ups move the LRU or LFU state
// and are counted, and deletions are told to watchers, notifications and the journal.
//
// Handlers come with a Key (see CommandContext.Key); the periodic work and the loaders come with
// entries of the table itself. An Entry is valid until the next change of the table.
//
//   Database.cs         look-ups and changes
//   Database.Expire.cs  times to live
//   Database.Fields.cs  times to live of the fields of hashes

/// <summary>One numbered keyspace.</summary>
public sealed partial class Database : IDisposable
{
    private readonly RotomEngine _engine;
    private KeyTable _table;

    internal Database(RotomEngine engine, int index)
    {
        _engine = engine;
        Index = index;
        _table = new KeyTable(engine.Heap, engine.HashSeed, engine.Payloads);
        _tableId = engine.Payloads.Hashes.NextTableId();
    }

    /// <summary>Its number.</summary>
    public int Index { get; }

    /// <summary>Number of keys, those past their time but not yet noticed included.</summary>
    public long Count => _table.Count;

    /// <summary>Number of keys that have a time to live.</summary>
    public long ExpiresCount => _table.ExpiringCount;

    /// <summary>Average time to live as the expire cycle samples it, milliseconds.</summary>
    public long AverageTtlMs { get; internal set; }

    /// <summary>The entries themselves, for what walks or loads the whole database.</summary>
    internal KeyTable Table => _table;

    /// <inheritdoc/>
    public void Dispose() => _table.Dispose();

    /// <summary>Looks a key up for reading: counts a hit or a miss, moves its LRU state.</summary>
    /// <returns>The entry; a null entry when there is none or its time is over.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Entry LookupRead(Key key, Client client)
    {
        Entry entry = _table.Find(key.Bytes, key.Hash);
        if (entry.IsNull || (entry.HasExpiry && ExpireIfDue(entry, key.Hash)))
        {
            Missed(key);
            return default;
        }

        _engine.Stats.KeyspaceHits++;
        if (!client.NoTouch) Touch(entry);
        return entry;
    }

    /// <summary>
    /// Looks a key up for reading without moving its LRU state (EXISTS, TYPE, TTL); counts a hit or
    /// a miss.
    /// </summary>
    internal Entry LookupNoTouch(Key key)
    {
        Entry entry = Peek(key);
        if (entry.IsNull) Missed(key);
        else _engine.Stats.KeyspaceHits++;
        return entry;
    }

    /// <summary>Looks a key up for reading and moves its LRU state whoever asks (TOUCH).</summary>
    internal Entry LookupTouch(Key key)
    {
        Entry entry = LookupNoTouch(key);
        if (!entry.IsNull) Touch(entry);
        return entry;
    }

    /// <summary>Looks a key up for OBJECT: counts, but a miss is no event.</summary>
    internal Entry LookupForObject(Key key)
    {
        Entry entry = Peek(key);
        if (entry.IsNull) _engine.Stats.KeyspaceMisses++;
        else _engine.Stats.KeyspaceHits++;
        return entry;
    }

    /// <summary>Looks a key up without moving its LRU state or counting.</summary>
    internal Entry Peek(Key key)
    {
        Entry entry = _table.Find(key.Bytes, key.Hash);
        return !entry.IsNull && entry.HasExpiry && ExpireIfDue(entry, key.Hash) ? default : entry;
    }

    /// <summary>Looks a key up to change it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Entry LookupWrite(Key key)
    {
        Entry entry = _table.Find(key.Bytes, key.Hash);
        if (entry.IsNull || (entry.HasExpiry && ExpireIfDue(entry, key.Hash))) return default;
        Touch(entry);
        return entry;
    }

    /// <summary>
    /// Sets a key to a string, whatever it held. A time to live goes unless it is to be kept; a
    /// text that is an integer's only spelling is kept as one.
    /// </summary>
    internal Entry SetString(Key key, ReadOnlySpan<byte> value, bool keepTtl = false)
    {
        long before = CountBefore(key);
        Entry entry = value.Length <= 20 && Numbers.TryParse(value, out long number)
            ? _table.SetInt(key.Bytes, key.Hash, number, keepTtl)
            : _table.SetString(key.Bytes, key.Hash, value, keepTtl);
        Stored(entry, before, key);
        return entry;
    }

    /// <summary>
    /// As <see cref="SetString"/>, if there is no such key yet, with a time to live or -1; for
    /// loaders.
    /// </summary>
    /// <returns>False when there is one.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryAddString(Key key, ReadOnlySpan<byte> value, long expireAtMs)
    {
        _table.InitialLru = _engine.InitialLru;
        Entry entry = value.Length > 20 || !Numbers.TryParse(value, out long number)
            ? _table.AddString(key.Bytes, key.Hash, value, expireAtMs)
            : _table.AddInt(key.Bytes, key.Hash, number, expireAtMs);
        if (entry.IsNull) return false;
        Added(entry, key);
        return true;
    }

    /// <summary>Sets a key to a string that stays bytes even when it reads as an integer.</summary>
    internal Entry SetRaw(Key key, ReadOnlySpan<byte> value, bool keepTtl = false)
    {
        long before = CountBefore(key);
        Entry entry = _table.SetString(key.Bytes, key.Hash, value, keepTtl);
        Stored(entry, before, key);
        return entry;
    }

    /// <summary>Sets a key to an integer.</summary>
    internal Entry SetInt(Key key, long value, bool keepTtl = false)
    {
        long before = CountBefore(key);
        Entry entry = _table.SetInt(key.Bytes, key.Hash, value, keepTtl);
        Stored(entry, before, key);
        return entry;
    }

    /// <summary>Sets a key to a collection, which the table owns from now on.</summary>
    internal Entry SetPayload(
        Key key, ObjectType type, ObjectEncoding encoding, PackBlock payload,
        bool keepTtl = false)
    {
        long before = CountBefore(key);
        int bytes = PackBytes(type, encoding, payload);
        Entry entry = bytes > 0
            ? _table.SetPack(key.Bytes, key.Hash, type, encoding, payload, bytes, keepTtl)
            : _table.SetPayload(key.Bytes, key.Hash, type, encoding, payload.Block, keepTtl);
        if (type == ObjectType.Hash) HomeHash(entry, key);
        Stored(entry, before, key);
        return entry;
    }

    /// <summary>
    /// Puts a collection that was changed under its key again; the entry from before is dead.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Entry UpdatePayload(
        Entry entry, Key key, ObjectEncoding encoding, in PackBlock payload) =>
        payload.Key.IsNull && payload == entry.Payload && encoding == entry.Encoding
            ? entry
            : PutPayload(entry, key, encoding, payload);

    private Entry PutPayload(
        Entry entry, Key key, ObjectEncoding encoding, PackBlock payload)
    {
        int bytes = payload.IsEmbedded ? _engine.Payloads.PackBytes(encoding, payload) : 0;
        entry = _table.UpdatePayload(entry, key.Hash, encoding, payload, bytes);
        if (entry.Type == ObjectType.Hash) HomeHash(entry, key);
        return entry;
    }

    /// <summary>Appends to a string; the entry may be another one afterwards.</summary>
    internal Entry Append(Entry entry, Key key, ReadOnlySpan<byte> tail) =>
        _table.AppendString(entry, key.Hash, tail);

    /// <summary>Makes a string raw and at least so long, zeros at its end.</summary>
    internal Entry Grow(Entry entry, Key key, int length) =>
        _table.GrowString(entry, key.Hash, length);

    /// <summary>To be called before a collection is changed in place.</summary>
    internal void BeforeChange(Key key) => _table.BeforeChange(key.Hash);

    /// <summary>Removes a key and its value; the caller tells the world.</summary>
    /// <returns>False when there was none, or its time was over.</returns>
    internal bool Delete(Key key, bool lazy)
    {
        Entry entry = Peek(key);
        if (entry.IsNull) return false;
        Drop(entry, key.Hash, lazy);
        return true;
    }

    /// <summary>
    /// Moves a value, time to live included, to another key or database that does not have it.
    /// </summary>
    internal void Move(Entry entry, Key from, Database target, Key to)
    {
        Entry moved = _table.MoveTo(entry, from.Hash, target._table, to.Bytes, to.Hash);
        if (moved.Type == ObjectType.Hash) target.HomeHash(moved, to);
        target.Added(moved, to);
    }

    /// <summary>
    /// Copies a value, time to live and encoding included, to a key that is not there.
    /// </summary>
    internal void Copy(Entry entry, Database target, Key to)
    {
        Entry copy;
        if (entry.Type != ObjectType.String)
        {
            PackBlock payload = _engine.Payloads.Copy(entry.Type, entry.Encoding, entry.Payload);
            copy = target.SetPayload(to, entry.Type, entry.Encoding, payload);
        }
        else if (entry.IsInt)
        {
            copy = target.SetInt(to, entry.Int);
        }
        else
        {
            copy = target.SetRaw(to, entry.StringBytes);
            // A short string that once was appended to stays raw.
            if (entry.Encoding == ObjectEncoding.Raw) copy = target.Grow(copy, to, 0);
        }

        if (entry.HasExpiry) target.SetExpire(copy, to, entry.ExpireAtMs);
    }

    /// <summary>Exchanges what two databases hold; each keeps its number (SWAPDB).</summary>
    internal void Swap(Database other)
    {
        (_table, other._table) = (other._table, _table);
        (AverageTtlMs, other.AverageTtlMs) = (other.AverageTtlMs, AverageTtlMs);
        (_expireCursor, other._expireCursor) = (other._expireCursor, _expireCursor);
        (_tableId, other._tableId) = (other._tableId, _tableId);
    }

    /// <summary>
    /// A key chosen at random whose time is not over; a null entry when there is none.
    /// </summary>
    internal Entry RandomKey()
    {
        // As Redis: when every key it meets is past its time and may not be deleted (a pause), it
        // gives up after 100 tries. Else they are deleted as they are met: each makes progress.
        for (int tries = 1; _table.Count > 0; tries++)
        {
            Entry entry = _table.RandomEntry(_engine.Random);
            if (!entry.HasExpiry || !ExpireIfDue(entry, _table.HashOf(entry.Key))) return entry;
            if (tries >= 100 && _engine.IsPaused) return entry;
        }

        return default;
    }

    /// <summary>
    /// Swaps in an empty table; what it held is freed by the caller, all or in slices.
    /// </summary>
    internal KeyTable TakeTable()
    {
        KeyTable old = _table;
        _table = new KeyTable(_engine.Heap, _engine.HashSeed, _engine.Payloads);
        _tableId = _engine.Payloads.Hashes.NextTableId();
        AverageTtlMs = 0;
        _expireCursor = 0;
        return old;
    }

    /// <summary>Removes an entry, its value at once or later.</summary>
    internal void Drop(Entry entry, Key key, bool lazy) => Drop(entry, key.Hash, lazy);

    /// <summary>Removes an entry, its value at once or later.</summary>
    internal void Drop(Entry entry, ulong hash, bool lazy)
    {
        if (!lazy || entry.Type == ObjectType.String
            || !_engine.Payloads.IsWorthPuttingOff(
                entry.Type, entry.Encoding, entry.Payload.Block))
        {
            _table.Remove(entry, hash);
            return;
        }

        _engine.FreeLater(_table.Detach(entry, hash));
    }

    /// <summary>Moves the LRU or LFU state of an entry that was used.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Touch(Entry entry)
    {
        if (_engine.UsesLfu) _engine.TouchLfu(entry);
        else entry.Lru = _engine.LruClock;
    }

    // Length of a collection that is one stretch of bytes, 0 for any other.
    private int PackBytes(ObjectType type, ObjectEncoding encoding, PackBlock payload) =>
        type != ObjectType.List
            && encoding is ObjectEncoding.Listpack or ObjectEncoding.Intset
            ? _engine.Payloads.PackBytes(encoding, payload)
            : 0;

    // A key past its time that is overwritten counts as expired first, as in Redis.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long CountBefore(Key key)
    {
        if (_table.ExpiringCount != 0) Peek(key);
        _table.InitialLru = _engine.InitialLru;
        return _table.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Stored(Entry entry, long before, Key key)
    {
        if (_table.Count == before)
        {
            Touch(entry);
            // It may be of another type than before.
            if (_engine.KeysAreAwaited) _engine.SignalKeyReady(this, key.Bytes, entry.Type);
            return;
        }

        Added(entry, key);
    }

    private void Added(Entry entry, Key key)
    {
        _engine.Notify(NotifyClass.New, "new"u8, key.Bytes, this);
        _engine.SignalKeyReady(this, key.Bytes, entry.Type);
    }

    private void Missed(Key key)
    {
        _engine.Stats.KeyspaceMisses++;
        _engine.Notify(NotifyClass.KeyMiss, "keymiss"u8, key.Bytes, this);
    }
}
