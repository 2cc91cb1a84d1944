using System;
using System.Buffers;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Actors.Client;
using Rotom.Actors.Hosting;
using Rotom.Engine;
using Rotom.Resp;
using Rotom.TestHost;
using Xunit;

namespace Rotom.Actors.Tests.Client;

/// <summary>Values that a client in the process sees where they lie.</summary>
public sealed class ValueReadingTests
{
    private static readonly ValueReader<string, string> s_text =
        (value, prefix) => prefix + Encoding.UTF8.GetString(value);

    [Fact]
    public async Task A_function_is_shown_the_value_and_its_result_is_the_calls()
    {
        await using RotomTestHost host = await RotomTestHost.StartAsync();
        IRotomClient client = host.Client;
        await client.StringSetAsync("k", "value");
        await client.HashSetAsync("h", "f", "12345");
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("> value", await client.StringReadAsync("k", "> ", s_text));
            Assert.Equal("12345", await client.HashReadAsync("h", "f", "", s_text));
            Assert.Equal("none", await client.StringReadAsync("no", "", s_text, "none"));
            Assert.Null(await client.HashReadAsync("h", "no", "", s_text));
            Assert.Equal(5, await client.StringReadAsync("k", 0, (value, _) => value.Length));
            Assert.Equal("value", await client.StringGetTextAsync("k"));
        }

        RespErrorException wrong = await Assert.ThrowsAsync<RespErrorException>(
            async () => await client.StringReadAsync("h", "", s_text));
        Assert.Equal("WRONGTYPE", wrong.Code);
    }

    [Fact]
    public async Task An_exception_of_the_function_is_its_callers_and_nobody_elses()
    {
        await using RotomTestHost host = await RotomTestHost.StartAsync();
        IRotomClient client = host.Client;
        await client.StringSetAsync("k", "value");
        ValueTask<int> fails = client.StringReadAsync<int, int>(
            "k", 0, (_, _) => throw new InvalidOperationException("mine"));
        ValueTask<string?> after = client.StringReadAsync("k", "", s_text);
        InvalidOperationException fault = await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await fails);
        Assert.Equal("mine", fault.Message);
        Assert.Equal("value", await after);
        Assert.Equal(0, host.Server.Parts.Engine.Stats.InternalErrors);
        Assert.Equal(0, host.Server.Parts.Incidents.Recoveries);
    }

    [Fact]
    public async Task A_value_goes_straight_into_the_callers_memory()
    {
        await using RotomTestHost host = await RotomTestHost.StartAsync();
        IRotomClient client = host.Client;
        await client.StringSetAsync("k", "value");
        byte[] memory = new byte[6];
        Assert.Equal(5, await client.StringCopyToAsync("k", memory));
        Assert.Equal("value\0"u8, memory);
        memory.AsSpan().Clear();
        Assert.Equal(5, await client.StringCopyToAsync("k", memory.AsMemory(0, 4)));
        Assert.Equal(new byte[6], memory);
        Assert.Equal(-1, await client.StringCopyToAsync("no", memory));
        ArrayBufferWriter<byte> writer = new();
        Assert.Equal(5, await client.StringCopyToAsync("k", writer));
        Assert.Equal(5, await client.StringCopyToAsync("k", writer));
        Assert.Equal(-1, await client.StringCopyToAsync("no", writer));
        Assert.Equal("valuevalue"u8, writer.WrittenSpan);
    }

    [Fact]
    public async Task Where_nothing_can_be_shown_the_function_sees_the_reply()
    {
        await using TestServer test = await TestServer.StartAsync(
            c => c.Port = 0, commands: new RotomCommands().Use(next => next).Register(
                "ECHO.TWICE", 2, (ref CommandContext c) => c.Reply.Bulk(c[1])));
        await using IRotomClient client = test.Server.CreateClient();
        await client.StringSetAsync("k", "value");
        Assert.Equal("value", await client.StringReadAsync("k", "", s_text));
        await client.ExecuteAsync("MULTI");
        await Assert.ThrowsAsync<InvalidCastException>(
            async () => await client.StringReadAsync("k", "", s_text));
        Assert.Equal("value", (await client.ExecuteAsync("EXEC")).Items[0].AsString());
        Assert.Equal("value", await client.StringReadAsync("k", "", s_text));
    }

    [Fact]
    public async Task Rights_are_those_of_GET()
    {
        await using RotomTestHost host = await RotomTestHost.StartAsync();
        await host.Client.StringSetAsync("k", "value");
        await host.Client.ExecuteAsync("ACL", "SETUSER", "bob", "on", "nopass", "+hget", "~*");
        await using IRotomClient bob = host.Server.CreateClient(0, "bob");
        bool shown = false;
        RespErrorException denied = await Assert.ThrowsAsync<RespErrorException>(
            async () => await bob.StringReadAsync("k", 0, (_, _) => shown = true));
        Assert.Equal("NOPERM", denied.Code);
        Assert.False(shown);
    }

    [Fact]
    public async Task Many_callers_each_see_their_own_value_in_order()
    {
        const int callers = 4, calls = 2000;
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        IRotomClient client = test.Server.Client;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            string key = $"k{caller}";
            for (int i = 0; i < calls; i++)
            {
                ValueTask<long> sum = client.StringIncrementAsync(key);
                string read = (await client.StringReadAsync(key, "", s_text))!;
                Assert.Equal(await sum, long.Parse(read, null));
            }
        })));
    }

    [Fact]
    public async Task A_client_that_is_closed_shows_nothing_any_more()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        IRotomClient client = test.Server.CreateClient();
        await client.StringSetAsync("k", "value");
        int shown = 0;
        Task<int>[] calls = new Task<int>[100];
        for (int i = 0; i < calls.Length; i++)
        {
            calls[i] = client.StringReadAsync(
                "k", 0, (_, _) => Interlocked.Increment(ref shown)).AsTask();
        }

        await client.DisposeAsync();
        int answered = 0;
        foreach (Task<int> call in calls)
        {
            try
            {
                await call;
                answered++;
            }
            catch (RespConnectionException)
            {
                // It came too late.
            }
        }

        Assert.InRange(shown, answered, calls.Length);
        await Assert.ThrowsAsync<RespConnectionException>(
            async () => await client.StringReadAsync("k", "", s_text));
    }
}
