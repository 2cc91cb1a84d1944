using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

internal partial struct FieldMap
{
    /// <summary>
    /// The latest time a field may be given, unix milliseconds; same as Redis' limit of 46 bits.
    /// </summary>
    public const long TimeMax = (1L << 46) - 1;

    /// <summary>The earliest time at which a field ends, -1 when none does.</summary>
    public readonly long NextDue
    {
        get
        {
            if (!HasTimes) return -1;
            if (_encoding == ObjectEncoding.HashtableEx)
            {
                DueHeap<FieldOwner> due = Due;
                return due.Count == 0 ? -1 : due.First.AtMs;
            }

            int first = Listpack.First(Pack);
            return first < 0 ? -1 : TimeAt(first);
        }
    }

    /// <summary>The field that ends first; <see cref="NextDue"/> is not -1.</summary>
    public readonly FieldAt FirstDue => IsPacked
        ? new FieldAt(default, Listpack.First(Pack))
        : new FieldAt(Handle.FromBits(Due.First.Owner), 0);

    private readonly DueHeap<FieldOwner> Due =>
        new(_heap, ref _heap.At<HashRoot>(_root, 0).Due, new FieldOwner(_heap));

    /// <summary>When a field ends, unix milliseconds; -1 for never.</summary>
    public readonly long ExpireAt(FieldAt at)
    {
        if (!HasTimes) return -1;
        if (at.Block.IsNull) return TimeAt(at.At);
        HashField field = new(_heap, at.Block);
        return field.HasPlace ? Due.Item(field.Place).AtMs : -1;
    }

    /// <summary>Gives a field a time to live; <paramref name="name"/> is its name.</summary>
    public void SetExpire(ReadOnlySpan<byte> name, long atMs)
    {
        Invariant.Require(atMs is > 0 and <= TimeMax);
        if (!HasTimes) AddTimes();
        FieldAt at = Find(name);
        if (IsPacked)
        {
            MovePacked(at, name, atMs);
        }
        else
        {
            Table.BeforeChange(HashOf(name));
            HashField field = new(_heap, at.Block);
            if (field.HasPlace) Due.Change(field.Place, atMs);
            else Due.Add(Relay(at.Block, hasPlace: true), atMs);
        }

        _store.Reindex(_root, NextDue);
    }

    /// <summary>Takes a field's time to live away, if it has one.</summary>
    public void ClearExpire(ReadOnlySpan<byte> name)
    {
        FieldAt at = Find(name);
        if (ExpireAt(at) < 0) return;
        if (IsPacked)
        {
            MovePacked(at, name, 0);
        }
        else
        {
            Table.BeforeChange(HashOf(name));
            Due.Remove(new HashField(_heap, at.Block).Place);
            Relay(at.Block, hasPlace: false);
        }

        _store.Reindex(_root, NextDue);
    }

    // The same field with or without a place.
    private readonly Handle Relay(Handle block, bool hasPlace)
    {
        HashField field = new(_heap, block);
        Handle now = HashField.Create(_heap, field.Name, field.Value, hasPlace);
        Table.Replace(block, now, HashOf(field.Name));
        _heap.Free(block);
        return now;
    }

    // A field with a time is in another block.
    private readonly void Move(Handle old, Handle now)
    {
        int place = new HashField(_heap, old).Place;
        new HashField(_heap, now).Place = place;
        Due.Item(place).Owner = now.Bits;
    }

    // Puts a field where a time (0: none) belongs; where it is now.
    private FieldAt MovePacked(FieldAt at, ReadOnlySpan<byte> name, long atMs)
    {
        ListpackValue value = Value(at);
        if (value.IsInt) return MovePacked(at, name, value, atMs);
        int length = value.Bytes.Length;
        byte[]? rented = null;
        Span<byte> copy = length <= 256
            ? stackalloc byte[length]
            : (rented = System.Buffers.ArrayPool<byte>.Shared.Rent(length)).AsSpan(0, length);
        value.Bytes.CopyTo(copy);
        at = MovePacked(at, name, ListpackValue.Verbatim(copy), atMs);
        if (rented is not null) System.Buffers.ArrayPool<byte>.Shared.Return(rented);
        return at;
    }

    private FieldAt MovePacked(
        FieldAt at, ReadOnlySpan<byte> name, ListpackValue value, long atMs)
    {
        Listpack.Delete(_heap, ref _inner, at.At, Stride);
        int to = Listpack.TotalBytes(Pack) - 1;
        for (int next = Listpack.First(Pack); atMs != 0 && next >= 0; next = Skip(next, Stride))
        {
            long time = TimeAt(next);
            if (time >= 0 && time <= atMs) continue;
            to = next;
            break;
        }

        int where = Listpack.InsertBefore(_heap, ref _inner, to, name);
        int behind = Listpack.InsertAfter(_heap, ref _inner, where, value);
        Listpack.InsertAfter(_heap, ref _inner, behind, atMs);
        InnerMoved();
        return new FieldAt(default, where);
    }

    private readonly long TimeAt(int field)
    {
        ReadOnlySpan<byte> pack = Pack;
        ListpackValue time = Listpack.Get(pack, Skip(field, 2));
        Invariant.Require(time.IsInt);
        return time.Int == 0 ? -1 : time.Int;
    }

    // So many entries on; -1 behind the last.
    private readonly int Skip(int at, int entries)
    {
        ReadOnlySpan<byte> pack = Pack;
        for (; entries > 0; entries--) at = Listpack.After(pack, at);
        return pack[at] == Listpack.End ? -1 : at;
    }

    /// <summary>Fields of a table know their place.</summary>
    private readonly struct FieldOwner(NativeHeap heap) : IDueOwner
    {
        public void SetPlace(Handle owner, int place)
        {
            HashField field = new(heap, owner);
            field.Place = place;
        }

        public int GetPlace(Handle owner) => new HashField(heap, owner).Place;
    }
}
