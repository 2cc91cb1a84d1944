using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Rotom.Resp;
using Rotom.TestHost;
using Xunit;

namespace Rotom.Actors.Tests.Hosting;

public sealed class RotomTestHostTests
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Time_stands_still_until_it_is_advanced()
    {
        await using RotomTestHost host = await RotomTestHost.StartAsync();
        DateTimeOffset before = host.Now;
        await host.Client.StringSetAsync("k", "v", s_hour);
        await host.AdvanceAsync(s_hour - TimeSpan.FromMilliseconds(1));
        Assert.Equal(TimeSpan.FromMilliseconds(1), await host.Client.KeyTimeToLiveAsync("k"));
        await host.AdvanceAsync(TimeSpan.FromMilliseconds(2));
        Assert.False(await host.Client.KeyExistsAsync("k"));
        Assert.Equal(s_hour + TimeSpan.FromMilliseconds(1), host.Now - before);
    }

    [Fact]
    public async Task Advance_deletes_every_key_whose_time_is_over_and_tells_of_it()
    {
        await using RotomTestHost host = await RotomTestHost.StartAsync();
        await host.Client.ExecuteAsync("CONFIG", "SET", "notify-keyspace-events", "Ex");
        await using var expired = await host.Client.SubscribeAsync("__keyevent@0__:expired");
        for (int i = 0; i < 1000; i++) await host.Client.StringSetAsync($"k:{i}", "v", s_hour);
        await host.AdvanceAsync(s_hour + TimeSpan.FromSeconds(1));
        RespValue info = await host.Client.ExecuteAsync("INFO", "stats");
        Assert.Contains("expired_keys:1000\r\n", info.AsString(), StringComparison.Ordinal);
        HashSet<string> heard = [];
        for (int i = 0; i < 1000; i++) heard.Add((await expired.ReadAsync()).Text);
        Assert.Equal(1000, heard.Count);
    }

    [Fact]
    public async Task Advance_ends_the_waiting_of_clients()
    {
        await using RotomTestHost host = await RotomTestHost.StartAsync();
        await using var client = host.Server.CreateClient();
        Task<RespValue> pop = client.ExecuteAsync("BLPOP", "q", 30).AsTask();
        await host.AdvanceAsync(TimeSpan.FromSeconds(29));
        Assert.False(pop.IsCompleted);
        await host.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.True((await pop.WaitAsync(TimeSpan.FromSeconds(10))).IsNull);
    }

    [Fact]
    public async Task The_same_seed_draws_the_same()
    {
        List<string> runs = [];
        foreach (ulong seed in new ulong[] { 7, 7, 8 }) runs.Add(await Draw(seed));
        Assert.Equal(runs[0], runs[1]);
        Assert.NotEqual(runs[0], runs[2]);
    }

    [Fact]
    public async Task Twenty_hosts_at_once_do_the_same()
    {
        string[] runs = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Draw(3)));
        Assert.Single(runs.Distinct());
    }

    [Fact]
    public async Task A_state_is_restored_with_types_databases_and_times()
    {
        await using RotomTestHost host = await RotomTestHost.StartAsync();
        await host.Client.StringSetAsync("s", "1", s_hour);
        await host.Client.ListRightPushAsync("l", "a");
        await host.Client.HashSetAsync("h", "f", "v");
        await using (var third = host.Server.CreateClient(3)) await third.SetAddAsync("m", "x");
        TestState state = await host.SaveStateAsync();
        Assert.Equal(4, state.Count);
        await host.FlushAsync();
        await host.Client.StringSetAsync("other", "1");
        await host.RestoreStateAsync(state);
        Assert.Equal(3, (await host.Client.ExecuteAsync("DBSIZE")).AsInteger());
        Assert.Equal(s_hour, await host.Client.KeyTimeToLiveAsync("s"));
        Assert.Equal("v", Encoding.ASCII.GetString((await host.Client.HashGetAsync("h", "f"))!));
        await using var again = host.Server.CreateClient(3);
        Assert.True(await again.SetContainsAsync("m", "x"));
    }

    [Fact]
    public async Task It_listens_on_a_port_that_the_system_chooses_when_asked()
    {
        await using RotomTestHost host = await RotomTestHost.StartAsync(
            options => options.Port = Rotom.Actors.Hosting.RotomOptions.AnyPort);
        using TcpClient tcp = new();
        await tcp.ConnectAsync((IPEndPoint)host.EndPoint!);
        await using RespClient client = await RespClient.ConnectAsync(tcp.GetStream());
        Assert.Equal("PONG", (await client.CallAsync("PING")).AsString());
        await using RotomTestHost silent = await RotomTestHost.StartAsync();
        Assert.Null(silent.EndPoint);
        await using Stream stream = silent.ConnectStream();
        await using RespClient inside = await RespClient.ConnectAsync(stream);
        Assert.Equal("PONG", (await inside.CallAsync("PING")).AsString());
    }

    private static async Task<string> Draw(ulong seed)
    {
        await using RotomTestHost host = await RotomTestHost.StartAsync(seed: seed);
        StringBuilder trace = new();
        for (int i = 0; i < 40; i++)
        {
            await host.Client.SetAddAsync("s", $"m:{i}");
            await host.Client.StringSetAsync($"k:{i}", "v", TimeSpan.FromSeconds(i + 1));
        }

        for (int i = 0; i < 10; i++)
        {
            // What depends on chance, on hashes' seeds, and on the time.
            trace.Append(await host.Client.ExecuteAsync("SPOP", "s")).Append(' ');
            trace.Append(await host.Client.ExecuteAsync("SRANDMEMBER", "s", 3)).Append(' ');
            trace.Append(await host.Client.ExecuteAsync("RANDOMKEY")).Append(' ');
            trace.Append(await host.Client.ExecuteAsync("SCAN", 0, "COUNT", 5)).Append(' ');
            trace.Append(await host.Client.ExecuteAsync("DBSIZE")).Append(' ');
            trace.Append(await host.Client.ExecuteAsync("TIME")).Append(' ');
            await host.AdvanceAsync(TimeSpan.FromSeconds(i));
        }

        return trace.ToString();
    }
}
