using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

internal partial struct Zset
{
    /// <summary>Adds a member that was looked for and is not there.</summary>
    public void Add(ReadOnlySpan<byte> member, double score, in ZsetMember found)
    {
        if (!_root.IsNull)
        {
            Index.Add(member, found.Hash, score);
            return;
        }

        if (_limits.Exceeds(Count + 1, member.Length) || !FitsPack(member.Length))
        {
            Grow();
            Index.Add(member, Index.HashOf(member), score);
            return;
        }

        AddPacked(member, score);
    }

    /// <summary>Gives a member, just looked up, another score.</summary>
    public void SetScore(ReadOnlySpan<byte> member, double score, in ZsetMember found)
    {
        if (!_root.IsNull)
        {
            Index.SetScore(found.Element, found.Hash, score);
            return;
        }

        Listpack.Delete(_heap, ref _packed, found.At, 2);
        AddPacked(member, score);
    }

    /// <summary>Adds a member that is not there and comes behind all others.</summary>
    public void Append(ReadOnlySpan<byte> member, double score)
    {
        if (_root.IsNull) Add(member, score, default);
        else Index.Append(member, score);
    }

    /// <summary>Takes out a member just looked up.</summary>
    public void Remove(in ZsetMember found)
    {
        if (_root.IsNull) Listpack.Delete(_heap, ref _packed, found.At, 2);
        else Index.Remove(found.Element, found.Hash);
    }

    /// <summary>Takes out so many members from a rank on; they are there.</summary>
    public void RemoveRange(long first, long count)
    {
        Invariant.Require(first >= 0 && count >= 0 && first <= Count - count);
        if (count == 0) return;
        if (!_root.IsNull) Index.RemoveRange(first, count);
        else Listpack.DeleteRange(_heap, ref _packed, first * 2, (int)count * 2);
    }

    /// <summary>Makes it large, whatever its size.</summary>
    public void Grow()
    {
        if (!_root.IsNull) return;
        Zset small = this;
        _root = ZsetIndex.Create(_heap);
        _packed = default;
        if (small._packed.IsNull) return;
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        for (ZsetPosition at = small.At(0); !at.IsNull; at = small.Next(at))
            Index.Append(small.Member(at).Text(digits), small.Score(at));
        // Of the pack no more is known than where its key is.
        _packed = small._packed.ReplaceBy(_heap, default);
    }

    /// <summary>Makes a result small again when its limits allow it.</summary>
    /// <param name="longest">Length of its longest member.</param>
    public void ShrinkIfSmall(long longest)
    {
        if (_root.IsNull || _limits.Exceeds(Count, longest)) return;
        Zset small = new(_heap, _seed, _limits);
        for (ZsetPosition at = At(0); !at.IsNull; at = Next(at))
        {
            ReadOnlySpan<byte> member = Member(at).Bytes;
            if (!small._root.IsNull || !small.FitsPack(member.Length)) break;
            small.Append(member, Score(at));
        }

        Zset unused = small;
        if (small.Count == Count && small._root.IsNull)
        {
            unused = this;
            this = small;
        }

        while (!unused.FreeSome())
        {
        }
    }

    /// <summary>A copy.</summary>
    public readonly Handle Copy()
    {
        if (_root.IsNull) return Listpack.Copy(_heap, _packed);
        ZsetIndex copy = new(_heap, _seed, ZsetIndex.Create(_heap));
        for (ZsetPosition at = At(0); !at.IsNull; at = Next(at))
            copy.Append(Member(at).Bytes, Score(at));
        return copy.Root;
    }

    /// <summary>
    /// Frees some of a set nobody holds any more; true when all of it is gone.
    /// </summary>
    public readonly bool FreeSome()
    {
        if (!_root.IsNull) return Index.FreeSome();
        _packed.Free(_heap);
        return true;
    }

    // Both entries, with the longest of headers, and a number of any length.
    private readonly bool FitsPack(int memberBytes) =>
        Listpack.Fits(_packed.IsNull ? Listpack.EmptyBytes : Pack.Length, memberBytes + 64L);
}
