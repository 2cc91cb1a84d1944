using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// Times to live of the fields of hashes. As with keys: whoever meets a field past its time removes
// it, the periodic work finds those nobody meets, and a replay sees a deletion (HDEL).
public sealed partial class Database
{
    private uint _tableId;

    /// <summary>The number by which the index of hashes knows the table.</summary>
    internal uint TableId => _tableId;

    /// <summary>True when a field's time is over; none is while the data set is loaded.</summary>
    internal bool IsFieldDue(long expireAtMs) =>
        expireAtMs >= 0 && expireAtMs < _engine.NowMs && !_engine.IsLoading;

    /// <summary>Opens the hash behind a key.</summary>
    internal FieldMap OpenHash(Entry entry) =>
        new(_engine.Payloads.Hashes, entry.Encoding, entry.Payload);

    /// <summary>
    /// Removes up to so many fields that are past their time, those due first before the others.
    /// </summary>
    /// <returns>The entry; a null one when no field was left and the key is gone.</returns>
    internal Entry ExpireFields(Entry entry, ulong keyHash, long most)
    {
        FieldMap map = OpenHash(entry);
        if (!IsFieldDue(map.NextDue)) return entry;
        _table.BeforeChange(keyHash);
        ReadOnlySpan<byte> key = entry.Key;
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        for (; most > 0 && IsFieldDue(map.NextDue); most--)
        {
            FieldAt at = map.FirstDue;
            _engine.PropagateFieldDeletion(this, key, map.Name(at).Text(digits));
            map.Remove(at);
            _engine.Stats.ExpiredFields++;
        }

        return FieldsExpired(entry, keyHash);
    }

    /// <summary>Removes one field if it is past its time.</summary>
    /// <returns>The entry; a null one when no field was left and the key is gone.</returns>
    internal Entry ExpireField(Entry entry, ulong keyHash, ReadOnlySpan<byte> name)
    {
        FieldMap map = OpenHash(entry);
        FieldAt at = map.Find(name);
        if (at.IsNull || !IsFieldDue(map.ExpireAt(at))) return entry;
        _table.BeforeChange(keyHash);
        _engine.PropagateFieldDeletion(this, entry.Key, name);
        map.Remove(at);
        _engine.Stats.ExpiredFields++;
        return FieldsExpired(entry, keyHash);
    }

    /// <summary>The key that holds the hash with this root; a null entry when none does.</summary>
    internal Entry HashOfRoot(Handle root, ulong keyHash)
    {
        RootFinder finder = new(root);
        _table.VisitBucket(_table.BucketOf(keyHash), ref finder);
        return finder.Found;
    }

    /// <summary>Tells the index of hashes where a hash is.</summary>
    internal void HomeHash(Entry entry, Key key) => _engine.Payloads.Hashes.Home(
        entry.Encoding, entry.Payload.Block, _tableId, key.Hash);

    private Entry FieldsExpired(Entry entry, ulong keyHash)
    {
        byte[] key = entry.Key.ToArray();
        FieldMap map = OpenHash(entry);
        bool gone = map.Count == 0;
        if (gone) _table.Remove(entry, keyHash);
        _engine.SignalModifiedKey(this, key, null);
        _engine.Notify(NotifyClass.Hash, "hexpired"u8, key, this);
        if (gone) _engine.Notify(NotifyClass.Generic, "del"u8, key, this);
        return gone ? default : entry;
    }

    private struct RootFinder(Handle root) : IEntryVisitor
    {
        public Entry Found;

        public void Visit(Entry entry)
        {
            if (entry.Type == ObjectType.Hash && entry.Payload.Block == root) Found = entry;
        }
    }
}
