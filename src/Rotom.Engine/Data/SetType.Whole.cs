using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

internal partial struct SetType
{
    // About 300 members: 30 us.
    private const int BucketsPerSlice = 64;

    /// <summary>Bytes of all blocks, as counted in UsedBytes.</summary>
    public readonly long MemoryBytes
    {
        get
        {
            if (_encoding != ObjectEncoding.Hashtable) return _payload.MemoryBytes(Heap);
            long bytes = Table.MemoryBytes;
            TablePlace place = default;
            while (Table.Next(ref place, out Handle member)) bytes += Heap.BlockBytes(member);
            return bytes;
        }
    }

    /// <summary>How full the table's buckets are; null for the other forms.</summary>
    public readonly TableReport? Report() =>
        _encoding == ObjectEncoding.Hashtable ? Table.Report() : null;

    /// <summary>About the bytes of all blocks, from so many members.</summary>
    public readonly long SampledBytes(long samples)
    {
        if (_encoding != ObjectEncoding.Hashtable || samples >= Table.Count) return MemoryBytes;
        long bytes = 0;
        long seen = 0;
        TablePlace place = default;
        for (; seen < samples && Table.Next(ref place, out Handle member); seen++)
        {
            bytes += Heap.BlockBytes(member);
        }

        return Table.MemoryBytes + (long)(bytes / (double)seen * Table.Count);
    }

    /// <summary>A copy of the payload, in the same form.</summary>
    public readonly Handle Copy()
    {
        if (_encoding == ObjectEncoding.Listpack) return Listpack.Copy(Heap, _payload);
        if (_encoding == ObjectEncoding.Intset) return Intset.Create(Heap, Ints);
        SetMemberOps ops = new(Heap, _home.Seed);
        HandleTable<SetMemberOps> copy =
            new(Heap, HandleTable<SetMemberOps>.Create(Heap), ops);
        TablePlace place = default;
        while (Table.Next(ref place, out Handle member))
        {
            ReadOnlySpan<byte> bytes = SetMember.Bytes(Heap, member);
            copy.Add(SetMember.Create(Heap, bytes), HashOf(bytes));
        }

        return copy.Root;
    }

    /// <summary>Frees some of a set nobody holds any more; true when all of it is gone.</summary>
    public readonly bool FreeSome()
    {
        if (_encoding != ObjectEncoding.Hashtable)
        {
            _payload.Free(Heap);
            return true;
        }

        SetMemberFreer freer = new(Heap);
        if (!Table.ClearStep(BucketsPerSlice, ref freer)) return false;
        Table.Destroy();
        return true;
    }

    /// <summary>Frees all of a set that no key owns.</summary>
    public readonly void Free()
    {
        while (!FreeSome())
        {
        }
    }

    /// <summary>Proves the form's invariants, and that no member is there twice.</summary>
    public readonly void DeepCheck()
    {
        switch (_encoding)
        {
            case ObjectEncoding.Hashtable:
                Table.DeepCheck();
                TablePlace place = default;
                while (Table.Next(ref place, out Handle member))
                {
                    ReadOnlySpan<byte> bytes = SetMember.Bytes(Heap, member);
                    Invariant.Require(bytes.Length < Heap.UsableBytes(member));
                    Invariant.Require(Table.Find(bytes, HashOf(bytes)) == member);
                }

                break;
            case ObjectEncoding.Intset:
                Invariant.Require(Intset.DeepCheck(Ints));
                break;
            default:
                Invariant.Require(_encoding == ObjectEncoding.Listpack);
                Invariant.Require(Listpack.DeepCheck(Pack, out _));
                CheckUnique();
                break;
        }
    }

    private readonly void CheckUnique()
    {
        Span<byte> pack = Pack;
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        for (int at = Listpack.First(pack); at >= 0; at = Listpack.Next(pack, at))
        {
            ReadOnlySpan<byte> member = Listpack.Get(pack, at).Text(digits);
            Invariant.Require(Listpack.Find(pack, Listpack.First(pack), member) == at);
        }
    }
}
