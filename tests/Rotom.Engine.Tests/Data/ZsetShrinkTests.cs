using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Rotom.Engine.Memory;
using Rotom.Engine.Tests.Memory;
using Rotom.Engine.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Engine.Tests.Data;

/// <summary>What is left of a sorted set has nodes as full as a new one's.</summary>
public sealed class ZsetShrinkTests(ITestOutputHelper output)
{
    private static readonly HashSeed s_seed = new(3, 4);

    // The bytes for each element that stays, by how many of a hundred do, and how the set came
    // about: at random places or in order.
    [Theory]
    [InlineData(1, 50, true)]
    [InlineData(2, 30, true)]
    [InlineData(3, 10, true)]
    [InlineData(4, 3, true)]
    [InlineData(5, 10, false)]
    [InlineData(6, 35, false)]
    public void Random_removals_leave_full_nodes(int seed, int percent, bool anywhere)
    {
        const int members = 60_000;
        TestRandom random = new(seed);
        using NativeHeap heap = new();
        Zset set = new(heap, s_seed, new ZsetLimits(0, 64));
        List<(byte[] Member, double Score)> all = [];
        for (int i = 0; i < members; i++)
        {
            string name = i.ToString("D10", CultureInfo.InvariantCulture);
            byte[] member = Encoding.ASCII.GetBytes(name);
            all.Add((member, anywhere ? random.Below(1_000_000) : i));
            set.Add(member, all[i].Score, set.Find(member));
        }

        for (int i = members - 1; i > 0; i--)
        {
            int other = random.Below(i + 1);
            (all[i], all[other]) = (all[other], all[i]);
        }

        int stay = members * percent / 100;
        for (int i = members - 1; i >= stay; i--)
        {
            set.Remove(set.Find(all[i].Member));
            if (i % 5_000 == 0) set.DeepCheck();
        }


        Zset fresh = new(heap, s_seed, new ZsetLimits(0, 64));
        foreach ((byte[] member, double score) in all[..stay])
            fresh.Add(member, score, fresh.Find(member));
        double ratio = set.MemoryBytes / (double)fresh.MemoryBytes;
        output.WriteLine(
            $"seed {seed}: {set.MemoryBytes} bytes for {stay} of {members}, a new set takes "
            + $"{fresh.MemoryBytes}, {ratio:F3} times");
        Assert.InRange(ratio, 0.8, 1.25);
    }
}
