using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Rotom.Engine.Tests.Memory;
using Xunit;

namespace Rotom.Engine.Tests.Data;

public sealed class EvictionPoolTests
{
    private static byte[] Name(string text) => Encoding.ASCII.GetBytes(text);

    [Fact]
    public void It_holds_the_best_sixteen_of_what_it_was_offered_since_it_was_empty()
    {
        for (int seed = 1; seed <= 200; seed++)
        {
            TestRandom random = new(seed);
            EvictionPool pool = new();
            List<(ulong Score, string Name)> model = [];
            for (int step = 0; step < 300; step++)
            {
                if (random.OneIn(4))
                {
                    bool any = pool.TryTake(out EvictionCandidate best);
                    Assert.True(any == model.Count > 0, $"seed {seed} step {step}");
                    if (!any) continue;
                    Assert.True(best.Score == model[^1].Score, $"seed {seed} step {step}");
                    string name = Encoding.ASCII.GetString(best.Name.Span);
                    int at = model.FindIndex(m => m.Score == best.Score && m.Name == name);
                    Assert.True(at >= 0, $"seed {seed} step {step}: {name}");
                    Assert.Equal((ulong)name.Length, best.Hash);
                    model.RemoveAt(at);
                    continue;
                }

                ulong score = (ulong)random.Below(40);
                string offered = step.ToString(CultureInfo.InvariantCulture).PadRight(
                    random.OneIn(10) ? 300 : 1 + random.Below(20), 'x');
                bool wanted = model.Count < EvictionPool.Places || score > model[0].Score;
                Assert.True(pool.Wants(score) == wanted, $"seed {seed} step {step}");
                pool.Offer(score, 3, (ulong)offered.Length, Name(offered));
                if (!wanted) continue;
                if (model.Count == EvictionPool.Places)
                {
                    // Of several worst ones the pool may lose any: the model asks which.
                    model = Drop(pool, model, (score, offered), seed);
                }
                else
                {
                    model.Add((score, offered));
                }

                model.Sort((a, b) => a.Score.CompareTo(b.Score));
                Assert.Equal(model.Count, pool.Count);
            }
        }
    }

    private static List<(ulong Score, string Name)> Drop(
        EvictionPool pool, List<(ulong Score, string Name)> model, (ulong, string) added, int seed)
    {
        List<(ulong Score, string Name)> held = [];
        while (pool.TryTake(out EvictionCandidate one))
        {
            held.Add((one.Score, Encoding.ASCII.GetString(one.Name.Span)));
        }

        HashSet<(ulong, string)> before = [.. model, added];
        foreach ((ulong, string) one in held)
        {
            Assert.True(before.Remove(one), $"seed {seed}: {one} was not offered");
        }

        (ulong lost, _) = Assert.Single(before);
        Assert.Equal(model[0].Score, lost);
        held.Reverse();
        foreach ((ulong score, string name) in held)
        {
            pool.Offer(score, 3, (ulong)name.Length, Name(name));
        }

        return held;
    }

    [Theory]
    [InlineData(0, 0L)]
    [InlineData(1, 50_000L)]
    [InlineData(10, 500_000L)]
    [InlineData(11, 575_000L)]
    [InlineData(100, long.MaxValue)]
    public void Tenacity_is_a_time(int tenacity, long nanos) =>
        Assert.InRange(Evictor.LimitNanos(tenacity), nanos - (nanos / 1000), nanos);

    [Fact]
    public void The_highest_tenacity_with_an_end_is_about_two_minutes() =>
        Assert.InRange(Evictor.LimitNanos(99) / 1e9, 100, 160);
}
