using System;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Actors.Client;
using Rotom.Actors.Hosting;
using Rotom.Engine;
using Rotom.Resp;
using Xunit;

namespace Rotom.Actors.Tests.Client;

public sealed class HostedCommandTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Commands_and_middleware_of_the_host_serve_both_doors()
    {
        long calls = 0;
        RotomCommands commands = new RotomCommands()
            .Register("HELLO.WORLD", -1, (ref CommandContext c) => c.Reply.Bulk("hi"u8))
            .Use(next => (ref CommandContext c) =>
            {
                if (c.Command.Name == "hello.world") calls++;
                next(ref c);
            });
        await using TestServer test = await TestServer.StartAsync(commands: commands);
        await using RespClient remote = await test.ConnectAsync();
        Assert.Equal("hi", (await remote.CallAsync("HELLO.WORLD")).AsString());
        Assert.Equal("hi", (await test.Server.Client.ExecuteAsync("hello.world")).AsString());
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task An_asynchronous_command_holds_up_its_client_only_and_reaches_keys()
    {
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        RotomCommands commands = new RotomCommands().RegisterAsync("SLOW.COUNT", 2, async c =>
        {
            await gate.Task;
            return RespValue.Integer(await c.Client.StringIncrementAsync(c.Words[1]));
        });
        await using TestServer test = await TestServer.StartAsync(commands: commands);
        await using RespClient remote = await test.ConnectAsync();
        Task<RespValue> slow = remote.CallAsync("SLOW.COUNT", "n");
        Task<RespValue> behind = remote.CallAsync("GET", "n");
        Assert.True(await test.Server.Client.StringSetAsync("n", "41"));
        Assert.False(slow.IsCompleted);
        gate.SetResult();
        Assert.Equal(42, (await slow.WaitAsync(s_patience)).AsInteger());
        Assert.Equal("42", (await behind.WaitAsync(s_patience)).AsString());
    }

    [Fact]
    public async Task An_asynchronous_command_may_call_another_by_the_client_it_is_given()
    {
        RotomCommands commands = new RotomCommands()
            .RegisterAsync("INNER", 1, async c =>
            {
                await c.Client.StringIncrementAsync("n");
                return RespValue.Ok;
            })
            .RegisterAsync("OUTER", 1, c => c.Client.ExecuteAsync("INNER"));
        await using TestServer test = await TestServer.StartAsync(commands: commands);
        Task<RespValue> outer = test.Server.Client.ExecuteAsync("OUTER").AsTask();
        Assert.Equal("OK", (await outer.WaitAsync(s_patience)).AsString());
        Assert.Equal("1", await test.Server.Client.StringGetTextAsync("n"));
    }

    [Fact]
    public async Task An_asynchronous_command_is_cancelled_when_its_client_goes()
    {
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        RotomCommands commands = new RotomCommands().RegisterAsync("WAIT.EVER", 1, async c =>
        {
            begun.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, c.Cancellation);
            }
            finally
            {
                cancelled.SetResult();
            }

            return RespValue.Ok;
        });
        await using TestServer test = await TestServer.StartAsync(commands: commands);
        RespClient remote = await test.ConnectAsync();
        Task<RespValue> call = remote.CallAsync("WAIT.EVER");
        await begun.Task.WaitAsync(s_patience);
        await remote.DisposeAsync();
        await cancelled.Task.WaitAsync(s_patience);
        await Assert.ThrowsAsync<RespConnectionException>(() => call);
    }

    [Fact]
    public async Task An_asynchronous_command_that_fails_is_an_error_for_its_client()
    {
        RotomCommands commands = new RotomCommands()
            .RegisterAsync("BAD", 1, _ => throw new FormatException("no format"))
            .RegisterAsync("WORSE", 1, _ => throw new RespErrorException("MINE it is"));
        await using TestServer test = await TestServer.StartAsync(commands: commands);
        await using IRotomClient client = test.Server.CreateClient();
        RespErrorException error = await Assert.ThrowsAsync<RespErrorException>(
            async () => await client.ExecuteAsync("BAD"));
        Assert.Equal("ERR internal error: 'BAD' failed: no format", error.Message);
        error = await Assert.ThrowsAsync<RespErrorException>(
            async () => await client.ExecuteAsync("WORSE"));
        Assert.Equal("MINE it is", error.Message);
    }
}
