using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Rotom.Actors.Client;
using Rotom.Resp;
using Xunit;

namespace Rotom.Actors.Tests.Client.Typed;

/// <summary>Methods on sorted sets and places.</summary>
public sealed class TypedSortedSetTests
{
    [Fact]
    public Task Members_are_added_and_removed() => TypedHost.RunAsync(Members);

    [Fact]
    public Task Members_are_counted_and_ranked() => TypedHost.RunAsync(Ranks);

    [Fact]
    public Task Ranges_are_read() => TypedHost.RunAsync(Ranges);

    [Fact]
    public Task Older_commands_read_ranges_too() => TypedHost.RunAsync(OldRanges);

    [Fact]
    public Task Ranges_are_removed_and_popped() => TypedHost.RunAsync(Remove);

    [Fact]
    public Task Members_are_drawn_and_scanned() => TypedHost.RunAsync(RandomAndScan);

    [Fact]
    public Task Sorted_sets_are_combined() => TypedHost.RunAsync(Combine);

    [Fact]
    public Task Places_are_found() => TypedHost.RunAsync(Places);

    [Fact]
    public Task Older_commands_find_places_too() => TypedHost.RunAsync(OldPlaces);

    internal static async Task Members(TypedHost h)
    {
        IRotomCommands c = h.C;
        Assert.True(await c.SortedSetAddAsync("z", "a", 1));
        Assert.False(await c.SortedSetAddAsync("z", "a", double.NegativeInfinity));
        Assert.Equal(double.NegativeInfinity, await c.SortedSetScoreAsync("z", "a"));
        Assert.Equal(1, await c.SortedSetAddAsync("z", ("a", 1), ("b", 2.5)));
        SortedSetAddOptions higher = new() { Score = ScoreWhen.Higher, CountChanged = true };
        Assert.Equal(2, await c.SortedSetAddAsync("z", higher, ("a", 0), ("b", 3), ("c", 9)));
        Assert.Equal(1, await c.SortedSetScoreAsync("z", "a"));
        SortedSetAddOptions exists = new() { When = SetWhen.Exists, Score = ScoreWhen.Lower };
        Assert.Equal(0, await c.SortedSetAddAsync("z", exists, ("new", 1)));
        Assert.Equal(3.5, await c.SortedSetIncrementAsync("z", "b", 0.5));
        Assert.Equal(2.5, await c.SortedSetIncrementAsync("z", "b", -1, exists));
        Assert.Null(await c.SortedSetIncrementAsync("z", "b", 1, exists));
        Assert.Null(await c.SortedSetScoreAsync("z", "none"));
        Assert.Equal([1, null, 9], await c.SortedSetScoresAsync("z", "a", "none", "c"));
        Assert.Equal(3, await c.SortedSetLengthAsync("z"));
        Assert.True(await c.SortedSetRemoveAsync("z", "a"));
        Assert.Equal(2, await c.SortedSetRemoveAsync("z", "a", "b", "c"));
    }

    internal static async Task Ranks(TypedHost h)
    {
        IRotomCommands c = h.C;
        await c.SortedSetAddAsync("z", ("a", 1), ("b", 2), ("c", 3));
        Assert.Equal(0, await c.SortedSetRankAsync("z", "a"));
        Assert.Null(await c.SortedSetRankAsync("z", "none"));
        Assert.Equal(2, await c.SortedSetReverseRankAsync("z", "a"));
        Assert.Equal(new RankedScore(1, 2), await c.SortedSetRankWithScoreAsync("z", "b"));
        Assert.Equal(
            new RankedScore(0, 3),
            await c.SortedSetRankWithScoreAsync("z", "c", fromHighest: true));
        Assert.Null(await c.SortedSetRankWithScoreAsync("z", "none"));
        Assert.Equal(3, await c.SortedSetCountByScoreAsync(
            "z", ScoreBound.Lowest, ScoreBound.Highest));
        Assert.Equal(1, await c.SortedSetCountByScoreAsync("z", ScoreBound.Exclusive(1), 2));
        Assert.Equal(2, await c.SortedSetCountByLexAsync(
            "z", LexBound.First, LexBound.Inclusive("b")));
    }

    internal static async Task Ranges(TypedHost h)
    {
        IRotomCommands c = h.C;
        await c.SortedSetAddAsync("z", ("a", 1), ("b", 2), ("c", 3), ("d", 4));
        Assert.Equal("a1 b2 c3 d4", Show(await c.SortedSetRangeAsync("z")));
        Assert.Equal("c3", Show(await c.SortedSetRangeAsync("z", 2, -2)));
        SortedSetRange ranks = SortedSetRange.ByRank(0, 1);
        Assert.Equal(["a", "b"], TypedHost.Texts(await c.SortedSetRangeAsync("z", ranks)));
        Assert.Equal("d4 c3", Show(await c.SortedSetRangeWithScoresAsync(
            "z", ranks with { IsReversed = true })));
        SortedSetRange scores = SortedSetRange.ByScore(ScoreBound.Exclusive(1), 4);
        Assert.Equal("b2 c3 d4", Show(await c.SortedSetRangeWithScoresAsync("z", scores)));
        Assert.Equal("c3", Show(await c.SortedSetRangeWithScoresAsync(
            "z", scores with { IsReversed = true, Offset = 1, Count = 1 })));
        SortedSetRange lex = SortedSetRange.ByLex(LexBound.Exclusive("a"), LexBound.Last);
        Assert.Equal(["b", "c", "d"], TypedHost.Texts(await c.SortedSetRangeAsync("z", lex)));
        Assert.Equal(["d"], TypedHost.Texts(await c.SortedSetRangeAsync(
            "z", lex with { IsReversed = true, Count = 1 })));
        Assert.Equal(3, await c.SortedSetRangeAndStoreAsync("to", "z", scores));
        Assert.Empty(await c.SortedSetRangeAsync("none", ranks));
        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await c.SortedSetRangeAsync("z", default(SortedSetRange)));
    }

    internal static async Task OldRanges(TypedHost h)
    {
        IRotomCommands c = h.C;
        await c.SortedSetAddAsync("z", ("a", 1), ("b", 2), ("c", 3));
        Assert.Equal("c3 b2", Show(await c.SortedSetReverseRangeAsync("z", 0, 1)));
        Assert.Equal("a1 b2", Show(await c.SortedSetRangeByScoreAsync(
            "z", ScoreBound.Lowest, ScoreBound.Exclusive(3))));
        Assert.Equal("b2", Show(await c.SortedSetRangeByScoreAsync("z", 1, 3, 1, 1)));
        Assert.Equal("c3 b2", Show(await c.SortedSetReverseRangeByScoreAsync("z", 2, 3)));
        Assert.Equal(["b", "c"], TypedHost.Texts(
            await c.SortedSetRangeByLexAsync("z", LexBound.Inclusive("b"), LexBound.Last)));
        Assert.Equal(["b"], TypedHost.Texts(await c.SortedSetReverseRangeByLexAsync(
            "z", LexBound.First, LexBound.Last, 1, 1)));
        Assert.Empty(await c.SortedSetRangeByScoreAsync("none", 1, 3));
    }

    internal static async Task Remove(TypedHost h)
    {
        IRotomCommands c = h.C;
        (RespArgument, double)[] members =
            [.. Enumerable.Range(0, 10).Select(i => ((RespArgument)$"m{i}", (double)i))];
        await c.SortedSetAddAsync("z", members);
        Assert.Equal(2, await c.SortedSetRemoveByRankAsync("z", 0, 1));
        Assert.Equal(1, await c.SortedSetRemoveByScoreAsync("z", 2, ScoreBound.Exclusive(3)));
        Assert.Equal(1, await c.SortedSetRemoveByLexAsync(
            "z", LexBound.First, LexBound.Exclusive("m4")));
        ScoredMember lowest = (await c.SortedSetPopAsync("z", ScoreEnd.Lowest))!.Value;
        Assert.Equal("m4", TypedHost.Text(lowest.Member));
        Assert.Equal("m9", TypedHost.Text(
            (await c.SortedSetPopAsync("z", ScoreEnd.Highest))!.Value.Member));
        Assert.Equal("m55 m66", Show(await c.SortedSetPopAsync("z", ScoreEnd.Lowest, 2)));
        Assert.Equal("m88", Show(await c.SortedSetPopAsync("z", ScoreEnd.Highest, 1)));
        SortedSetPopResult rest = (await c.SortedSetPopAsync(
            ["none", "z"], ScoreEnd.Lowest, 5))!;
        Assert.Equal("z", TypedHost.Text(rest.Key));
        Assert.Equal("m77", Show(rest.Members));
        Assert.Null(await c.SortedSetPopAsync(["z"], ScoreEnd.Highest));
        Assert.Null(await c.SortedSetPopAsync("z", ScoreEnd.Lowest));
        Assert.Empty(await c.SortedSetPopAsync("z", ScoreEnd.Lowest, 3));
    }

    internal static async Task RandomAndScan(TypedHost h)
    {
        IRotomCommands c = h.C;
        Assert.Null(await c.SortedSetRandomMemberAsync("z"));
        (RespArgument, double)[] members =
            [.. Enumerable.Range(0, 400).Select(i => ((RespArgument)$"{i}", (double)i))];
        await c.SortedSetAddAsync("z", members);
        Assert.NotNull(await c.SortedSetRandomMemberAsync("z"));
        Assert.Equal(3, (await c.SortedSetRandomMembersAsync("z", 3)).Length);
        Assert.All(
            await c.SortedSetRandomMembersWithScoresAsync("z", -4),
            member => Assert.Equal(TypedHost.Text(member.Member), $"{member.Score}"));
        HashSet<double> all = [];
        await foreach (ScoredMember member in c.SortedSetScanAsync("z")) all.Add(member.Score);
        Assert.Equal(400, all.Count);
        Assert.NotEmpty((await c.SortedSetScanPageAsync("z", 0)).Items);
    }

    internal static async Task Combine(TypedHost h)
    {
        IRotomCommands c = h.C;
        await c.SortedSetAddAsync("x", ("a", 1), ("b", 2));
        await c.SortedSetAddAsync("y", ("b", 10), ("c", 20));
        Assert.Equal("a1 b12 c20", Show(await c.SortedSetUnionAsync(["x", "y"])));
        Assert.Equal("a2 b4 c20", Show(await c.SortedSetUnionAsync(["x", "y"], new()
        {
            Weights = [2, 1],
            Aggregate = ScoreAggregate.Min,
        })));
        Assert.Equal("b10", Show(await c.SortedSetIntersectAsync(
            ["x", "y"], new() { Aggregate = ScoreAggregate.Max })));
        Assert.Equal("a1", Show(await c.SortedSetDifferenceAsync("x", "y")));
        Assert.Empty(await c.SortedSetIntersectAsync(["x", "none"]));
        Assert.Equal(3, await c.SortedSetUnionAndStoreAsync("to", ["x", "y"]));
        Assert.Equal(1, await c.SortedSetIntersectAndStoreAsync(
            "to", ["x", "y"], new() { Weights = [0.5, 0] }));
        Assert.Equal(1, await c.SortedSetScoreAsync("to", "b"));
        Assert.Equal(1, await c.SortedSetDifferenceAndStoreAsync("to", "x", "y"));
        Assert.Equal(1, await c.SortedSetIntersectionLengthAsync(["x", "y"]));
        Assert.Equal(0, await c.SortedSetIntersectionLengthAsync(["x", "none"], limit: 5));
    }

    internal static async Task Places(TypedHost h)
    {
        IRotomCommands c = h.C;
        await AddPlacesAsync(c);
        Assert.Equal(1, await c.GeoAddAsync(
            "g", [("Palermo", new GeoPosition(13.5, 38.2))], SetWhen.Exists, countChanged: true));
        await c.GeoAddAsync("g", [("Palermo", s_palermo)]);
        Assert.InRange(
            (await c.GeoDistanceAsync("g", "Palermo", "Catania"))!.Value, 166_000, 167_000);
        Assert.InRange(
            (await c.GeoDistanceAsync("g", "Palermo", "Catania", GeoUnit.Kilometers))!.Value,
            166, 167);
        Assert.Null(await c.GeoDistanceAsync("g", "Palermo", "none"));
        string?[] hashes = await c.GeoHashAsync("g", "Palermo", "none");
        Assert.Equal("sqc8b49rny0", hashes[0]);
        Assert.Null(hashes[1]);
        GeoPosition?[] positions = await c.GeoPositionAsync("g", "Palermo", "none");
        Assert.Equal(s_palermo.Longitude, positions[0]!.Value.Longitude, 4);
        Assert.Null(positions[1]);
        GeoMatch[] near = await c.GeoSearchAsync(
            "g", GeoSearch.Circle(new GeoPosition(15, 37), 200, GeoUnit.Kilometers) with
            {
                Order = GeoOrder.Nearest,
                Parts = GeoParts.Distance | GeoParts.Hash | GeoParts.Position,
            });
        Assert.Equal(["Catania", "Palermo"], near.Select(match => TypedHost.Text(match.Member)));
        Assert.InRange(near[0].Distance!.Value, 56, 57);
        Assert.NotNull(near[0].Hash);
        Assert.Equal(37.5, near[0].Position!.Value.Latitude, 1);
        GeoMatch only = Assert.Single(await c.GeoSearchAsync(
            "g", GeoSearch.Box("Palermo", 400, 400, GeoUnit.Kilometers) with
            {
                Order = GeoOrder.Farthest,
                Count = 1,
            }));
        Assert.Equal("Catania", TypedHost.Text(only.Member));
        Assert.Null(only.Distance);
        Assert.Empty(await c.GeoSearchAsync("none", GeoSearch.Circle(s_palermo, 1)));
        Assert.Equal(2, await c.GeoSearchAndStoreAsync(
            "to", "g", GeoSearch.Circle("Palermo", 300, GeoUnit.Miles), storeDistances: true));
        Assert.InRange((await c.SortedSetScoreAsync("to", "Catania"))!.Value, 103, 104);
        Assert.Equal(1, await c.GeoSearchAndStoreAsync("to", "g", GeoSearch.Box(
            s_palermo, 3000, 3000, GeoUnit.Feet) with { Count = 1, AnyOfThem = true }));
    }

    internal static async Task OldPlaces(TypedHost h)
    {
        IRotomCommands c = h.C;
        await AddPlacesAsync(c);
        GeoPosition center = new(15, 37);
        GeoRadius radius = new(200, GeoUnit.Kilometers)
        {
            Order = GeoOrder.Farthest,
            Parts = GeoParts.Distance,
        };
        GeoMatch[] found = await c.GeoRadiusAsync("g", center, radius);
        Assert.Equal(["Palermo", "Catania"], found.Select(match => TypedHost.Text(match.Member)));
        Assert.InRange(found[0].Distance!.Value, 190, 191);
        Assert.Equal(2, (await c.GeoRadiusReadOnlyAsync("g", center, radius)).Length);
        GeoRadius bare = new(200, GeoUnit.Kilometers) { Count = 1 };
        Assert.Single(await c.GeoRadiusByMemberAsync("g", "Palermo", bare));
        Assert.Equal(2, (await c.GeoRadiusByMemberReadOnlyAsync("g", "Palermo", radius)).Length);
        Assert.Equal(1, await c.GeoRadiusAndStoreAsync("to", "g", center, bare));
        Assert.Equal(1, await c.GeoRadiusByMemberAndStoreAsync(
            "to", "g", "Palermo", bare, storeDistances: true));
        Assert.Equal(0, await c.SortedSetScoreAsync("to", "Palermo"));
        await Assert.ThrowsAsync<RespErrorException>(
            async () => await c.GeoRadiusByMemberAsync("g", "none", bare));
    }

    private static readonly GeoPosition s_palermo = new(13.361389, 38.115556);

    private static async Task AddPlacesAsync(IRotomCommands c)
    {
        Assert.True(await c.GeoAddAsync("g", "Palermo", s_palermo));
        Assert.False(await c.GeoAddAsync("g", "Palermo", s_palermo));
        Assert.Equal(1, await c.GeoAddAsync(
            "g", [("Palermo", s_palermo), ("Catania", new GeoPosition(15.087269, 37.502669))]));
    }

    private static string Show(IEnumerable<ScoredMember> members) =>
        string.Join(
            ' ', members.Select(member => $"{TypedHost.Text(member.Member)}{member.Score}"));
}
