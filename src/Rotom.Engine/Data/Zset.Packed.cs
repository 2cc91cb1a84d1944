using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine;

internal partial struct Zset
{
    // A double keeps integers as they are up to here; Redis asks for the same.
    private const double IntegerMax = long.MaxValue / 2;

    private static double PackedScore(ReadOnlySpan<byte> pack, int at)
    {
        ListpackValue value = Listpack.Get(pack, at);
        if (value.IsInt) return value.Int;
        Invariant.Require(Numbers.TryParse(value.Bytes, out double score));
        return score;
    }

    private readonly ZsetMember FindPacked(ReadOnlySpan<byte> member)
    {
        if (_packed.IsNull) return default;
        Span<byte> pack = Pack;
        int at = Listpack.Find(pack, Listpack.First(pack), member, skip: 1);
        if (at < 0) return default;
        double score = PackedScore(pack, Listpack.After(pack, at));
        return new ZsetMember(true, score, default, at, 0);
    }

    private readonly long RankPacked(int position)
    {
        Span<byte> pack = Pack;
        long rank = 0;
        for (int at = Listpack.First(pack); at != position; rank++)
            at = Listpack.After(pack, Listpack.After(pack, at));
        return rank;
    }

    private readonly long CountPacked(in ZsetBound bound)
    {
        if (bound.Kind == ZsetBoundKind.End) return Count;
        PlacePacked(in bound, out long before);
        return before;
    }

    // Where an element at a place would be written.
    private readonly int PlacePacked(in ZsetBound bound, out long before)
    {
        Span<byte> pack = Pack;
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        before = 0;
        int at = Listpack.HeaderBytes;
        while (pack[at] != Listpack.End)
        {
            int scoreAt = Listpack.After(pack, at);
            double score = PackedScore(pack, scoreAt);
            if (!bound.IsBehind(score, Listpack.Get(pack, at).Text(digits))) return at;
            at = Listpack.After(pack, scoreAt);
            before++;
        }

        return at;
    }

    private readonly ZsetPosition NextPacked(int at, bool forward)
    {
        Span<byte> pack = Pack;
        int next = forward
            ? Listpack.Next(pack, Listpack.After(pack, at))
            : Listpack.Prev(pack, at);
        if (next < 0) return default;
        return new ZsetPosition(_packed.Block, forward ? next : Listpack.Prev(pack, next));
    }

    private void AddPacked(ReadOnlySpan<byte> member, double score)
    {
        if (_packed.IsNull)
            _packed = Listpack.Create(_heap, Listpack.EmptyBytes, _packed);
        int at = PlacePacked(ZsetBound.Of(score, member), out _);
        at = Listpack.InsertBefore(_heap, ref _packed, at, member);
        at = Listpack.After(Pack, at);
        if (score == Math.Truncate(score) && Math.Abs(score) <= IntegerMax)
        {
            Listpack.InsertBefore(_heap, ref _packed, at, (long)score);
            return;
        }

        Span<byte> text = stackalloc byte[RespNumbers.DoubleBytesMax];
        int length = RespNumbers.Format(score, text);
        Listpack.InsertBefore(_heap, ref _packed, at, text[..length]);
    }

    private readonly void CheckPacked()
    {
        Span<byte> pack = Pack;
        Invariant.Require(Listpack.DeepCheck(pack, out int elements));
        Invariant.Require(elements > 0 && elements % 2 == 0);
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        Span<byte> lastDigits = stackalloc byte[ListpackValue.DigitsMax];
        int last = -1;
        for (int at = Listpack.First(pack); at >= 0;
            at = Listpack.Next(pack, Listpack.After(pack, at)))
        {
            double score = PackedScore(pack, Listpack.After(pack, at));
            Invariant.Require(!double.IsNaN(score));
            if (last >= 0)
            {
                ZsetBound bound = ZsetBound.Of(score, Listpack.Get(pack, at).Text(digits));
                double lower = PackedScore(pack, Listpack.After(pack, last));
                Invariant.Require(
                    bound.IsBehind(lower, Listpack.Get(pack, last).Text(lastDigits)));
            }

            last = at;
        }
    }
}
