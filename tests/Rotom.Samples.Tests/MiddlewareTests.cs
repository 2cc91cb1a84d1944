using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Middleware;
using Rotom.Engine;
using Rotom.Resp;
using Rotom.TestHost;
using Xunit;

namespace Rotom.Samples.Tests;

/// <summary>The pieces of middleware of the sample, each by itself, on virtual time.</summary>
public sealed class MiddlewareTests
{
    [Fact]
    public async Task Quotas_refuse_what_is_too_much_and_come_back_with_time()
    {
        await using RotomTestHost host = await RotomTestHost.StartAsync(
            rotom => rotom.Commands.Use(Acl.Write, new Quotas(burst: 3, perSecond: 0.5).Around));
        for (int i = 0; i < 3; i++) await host.Client.StringSetAsync("k", "v");
        RespErrorException refused = await Assert.ThrowsAsync<RespErrorException>(
            async () => await host.Client.StringSetAsync("k", "w"));
        Assert.StartsWith("ERR your quota", refused.Message, StringComparison.Ordinal);
        Assert.Equal("v", await host.Client.StringGetTextAsync("k"));
        await host.AdvanceAsync(TimeSpan.FromSeconds(2));
        await host.Client.StringSetAsync("k", "x");
        await Assert.ThrowsAsync<RespErrorException>(
            async () => await host.Client.StringSetAsync("k", "y"));
        await host.AdvanceAsync(TimeSpan.FromHours(1));
        for (int i = 0; i < 3; i++) await host.Client.StringSetAsync("k", "v");
        await Assert.ThrowsAsync<RespErrorException>(
            async () => await host.Client.StringSetAsync("k", "w"));
    }

    [Theory]
    [InlineData("secret", true)]
    [InlineData("Secret", false)]
    [InlineData("", false)]
    public async Task Passwords_decide_who_may_become_a_user(string password, bool may)
    {
        Passwords passwords = new Passwords().Add("ann", "secret").Add("bob", "other");
        await using RotomTestHost host = await RotomTestHost.StartAsync(rotom =>
        {
            rotom.Users.Add("default off");
            rotom.Users.Add("ann on nopass ~* +@all");
            rotom.Commands.Wrap("auth", passwords.Around).Wrap("hello", passwords.Around);
        });
        await using RespConnection raw = new(host.ConnectStream());
        RespValue auth = await raw.ExecuteAsync("AUTH", "ann", password);
        Assert.Equal(may, !auth.IsError);
        RespValue who = await raw.ExecuteAsync("ACL", "WHOAMI");
        Assert.Equal(may ? "ann" : "NOAUTH Authentication required.", who.AsString());
        foreach (RespArgument[] way in new RespArgument[][]
        {
            ["AUTH", "secret"], ["AUTH", "bob", "other"], ["AUTH", "nobody", password],
            ["HELLO", "3", "AUTH", "ann", "wrong"], ["HELLO", "3", "AUTH", "ann"],
        })
        {
            await using RespConnection other = new(host.ConnectStream());
            Assert.True((await other.ExecuteAsync(way)).IsError);
            Assert.True((await other.ExecuteAsync("GET", "k")).IsError);
        }
    }

    [Fact]
    public async Task Statistics_count_by_user()
    {
        Statistics statistics = new();
        await using RotomTestHost host = await RotomTestHost.StartAsync(rotom => rotom.Commands
            .Register("STATS.USERS", 1, statistics.Show, CommandFlags.ReadOnly)
            .Use(statistics.Around));
        await host.Client.StringSetAsync("k", "v");
        await Assert.ThrowsAsync<RespErrorException>(
            async () => await host.Client.ExecuteAsync("LPOP", "k"));
        RespValue said = await host.Client.ExecuteAsync("STATS.USERS");
        Assert.Equal("default: 2 calls, 1 errors", Assert.Single(said.Items).AsString());
    }

    [Fact]
    public async Task The_log_tells_of_errors_and_of_what_is_slow_and_keeps_arguments_to_itself()
    {
        Lines lines = new();
        await using RotomTestHost host = await RotomTestHost.StartAsync(
            rotom => rotom.Commands.Use(new CommandLog(lines, slow: TimeSpan.Zero).Around));
        await host.Client.StringSetAsync("k", "secret");
        await Assert.ThrowsAsync<RespErrorException>(
            async () => await host.Client.ExecuteAsync("LPOP", "k"));
        Assert.StartsWith("Information: set took ", lines.All[0], StringComparison.Ordinal);
        Assert.StartsWith("Warning: default lpop: -WRONGTYPE", lines.All[1],
            StringComparison.Ordinal);
        Assert.DoesNotContain("secret", string.Join(' ', lines.All), StringComparison.Ordinal);
    }

    private sealed class Lines : ILogger
    {
        internal List<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            All.Add($"{logLevel}: {formatter(state, exception)}");
    }
}
