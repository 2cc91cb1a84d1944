using System;
using System.Text;
using Rotom.Compat.Server;
using Rotom.Compat.Wire;
using Xunit;

namespace Rotom.Compat.RealClients;

/// <summary>
/// Commands as a person types them into netcat, and what a server says to bad ones.
/// </summary>
public sealed class InlineTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Theory]
    [InlineData("PING\r\n", "+PONG")]
    [InlineData("PING\n", "+PONG")]
    [InlineData("  PING   \r\n", "+PONG")]
    [InlineData("\r\n\r\nPING\r\n", "+PONG")]
    [InlineData("ECHO \"a b\"\r\n", "$\"a b\"")]
    [InlineData("ECHO 'a \"b'\r\n", "$\"a \\x22b\"")]
    [InlineData("ECHO \"\\x41\\n\\\"\"\r\n", "$\"A\\x0a\\x22\"")]
    [InlineData("ECHO 'it\\'s'\r\n", "$\"it's\"")]
    [InlineData("ECHO \"\"\r\n", "$\"\"")]
    [InlineData("SET k v EX 100\r\n", "+OK")]
    [InlineData("GET\r\n", "-ERR wrong number of arguments for 'get' command")]
    [InlineData("nosuch \"a b\"\r\n",
        "-ERR unknown command 'nosuch', with args beginning with: 'a b' ")]
    [InlineData("*1\r\n$4\r\nPING\r\n", "+PONG")]
    [InlineData("*0\r\n*-1\r\nPING\r\n", "+PONG")]
    public void Line_is_answered_and_the_connection_goes_on(string line, string expected)
    {
        using RespConnection client = fixture.Empty().Connect();
        client.Send(Encoding.Latin1.GetBytes(line));
        Assert.Equal(expected, client.Read().ToString());
        Assert.Equal("$\"next\"", client.Call("ECHO", "next").ToString());
        Assert.True(client.IsSilent(), "more replies than commands");
    }

    [Theory]
    [InlineData("ECHO \"a\r\n", "-ERR Protocol error: unbalanced quotes in request\r\n")]
    [InlineData("ECHO \"a\"b\r\n", "-ERR Protocol error: unbalanced quotes in request\r\n")]
    [InlineData("*x\r\n", "-ERR Protocol error: invalid multibulk length\r\n")]
    [InlineData("*2147483648\r\n", "-ERR Protocol error: invalid multibulk length\r\n")]
    [InlineData("*1\r\n+PING\r\n", "-ERR Protocol error: expected '$', got '+'\r\n")]
    [InlineData("*1\r\n$x\r\n", "-ERR Protocol error: invalid bulk length\r\n")]
    [InlineData("*1\r\n$-1\r\n", "-ERR Protocol error: invalid bulk length\r\n")]
    [InlineData("*1\r\n$9223372036854775808\r\n", "-ERR Protocol error: invalid bulk length\r\n")]
    [InlineData("*1\r\n$536870913\r\n", "-ERR Protocol error: invalid bulk length\r\n")]
    public void Protocol_error_is_told_and_ends_the_connection(string bytes, string expected)
    {
        using RespConnection client = fixture.Empty().Connect();
        client.Send(Encoding.Latin1.GetBytes(bytes));
        Assert.Equal(expected, Encoding.Latin1.GetString(client.ReadToEnd()));
    }

    [Fact]
    public void Replies_before_a_protocol_error_still_arrive()
    {
        using RespConnection client = fixture.Empty().Connect();
        client.Send("*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPING\r\n*1\r\n!\r\n"u8);
        Assert.Equal("+PONG\r\n+PONG\r\n-ERR Protocol error: expected '$', got '!'\r\n",
            Encoding.Latin1.GetString(client.ReadToEnd()));
    }

    [Fact]
    public void Inline_line_over_the_limit_is_refused()
    {
        using RespConnection client = fixture.Empty().Connect();
        client.Send(Encoding.Latin1.GetBytes(new string('a', 70_000)));
        Assert.Equal("-ERR Protocol error: too big inline request\r\n",
            Encoding.Latin1.GetString(client.ReadToEnd()));
    }

    [Fact]
    public void Echoed_bytes_cannot_forge_a_second_reply()
    {
        using RespConnection client = fixture.Empty().Connect();
        RespReply error = client.Call("a\r\n+OK", "b\r\n$5");
        Assert.StartsWith("ERR unknown command 'a  +OK'", error.Text, StringComparison.Ordinal);
        Assert.Equal("+PONG", client.Call("PING").ToString());
        Assert.True(client.IsSilent(), "more replies than commands");
    }

    [Fact]
    public void Commands_cut_at_every_byte_are_answered_once()
    {
        using RespConnection client = fixture.Empty().Connect();
        byte[] command = RespConnection.Encode("SET", "key", "va\r\nlue");
        for (int cut = 1; cut < command.Length; cut++)
        {
            client.Send(command.AsSpan(0, cut));
            client.Send(command.AsSpan(cut));
            Assert.Equal("+OK", client.Read().ToString());
        }
        Assert.Equal("va\r\nlue", client.Ok("GET", "key").Text);
        Assert.True(client.IsSilent(), "more replies than commands");
    }

    [Fact]
    public void Quit_is_answered_before_the_connection_ends()
    {
        using RespConnection client = fixture.Empty().Connect();
        client.Send("*1\r\n$4\r\nQUIT\r\n*1\r\n$4\r\nPING\r\n"u8);
        Assert.Equal("+OK\r\n", Encoding.Latin1.GetString(client.ReadToEnd()));
    }
}
