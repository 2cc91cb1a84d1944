using System;
using System.Collections.Generic;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

/// <summary>How far a walk through a set is; its default is the beginning.</summary>
internal struct SetWalk
{
    internal TablePlace Table;
    internal int At;
}

/// <summary>A member's place in its set; dead after the set's next change.</summary>
internal readonly record struct SetPlace(long At, Handle Member);

// Walks show each member once, in no order that means anything; the set must not change meanwhile.

internal partial struct SetType
{
    /// <summary>The next member; false behind the last.</summary>
    public readonly bool Next(scoped ref SetWalk walk, out ListpackValue member)
    {
        switch (_encoding)
        {
            case ObjectEncoding.Hashtable:
                bool more = Table.Next(ref walk.Table, out Handle found);
                member = more ? ListpackValue.Verbatim(SetMember.Bytes(Heap, found)) : default;
                return more;
            case ObjectEncoding.Intset:
                Span<byte> ints = Ints;
                more = walk.At < Intset.Count(ints);
                member = more ? Intset.Get(ints, walk.At++) : default;
                return more;
            default:
                Span<byte> pack = Pack;
                int at = walk.At == 0 ? Listpack.HeaderBytes : walk.At;
                more = pack[at] != Listpack.End;
                member = more ? Listpack.Get(pack, at) : default;
                if (more) walk.At = Listpack.After(pack, at);
                return more;
        }
    }

    /// <summary>
    /// Notes some members of a large set and returns the cursor from which to go on, 0 at the end.
    /// </summary>
    /// <param name="cursor">Any number; 0 begins.</param>
    /// <param name="count">About how many members to look at.</param>
    /// <param name="found">Gets them; <see cref="Get"/> has their bytes.</param>
    public readonly ulong Scan(ulong cursor, long count, List<SetPlace> found)
    {
        Invariant.Require(_encoding == ObjectEncoding.Hashtable);
        Collector collector = new(found);
        HandleTable<SetMemberOps> table = Table;
        // As in Redis: ten buckets a member at most, however few they hold.
        long buckets = count > long.MaxValue / 10 ? long.MaxValue : count * 10;
        do
        {
            cursor = table.Scan(cursor, ref collector);
        }
        while (cursor != 0 && --buckets > 0 && found.Count < count);
        return cursor;
    }

    /// <summary>Shows the members in a bucket of a large set.</summary>
    public readonly void VisitBucket<TVisitor>(uint bucket, ref TVisitor visitor)
        where TVisitor : struct, IHandleVisitor, allows ref struct =>
        Table.VisitBucket(bucket, ref visitor);

    /// <summary>The member at a place.</summary>
    public readonly ListpackValue Get(SetPlace place) => _encoding switch
    {
        ObjectEncoding.Hashtable =>
            ListpackValue.Verbatim(SetMember.Bytes(Heap, place.Member)),
        ObjectEncoding.Intset => Intset.Get(Ints, (int)place.At),
        _ => Listpack.Get(Pack, (int)place.At),
    };

    private readonly struct Collector(List<SetPlace> found) : IHandleVisitor
    {
        public void Visit(Handle element) => found.Add(new SetPlace(0, element));
    }
}
