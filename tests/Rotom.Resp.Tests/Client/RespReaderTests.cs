using System;
using System.Text;
using Rotom.Resp;
using Xunit;

namespace Rotom.Resp.Tests.Client;

// Goal: every type of RESP2 and RESP3 comes out as the same value however it is cut, and what is
// not RESP, or too much of it, is refused without being stored.
public class RespReaderTests
{
    [Theory]
    [InlineData("+OK\r\n", RespKind.SimpleString, "OK")]
    [InlineData("+\r\n", RespKind.SimpleString, "")]
    [InlineData("-ERR no\r\n", RespKind.Error, "ERR no")]
    [InlineData("!6\r\nERR no\r\n", RespKind.Error, "ERR no")]
    [InlineData(":0\r\n", RespKind.Integer, "0")]
    [InlineData(":-9223372036854775808\r\n", RespKind.Integer, "-9223372036854775808")]
    [InlineData(":+12\r\n", RespKind.Integer, "12")]
    [InlineData("$0\r\n\r\n", RespKind.BulkString, "")]
    [InlineData("$5\r\nhe\r\no\r\n", RespKind.BulkString, "he\r\no")]
    [InlineData("$-1\r\n", RespKind.Null, "(nil)")]
    [InlineData("*-1\r\n", RespKind.Null, "(nil)")]
    [InlineData("_\r\n", RespKind.Null, "(nil)")]
    [InlineData(",3.25\r\n", RespKind.Double, "3.25")]
    [InlineData(",1e+20\r\n", RespKind.Double, "1e+20")]
    [InlineData(",inf\r\n", RespKind.Double, "inf")]
    [InlineData(",-inf\r\n", RespKind.Double, "-inf")]
    [InlineData(",nan\r\n", RespKind.Double, "nan")]
    [InlineData("#t\r\n", RespKind.Boolean, "true")]
    [InlineData("#f\r\n", RespKind.Boolean, "false")]
    [InlineData("(-3492890328409238509324850943850943825024385\r\n", RespKind.BigNumber,
        "-3492890328409238509324850943850943825024385")]
    [InlineData("=8\r\ntxt:some\r\n", RespKind.VerbatimString, "some")]
    [InlineData("*0\r\n", RespKind.Array, "[]")]
    [InlineData("*2\r\n:1\r\n*1\r\n+a\r\n", RespKind.Array, "[1, [a]]")]
    [InlineData("%1\r\n+k\r\n:1\r\n", RespKind.Map, "map[k, 1]")]
    [InlineData("~2\r\n+a\r\n+b\r\n", RespKind.Set, "set[a, b]")]
    [InlineData(">2\r\n+message\r\n$1\r\nx\r\n", RespKind.Push, "push[message, x]")]
    [InlineData("$?\r\n;4\r\nHell\r\n;6\r\no worl\r\n;1\r\nd\r\n;0\r\n", RespKind.BulkString,
        "Hello world")]
    [InlineData("$?\r\n;0\r\n", RespKind.BulkString, "")]
    [InlineData("*?\r\n:1\r\n*?\r\n.\r\n:2\r\n.\r\n", RespKind.Array, "[1, [], 2]")]
    [InlineData("%?\r\n+a\r\n:1\r\n.\r\n", RespKind.Map, "map[a, 1]")]
    [InlineData("~?\r\n.\r\n", RespKind.Set, "set[]")]
    [InlineData("|1\r\n+ttl\r\n:3\r\n$1\r\nv\r\n", RespKind.BulkString, "v")]
    [InlineData("|0\r\n:1\r\n", RespKind.Integer, "1")]
    [InlineData("*2\r\n|1\r\n+a\r\n*1\r\n+b\r\n*1\r\n:1\r\n:2\r\n", RespKind.Array, "[[1], 2]")]
    public void Every_type_is_read_whole_and_in_any_two_or_in_single_bytes(
        string text, RespKind kind, string shown)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            RespReader reader = new();
            RespReadResult result = reader.Read(bytes.AsSpan(0, cut), out int consumed);
            Assert.Equal(cut == bytes.Length, result == RespReadResult.Value);
            Assert.Equal(cut, consumed);
            if (cut < bytes.Length) result = reader.Read(bytes.AsSpan(cut), out consumed);
            Check(reader, result);
        }

        RespReader single = new();
        RespReadResult last = RespReadResult.NeedMore;
        for (int i = 0; i < bytes.Length; i++)
        {
            Assert.Equal(RespReadResult.NeedMore, last);
            last = single.Read(bytes.AsSpan(i, 1), out _);
        }

        Check(single, last);

        void Check(RespReader reader, RespReadResult result)
        {
            Assert.Equal(RespReadResult.Value, result);
            Assert.Equal(kind, reader.Value.Kind);
            Assert.Equal(shown, reader.Value.ToString());
            Assert.True(reader.IsIdle);
        }
    }

    [Fact]
    public void Attributes_belong_to_the_value_behind_them()
    {
        RespValue value = Read("*2\r\n|1\r\n+ttl\r\n:3600\r\n$1\r\nv\r\n:2\r\n"u8);
        Assert.Empty(value.Attributes);
        Assert.Equal(["ttl", "3600"], [.. System.Linq.Enumerable.Select(
            value.Items[0].Attributes, a => a.AsString()!)]);
        Assert.Empty(value.Items[1].Attributes);
    }

    [Theory]
    [InlineData("x\r\n")]
    [InlineData("\r\n")]
    [InlineData("+OK\n")]
    [InlineData("+\n")]
    [InlineData(":\r\n")]
    [InlineData(":1a\r\n")]
    [InlineData(":+-1\r\n")]
    [InlineData(":9223372036854775808\r\n")]
    [InlineData(",\r\n")]
    [InlineData(",1.2.3\r\n")]
    [InlineData(",0x10\r\n")]
    [InlineData("#x\r\n")]
    [InlineData("_x\r\n")]
    [InlineData("(1.5\r\n")]
    [InlineData("(-\r\n")]
    [InlineData("$-2\r\n")]
    [InlineData("$01\r\n")]
    [InlineData("$4294967297\r\n")]
    [InlineData("*4294967297\r\n")]
    [InlineData("*2147483647\r\n")]
    [InlineData("%1073741824\r\n")]
    [InlineData("$1\r\nab\r\n")]
    [InlineData("$1\r\na\rb")]
    [InlineData("=2\r\nab\r\n")]
    [InlineData("=5\r\ntxt-a\r\n")]
    [InlineData("!-1\r\n")]
    [InlineData(";1\r\na\r\n")]
    [InlineData("$?\r\n+OK\r\n")]
    [InlineData(".\r\n")]
    [InlineData("*1\r\n.\r\n")]
    [InlineData("%?\r\n+a\r\n.\r\n")]
    [InlineData("*?\r\n|1\r\n+a\r\n+b\r\n.\r\n")]
    [InlineData("*1\r\n>1\r\n+a\r\n")]
    [InlineData(">0\r\n")]
    [InlineData("|1\r\n+a\r\n+b\r\n|1\r\n+a\r\n+b\r\n:1\r\n")]
    public void What_is_no_resp_is_refused(string text)
    {
        Assert.Throws<RespProtocolException>(() => Read(Encoding.Latin1.GetBytes(text)));
    }

    [Theory]
    [InlineData("*1\r\n")]
    [InlineData("%1\r\n")]
    [InlineData("*?\r\n")]
    [InlineData("|1\r\n")]
    public void Nesting_ends_at_the_limit(string level)
    {
        RespReader reader = new(new RespReaderLimits { DepthMax = 10 });
        byte[] bytes = Encoding.ASCII.GetBytes(level);
        if (level[0] == '|') bytes = Encoding.ASCII.GetBytes("|1\r\n+k\r\n*1\r\n");
        int depth = 0;
        Assert.Throws<RespProtocolException>(() =>
        {
            for (; depth < 100_000; depth++) reader.Read(bytes, out _);
        });
        Assert.InRange(depth, 1, 10);
    }

    [Fact]
    public void Limits_on_lines_strings_items_and_the_whole_reply_hold()
    {
        RespReaderLimits limits = new()
        {
            LineBytesMax = 10, BulkBytesMax = 20, ItemCountMax = 4, ReplyBytesMax = 60,
        };
        Assert.Throws<RespProtocolException>(() => Read("+0123456789\r\n"u8.ToArray(), limits));
        Assert.Throws<RespProtocolException>(() => Read("+01234567890123"u8.ToArray(), limits));
        Assert.Throws<RespProtocolException>(() => Read("$21\r\n"u8.ToArray(), limits));
        Assert.Throws<RespProtocolException>(
            () => Read("$?\r\n;20\r\n01234567890123456789\r\n;1\r\n"u8.ToArray(), limits));
        Assert.Throws<RespProtocolException>(() => Read("*5\r\n"u8.ToArray(), limits));
        Assert.Throws<RespProtocolException>(() => Read("%3\r\n"u8.ToArray(), limits));
        Assert.Throws<RespProtocolException>(
            () => Read("*?\r\n:1\r\n:2\r\n:3\r\n:4\r\n:5\r\n"u8.ToArray(), limits));
        string twenty = "$20\r\n01234567890123456789\r\n";
        Assert.Throws<RespProtocolException>(
            () => Read(Encoding.ASCII.GetBytes("*3\r\n" + twenty + twenty + twenty), limits));
    }

    [Fact]
    public void An_announced_length_allocates_nothing()
    {
        RespReader reader = new();
        byte[] bytes = "*1\r\n$536870912\r\nabc"u8.ToArray();
        long before = GC.GetAllocatedBytesForCurrentThread();
        reader.Read(bytes, out _);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 64 << 10, $"{allocated} bytes");
    }

    [Fact]
    public void A_large_string_is_received_into_its_own_array()
    {
        byte[] value = new byte[1_000_000];
        new Random(5).NextBytes(value);
        RespReader reader = new();
        Assert.Equal(RespReadResult.NeedMore, reader.Read("$1000000\r\n"u8, out _));
        int at = 0;
        while (!reader.BulkSpace.IsEmpty)
        {
            Memory<byte> space = reader.BulkSpace;
            int n = Math.Min(space.Length, 100_000);
            value.AsSpan(at, n).CopyTo(space.Span);
            reader.BulkReceived(n);
            at += n;
        }

        reader.Read(value.AsSpan(at), out _);
        Assert.Equal(RespReadResult.Value, reader.Read("\r\n"u8, out _));
        Assert.True(reader.Value.Bytes.Span.SequenceEqual(value));
    }

    private static RespValue Read(ReadOnlySpan<byte> bytes, RespReaderLimits? limits = null)
    {
        RespReader reader = new(limits);
        Assert.Equal(RespReadResult.Value, reader.Read(bytes, out int consumed));
        Assert.Equal(bytes.Length, consumed);
        return reader.Value;
    }
}
