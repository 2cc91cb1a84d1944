using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Rotom.Actors.Client;
using Rotom.Resp;
using Xunit;

namespace Rotom.Actors.Tests.Client.Typed;

/// <summary>Methods on lists and sets, and those that wait.</summary>
public sealed class TypedListTests
{
    [Fact]
    public Task Lists_grow_and_shrink_at_their_ends() => TypedHost.RunAsync(Ends);

    [Fact]
    public Task Elements_are_found_and_changed() => TypedHost.RunAsync(Elements);

    [Fact]
    public Task Elements_are_moved() => TypedHost.RunAsync(Move);

    [Fact]
    public Task Clients_wait_for_elements() => TypedHost.RunAsync(Wait);

    [Fact]
    public Task Clients_wait_for_members() => TypedHost.RunAsync(WaitForMembers);

    [Fact]
    public Task Sets_are_sets() => TypedHost.RunAsync(Sets);

    [Fact]
    public Task Sets_are_combined() => TypedHost.RunAsync(SetAlgebra);

    internal static async Task Ends(TypedHost h)
    {
        IRotomCommands c = h.C;
        Assert.Null(await c.ListLeftPopAsync("l"));
        Assert.Null(await c.ListRightPopAsync("l", 2));
        Assert.Equal(0, await c.ListLeftPushExistsAsync("l", "x"));
        Assert.Equal(0, await c.ListRightPushExistsAsync("l", "x"));
        Assert.Equal(2, await c.ListRightPushAsync("l", "c", "d"));
        Assert.Equal(4, await c.ListLeftPushAsync("l", "b", "a"));
        Assert.Equal(5, await c.ListRightPushExistsAsync("l", "e"));
        Assert.Equal(6, await c.ListLeftPushExistsAsync("l", "_"));
        Assert.Equal("_", TypedHost.Text(await c.ListLeftPopAsync("l")));
        Assert.Equal("e", TypedHost.Text(await c.ListRightPopAsync("l")));
        Assert.Equal(["a"], TypedHost.Texts((await c.ListLeftPopAsync("l", 1))!));
        Assert.Equal(["d", "c"], TypedHost.Texts((await c.ListRightPopAsync("l", 2))!));
        Assert.Equal(1, await c.ListLengthAsync("l"));
        ListPopResult popped = (await c.ListPopAsync(["none", "l"], ListSide.Right, 5))!;
        Assert.Equal("l", TypedHost.Text(popped.Key));
        Assert.Equal(["b"], TypedHost.Texts(popped.Elements));
        Assert.Null(await c.ListPopAsync(["l"], ListSide.Left));
    }

    internal static async Task Elements(TypedHost h)
    {
        IRotomCommands c = h.C;
        await c.ListRightPushAsync("l", "a", "b", "a", "c", "a");
        Assert.Equal("c", TypedHost.Text(await c.ListGetByIndexAsync("l", -2)));
        Assert.Null(await c.ListGetByIndexAsync("l", 9));
        Assert.Equal(0, await c.ListPositionAsync("l", "a"));
        Assert.Equal(4, await c.ListPositionAsync("l", "a", rank: -1));
        Assert.Null(await c.ListPositionAsync("l", "c", maxLength: 2));
        long[] positions = await c.ListPositionsAsync("l", "a", 0);
        Assert.Equal([0, 2, 4], positions);
        Assert.Equal(2, Assert.Single(await c.ListPositionsAsync("l", "a", 1, rank: 2)));
        Assert.Empty(await c.ListPositionsAsync("l", "none", 0));
        await c.ListSetByIndexAsync("l", 1, "B");
        Assert.Equal(
            "ERR index out of range",
            await TypedHost.ErrorAsync(() => c.ListSetByIndexAsync("l", 9, "x")));
        Assert.Equal(6, await c.ListInsertBeforeAsync("l", "B", "<"));
        Assert.Equal(7, await c.ListInsertAfterAsync("l", "B", ">"));
        Assert.Equal(-1, await c.ListInsertAfterAsync("l", "none", ">"));
        Assert.Equal(1, await c.ListRemoveAsync("l", "a", 1));
        Assert.Equal(2, await c.ListRemoveAsync("l", "a"));
        Assert.Equal(["<", "B", ">", "c"], TypedHost.Texts(await c.ListRangeAsync("l")));
        await c.ListTrimAsync("l", 1, -2);
        Assert.Equal(["B", ">"], TypedHost.Texts(await c.ListRangeAsync("l")));
    }

    internal static async Task Move(TypedHost h)
    {
        IRotomCommands c = h.C;
        await c.ListRightPushAsync("a", "1", "2");
        Assert.Equal("1", TypedHost.Text(
            await c.ListMoveAsync("a", "b", ListSide.Left, ListSide.Right)));
        Assert.Equal("2", TypedHost.Text(await c.ListRightPopLeftPushAsync("a", "b")));
        Assert.Null(await c.ListMoveAsync("a", "b", ListSide.Left, ListSide.Right));
        Assert.Null(await c.ListRightPopLeftPushAsync("a", "b"));
        Assert.Equal(["2", "1"], TypedHost.Texts(await c.ListRangeAsync("b")));
    }

    internal static async Task Wait(TypedHost h)
    {
        IRotomCommands c = h.C;
        await using IRotomClient own = h.Another();
        IRotomCommands waits = h.Noted(own);
        ValueTask<KeyedValue?> left = waits.ListLeftPopBlockingAsync(["q", "r"]);
        await c.ListRightPushAsync("r", "x");
        KeyedValue got = (await left)!;
        Assert.Equal("r", TypedHost.Text(got.Key));
        Assert.Equal("x", TypedHost.Text(got.Value));
        ValueTask<KeyedValue?> right = waits.ListRightPopBlockingAsync(
            ["q"], TimeSpan.FromSeconds(1));
        await h.Host.AdvanceAsync(TimeSpan.FromSeconds(3));
        Assert.Null(await right);
        ValueTask<ListPopResult?> several = waits.ListPopBlockingAsync(["q"], ListSide.Left, 2);
        await c.ListRightPushAsync("q", "1", "2", "3");
        Assert.Equal(["1", "2"], TypedHost.Texts((await several)!.Elements));
        ValueTask<byte[]?> moved = waits.ListMoveBlockingAsync(
            "s", "t", ListSide.Left, ListSide.Left);
        await c.ListRightPushAsync("s", "y");
        Assert.Equal("y", TypedHost.Text(await moved));
        ValueTask<byte[]?> pushed = waits.ListRightPopLeftPushBlockingAsync("s", "t");
        await c.ListRightPushAsync("s", "z");
        Assert.Equal("z", TypedHost.Text(await pushed));
        ValueTask<byte[]?> ended = waits.ListRightPopLeftPushBlockingAsync("s", "t");
        Assert.True(await c.ClientUnblockAsync(own.Id));
        Assert.Null(await ended);
        Assert.False(await c.ClientUnblockAsync(own.Id));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await waits.ListLeftPopBlockingAsync(["q"], TimeSpan.Zero));
    }

    internal static async Task WaitForMembers(TypedHost h)
    {
        IRotomCommands c = h.C;
        await using IRotomClient own = h.Another();
        IRotomCommands waits = h.Noted(own);
        ValueTask<KeyedMember?> lowest = waits.SortedSetPopBlockingAsync(["z"], ScoreEnd.Lowest);
        await c.SortedSetAddAsync("z", ("a", 1), ("b", 2), ("c", 3));
        KeyedMember got = (await lowest)!;
        Assert.Equal("a", TypedHost.Text(got.Member.Member));
        Assert.Equal(1, got.Member.Score);
        Assert.Equal(3, (await waits.SortedSetPopBlockingAsync(["z"], ScoreEnd.Highest))!
            .Member.Score);
        SortedSetPopResult rest = (await waits.SortedSetPopBlockingAsync(
            ["none", "z"], ScoreEnd.Highest, 5))!;
        Assert.Equal("z", TypedHost.Text(rest.Key));
        Assert.Equal([2.0], rest.Members.Select(member => member.Score));
        using System.Threading.CancellationTokenSource source = new();
        ValueTask<SortedSetPopResult?> cancelled = waits.SortedSetPopBlockingAsync(
            ["z"], ScoreEnd.Lowest, 1, cancellation: source.Token);
        source.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await cancelled);
    }

    internal static async Task Sets(TypedHost h)
    {
        IRotomCommands c = h.C;
        Assert.Null(await c.SetPopAsync("s"));
        Assert.Null(await c.SetRandomMemberAsync("s"));
        Assert.Empty(await c.SetPopAsync("s", 2));
        Assert.True(await c.SetAddAsync("s", "a"));
        Assert.Equal(2, await c.SetAddAsync("s", "a", "b", "c"));
        Assert.True(await c.SetContainsAsync("s", "b"));
        bool[] contained = await c.SetContainsManyAsync("s", "a", "none");
        Assert.Equal([true, false], contained);
        Assert.Equal(["a", "b", "c"], TypedHost.Sorted(await c.SetMembersAsync("s")));
        Assert.Equal(3, await c.SetLengthAsync("s"));
        Assert.NotNull(await c.SetRandomMemberAsync("s"));
        Assert.Equal(10, (await c.SetRandomMembersAsync("s", -10)).Length);
        Assert.True(await c.SetMoveAsync("s", "t", "c"));
        Assert.False(await c.SetMoveAsync("s", "t", "c"));
        Assert.True(await c.SetRemoveAsync("s", "a"));
        Assert.Equal(1, await c.SetRemoveAsync("s", "a", "b"));
        Assert.Equal("c", TypedHost.Text(await c.SetPopAsync("t")));
        await c.SetAddAsync("u", [.. Enumerable.Range(0, 700).Select(i => (RespArgument)$"m{i}")]);
        Assert.Equal(2, (await c.SetPopAsync("u", 2)).Length);
        HashSet<string> all = [];
        await foreach (byte[] member in c.SetScanAsync("u")) all.Add(TypedHost.Text(member)!);
        Assert.Equal(698, all.Count);
        Assert.NotEmpty((await c.SetScanPageAsync(
            "u", 0, new ScanOptions { Pattern = "m*", Count = 50 })).Items);
    }

    internal static async Task SetAlgebra(TypedHost h)
    {
        IRotomCommands c = h.C;
        await c.SetAddAsync("a", "1", "2", "3");
        await c.SetAddAsync("b", "2", "3", "4");
        Assert.Equal(["2", "3"], TypedHost.Sorted(await c.SetIntersectAsync("a", "b")));
        Assert.Equal(["1", "2", "3", "4"], TypedHost.Sorted(await c.SetUnionAsync("a", "b")));
        Assert.Equal(["1"], TypedHost.Sorted(await c.SetDifferenceAsync("a", "b")));
        Assert.Empty(await c.SetIntersectAsync("a", "none"));
        Assert.Equal(2, await c.SetIntersectAndStoreAsync("x", "a", "b"));
        Assert.Equal(4, await c.SetUnionAndStoreAsync("x", "a", "b"));
        Assert.Equal(1, await c.SetDifferenceAndStoreAsync("x", "a", "b"));
        Assert.Equal(2, await c.SetIntersectionLengthAsync(["a", "b"]));
        Assert.Equal(1, await c.SetIntersectionLengthAsync(["a", "b"], limit: 1));
    }
}
