using System;
using System.Collections.Generic;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

/// <summary>Is given members; a member's bytes are gone when it returns.</summary>
internal interface ISetSink
{
    /// <summary>One member.</summary>
    void Take(scoped ListpackValue member);
}

// Choosing at random. One member: an even choice, of a large set in constant time. Several
// different ones: every choice of so many is equally likely. That is had in one pass by taking each
// member with the probability (still wanted / still left); of a large set of which few are wanted,
// by drawing until there are enough different ones.

internal partial struct SetType
{
    /// <summary>A member chosen evenly; the set is not empty.</summary>
    public readonly SetPlace Random(IRandom random)
    {
        switch (_encoding)
        {
            case ObjectEncoding.Hashtable:
                return new SetPlace(0, Table.RandomElement(random));
            case ObjectEncoding.Intset:
                return new SetPlace(random.Next(Intset.Count(Ints)), default);
            default:
                Span<byte> pack = Pack;
                int index = (int)random.Next(Listpack.Count(pack));
                return new SetPlace(Listpack.Seek(pack, index), default);
        }
    }

    /// <summary>Removes the member at a place.</summary>
    public void RemoveAt(SetPlace place)
    {
        switch (_encoding)
        {
            case ObjectEncoding.Hashtable:
                ulong hash = HashOf(SetMember.Bytes(Heap, place.Member));
                Invariant.Require(Table.Remove(place.Member, hash));
                Heap.Free(place.Member);
                break;
            case ObjectEncoding.Intset:
                Intset.RemoveAt(Heap, ref _payload, (int)place.At);
                break;
            default:
                Listpack.Delete(Heap, ref _payload, (int)place.At);
                break;
        }
    }

    /// <summary>Gives away so many different members, fewer than there are.</summary>
    public readonly void Sample<TSink>(IRandom random, long count, ref TSink to)
        where TSink : struct, ISetSink, allows ref struct
    {
        long left = Count;
        Invariant.Require(count < left);
        // Below a third, drawing again what was drawn is rarer than it is to look at all.
        if (_encoding == ObjectEncoding.Hashtable && count <= left / 3)
        {
            Draw(random, count, ref to);
            return;
        }

        SetWalk walk = default;
        for (; count > 0 && Next(ref walk, out ListpackValue member); left--)
        {
            if (random.Next(left) >= count) continue;
            to.Take(member);
            count--;
        }
    }

    /// <summary>
    /// Gives away so many different members, fewer than there are, and removes them.
    /// </summary>
    public void Pop<TSink>(IRandom random, long count, ref TSink to)
        where TSink : struct, ISetSink, allows ref struct
    {
        Invariant.Require(count < Count);
        if (_encoding == ObjectEncoding.Intset)
        {
            PopInts(random, (int)count, ref to);
            return;
        }

        if (_encoding == ObjectEncoding.Listpack)
        {
            PopPacked(random, (int)count, ref to);
            return;
        }

        for (; count > 0; count--)
        {
            SetPlace place = Random(random);
            to.Take(Get(place));
            RemoveAt(place);
        }
    }

    private readonly void Draw<TSink>(IRandom random, long count, ref TSink to)
        where TSink : struct, ISetSink, allows ref struct
    {
        HashSet<Handle> drawn = new((int)count);
        HandleTable<SetMemberOps> table = Table;
        while (drawn.Count < count)
        {
            Handle member = table.RandomElement(random);
            if (drawn.Add(member))
                to.Take(ListpackValue.Verbatim(SetMember.Bytes(Heap, member)));
        }
    }

    private void PopInts<TSink>(IRandom random, int count, ref TSink to)
        where TSink : struct, ISetSink, allows ref struct
    {
        Span<byte> ints = Ints;
        int all = Intset.Count(ints);
        int kept = 0;
        for (int i = 0; i < all; i++)
        {
            if (random.Next(all - i) < count)
            {
                to.Take(Intset.Get(ints, i));
                count--;
            }
            else
            {
                Intset.Move(ints, i, kept++);
            }
        }

        Intset.Truncate(Heap, ref _payload, kept);
    }

    private void PopPacked<TSink>(IRandom random, int count, ref TSink to)
        where TSink : struct, ISetSink, allows ref struct
    {
        Span<byte> pack = Pack;
        int left = Listpack.Count(pack);
        int end = Listpack.HeaderBytes;
        int kept = 0;
        for (int at = end; pack[at] != Listpack.End; left--)
        {
            int after = Listpack.After(pack, at);
            if (random.Next(left) < count)
            {
                to.Take(Listpack.Get(pack, at));
                count--;
            }
            else
            {
                pack[at..after].CopyTo(pack[end..]);
                end += after - at;
                kept++;
            }

            at = after;
        }

        Listpack.Truncate(Heap, ref _payload, end, kept);
    }
}
