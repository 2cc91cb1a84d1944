using System;
using System.Runtime.CompilerServices;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine;

// A sorted set: members with scores, in the order of the scores, then of the members' bytes.
//
// A small one is a listpack of members and scores in turn, in order; a score that is an integer is
// one there, any other is spelled out. A large one is a ZsetIndex. A set grows from the first to
// the second when it exceeds its limits, and only a set made by a command that stores its result
// goes back. Which one it is, and where, is Encoding and Payload: whoever changed the set puts them
// into its key.
//
// Ranges are pairs of ranks: CountBefore turns any bound into one, and At finds it again, each in
// O(log n). Invariants: those of the listpack and of the index, no score is NaN, and the key's set
// is not empty. Members passed in must not lie in the set that is changed.
//
//   Zset.cs        looking       Zset.Packed.cs  what is done in the listpack
//   Zset.Edit.cs   changing

/// <summary>A sorted set of any size.</summary>
internal partial struct Zset
{
    private readonly NativeHeap _heap;
    private readonly HashSeed _seed;
    private readonly ZsetLimits _limits;
    private PackBlock _packed;
    private Handle _root;

    /// <summary>A set without members, and without memory until the first is added.</summary>
    public Zset(NativeHeap heap, HashSeed seed, ZsetLimits limits, PackBlock place = default)
    {
        _packed = place;
        _heap = heap;
        _seed = seed;
        _limits = limits;
    }

    /// <summary>The set behind a key.</summary>
    public Zset(
        NativeHeap heap, HashSeed seed, ZsetLimits limits, ObjectEncoding encoding,
        PackBlock payload)
        : this(heap, seed, limits)
    {
        if (encoding == ObjectEncoding.Listpack)
        {
            _packed = payload;
            return;
        }

        Invariant.Require(encoding == ObjectEncoding.Skiplist);
        _root = payload.Block;
    }

    /// <summary>How it is kept.</summary>
    public readonly ObjectEncoding Encoding =>
        _root.IsNull ? ObjectEncoding.Listpack : ObjectEncoding.Skiplist;

    /// <summary>What its key holds.</summary>
    public readonly PackBlock Payload => _root.IsNull ? _packed : _packed.MovedTo(_root);

    /// <summary>Number of members.</summary>
    public readonly long Count =>
        !_root.IsNull ? Index.Count : _packed.IsNull ? 0 : Listpack.Count(Pack) / 2;

    /// <summary>Bytes of all its blocks, as counted in UsedBytes.</summary>
    public readonly long MemoryBytes =>
        !_root.IsNull ? Index.MemoryBytes : _packed.MemoryBytes(_heap);

    /// <summary>A large set itself.</summary>
    public readonly ZsetIndex Index => new(_heap, _seed, _root);

    private readonly Span<byte> Pack => Listpack.View(_heap, _packed);

    /// <summary>Looks for a member.</summary>
    public readonly ZsetMember Find(ReadOnlySpan<byte> member)
    {
        if (_root.IsNull) return FindPacked(member);
        ulong hash = Index.HashOf(member);
        Handle element = Index.Find(member, hash);
        return element.IsNull
            ? new ZsetMember(false, 0, default, 0, hash)
            : new ZsetMember(true, ZsetElement.Score(_heap, element), element, 0, hash);
    }

    /// <summary>The rank of a member from the lowest score, -1 when it is not there.</summary>
    public readonly long Rank(ReadOnlySpan<byte> member, out double score)
    {
        ZsetMember found = Find(member);
        score = found.Score;
        if (!found.Exists) return -1;
        if (_root.IsNull) return RankPacked(found.At);
        return Index.Tree.CountBefore(ZsetBound.Of(score, member));
    }

    /// <summary>How many members are before a place.</summary>
    public readonly long CountBefore(in ZsetBound bound) => !_root.IsNull
        ? Index.Tree.CountBefore(in bound)
        : _packed.IsNull ? 0 : CountPacked(in bound);

    /// <summary>The member of a rank; null when there is none.</summary>
    public readonly ZsetPosition At(long rank)
    {
        if (!_root.IsNull)
        {
            RankPosition found = rank == 0 ? Index.Tree.Edge(first: true) : Index.Tree.At(rank);
            return new ZsetPosition(found.Leaf, found.At);
        }

        if (rank < 0 || rank >= Count) return default;
        return new ZsetPosition(_packed.Block, Listpack.Seek(Pack, rank * 2));
    }

    /// <summary>The next member, or the one before; null at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ZsetPosition Next(ZsetPosition at, bool forward = true)
    {
        if (_root.IsNull) return NextPacked(at.At, forward);
        RankPosition next = RankTree.Next(new RankPosition(at.Block, at.At), forward);
        return new ZsetPosition(next.Leaf, next.At);
    }

    /// <summary>The member at a place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ListpackValue Member(ZsetPosition at)
    {
        if (_root.IsNull) return Listpack.Get(Pack, at.At);
        Handle element = RankTree.Element(new RankPosition(at.Block, at.At));
        return ListpackValue.Verbatim(ZsetElement.Member(_heap, element));
    }

    /// <summary>The score at a place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly double Score(ZsetPosition at) => _root.IsNull
        ? PackedScore(Pack, Listpack.After(Pack, at.At))
        : RankTree.Score(new RankPosition(at.Block, at.At));

    /// <summary>
    /// Answers so many members from a place on, with their scores or without; the header is the
    /// caller's.
    /// </summary>
    public readonly void Reply(
        RespWriter to, ZsetPosition at, long count, bool forward, bool withScores)
    {
        for (; count > 0 && !at.IsNull; count--, at = Next(at, forward))
        {
            if (withScores) to.PairHeader();
            Member(at).Reply(to);
            if (withScores) to.Double(Score(at));
        }
    }

    /// <summary>
    /// Shows the elements of a part of a large set; begin with 0, and 0 ends the scan.
    /// </summary>
    public readonly ulong Scan<TVisitor>(ulong cursor, ref TVisitor visitor)
        where TVisitor : struct, IHandleVisitor, allows ref struct =>
        Index.Scan(cursor, ref visitor);

    /// <summary>Proves it.</summary>
    public readonly void DeepCheck()
    {
        if (!_root.IsNull)
        {
            Invariant.Require(Index.Count > 0);
            Index.DeepCheck();
            return;
        }

        CheckPacked();
    }
}
