using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Rotom.Actors.Client;
using Rotom.Actors.Hosting;
using Rotom.Engine;
using Rotom.Resp;
using Xunit;

namespace Rotom.Actors.Tests.Hosting;

/// <summary>What a listener to the source "Rotom" hears. Others may hear it too.</summary>
public sealed class ActivityTests : IDisposable
{
    private readonly string _directory =
        Path.Join(Path.GetTempPath(), "rotom-" + Guid.NewGuid().ToString("N"));

    public ActivityTests() => Directory.CreateDirectory(_directory);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_clients_call_is_an_activity_from_the_call_to_the_reply()
    {
        await using TestServer test = await TestServer.StartAsync();
        await using IRotomClient client = test.Server.CreateClient(database: 3);
        await client.StringSetAsync("unheard", "1");
        using Activity caller = new("caller");
        caller.Start();
        using Ear ear = new(activity => activity.TraceId == caller.TraceId);
        await client.StringSetAsync("k", "v");
        await Assert.ThrowsAsync<RespErrorException>(
            async () => await client.ExecuteAsync("LPUSH", "k", "x"));
        await client.TransactionAsync([new("INCR", "n"), new("INCR", "n")]);
        Assert.Same(caller, Activity.Current);
        Assert.Equal(["SET", "LPUSH", "EXEC"], ear.Heard.Select(a => a.OperationName));
        Activity set = ear.Heard.First();
        Assert.Equal(ActivityKind.Client, set.Kind);
        Assert.Equal(caller.SpanId, set.ParentSpanId);
        Assert.Equal("3", set.GetTagItem("db.namespace"));
        Assert.Equal("rotom", set.GetTagItem("rotom.server"));
        Assert.Equal(ActivityStatusCode.Unset, set.Status);
        Activity push = ear.Heard.ElementAt(1);
        Assert.Equal(ActivityStatusCode.Error, push.Status);
        Assert.Equal("WRONGTYPE", push.GetTagItem("error.type"));
    }

    [Fact]
    public async Task Commands_are_activities_when_the_host_asked_for_it()
    {
        string mark = Guid.NewGuid().ToString("N");
        using Ear ear = new(activity => activity.Kind == ActivityKind.Server);
        await using TestServer test = await TestServer.StartAsync(
            commands: new RotomCommands().Trace().Register(
                mark, 1, (ref CommandContext c) => c.Error("ERR no")));
        await using RespClient remote = await test.ConnectAsync();
        await Assert.ThrowsAsync<RespErrorException>(() => remote.CallAsync(mark));
        Activity heard = Assert.Single(
            ear.Heard,
            a => a.OperationName.Equals(mark, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(ActivityStatusCode.Error, heard.Status);
        Assert.Equal("0", heard.GetTagItem("db.namespace"));
        Assert.NotNull(heard.GetTagItem("rotom.client"));
    }

    [Fact]
    public async Task A_command_is_a_part_of_the_call_that_sent_it()
    {
        await using TestServer test = await TestServer.StartAsync(
            commands: new RotomCommands().Trace());
        await using IRotomClient client = test.Server.CreateClient();
        using Activity caller = new("caller");
        caller.Start();
        using Ear ear = new(activity => activity.TraceId == caller.TraceId);
        await client.StringSetAsync("k", "v");
        Assert.Equal("v", await client.StringReadAsync(
            "k", 0, (value, _) => System.Text.Encoding.UTF8.GetString(value)));
        await client.TransactionAsync([new("INCR", "n"), new("INCR", "n")]);
        Assert.Equal(
            ["SET of SET", "GET of GET", "INCR of EXEC", "INCR of EXEC", "EXEC of EXEC"],
            ear.Heard.Where(a => a.Kind == ActivityKind.Server)
                .Select(a => $"{a.OperationName} of {ear.Heard.Single(
                    parent => parent.SpanId == a.ParentSpanId).OperationName}"));
        Assert.All(
            ear.Heard.Where(a => a.Kind == ActivityKind.Client),
            a => Assert.Equal(caller.SpanId, a.ParentSpanId));
    }

    [Fact]
    public async Task Saves_rewrites_and_loads_are_activities()
    {
        using Ear ear = new(
            activity => activity.OperationName.StartsWith("rotom.", StringComparison.Ordinal));
        await using (TestServer test = await TestServer.StartAsync(config =>
        {
            config.Directory = _directory;
            config.AppendOnly = true;
        }))
        {
            await using RespClient client = await test.ConnectAsync();
            await client.CallAsync("SET", "k", "v");
            await client.CallAsync("SAVE");
            await client.CallAsync("BGSAVE");
            await ear.Hears("rotom.save", "background");
            await client.CallAsync("BGREWRITEAOF");
            await ear.Hears("rotom.rewrite", null);
        }

        await ear.Hears("rotom.load", null);
        await ear.Hears("rotom.save", "foreground");
        Assert.All(ear.Heard, a => Assert.True(a.IsStopped));
    }

    [Fact]
    public async Task A_listener_that_throws_loses_what_it_wanted_and_nothing_else()
    {
        await using TestServer test = await TestServer.StartAsync();
        await using IRotomClient client = test.Server.CreateClient();
        using Activity caller = new("caller");
        caller.Start();
        using Ear ear = new(activity => activity.TraceId == caller.TraceId
            ? throw new InvalidOperationException("a listener's own fault")
            : false);
        Assert.True(await client.StringSetAsync("k", "v"));
        Assert.Equal("v", await client.StringGetTextAsync("k"));
        Assert.Empty(ear.Heard);
    }

    private sealed class Ear : IDisposable
    {
        private readonly ActivityListener _listener;

        internal Ear(Predicate<Activity> wanted)
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == "Rotom",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) =>
                    ActivitySamplingResult.AllData,
                ActivityStopped = activity =>
                {
                    if (wanted(activity)) Heard.Enqueue(activity);
                },
            };
            ActivitySource.AddActivityListener(_listener);
        }

        internal ConcurrentQueue<Activity> Heard { get; } = new();

        public void Dispose() => _listener.Dispose();

        internal async Task Hears(string name, string? kind)
        {
            while (!Heard.Any(
                a => a.OperationName == name && (string?)a.GetTagItem("rotom.kind") == kind))
            {
                await Task.Delay(5);
            }
        }
    }
}
