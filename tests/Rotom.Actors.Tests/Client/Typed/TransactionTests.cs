using System;
using System.Threading.Tasks;
using Rotom.Actors.Client;
using Rotom.Resp;
using Xunit;

namespace Rotom.Actors.Tests.Client.Typed;

/// <summary>Typed methods in a transaction.</summary>
public sealed class TransactionTests
{
    [Fact]
    public async Task Results_come_with_the_commit()
    {
        await using TypedHost host = await TypedHost.StartAsync();
        RotomTransaction transaction = host.Host.Client.CreateTransaction();
        ValueTask<bool> set = transaction.StringSetAsync("k", "v");
        ValueTask<long> pushed = transaction.ListRightPushAsync("l", "a", "b");
        ValueTask<byte[][]> range = transaction.ListRangeAsync("l");
        ValueTask<double?> none = transaction.SortedSetScoreAsync("z", "m");
        Assert.Equal(4, transaction.Count);
        Assert.False(set.IsCompleted);
        Assert.False(await host.Host.Client.KeyExistsAsync("k"));
        Assert.True(await transaction.CommitAsync());
        Assert.True(await set);
        Assert.Equal(2, await pushed);
        Assert.Equal(["a", "b"], TypedHost.Texts(await range));
        Assert.Null(await none);
        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await transaction.StringGetAsync("k"));
        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await transaction.CommitAsync());
    }

    [Fact]
    public async Task A_command_that_fails_is_alone_in_it()
    {
        await using TypedHost host = await TypedHost.StartAsync();
        RotomTransaction transaction = host.Host.Client.CreateTransaction();
        ValueTask<bool> set = transaction.StringSetAsync("k", "v");
        ValueTask<long> wrong = transaction.ListLengthAsync("k");
        ValueTask<string?> got = transaction.StringGetTextAsync("k");
        Assert.True(await transaction.CommitAsync());
        Assert.True(await set);
        Assert.Equal("v", await got);
        RespErrorException error = await Assert.ThrowsAsync<RespErrorException>(
            async () => await wrong);
        Assert.Equal("WRONGTYPE", error.Code);
    }

    [Fact]
    public async Task A_command_that_there_is_not_fails_all_of_them()
    {
        await using TypedHost host = await TypedHost.StartAsync();
        RotomTransaction transaction = host.Host.Client.CreateTransaction();
        ValueTask<bool> set = transaction.StringSetAsync("k", "v");
        ValueTask<RespValue> unknown = transaction.ExecuteAsync(["NOSUCHCOMMAND"]);
        RespErrorException error = await Assert.ThrowsAsync<RespErrorException>(
            async () => await transaction.CommitAsync());
        Assert.Equal("EXECABORT", error.Code);
        await Assert.ThrowsAsync<RespErrorException>(async () => await set);
        await Assert.ThrowsAsync<RespErrorException>(async () => await unknown);
        Assert.False(await host.Host.Client.KeyExistsAsync("k"));
    }

    [Fact]
    public async Task A_watched_key_that_changes_undoes_it()
    {
        await using TypedHost host = await TypedHost.StartAsync();
        await using IRotomClient own = host.Another();
        await own.WatchAsync("n");
        await host.Host.Client.StringSetAsync("n", "5");
        RotomTransaction late = own.CreateTransaction();
        ValueTask<bool> set = late.StringSetAsync("n", "6");
        Assert.False(await late.CommitAsync());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await set);
        await own.WatchAsync("n");
        RotomTransaction again = own.CreateTransaction();
        ValueTask<long> sum = again.StringIncrementAsync("n");
        Assert.True(await again.CommitAsync());
        Assert.Equal(6, await sum);
    }

    [Fact]
    public async Task What_is_given_to_it_may_change_afterwards()
    {
        await using TypedHost host = await TypedHost.StartAsync();
        byte[] value = [1, 2, 3];
        RotomTransaction transaction = host.Host.Client.CreateTransaction();
        ValueTask<bool> set = transaction.StringSetAsync("k", value);
        value[0] = 9;
        await transaction.CommitAsync();
        Assert.True(await set);
        Assert.Equal(new byte[] { 1, 2, 3 }, await host.Host.Client.StringGetAsync("k"));
    }

    [Fact]
    public async Task An_empty_one_is_committed_too()
    {
        await using TypedHost host = await TypedHost.StartAsync();
        Assert.True(await host.Host.Client.CreateTransaction().CommitAsync());
    }
}
