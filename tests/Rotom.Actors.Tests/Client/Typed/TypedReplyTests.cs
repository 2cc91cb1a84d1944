using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Actors.Client;
using Rotom.Resp;
using Xunit;

namespace Rotom.Actors.Tests.Client.Typed;

/// <summary>Replies of another shape than the command's, and errors.</summary>
public sealed class TypedReplyTests
{
    [Fact]
    public async Task A_reply_of_another_shape_is_an_exception_that_says_what_came()
    {
        IRotomCommands queued = new Answers(RespValue.Bulk("QUEUED"));
        await RefusedAsync(() => queued.SortedSetLengthAsync("z"), "no integer");
        await RefusedAsync(() => queued.ListRangeAsync("l"), "a list, and is BulkString 'QUEUED'");
        await RefusedAsync(() => queued.StringSetAsync("k", "v"), "OK, and is");
        await RefusedAsync(() => queued.SetAddAsync("s", "m"), "1 or 0, and is");
        await RefusedAsync(() => queued.HashGetAllAsync("h"), "a list, and is");
        await RefusedAsync(() => queued.KeyScanPageAsync(0), "a list, and is");
        await RefusedAsync(() => queued.SortedSetPopAsync(["z"], ScoreEnd.Lowest), "a list, and");
        IRotomCommands list = new Answers(RespValue.Array(RespValue.Integer(1)));
        await RefusedAsync(() => list.StringGetAsync("k"), "bytes, and is Array of 1");
        await RefusedAsync(() => list.SortedSetRangeAsync("z"), "pairs, and is Array of 1");
        await RefusedAsync(() => list.HashGetAllAsync("h"), "pairs, and is Array of 1");
        await RefusedAsync(() => list.RoleAsync(), "a list of 3, and is Array of 1");
        await RefusedAsync(
            () => list.StringLongestCommonSubsequenceMatchesAsync("a", "b"), "pairs");
        IRotomCommands nothing = new Answers(RespValue.Null);
        await RefusedAsync(() => nothing.StringLengthAsync("k"), "Null is no integer");
        await RefusedAsync(() => nothing.SetMembersAsync("s"), "a list, and is Null");
        await RefusedAsync(() => nothing.ClientInfoAsync(), "a text, and is Null");
        IRotomCommands map = new Answers(RespValue.Array(
            RespValue.Bulk("other"), RespValue.Integer(1)));
        await RefusedAsync(() => map.AclGetUserAsync("u"), "'flags'");
        await RefusedAsync(() => map.CommandDocsAsync("get"), "a list, and is Integer");
    }

    [Fact]
    public async Task The_members_of_the_interface_refuse_another_shape_too()
    {
        await using TypedHost host = await TypedHost.StartAsync();
        await using IRotomClient client = host.Another();
        await client.ExecuteAsync("MULTI");
        await RefusedAsync(() => client.ListRangeAsync("l"), "and is SimpleString 'QUEUED'");
        await RefusedAsync(() => client.StringSetAsync("k", "v"), "OK, and is");
        await RefusedAsync(() => client.HashGetAllAsync("h"), "a list, and is");
        await RefusedAsync(() => client.SortedSetRangeAsync("z"), "a list, and is");
    }

    [Fact]
    public async Task A_wrong_type_is_the_servers_error_for_every_kind_of_result()
    {
        await using TypedHost host = await TypedHost.StartAsync();
        IRotomCommands c = host.C;
        await c.StringSetAsync("text", "x");
        List<Func<Task>> calls =
        [
            async () => await c.ListLengthAsync("text"),
            async () => await c.ListRangeAsync("text"),
            async () => await c.SetAddAsync("text", "m"),
            async () => await c.HashGetAllAsync("text"),
            async () => await c.SortedSetScoreAsync("text", "m"),
            async () => await c.SortedSetRangeAsync("text", SortedSetRange.ByRank()),
            async () => await c.ListTrimAsync("text", 0, 1),
            async () => await c.GeoSearchAsync("text", GeoSearch.Circle("m", 1)),
            async () => await c.HashExpireAsync("text", ["f"], TimeSpan.FromSeconds(1)),
            async () =>
            {
                await foreach (byte[] member in c.SetScanAsync("text")) Assert.NotNull(member);
            },
        ];
        foreach (Func<Task> call in calls)
        {
            RespErrorException error = await Assert.ThrowsAsync<RespErrorException>(call);
            Assert.Equal("WRONGTYPE", error.Code);
        }
    }

    [Fact]
    public async Task A_result_of_ones_own_is_made_of_the_reply()
    {
        await using TypedHost host = await TypedHost.StartAsync();
        IRotomClient client = host.Host.Client;
        await client.StringSetAsync("k", "12");
        Assert.Equal(12, await client.ExecuteAsync(["GET", "k"], reply => reply.AsInteger()));
        using CancellationTokenSource source = new();
        Assert.Equal(
            13, await client.ExecuteAsync(["INCR", "k"], reply => reply.AsInteger(), source.Token));
        await Assert.ThrowsAsync<FormatException>(async () => await client.ExecuteAsync<long>(
            ["GET", "k"], _ => throw new FormatException()));
        RespErrorException error = await Assert.ThrowsAsync<RespErrorException>(
            async () => await client.ExecuteAsync(["LLEN", "k"], reply => reply.AsInteger()));
        Assert.Equal("WRONGTYPE", error.Code);
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await client.ExecuteAsync(["MONITOR"], reply => reply.AsInteger()));
    }

    [Fact]
    public async Task Who_takes_a_result_twice_or_too_early_disturbs_nobody()
    {
        await using TypedHost host = await TypedHost.StartAsync();
        await using IRotomClient client = host.Another();
        // What the analyzer warns of is done here on purpose.
#pragma warning disable CA2012
        ValueTask<long> twice = client.ListRightPushAsync("l", "a", "b");
        Assert.Equal(2, await twice);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await twice);
        ValueTask<KeyedValue?> early = client.ListLeftPopBlockingAsync(["q"]);
        Assert.Throws<InvalidOperationException>(() => early.GetAwaiter().GetResult());
        ValueTask<string?> next = client.StringGetTextAsync("none");
        Assert.Throws<InvalidOperationException>(() => next.GetAwaiter().GetResult());
#pragma warning restore CA2012
        await host.Host.Client.ListRightPushAsync("q", "x");
        Assert.Equal("x", TypedHost.Text((await early)!.Value));
        Assert.Null(await next);
    }

    [Fact]
    public async Task Many_in_flight_each_get_their_own_result()
    {
        await using TypedHost host = await TypedHost.StartAsync();
        IRotomCommands c = host.Host.Client;
        for (int round = 0; round < 5; round++)
        {
            List<Task<long>> calls = [];
            for (int i = 0; i < 500; i++)
            {
                calls.Add(c.SetAddAsync($"s:{i % 7}", $"{round}", $"{i}").AsTask());
                calls.Add(c.StringIncrementAsync("n").AsTask());
            }

            long[] results = await Task.WhenAll(calls);
            for (int i = 0; i < 500; i++)
            {
                Assert.Equal((round * 500) + i + 1, results[(2 * i) + 1]);
            }
        }
    }

    private static async Task RefusedAsync<T>(Func<ValueTask<T>> call, string says)
    {
        InvalidCastException refused = await Assert.ThrowsAsync<InvalidCastException>(
            async () => await call());
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    private sealed class Answers(RespValue reply) : IRotomCommands
    {
        public ValueTask<RespValue> ExecuteAsync(
            ReadOnlySpan<RespArgument> words, CancellationToken cancellation) => new(reply);
    }
}
