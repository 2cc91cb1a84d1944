using System;
using System.Linq;
using System.Text;
using Rotom.Resp;
using Xunit;

namespace Rotom.Resp.Tests.Reading;

// Goal: every form of request, every error text of Redis 7.0, and the limits before and after
// authentication. Method: bytes in, commands or error out; texts were compared with redis-server.
public class RequestParserTests
{
    [Theory]
    [InlineData("*1\r\n$4\r\nPING\r\n", "PING")]
    [InlineData("*2\r\n$3\r\nGET\r\n$16\r\n0123456789abcdef\r\n", "GET|0123456789abcdef")]
    [InlineData("*2\r\n$3\r\nGET\r\n$0\r\n\r\n", "GET|")]
    [InlineData("*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPONG\r\n", "PING;PONG")]
    [InlineData("*0\r\n*1\r\n$4\r\nPING\r\n", "PING")]
    [InlineData("*-1\r\nPING\r\n", "PING")]
    [InlineData("*-10\r\n*0\r\n\r\nPING\r\n", "PING")]
    [InlineData("PING\r\n", "PING")]
    [InlineData("PING\n", "PING")]
    [InlineData("\r\n\n   \r\nPING\r\n", "PING")]
    [InlineData("  SET \t k   v  \r\n*1\r\n$4\r\nPING\r\n", "SET|k|v;PING")]
    [InlineData("SET k \"a b\"\r\n", "SET|k|a b")]
    [InlineData("SET k \"\\x41\\n\\t\\q\\\"\\xZ1\"\r\n", "SET|k|A\n\tq\"xZ1")]
    [InlineData("SET k 'a\\'b\\n'\r\n", "SET|k|a'b\\n")]
    [InlineData("SET k a\"b c\" \"\"\r\n", "SET|k|ab c|")]
    [InlineData("SET a\vb \vc\r\n", "SET|a\vb|c")]
    [InlineData("*1\r\n$2\r\n\r\n\r\n", "\r\n")]
    public void Requests_come_out_as_commands(string input, string expected)
    {
        ParsedCommands parsed = new();
        parsed.Feed(Encoding.Latin1.GetBytes(input));
        Assert.Equal(expected, string.Join(';', parsed.Commands.Select(c => string.Join('|', c))));
        Assert.Null(parsed.Error);
        Assert.Equal(0, parsed.Buffer.Length);
    }

    [Theory]
    [InlineData("*a\r\n", "invalid multibulk length")]
    [InlineData("*\r\n", "invalid multibulk length")]
    [InlineData("*01\r\n", "invalid multibulk length")]
    [InlineData("*:\r\n", "invalid multibulk length")]
    [InlineData("*/\r\n", "invalid multibulk length")]
    [InlineData("*1\r\n$:\r\n", "invalid bulk length")]
    [InlineData("*1\r\n$1:\r\n", "invalid bulk length")]
    [InlineData("*1\r\n$:1\r\n", "invalid bulk length")]
    [InlineData("*+1\r\n", "invalid multibulk length")]
    [InlineData("* 1\r\n", "invalid multibulk length")]
    [InlineData("*1\rX", "invalid multibulk length")]
    [InlineData("*2147483648\r\n", "invalid multibulk length")]
    [InlineData("*4294967297\r\n", "invalid multibulk length")]
    [InlineData("*1\n$4\nPING\r\n", "invalid multibulk length")]
    [InlineData("*1\r\nfoo\r\n", "expected '$', got 'f'")]
    [InlineData("*1\r\n:1\r\n", "expected '$', got ':'")]
    [InlineData("*1\r\n\u00e9\r\n", "expected '$', got '\u00e9'")]
    [InlineData("*1\r\n\r\n", "expected '$', got '\r'")]
    [InlineData("*1\r\n$\r\n", "invalid bulk length")]
    [InlineData("*1\r\n$-1\r\n", "invalid bulk length")]
    [InlineData("*1\r\n$05\r\nhello\r\n", "invalid bulk length")]
    [InlineData("*1\r\n$x\r\n", "invalid bulk length")]
    [InlineData("*1\r\n$536870913\r\n", "invalid bulk length")]
    [InlineData("*1\r\n$9223372036854775808\r\n", "invalid bulk length")]
    [InlineData("*1\r\n$5\r\nhelloXX", "expected CRLF after bulk string")]
    [InlineData("*1\r\n$5\r\nhello\r\r", "expected CRLF after bulk string")]
    [InlineData("SET k \"a\r\n", "unbalanced quotes in request")]
    [InlineData("SET k \"a\"b\r\n", "unbalanced quotes in request")]
    [InlineData("SET k 'a\r\n", "unbalanced quotes in request")]
    [InlineData("SET k \"a\\\r\n", "unbalanced quotes in request")]
    public void Broken_requests_end_in_the_protocol_error_of_redis(string input, string error)
    {
        ParsedCommands parsed = new();
        parsed.Feed(Encoding.Latin1.GetBytes("*1\r\n$4\r\nPING\r\n" + input + "PING\r\n"));
        Assert.Equal("ERR Protocol error: " + error, parsed.Error);
        Assert.Equal(QueryResult.ProtocolError, parsed.Result);
        Assert.Equal("PING", Assert.Single(Assert.Single(parsed.Commands)));
    }

    [Theory]
    [InlineData("", "", "too big inline request")]
    [InlineData("*", "", "too big mbulk count string")]
    [InlineData("*1\r\n$", "", "too big bulk count string")]
    public void Lines_beyond_64_KiB_are_refused_with_or_without_their_end(
        string before, string after, string error)
    {
        foreach (string end in new[] { after, "\r\n" })
        {
            ParsedCommands parsed = new();
            parsed.Feed(Encoding.Latin1.GetBytes(before + new string('1', 65537) + end));
            Assert.Equal("ERR Protocol error: " + error, parsed.Error);
        }
    }

    [Fact]
    public void An_inline_request_of_64_KiB_is_taken()
    {
        ParsedCommands parsed = new();
        parsed.Feed(Encoding.Latin1.GetBytes(new string('x', 65536) + "\n"));
        Assert.Equal(65536, Assert.Single(Assert.Single(parsed.Commands)).Length);
    }

    [Theory]
    [InlineData("*11\r\n", "unauthenticated multibulk length")]
    [InlineData("*100\r\n", "unauthenticated multibulk length")]
    [InlineData("*1\r\n$16385\r\n", "unauthenticated bulk length")]
    [InlineData("*1\r\n$100000000\r\n", "unauthenticated bulk length")]
    public void Unknown_clients_have_tight_limits(string input, string error)
    {
        ParsedCommands parsed = new(authenticated: false);
        parsed.Feed(Encoding.Latin1.GetBytes(input));
        Assert.Equal("ERR Protocol error: " + error, parsed.Error);
    }

    [Fact]
    public void Unknown_clients_may_send_ten_arguments_of_16_KiB()
    {
        string bulk = "$16384\r\n" + new string('x', 16384) + "\r\n";
        ParsedCommands parsed = new(authenticated: false);
        string ten = string.Concat(Enumerable.Repeat(bulk, 10));
        parsed.Feed(Encoding.Latin1.GetBytes("*10\r\n" + ten));
        Assert.Equal(10, Assert.Single(parsed.Commands).Length);
    }

    [Fact]
    public void An_announced_million_arguments_cost_nothing_before_they_come()
    {
        ParsedCommands parsed = new();
        parsed.Feed("PING\r\n"u8);
        byte[] hostile = "*2147483647\r\n$536870912\r\n"u8.ToArray();
        long before = GC.GetAllocatedBytesForCurrentThread();
        parsed.Feed(hostile);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 4096, $"{allocated} bytes");
        Assert.Equal(QueryResult.Ok, parsed.Result);
    }
}
