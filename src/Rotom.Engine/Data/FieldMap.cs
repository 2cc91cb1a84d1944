using System;
using System.Runtime.CompilerServices;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// FieldMap: the value of a hash, in one of four forms.
//
//   Listpack     a listpack of field, value, field, value...: Redis' bytes
//   Hashtable    a HandleTable of HashField blocks
//   ListpackEx   a HashRoot with a listpack of field, value, time...: Redis' bytes again, ordered
//                by time, those without one (0) at the end
//   HashtableEx  a HashRoot with a table, and the fields with a time in its DueHeap
//
// A hash begins as a listpack, turns into a table when a field or value is too long for a listpack
// or there are too many of them, and never turns back. It takes the Ex form with its first time to
// live; hashes and fields without one pay nothing for it. In both Ex forms the field that is due
// next is found at once, and the store (HashStore) has an index of all such hashes by that time.
//
// A FieldMap is a hash being worked on: open it, change it, put Encoding and Payload under the key.
// Text that is passed in must not lie in the hash itself, text that is handed out is dead after the
// next change. FieldAt is dead then too. Fields past their time are fields like any other here:
// whoever looks for one asks ExpireAt. Not thread-safe: owned by the keyspace turn.
//
//   FieldMap.cs         finding, setting, removing   FieldMap.Expire.cs  times to live
//   FieldMap.Convert.cs from one form to another     FieldMap.Walk.cs    all fields, at random
//   FieldMap.Whole.cs   copying, freeing, proving    FieldMap.Load.cs    filling, from a file

/// <summary>A hash value being worked on.</summary>
internal partial struct FieldMap
{
    private readonly HashStore _store;
    private readonly NativeHeap _heap;
    private ObjectEncoding _encoding;
    private Handle _root;
    private PackBlock _inner;

    /// <summary>An empty hash.</summary>
    /// <param name="store">What hashes share.</param>
    /// <param name="bytes">Room for entries that will be added.</param>
    /// <param name="place">Where in a block it is to be, if it will be a key's.</param>
    public FieldMap(HashStore store, int bytes = 0, PackBlock place = default)
    {
        _store = store;
        _heap = store.Heap;
        _encoding = ObjectEncoding.Listpack;
        _inner = Listpack.Create(_heap, Listpack.EmptyBytes + bytes, place);
    }

    /// <summary>The hash behind a handle.</summary>
    public FieldMap(HashStore store, ObjectEncoding encoding, PackBlock payload)
    {
        _store = store;
        _heap = store.Heap;
        _encoding = encoding;
        if (encoding is ObjectEncoding.Listpack or ObjectEncoding.Hashtable)
        {
            _inner = payload;
            return;
        }

        Invariant.Require(
            encoding is ObjectEncoding.ListpackEx or ObjectEncoding.HashtableEx);
        _root = payload.Block;
        _inner = Handle.FromBits(_heap.At<HashRoot>(_root, 0).Inner);
    }

    /// <summary>The form it has.</summary>
    public readonly ObjectEncoding Encoding => _encoding;

    /// <summary>What the key is to hold.</summary>
    public readonly PackBlock Payload => _root.IsNull ? _inner : _inner.MovedTo(_root);

    /// <summary>Number of fields, those past their time but still there included.</summary>
    public readonly long Count => IsPacked
        ? Listpack.Count(Pack) / Stride
        : Table.Count;

    /// <summary>True if it is a listpack, with or without times to live.</summary>
    public readonly bool IsPacked =>
        _encoding is ObjectEncoding.Listpack or ObjectEncoding.ListpackEx;

    /// <summary>The listpack as DUMP and RDB write it; only if <see cref="IsPacked"/>.</summary>
    public readonly Span<byte> Pack
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Listpack.View(_heap, _inner);
    }

    private readonly bool HasTimes => !_root.IsNull;

    // Entries of the listpack for each field.
    private readonly int Stride => _root.IsNull ? 2 : 3;

    private readonly HandleTable<HashFieldOps> Table =>
        new(_heap, _inner.Block, new HashFieldOps(_heap, _store.Seed));

    /// <summary>Where a field is; null when there is none of that name.</summary>
    public readonly FieldAt Find(ReadOnlySpan<byte> name)
    {
        if (!IsPacked) return new FieldAt(Table.Find(name, HashOf(name)), 0);
        ReadOnlySpan<byte> pack = Pack;
        int at = Listpack.Find(pack, Listpack.First(pack), name, Stride - 1);
        return new FieldAt(default, Math.Max(at, 0));
    }

    /// <summary>A field's name.</summary>
    public readonly ListpackValue Name(FieldAt at) => at.Block.IsNull
        ? Listpack.Get(Pack, at.At)
        : ListpackValue.Verbatim(new HashField(_heap, at.Block).Name);

    /// <summary>A field's value.</summary>
    public readonly ListpackValue Value(FieldAt at)
    {
        if (!at.Block.IsNull)
            return ListpackValue.Verbatim(new HashField(_heap, at.Block).Value);
        ReadOnlySpan<byte> pack = Pack;
        return Listpack.Get(pack, Listpack.After(pack, at.At));
    }

    /// <summary>
    /// Sets a field, which loses its time to live unless it is to keep it; true when there was none
    /// of that name.
    /// </summary>
    public bool Set(
        ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool keepTime = false)
    {
        if (IsPacked && !MayBePacked(name, value)) ConvertToTable();
        return IsPacked ? SetPacked(name, value, keepTime) : SetInTable(name, value, keepTime);
    }

    /// <summary>Removes a field; false when there is none of that name.</summary>
    public bool Remove(ReadOnlySpan<byte> name)
    {
        FieldAt at = Find(name);
        if (at.IsNull) return false;
        Remove(at);
        return true;
    }

    /// <summary>Removes a field that was found.</summary>
    public void Remove(FieldAt at)
    {
        if (at.Block.IsNull)
        {
            Listpack.Delete(_heap, ref _inner, at.At, Stride);
            InnerMoved();
        }
        else
        {
            HashField field = new(_heap, at.Block);
            Invariant.Require(Table.Remove(at.Block, HashOf(field.Name)));
            if (field.HasPlace) Due.Remove(field.Place);
            _heap.Free(at.Block);
        }

        if (HasTimes) _store.Reindex(_root, NextDue);
    }

    private bool SetPacked(
        ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool keepTime)
    {
        FieldAt at = Find(name);
        if (!at.IsNull)
        {
            if (HasTimes && !keepTime && ExpireAt(at) >= 0)
            {
                at = MovePacked(at, name, 0);
                _store.Reindex(_root, NextDue);
            }

            int valueAt = Listpack.After(Pack, at.At);
            Listpack.Replace(_heap, ref _inner, valueAt, value);
            InnerMoved();
            return false;
        }

        AppendPacked(name, value);
        if (Count > _store.Config.HashMaxListpackEntries) ConvertToTable();
        return true;
    }

    private void AppendPacked(ListpackValue name, ListpackValue value)
    {
        // One move for all entries, if any.
        int total = Listpack.TotalBytes(Pack) + Listpack.EntryBytes(name)
            + Listpack.EntryBytes(value) + (HasTimes ? 2 : 0);
        if (_inner.UsableBytes(_heap) < total) _inner = _inner.Resize(_heap, total);
        Listpack.Append(_heap, ref _inner, name);
        Listpack.Append(_heap, ref _inner, value);
        if (HasTimes) Listpack.Append(_heap, ref _inner, 0L);
        InnerMoved();
    }

    private bool SetInTable(
        ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool keepTime)
    {
        ulong hash = HashOf(name);
        HandleTable<HashFieldOps> table = Table;
        Handle old = table.Find(name, hash);
        if (old.IsNull)
        {
            table.Add(HashField.Create(_heap, name, value, hasPlace: false), hash);
            return true;
        }

        table.BeforeChange(hash);
        HashField field = new(_heap, old);
        bool hasPlace = field.HasPlace;
        if (hasPlace && !keepTime)
        {
            Due.Remove(field.Place);
            _store.Reindex(_root, NextDue);
        }
        else if (field.TrySetValue(value))
        {
            return false;
        }

        hasPlace &= keepTime;
        Handle now = HashField.Create(_heap, name, value, hasPlace);
        if (hasPlace) Move(old, now);
        table.Replace(old, now, hash);
        _heap.Free(old);
        return false;
    }

    private readonly bool MayBePacked(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        long max = _store.Config.HashMaxListpackValue;
        if (name.Length > max || value.Length > max) return false;
        const int HeadsMax = 32;
        return Listpack.Fits(
            Listpack.TotalBytes(Pack), (long)name.Length + value.Length + HeadsMax);
    }

    private readonly ulong HashOf(ReadOnlySpan<byte> name) =>
        KeyHash.Compute(_store.Seed, name);

    private readonly void InnerMoved()
    {
        if (!_root.IsNull) _heap.At<HashRoot>(_root, 0).Inner = _inner.Block.Bits;
    }
}

/// <summary>Place of a field in a hash: its block in a table, or its position in a listpack.
/// </summary>
internal readonly record struct FieldAt(Handle Block, int At)
{
    /// <summary>True when there is no such field.</summary>
    public bool IsNull => Block.IsNull && At == 0;
}

/// <summary>The block behind a hash that has, or had, times to live.</summary>
internal struct HashRoot
{
    /// <summary>Size of the block.</summary>
    public const int Bytes = 40;

    /// <summary>The listpack, or the root of the table.</summary>
    public ulong Inner;

    /// <summary>Hash of the key that holds this.</summary>
    public ulong KeyHash;

    /// <summary>Number of the key table that holds the key; 0: none yet.</summary>
    public uint Home;

    /// <summary>Place in the store's index; -1: not in it.</summary>
    public int Place;

    /// <summary>The fields of a table with a time to live.</summary>
    public DueState Due;
}
