using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

internal partial struct FieldMap
{
    private const int BucketsPerSlice = 128;

    /// <summary>Bytes of all blocks, as counted in UsedBytes; goes over all fields.</summary>
    public readonly long MemoryBytes
    {
        get
        {
            long bytes = _root.IsNull ? 0 : _heap.BlockBytes(_root);
            if (IsPacked) return bytes + _inner.MemoryBytes(_heap);
            HandleTable<HashFieldOps> table = Table;
            Weigher weigher = new(_heap);
            for (uint i = 0; i < table.BucketCount; i++) table.VisitBucket(i, ref weigher);
            if (HasTimes) bytes += Due.MemoryBytes;
            return bytes + table.MemoryBytes + weigher.Bytes;
        }
    }

    /// <summary>A copy, in the same form; it is in no index.</summary>
    public readonly Handle Copy()
    {
        Handle inner = IsPacked
            ? Listpack.Copy(_heap, _inner)
            : HandleTable<HashFieldOps>.Create(_heap);
        Handle root = HasTimes ? NewRoot(_heap, inner) : default;
        FieldMap copy = new(_store, _encoding, HasTimes ? root : inner);
        if (!IsPacked)
        {
            Copier copier = new(this, copy);
            HandleTable<HashFieldOps> table = Table;
            for (uint i = 0; i < table.BucketCount; i++) table.VisitBucket(i, ref copier);
        }

        return copy.Payload.Block;
    }

    /// <summary>
    /// Frees some of a hash nobody holds any more; true when all of it is gone.
    /// </summary>
    public readonly bool FreeSome()
    {
        if (HasTimes)
        {
            _store.Unindex(_root);
            if (!IsPacked) Due.Free();
        }

        if (IsPacked)
        {
            _inner.Free(_heap);
        }
        else
        {
            Freer freer = new(_heap);
            if (!Table.ClearStep(BucketsPerSlice, ref freer)) return false;
            Table.Destroy();
        }

        if (HasTimes) _heap.Free(_root);
        return true;
    }

    /// <summary>Proves listpack or table, the fields, and their times to live.</summary>
    public readonly void DeepCheck()
    {
        if (HasTimes)
        {
            Invariant.Require(_heap.At<HashRoot>(_root, 0).Inner == _inner.Block.Bits);
            _store.CheckIndex(_root, NextDue);
        }

        if (IsPacked)
        {
            Invariant.Require(IsSound(Pack, HasTimes));
            return;
        }

        HandleTable<HashFieldOps> table = Table;
        table.DeepCheck();
        Checker checker = new(_heap, HasTimes);
        for (uint i = 0; i < table.BucketCount; i++) table.VisitBucket(i, ref checker);
        if (!HasTimes) return;
        Due.DeepCheck();
        Invariant.Require(Due.Count == checker.WithTime);
    }

    /// <summary>
    /// True when bytes from outside are the listpack of a hash: sound, whole fields, no name twice,
    /// times in order.
    /// </summary>
    public static bool IsSound(ReadOnlySpan<byte> pack, bool hasTimes)
    {
        int stride = hasTimes ? 3 : 2;
        if (!Listpack.DeepCheck(pack, out int entries) || entries % stride != 0) return false;
        System.Collections.Generic.HashSet<Sds> names = [];
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        long last = 0;
        int number = 0;
        for (int at = Listpack.First(pack); at >= 0; at = Listpack.Next(pack, at), number++)
        {
            ListpackValue entry = Listpack.Get(pack, at);
            if (number % stride == 0 && !names.Add(new Sds(entry.Text(digits)))) return false;
            if (number % stride < 2) continue;
            if (!entry.IsInt || entry.Int is < 0 or > TimeMax) return false;
            long time = entry.Int == 0 ? long.MaxValue : entry.Int;
            if (time < last) return false;
            last = time;
        }

        return true;
    }

    private struct Weigher(NativeHeap heap) : IHandleVisitor
    {
        public long Bytes;

        public void Visit(Handle element) => Bytes += heap.BlockBytes(element);
    }

    private readonly struct Freer(NativeHeap heap) : IHandleVisitor
    {
        public void Visit(Handle element) => heap.Free(element);
    }

    private readonly struct Copier(FieldMap from, FieldMap to) : IHandleVisitor
    {
        public void Visit(Handle element)
        {
            HashField field = new(from._heap, element);
            bool hasPlace = field.HasPlace;
            Handle copy = HashField.Create(from._heap, field.Name, field.Value, hasPlace);
            to.Table.Add(copy, to.HashOf(field.Name));
            if (hasPlace) to.Due.Add(copy, from.Due.Item(field.Place).AtMs);
        }
    }

    private struct Checker(NativeHeap heap, bool hasTimes) : IHandleVisitor
    {
        public int WithTime;

        public void Visit(Handle element)
        {
            HashField field = new(heap, element);
            Invariant.Require(field.IsSound());
            if (!field.HasPlace) return;
            Invariant.Require(hasTimes);
            WithTime++;
        }
    }
}
