using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Rotom.Actors.Client;
using Xunit;

namespace Rotom.Actors.Tests.Client.Typed;

/// <summary>Methods on hashes and the times to live of their fields.</summary>
public sealed class TypedHashTests
{
    [Fact]
    public Task Fields_are_set_and_got() => TypedHost.RunAsync(Fields);

    [Fact]
    public Task Fields_are_drawn_and_scanned() => TypedHost.RunAsync(RandomAndScan);

    [Fact]
    public Task Fields_expire() => TypedHost.RunAsync(Expire);

    [Fact]
    public Task Fields_are_got_and_set_with_their_times() => TypedHost.RunAsync(WithTimes);

    internal static async Task Fields(TypedHost h)
    {
        IRotomCommands c = h.C;
        Assert.Null(await c.HashGetAsync("h", "f"));
        Assert.Empty(await c.HashGetAllAsync("h"));
        Assert.True(await c.HashSetAsync("h", "f", "v"));
        Assert.Equal(1, await c.HashSetAsync("h", ("f", "w"), ("g", "x")));
        await c.HashSetManyAsync("h", ("i", 1), ("j", "y"));
        Assert.False(await c.HashSetNotExistsAsync("h", "f", "z"));
        Assert.True(await c.HashSetNotExistsAsync("h", "k", "zz"));
        Assert.Equal("w", TypedHost.Text(await c.HashGetAsync("h", "f")));
        Assert.Equal(
            ["x", null], TypedHost.Texts(await c.HashGetManyAsync("h", "g", "none")));
        Assert.Equal("x", TypedHost.Text((await c.HashGetAllAsync("h"))["g"]));
        Assert.Equal(
            ["f=w", "g=x", "i=1", "j=y", "k=zz"], Entries(await c.HashGetEntriesAsync("h")));
        Assert.Equal(["f", "g", "i", "j", "k"], TypedHost.Sorted(await c.HashKeysAsync("h")));
        Assert.Equal(["1", "w", "x", "y", "zz"], TypedHost.Sorted(await c.HashValuesAsync("h")));
        Assert.Equal(5, await c.HashLengthAsync("h"));
        Assert.Equal(2, await c.HashStringLengthAsync("h", "k"));
        Assert.Equal(2, await c.HashIncrementAsync("h", "i"));
        Assert.Equal(2.5, await c.HashIncrementFloatAsync("h", "i", 0.5));
        Assert.True(await c.HashExistsAsync("h", "f"));
        Assert.True(await c.HashDeleteAsync("h", "f"));
        Assert.False(await c.HashExistsAsync("h", "f"));
        Assert.Equal(2, await c.HashDeleteAsync("h", "f", "g", "i"));
    }

    internal static async Task RandomAndScan(TypedHost h)
    {
        IRotomCommands c = h.C;
        Assert.Null(await c.HashRandomFieldAsync("h"));
        Assert.Empty(await c.HashRandomFieldsAsync("h", 3));
        for (int i = 0; i < 600; i++) await c.HashSetAsync("h", $"f{i}", i);
        Assert.NotNull(await c.HashRandomFieldAsync("h"));
        Assert.Equal(3, (await c.HashRandomFieldsAsync("h", 3)).Length);
        HashEntry[] drawn = await c.HashRandomEntriesAsync("h", -5);
        Assert.Equal(5, drawn.Length);
        Assert.All(drawn, entry => Assert.Equal(
            TypedHost.Text(entry.Field), "f" + TypedHost.Text(entry.Value)));
        HashSet<string> all = [];
        await foreach (HashEntry entry in c.HashScanAsync("h")) all.Add(Entry(entry));
        Assert.Equal(600, all.Count);
        Assert.Contains("f7=7", all);
        HashSet<string> some = [];
        ScanOptions options = new() { Pattern = "f1?", Count = 100 };
        await foreach (byte[] field in c.HashScanFieldsAsync("h", options))
        {
            some.Add(TypedHost.Text(field)!);
        }

        Assert.Equal(10, some.Count);
        ScanPage<HashEntry> page = await c.HashScanPageAsync("h", 0);
        Assert.NotEmpty(page.Items);
        Assert.True((await c.HashScanFieldsPageAsync("none", 0)).IsLast);
    }

    internal static async Task Expire(TypedHost h)
    {
        IRotomCommands c = h.C;
        await c.HashSetAsync("h", ("a", "1"), ("b", "2"), ("c", "3"));
        TimeSpan second = TimeSpan.FromSeconds(1);
        Assert.Equal(
            [FieldExpireResult.Done, FieldExpireResult.NoSuchField],
            await c.HashExpireAsync("h", ["a", "none"], second));
        Assert.Equal(
            [FieldExpireResult.ConditionFailed],
            await c.HashExpireSecondsAsync("h", ["a"], 5, ExpireWhen.HasNone));
        Assert.Equal(
            [FieldExpireResult.Done], await c.HashExpireSecondsAsync("h", ["b"], 5));
        DateTimeOffset then = h.Host.Now.AddSeconds(60);
        Assert.Equal([FieldExpireResult.Done], await c.HashExpireAtAsync("h", ["b"], then));
        Assert.Equal(
            [then.ToUnixTimeMilliseconds(), null, null],
            (await c.HashExpireTimeAsync("h", "b", "c", "none"))
                .Select(time => time.Value?.ToUnixTimeMilliseconds()));
        long seconds = then.ToUnixTimeSeconds() + 9;
        Assert.Equal(
            [FieldExpireResult.Done], await c.HashExpireAtSecondsAsync("h", ["b"], seconds));
        Assert.Equal(
            [new FieldTime<long>(true, seconds)], await c.HashExpireTimeSecondsAsync("h", "b"));
        Assert.Equal(
            [
                new FieldTime<TimeSpan>(true, second), new FieldTime<TimeSpan>(true, null),
                new FieldTime<TimeSpan>(false, null),
            ],
            await c.HashTimeToLiveAsync("h", "a", "c", "none"));
        Assert.Equal(
            [new FieldTime<long>(true, 1)], await c.HashTimeToLiveSecondsAsync("h", "a"));
        Assert.Equal(
            [FieldExpireResult.Done, FieldExpireResult.HadNone, FieldExpireResult.NoSuchField],
            await c.HashPersistAsync("h", "b", "c", "none"));
        Assert.Equal(
            [FieldExpireResult.Deleted], await c.HashExpireAsync("h", ["c"], TimeSpan.Zero));
        await h.Host.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(["b"], TypedHost.Texts(await c.HashKeysAsync("h")));
    }

    internal static async Task WithTimes(TypedHost h)
    {
        IRotomCommands c = h.C;
        Assert.True(await c.HashSetWithExpiryAsync(
            "h", [("a", "1"), ("b", "2")], TimeSpan.FromSeconds(5), SetWhen.NotExists));
        Assert.False(await c.HashSetWithExpiryAsync(
            "h", [("a", "3")], TimeSpan.FromSeconds(5), SetWhen.NotExists));
        Assert.True(await c.HashSetWithExpiryAsync("h", [("a", "3")], Expiry.Keep));
        Assert.Equal(
            ["3", null],
            TypedHost.Texts(await c.HashGetSetExpiryAsync("h", ["a", "none"], Expiry.Persist)));
        Assert.Equal(
            [new FieldTime<long>(true, null), new FieldTime<long>(true, 5)],
            await c.HashTimeToLiveSecondsAsync("h", "a", "b"));
        Assert.Equal(
            ["3", null], TypedHost.Texts(await c.HashGetDeleteAsync("h", "a", "none")));
        Assert.Equal(1, await c.HashLengthAsync("h"));
    }

    private static IEnumerable<string> Entries(HashEntry[] entries) =>
        entries.Select(Entry).Order(StringComparer.Ordinal);

    private static string Entry(HashEntry entry) =>
        $"{TypedHost.Text(entry.Field)}={TypedHost.Text(entry.Value)}";
}
