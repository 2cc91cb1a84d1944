using System;
using System.Linq;
using System.Threading;
using Rotom.Compat.Server;
using Rotom.Compat.Wire;
using Xunit;

namespace Rotom.Compat.RealClients;

/// <summary>
/// A client holds memory for its input only while a command is incomplete; in place of Redis' unit
/// querybuf, which expects a buffer of 16 KiB with every client that has spoken.
/// </summary>
public sealed class QueryBufferTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Theory]
    [InlineData(100)]
    [InlineData(400_000)]
    public void Half_a_command_is_held_and_shown_and_given_back(int length)
    {
        ServerProcess server = fixture.Empty();
        using RespConnection observer = server.Connect();
        using RespConnection client = server.Connect();
        client.Ok("CLIENT", "SETNAME", "half");
        byte[] command = RespConnection.Encode("SET", "k", new string('v', length));
        client.Send(command.AsSpan(0, command.Length / 2));
        bool held = SpinWait.SpinUntil(() => Field(observer, "qbuf") > 0, 5_000);
        Assert.True(held, "half a command is not shown");
        Assert.InRange(Field(observer, "tot-mem"), command.Length / 2, command.Length * 4 + 65_536);
        client.Send(command.AsSpan(command.Length / 2));
        Assert.Equal("+OK", client.Read().ToString());
        if (ServerProcess.IsOurs)
            Assert.Equal(0, Field(observer, "qbuf") + Field(observer, "qbuf-free"));
    }

    private static long Field(RespConnection observer, string name)
    {
        string line = observer.Ok("CLIENT", "LIST").Text.Split('\n')
            .First(l => l.Contains(" name=half ", StringComparison.Ordinal));
        string field = line.Split(' ').First(
            f => f.StartsWith(name + "=", StringComparison.Ordinal));
        return long.Parse(field[(name.Length + 1)..]);
    }
}
