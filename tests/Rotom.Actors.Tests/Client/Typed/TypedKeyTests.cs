using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Rotom.Actors.Client;
using Xunit;

namespace Rotom.Actors.Tests.Client.Typed;

/// <summary>Methods on keys of any type, and SORT.</summary>
public sealed class TypedKeyTests
{
    [Fact]
    public Task Keys_are_found_moved_and_deleted() => TypedHost.RunAsync(Keys);

    [Fact]
    public Task Times_to_live_are_set_and_read() => TypedHost.RunAsync(Expire);

    [Fact]
    public Task Keys_are_scanned() => TypedHost.RunAsync(Scan);

    [Fact]
    public Task Values_are_dumped_and_restored() => TypedHost.RunAsync(Dump);

    [Fact]
    public Task Objects_are_described() => TypedHost.RunAsync(Objects);

    [Fact]
    public Task Elements_are_sorted() => TypedHost.RunAsync(Sort);

    internal static async Task Keys(TypedHost h)
    {
        IRotomCommands c = h.C;
        Assert.Null(await c.KeyRandomAsync());
        await c.StringSetManyAsync(("a", "1"), ("b", "2"), ("c", "3"), ("d", "4"));
        Assert.Equal(["a", "b", "c", "d"], TypedHost.Sorted(await c.KeysAsync("*")));
        Assert.NotNull(await c.KeyRandomAsync());
        Assert.True(await c.KeyExistsAsync("a"));
        Assert.Equal(3, await c.KeyExistsAsync("a", "a", "b", "none"));
        Assert.Equal(1, await c.KeyTouchAsync("a", "none"));
        Assert.Equal("string", await c.KeyTypeAsync("a"));
        Assert.Equal("none", await c.KeyTypeAsync("none"));
        Assert.True(await c.KeyDeleteAsync("a"));
        Assert.False(await c.KeyDeleteAsync("a"));
        Assert.Equal(1, await c.KeyDeleteAsync("a", "b"));
        Assert.Equal(1, await c.KeyUnlinkAsync("b", "c"));
        await c.KeyRenameAsync("d", "e");
        Assert.Equal(
            "ERR no such key", await TypedHost.ErrorAsync(() => c.KeyRenameAsync("d", "e")));
        Assert.True(await c.KeyCopyAsync("e", "f"));
        Assert.False(await c.KeyCopyAsync("e", "f"));
        Assert.True(await c.KeyCopyAsync("e", "f", database: 1, replace: true));
        Assert.False(await c.KeyRenameNotExistsAsync("e", "f"));
        Assert.True(await c.KeyRenameNotExistsAsync("e", "g"));
        Assert.False(await c.KeyMoveAsync("f", 1));
        Assert.True(await c.KeyMoveAsync("g", 1));
        Assert.Equal(1, await c.DatabaseSizeAsync());
    }

    internal static async Task Expire(TypedHost h)
    {
        IRotomCommands c = h.C;
        await c.StringSetAsync("k", "v");
        Assert.Null(await c.KeyTimeToLiveAsync("k"));
        Assert.Null(await c.KeyTimeToLiveSecondsAsync("k"));
        Assert.Null(await c.KeyExpireTimeAsync("k"));
        Assert.Null(await c.KeyExpireTimeSecondsAsync("none"));
        Assert.False(await c.KeyPersistAsync("k"));
        Assert.False(await c.KeyExpireAsync("none", TimeSpan.FromSeconds(5)));
        Assert.True(await c.KeyExpireAsync("k", TimeSpan.FromSeconds(5)));
        Assert.False(await c.KeyExpireAsync("k", TimeSpan.FromSeconds(4), ExpireWhen.Later));
        Assert.True(await c.KeyExpireAsync("k", TimeSpan.FromSeconds(4), ExpireWhen.Earlier));
        Assert.Equal(TimeSpan.FromSeconds(4), await c.KeyTimeToLiveAsync("k"));
        Assert.False(await c.KeyExpireSecondsAsync("k", 9, ExpireWhen.HasNone));
        Assert.True(await c.KeyExpireSecondsAsync("k", 9, ExpireWhen.HasOne));
        Assert.Equal(9, await c.KeyTimeToLiveSecondsAsync("k"));
        DateTimeOffset then = h.Host.Now.AddHours(1);
        Assert.True(await c.KeyExpireAtAsync("k", then));
        Assert.Equal(
            then.ToUnixTimeMilliseconds(),
            (await c.KeyExpireTimeAsync("k"))!.Value.ToUnixTimeMilliseconds());
        Assert.True(await c.KeyExpireAtSecondsAsync("k", then.ToUnixTimeSeconds() + 60));
        Assert.Equal(then.ToUnixTimeSeconds() + 60, await c.KeyExpireTimeSecondsAsync("k"));
        Assert.True(await c.KeyPersistAsync("k"));
        await c.KeyExpireAsync("k", TimeSpan.FromSeconds(1));
        await h.Host.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.False(await c.KeyExistsAsync("k"));
    }

    internal static async Task Scan(TypedHost h)
    {
        IRotomCommands c = h.C;
        for (int i = 0; i < 100; i++) await c.StringSetAsync($"k:{i}", "v");
        await c.SetAddAsync("k:set", "v");
        HashSet<string> all = [];
        await foreach (byte[] key in c.KeyScanAsync()) all.Add(TypedHost.Text(key)!);
        Assert.Equal(101, all.Count);
        HashSet<string> some = [];
        ScanOptions options = new() { Pattern = "k:*5", Count = 20, Type = "string" };
        await foreach (byte[] key in c.KeyScanAsync(options)) some.Add(TypedHost.Text(key)!);
        Assert.Equal(10, some.Count);
        ScanPage<byte[]> page = await c.KeyScanPageAsync(0);
        Assert.False(page.IsLast);
        Assert.NotEmpty(page.Items);
        ScanPage<byte[]> sets = await c.KeyScanPageAsync(
            0, new ScanOptions { Count = 1000, Type = "set" });
        Assert.True(sets.IsLast);
        Assert.Equal(["k:set"], TypedHost.Texts(sets.Items));
        using System.Threading.CancellationTokenSource source = new();
        source.Cancel();
        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
        {
            await foreach (byte[] key in c.KeyScanAsync(cancellation: source.Token)) all.Clear();
        });
    }

    internal static async Task Dump(TypedHost h)
    {
        IRotomCommands c = h.C;
        await c.ListRightPushAsync("l", "a", "b");
        byte[] dump = (await c.KeyDumpAsync("l"))!;
        Assert.Null(await c.KeyDumpAsync("none"));
        await c.KeyRestoreAsync("m", dump);
        Assert.Equal(["a", "b"], TypedHost.Texts(await c.ListRangeAsync("m")));
        Assert.StartsWith(
            "BUSYKEY ", await TypedHost.ErrorAsync(() => c.KeyRestoreAsync("m", dump)),
            StringComparison.Ordinal);
        await c.KeyRestoreAsync("m", dump, new RestoreOptions
        {
            Replace = true,
            TimeToLive = TimeSpan.FromSeconds(7),
            IdleTime = TimeSpan.FromSeconds(100),
        });
        Assert.Equal(7, await c.KeyTimeToLiveSecondsAsync("m"));
        Assert.Equal(TimeSpan.FromSeconds(100), await c.KeyIdleTimeAsync("m"));
        await c.KeyRestoreAsync("n", dump, new RestoreOptions
        {
            ExpiresAt = h.Host.Now.AddSeconds(8),
            Frequency = 3,
        });
        Assert.Equal(8, await c.KeyTimeToLiveSecondsAsync("n"));
    }

    internal static async Task Objects(TypedHost h)
    {
        IRotomCommands c = h.C;
        Assert.Null(await c.KeyEncodingAsync("none"));
        Assert.Null(await c.KeyIdleTimeAsync("none"));
        Assert.Null(await c.KeyReferenceCountAsync("none"));
        Assert.Null(await c.KeyMemoryUsageAsync("none"));
        await c.StringSetAsync("k", "12");
        Assert.Equal("int", await c.KeyEncodingAsync("k"));
        Assert.True(await c.KeyReferenceCountAsync("k") > 0);
        Assert.Equal(TimeSpan.Zero, await c.KeyIdleTimeAsync("k"));
        Assert.True(await c.KeyMemoryUsageAsync("k") > 10);
        Assert.True(await c.KeyMemoryUsageAsync("k", samples: 0) > 10);
        Assert.StartsWith(
            "ERR ", await TypedHost.ErrorAsync(() => c.KeyFrequencyAsync("k")),
            StringComparison.Ordinal);
        await c.ConfigSetAsync(("maxmemory-policy", "allkeys-lfu"));
        await c.StringSetAsync("k", "13");
        Assert.InRange((await c.KeyFrequencyAsync("k"))!.Value, 0, 255);
        Assert.Null(await c.KeyFrequencyAsync("none"));
    }

    internal static async Task Sort(TypedHost h)
    {
        IRotomCommands c = h.C;
        await c.ListRightPushAsync("l", 3, 1, 2);
        Assert.Equal(["1", "2", "3"], TypedHost.Texts(await c.SortAsync("l")));
        Assert.Empty(await c.SortAsync("none"));
        Assert.Equal(["2"], TypedHost.Texts(await c.SortReadOnlyAsync(
            "l", new SortOptions { Descending = true, Alphabetic = true, Offset = 1, Count = 1 })));
        await c.StringSetManyAsync(("w:1", 30), ("w:2", 20), ("w:3", 10), ("n:3", "three"));
        SortOptions by = new() { By = "w:*", Get = ["#", "n:*"] };
        Assert.Equal(
            ["3", "three", "2", null, "1", null], TypedHost.Texts(await c.SortAsync("l", by)));
        Assert.Equal(6, await c.SortAndStoreAsync("to", "l", by));
        Assert.Equal(6, await c.ListLengthAsync("to"));
    }
}
