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
