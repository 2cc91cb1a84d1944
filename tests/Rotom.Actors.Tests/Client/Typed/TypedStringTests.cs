using System;
using System.Linq;
using System.Threading.Tasks;
using Rotom.Actors.Client;
using Xunit;

namespace Rotom.Actors.Tests.Client.Typed;

/// <summary>Methods on strings, their bits, and HyperLogLogs.</summary>
public sealed class TypedStringTests
{
    [Fact]
    public Task Values_are_set_and_got() => TypedHost.RunAsync(SetAndGet);

    [Fact]
    public Task Set_takes_all_of_its_options() => TypedHost.RunAsync(Options);

    [Fact]
    public Task Several_values_are_set_and_got_at_once() => TypedHost.RunAsync(Many);

    [Fact]
    public Task Numbers_are_counted() => TypedHost.RunAsync(Numbers);

    [Fact]
    public Task Parts_are_read_and_written() => TypedHost.RunAsync(Parts);

    [Fact]
    public Task Bits_are_read_and_written() => TypedHost.RunAsync(Bits);

    [Fact]
    public Task Bit_fields_are_read_and_written() => TypedHost.RunAsync(BitFields);

    [Fact]
    public Task Different_elements_are_counted() => TypedHost.RunAsync(HyperLogLogs);

    internal static async Task SetAndGet(TypedHost h)
    {
        IRotomCommands c = h.C;
        Assert.Null(await c.StringGetAsync("k"));
        Assert.Null(await c.StringGetTextAsync("k"));
        Assert.True(await c.StringSetAsync("k", "v"));
        Assert.False(await c.StringSetAsync("k", "w", TimeSpan.FromHours(1), SetWhen.NotExists));
        Assert.Equal("v", TypedHost.Text(await c.StringGetAsync("k")));
        Assert.Equal("v", await c.StringGetTextAsync("k"));
        Assert.False(await c.StringSetNotExistsAsync("k", "w"));
        Assert.True(await c.StringSetNotExistsAsync("new", "w"));
        await c.StringSetSecondsAsync("s", 10, "v");
        Assert.Equal(10, await c.KeyTimeToLiveSecondsAsync("s"));
        await c.StringSetMillisecondsAsync("ms", 1500, "v");
        Assert.Equal(TimeSpan.FromMilliseconds(1500), await c.KeyTimeToLiveAsync("ms"));
        Assert.Equal("v", TypedHost.Text(await c.StringGetSetAsync("k", "x")));
        Assert.Null(await c.StringGetSetAsync("k2", "x"));
        Assert.Equal("x", TypedHost.Text(await c.StringGetDeleteAsync("k")));
        Assert.Null(await c.StringGetDeleteAsync("k"));
        await c.ListRightPushAsync("list", "x");
        string wrong = await TypedHost.ErrorAsync(() => c.StringGetAsync("list"));
        Assert.StartsWith("WRONGTYPE ", wrong, StringComparison.Ordinal);
    }

    internal static async Task Options(TypedHost h)
    {
        IRotomCommands c = h.C;
        SetOptions once = new() { When = SetWhen.NotExists, Expiry = TimeSpan.FromSeconds(5) };
        Assert.True(await c.StringSetAsync("k", "1", once));
        Assert.False(await c.StringSetAsync("k", "1", once));
        Assert.Equal(TimeSpan.FromSeconds(5), await c.KeyTimeToLiveAsync("k"));
        Assert.True(await c.StringSetAsync("k", "2", new SetOptions { Expiry = Expiry.Keep }));
        Assert.Equal(5, await c.KeyTimeToLiveSecondsAsync("k"));
        DateTimeOffset then = h.Host.Now.AddMinutes(1);
        SetOptions at = new() { Expiry = then, When = SetWhen.Exists };
        Assert.Equal("2", TypedHost.Text(await c.StringSetAndGetAsync("k", "3", at)));
        Assert.Equal(
            then.ToUnixTimeMilliseconds(),
            (await c.KeyExpireTimeAsync("k"))!.Value.ToUnixTimeMilliseconds());
        Assert.Null(await c.StringSetAndGetAsync("none", "3"));
        SetOptions three = new() { Condition = ValueCondition.EqualTo("3") };
        Assert.True(await c.StringSetAsync("k", "4", three));
        Assert.False(await c.StringSetAsync("k", "4", three));
        Assert.Equal("4", TypedHost.Text(
            await c.StringGetSetExpiryAsync("k", TimeSpan.FromSeconds(9))));
        Assert.Equal(9, await c.KeyTimeToLiveSecondsAsync("k"));
        await c.StringGetSetExpiryAsync("k", Expiry.Persist);
        Assert.Null(await c.KeyTimeToLiveAsync("k"));
        string digest = (await c.StringDigestAsync("k"))!;
        Assert.Equal(16, digest.Length);
        Assert.Null(await c.StringDigestAsync("nowhere"));
        Assert.False(await c.StringDeleteAsync("k", ValueCondition.NotEqualTo("4")));
        Assert.False(await c.StringDeleteAsync("k", ValueCondition.DigestNotEqualTo(digest)));
        Assert.True(await c.StringDeleteAsync("k", ValueCondition.DigestEqualTo(digest)));
    }

    internal static async Task Many(TypedHost h)
    {
        IRotomCommands c = h.C;
        await c.StringSetManyAsync(("a", "1"), ("b", 2));
        Assert.Equal(
            ["1", null, "2"], TypedHost.Texts(await c.StringGetManyAsync("a", "none", "b")));
        Assert.False(await c.StringSetManyNotExistsAsync(("c", "3"), ("a", "3")));
        Assert.True(await c.StringSetManyNotExistsAsync(("c", "3")));
        Assert.False(await c.StringSetManyAsync(
            [("d", "4"), ("a", "4")], TimeSpan.FromSeconds(3), SetWhen.NotExists));
        Assert.True(await c.StringSetManyAsync(
            [("d", "4"), ("e", "4")], TimeSpan.FromSeconds(3), SetWhen.NotExists));
        Assert.Equal(3, await c.KeyTimeToLiveSecondsAsync("e"));
    }

    internal static async Task Numbers(TypedHost h)
    {
        IRotomCommands c = h.C;
        Assert.Equal(1, await c.StringIncrementAsync("n"));
        Assert.Equal(11, await c.StringIncrementAsync("n", 10));
        Assert.Equal(10, await c.StringDecrementAsync("n"));
        Assert.Equal(7, await c.StringDecrementAsync("n", 3));
        Assert.Equal(7.25, await c.StringIncrementFloatAsync("n", 0.25));
        await c.StringSetAsync("text", "x");
        Assert.Equal(
            "ERR value is not an integer or out of range",
            await TypedHost.ErrorAsync(() => c.StringDecrementAsync("text")));
    }

    internal static async Task Parts(TypedHost h)
    {
        IRotomCommands c = h.C;
        Assert.Equal(5, await c.StringAppendAsync("k", "Hello"));
        Assert.Equal(5, await c.StringLengthAsync("k"));
        Assert.Equal("ell", TypedHost.Text(await c.StringGetRangeAsync("k", 1, -2)));
        Assert.Equal("lo", TypedHost.Text(await c.StringSubstringAsync("k", -2, -1)));
        Assert.Empty(await c.StringGetRangeAsync("none", 0, -1));
        Assert.Equal(8, await c.StringSetRangeAsync("k", 5, "abc"));
        await c.StringSetManyAsync(("x", "ohmytext"), ("y", "mynewtext"));
        Assert.Equal(
            "mytext", TypedHost.Text(await c.StringLongestCommonSubsequenceAsync("x", "y")));
        Assert.Equal(6, await c.StringLongestCommonSubsequenceLengthAsync("x", "y"));
        LcsMatches matches = await c.StringLongestCommonSubsequenceMatchesAsync("x", "y", 4);
        Assert.Equal(6, matches.Length);
        Assert.Equal([new LcsMatch(4, 7, 5, 8, 4)], matches.Matches);
    }

    internal static async Task Bits(TypedHost h)
    {
        IRotomCommands c = h.C;
        Assert.False(await c.StringSetBitAsync("b", 7, true));
        Assert.True(await c.StringSetBitAsync("b", 7, true));
        Assert.True(await c.StringGetBitAsync("b", 7));
        Assert.False(await c.StringGetBitAsync("b", 100));
        await c.StringSetAsync("b", new byte[] { 0x0F, 0xFF });
        Assert.Equal(12, await c.StringBitCountAsync("b"));
        Assert.Equal(8, await c.StringBitCountAsync("b", 1));
        Assert.Equal(2, await c.StringBitCountAsync("b", 0, 5, BitUnit.Bit));
        Assert.Equal(4, await c.StringBitPositionAsync("b", true));
        Assert.Equal(8, await c.StringBitPositionAsync("b", true, 7, -1, BitUnit.Bit) + 1);
        Assert.Null(await c.StringBitPositionAsync("b", false, 1, 1));
        Assert.Equal(16, await c.StringBitPositionAsync("b", false, 1));
        await c.StringSetAsync("c", new byte[] { 0xFF });
        Assert.Equal(2, await c.StringBitOperationAsync(BitOperation.And, "d", "b", "c"));
        Assert.Equal(new byte[] { 0x0F, 0 }, await c.StringGetAsync("d"));
        Assert.Equal(1, await c.StringBitOperationAsync(BitOperation.Not, "d", "c"));
        Assert.Equal(new byte[] { 0 }, await c.StringGetAsync("d"));
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await c.StringBitPositionAsync("b", true, 1, unit: BitUnit.Bit));
    }

    internal static async Task BitFields(TypedHost h)
    {
        IRotomCommands c = h.C;
        BitFieldType u4 = BitFieldType.Unsigned(4);
        Assert.Equal([0, 15, null, 15, 15], await c.StringBitFieldAsync(
            "f",
            BitFieldOperation.Set(u4, 0, 15),
            BitFieldOperation.Get(u4, 0),
            BitFieldOperation.Increment(u4, 0, 1) with { Overflow = BitOverflow.Fail },
            BitFieldOperation.Increment(u4, 0, 1) with { Overflow = BitOverflow.Saturate },
            BitFieldOperation.Get(u4, 0)));
        Assert.Equal([0], await c.StringBitFieldAsync(
            "f", BitFieldOperation.Increment(u4, 0, 1)));
        Assert.Equal([0, 0], await c.StringBitFieldAsync(
            "f",
            BitFieldOperation.Set(BitFieldType.Signed(8), 1, -3) with { CountsElements = true },
            BitFieldOperation.Set(u4, 1, 7) with { CountsElements = true }));
        Assert.Equal(-3, Assert.Single(await c.StringBitFieldReadOnlyAsync(
            "f", BitFieldOperation.Get(BitFieldType.Signed(8), 8))));
    }

    internal static async Task HyperLogLogs(TypedHost h)
    {
        IRotomCommands c = h.C;
        Assert.True(await c.HyperLogLogAddAsync("h", "a", "b", "c"));
        Assert.False(await c.HyperLogLogAddAsync("h", "a"));
        Assert.True(await c.HyperLogLogAddAsync("i", "c", "d"));
        Assert.Equal(3, await c.HyperLogLogLengthAsync("h"));
        Assert.Equal(4, await c.HyperLogLogLengthAsync("h", "i"));
        Assert.Equal(0, await c.HyperLogLogLengthAsync("none"));
        await c.HyperLogLogMergeAsync("j", "h", "i");
        Assert.Equal(4, await c.HyperLogLogLengthAsync("j"));
    }
}
