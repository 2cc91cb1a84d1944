using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Rotom.Engine.Memory;
using Rotom.Engine.Tests.Memory;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Data;

public sealed class ZsetTests
{
    private static readonly HashSeed s_seed = new(1, 2);

    // How many members there are at most, the limit of listpacks, how many different scores there
    // are (few make members decide), and the longest member.
    [Theory]
    [InlineData(1, 100, 128, 1_000, 12)]
    [InlineData(2, 200, 20, 5, 40)]
    [InlineData(3, 400, 0, 1_000_000, 12)]
    [InlineData(4, 6_000, 0, 1_000_000, 10)]
    [InlineData(5, 6_000, 0, 3, 10)]
    [InlineData(6, 6_000, 8, 1, 10)]
    [InlineData(7, 9_000, 128, 5_000, 300)]
    public void Any_changes_leave_what_a_sorted_set_would_hold(
        int seed, int most, int packed, int scores, int memberMax)
    {
        TestRandom random = new(seed);
        using NativeHeap heap = new();
        Model model = new();
        Zset set = New(heap, packed);
        int steps = 0;
        for (int round = 0; round < 24; round++)
        {
            // Fill at random, in order or from the front; then change; then empty somehow.
            int kind = random.Below(4);
            for (int i = random.Below(most); i > 0; i--, steps++)
                Add(random, ref set, model, kind, scores, memberMax);
            string where = $"seed {seed}, step {steps}, filled by {kind}";
            Compare(random, heap, packed, ref set, model, where);
            for (int i = random.Below(most / 2); i > 0; i--, steps++)
                Change(random, ref set, model, scores);
            where = $"seed {seed}, step {steps}, changed";
            Compare(random, heap, packed, ref set, model, where);
            kind = random.Below(5);
            for (int i = random.Below(most); i > 0 && model.Count > 0; i--, steps++)
                Remove(random, ref set, model, kind);
            where = $"seed {seed}, step {steps}, emptied by {kind}";
            Compare(random, heap, packed, ref set, model, where);
        }

        Free(set);
        Assert.Equal(0, heap.UsedBytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_set_filled_in_order_has_full_nodes(bool ascending)
    {
        using NativeHeap heap = new();
        Zset set = New(heap, 0);
        const int members = 100_000;
        for (int i = 0; i < members; i++)
        {
            byte[] member = Encoding.ASCII.GetBytes($"element:{i:D12}");
            set.Add(member, ascending ? i : -i, set.Find(member));
        }

        set.DeepCheck();
        Assert.Equal(heap.UsedBytes, set.MemoryBytes);
        // A block of 32 bytes, 17 in the tree, 13 or so in the table.
        if (!PoisonBuild.IsOn) Assert.InRange(set.MemoryBytes / (double)members, 55, 70);
        Free(set);
        Assert.Equal(0, heap.UsedBytes);
    }

    [Fact]
    public void A_large_set_is_freed_in_slices()
    {
        using NativeHeap heap = new();
        Zset set = New(heap, 0);
        for (int i = 0; i < 50_000; i++)
        {
            byte[] member = Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture));
            set.Add(member, i % 100, set.Find(member));
        }

        int slices = 1;
        while (!set.FreeSome()) slices++;
        Assert.InRange(slices, 100, 1_000);
        Assert.Equal(0, heap.UsedBytes);
    }

    [Fact]
    public void A_result_that_is_small_enough_becomes_a_listpack_again()
    {
        using NativeHeap heap = new();
        Zset set = new(heap, s_seed, new ZsetLimits(3, 10));
        set.Grow();
        foreach (byte[] member in new[] { "a"u8.ToArray(), "7"u8.ToArray(), new byte[10] })
            set.Add(member, 1.5, set.Find(member));
        Assert.Equal(ObjectEncoding.Skiplist, set.Encoding);
        set.ShrinkIfSmall(11);
        Assert.Equal(ObjectEncoding.Skiplist, set.Encoding);
        set.ShrinkIfSmall(10);
        Assert.Equal(ObjectEncoding.Listpack, set.Encoding);
        set.DeepCheck();
        Assert.Equal(3, set.Count);
        set.Add("b"u8, 1, set.Find("b"u8));
        Assert.Equal(ObjectEncoding.Skiplist, set.Encoding);
        Free(set);
        Assert.Equal(0, heap.UsedBytes);
    }

    private static Zset New(NativeHeap heap, int packed) =>
        new(heap, s_seed, new ZsetLimits(packed, 64));

    private static void Free(Zset set)
    {
        while (!set.FreeSome())
        {
        }
    }

    private static void Add(
        TestRandom random, ref Zset set, Model model, int kind, int scores, int memberMax)
    {
        byte[] member = kind == 0 || random.OneIn(4)
            ? Encoding.ASCII.GetBytes($"{random.Below(1_000)}")
            : random.Bytes(random.Below(memberMax));
        double score = kind switch
        {
            1 => model.Next++,
            2 => -model.Next++,
            _ => random.Below(scores) / 4.0,
        };
        ZsetMember found = set.Find(member);
        if (model.TryGet(member, out double old))
        {
            Assert.True(found.Exists && found.Score == old);
            set.SetScore(member, score, in found);
        }
        else
        {
            Assert.False(found.Exists);
            set.Add(member, score, in found);
        }

        model.Set(member, score);
    }

    private static void Change(TestRandom random, ref Zset set, Model model, int scores)
    {
        if (model.Count == 0) return;
        (double score, byte[] member) = model.At(random.Below(model.Count));
        ZsetMember found = set.Find(member);
        Assert.True(found.Exists && found.Score == score);
        // A small step mostly leaves it where it is.
        double now = random.OneIn(3) ? score + (random.Below(9) / 8.0) - 0.5 : random.Below(scores);
        if (random.OneIn(500)) now = random.OneIn(2) ? double.PositiveInfinity : 1e300;
        set.SetScore(member, now, in found);
        model.Set(member, now);
    }

    private static void Remove(TestRandom random, ref Zset set, Model model, int kind)
    {
        int count = 1;
        int first = kind switch
        {
            0 => 0,
            1 => model.Count - 1,
            _ => random.Below(model.Count),
        };
        if (kind == 4 && random.OneIn(50))
            count = 1 + random.Below(Math.Min(500, model.Count - first));
        if (count == 1 && kind == 3)
        {
            set.Remove(set.Find(model.At(first).Member));
        }
        else
        {
            set.RemoveRange(first, count);
        }

        for (; count > 0; count--) model.RemoveAt(first);
    }

    private static void Compare(
        TestRandom random, NativeHeap heap, int packed, ref Zset set, Model model, string where)
    {
        ZsetLimits limits = new(packed, 64);
        Assert.True(set.Count == model.Count, where);
        if (model.Count == 0)
        {
            Free(set);
            set = new Zset(heap, s_seed, limits);
            return;
        }

        try
        {
            set.DeepCheck();
        }
        catch (InvariantException broken)
        {
            throw new InvariantException(where, broken);
        }

        set = new Zset(heap, s_seed, limits, set.Encoding, set.Payload);
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        ZsetPosition at = set.At(0);
        foreach ((double score, byte[] member) in model.All)
        {
            Assert.True(member.AsSpan().SequenceEqual(set.Member(at).Text(digits)), where);
            Assert.True(score == set.Score(at), where);
            at = set.Next(at);
        }

        Assert.True(at.IsNull, where);
        at = set.At(model.Count - 1);
        for (int i = model.Count - 1; i >= 0; i--, at = set.Next(at, forward: false))
            Assert.True(set.Member(at).Text(digits).SequenceEqual(model.At(i).Member), where);
        Assert.True(at.IsNull && set.At(-1).IsNull && set.At(model.Count).IsNull, where);
        for (int i = 0; i < 20; i++) CompareAt(random, in set, model, where);
        Zset copy = new(heap, s_seed, limits, set.Encoding, set.Copy());
        copy.DeepCheck();
        Assert.True(copy.Count == set.Count, where);
        Free(copy);
    }

    private static void CompareAt(TestRandom random, in Zset set, Model model, string where)
    {
        int rank = random.Below(model.Count);
        (double score, byte[] member) = model.At(rank);
        Assert.True(set.Rank(member, out double found) == rank && found == score, where);
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        Assert.True(set.Member(set.At(rank)).Text(digits).SequenceEqual(member), where);
        double bound = random.OneIn(2) ? score : score + 0.1;
        Assert.True(set.CountBefore(ZsetBound.ByScore(bound, false)) == model.Below(bound), where);
        long orEqual = set.CountBefore(ZsetBound.ByScore(bound, true));
        Assert.True(orEqual == model.All.Count(e => e.Score <= bound), where);
        Assert.True(set.CountBefore(ZsetBound.Start) == 0, where);
        Assert.True(set.CountBefore(ZsetBound.End) == model.Count, where);
        if (model.At(0).Score != model.At(model.Count - 1).Score) return;
        Assert.True(set.CountBefore(ZsetBound.ByMember(member, false)) == rank, where);
        Assert.True(set.CountBefore(ZsetBound.ByMember(member, true)) == rank + 1, where);
    }

    /// <summary>A sorted list, and the scores by member.</summary>
    private sealed class Model
    {
        private readonly Dictionary<string, double> _scores = [];
        private readonly List<(double Score, byte[] Member)> _order = [];

        public double Next { get; set; }

        public int Count => _order.Count;

        public IReadOnlyList<(double Score, byte[] Member)> All => _order;

        public (double Score, byte[] Member) At(int rank) => _order[rank];

        public int Below(double score) => _order.Count(e => e.Score < score);

        public bool TryGet(byte[] member, out double score) =>
            _scores.TryGetValue(Convert.ToHexString(member), out score);

        public void Set(byte[] member, double score)
        {
            if (TryGet(member, out double old)) _order.RemoveAt(Place(old, member));
            _scores[Convert.ToHexString(member)] = score;
            _order.Insert(Place(score, member), (score, member));
        }

        public void RemoveAt(int rank)
        {
            _scores.Remove(Convert.ToHexString(_order[rank].Member));
            _order.RemoveAt(rank);
        }

        private int Place(double score, byte[] member)
        {
            int low = 0;
            int high = _order.Count;
            while (low < high)
            {
                int middle = (low + high) / 2;
                (double s, byte[] m) = _order[middle];
                bool before = s != score ? s < score : m.AsSpan().SequenceCompareTo(member) < 0;
                if (before) low = middle + 1;
                else high = middle;
            }

            return low;
        }
    }
}
