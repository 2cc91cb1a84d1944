using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Rotom.Resp;
using Xunit;

namespace Rotom.Resp.Tests.Writing;

// Goal: each element in both versions, byte for byte as redis-server writes it; doubles read back.
public class RespWriterTests
{
    public static TheoryData<string, string, string> Elements()
    {
        TheoryData<string, string, string> rows = [];
        foreach ((string name, _, string resp2, string resp3) in Table())
        {
            rows.Add(name, resp2, resp3);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Elements))]
    public void Elements_are_written_in_both_versions(string name, string resp2, string resp3)
    {
        Action<RespWriter> write = Table().Find(row => row.Name == name)!.Write;
        foreach ((bool three, string expected) in new[] { (false, resp2), (true, resp3) })
        {
            // A small start makes every element grow the array at some point.
            RespWriter writer = new(1) { Resp3 = three };
            StringBuilder all = new();
            for (int i = 0; i < 20; i++)
            {
                write(writer);
                all.Append(expected);
                Assert.Equal(all.ToString(), Encoding.Latin1.GetString(writer.Written));
            }
        }
    }

    [Fact]
    public void Integers_and_lengths_of_every_width_are_written()
    {
        RespWriter writer = new();
        List<long> values = [0, 9, 10, 99, 100, -1, -9, -10, long.MaxValue, long.MinValue];
        for (long p = 1; p < long.MaxValue / 10; p *= 10) values.AddRange([p, p - 1, -p, p + 1]);
        foreach (long value in values)
        {
            string text = value.ToString(CultureInfo.InvariantCulture);
            writer.Clear();
            writer.Integer(value);
            writer.BulkInteger(value);
            Assert.Equal(
                $":{text}\r\n${text.Length}\r\n{text}\r\n",
                Encoding.ASCII.GetString(writer.Written));
        }

        for (int length = 0; length < 1200; length++)
        {
            string text = new('x', length);
            byte[] bytes = Encoding.ASCII.GetBytes(text);
            writer.Clear();
            writer.Bulk(bytes);
            bytes.CopyTo(writer.BulkSpan(length));
            writer.Bulk(bytes.AsSpan(0, length / 3), bytes.AsSpan(length / 3));
            string one = $"${length}\r\n{text}\r\n";
            Assert.Equal(one + one + one, Encoding.ASCII.GetString(writer.Written));
        }
    }

    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(-0.0, "-0")]
    [InlineData(1.0, "1")]
    [InlineData(-1.5, "-1.5")]
    [InlineData(3.1, "3.1")]
    [InlineData(0.1, "0.1")]
    [InlineData(100.25, "100.25")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00012345, "0.00012345")]
    [InlineData(0.00001, "1e-05")]
    [InlineData(1.5e-7, "1.5e-07")]
    [InlineData(123456789012.0, "123456789012")]
    [InlineData(1e15, "1000000000000000")]
    [InlineData(1e16, "10000000000000000")]
    [InlineData(9.9e16, "99000000000000000")]
    [InlineData(1e17, "1e+17")]
    [InlineData(-1.25e100, "-1.25e+100")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(double.MaxValue, "1.7976931348623157e+308")]
    [InlineData(double.PositiveInfinity, "inf")]
    [InlineData(double.NegativeInfinity, "-inf")]
    [InlineData(double.NaN, "nan")]
    public void Doubles_are_short_and_laid_out_as_redis_does(double value, string text)
    {
        RespWriter writer = new() { Resp3 = true };
        writer.Double(value);
        Assert.Equal($",{text}\r\n", Encoding.ASCII.GetString(writer.Written));
        writer.Clear();
        writer.BulkDouble(value);
        Assert.Equal($"${text.Length}\r\n{text}\r\n", Encoding.ASCII.GetString(writer.Written));
    }

    [Fact]
    public void Any_double_reads_back_as_itself()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        RespWriter writer = new() { Resp3 = true };
        for (int i = 0; i < 20_000; i++)
        {
            long bits = random.NextInt64(long.MinValue, long.MaxValue);
            double value = BitConverter.Int64BitsToDouble(bits);
            if (i % 3 == 0) value = random.Next(-1_000_000, 1_000_000) / 1000.0;
            writer.Clear();
            writer.Double(value);
            RespReader reader = new();
            reader.Read(writer.Written, out _);
            bool same = reader.Value.AsDouble().Equals(value);
            Assert.True(same, $"seed {seed}: {value:R} was {reader.Value.AsString()}");
        }
    }

    [Fact]
    public void An_error_stays_one_line_whatever_is_echoed()
    {
        RespWriter writer = new();
        writer.Error("ERR unknown '"u8, "a\r\n+OK\0b"u8, "'"u8);
        writer.Error("ERR a\nb");
        writer.Simple("x\r\ny"u8);
        Assert.Equal(
            "-ERR unknown 'a  +OK b'\r\n-ERR a b\r\n+x  y\r\n",
            Encoding.ASCII.GetString(writer.Written));
        Assert.Equal(2, writer.ErrorCount);
    }

    private static List<Row> Table() =>
    [
        new("ok", w => w.Ok(), "+OK\r\n", "+OK\r\n"),
        new("queued", w => w.Queued(), "+QUEUED\r\n", "+QUEUED\r\n"),
        new("pong", w => w.Pong(), "+PONG\r\n", "+PONG\r\n"),
        new("simple", w => w.Simple("string"u8), "+string\r\n", "+string\r\n"),
        new("error", w => w.Error(Errors.Syntax), "-ERR syntax error\r\n", "-ERR syntax error\r\n"),
        new("integer", w => w.Integer(-42), ":-42\r\n", ":-42\r\n"),
        new("bulk", w => w.Bulk("a\r\nb"u8), "$4\r\na\r\nb\r\n", "$4\r\na\r\nb\r\n"),
        new("bulk text", w => w.Bulk("\u00e9"), "$2\r\n\u00c3\u00a9\r\n", "$2\r\n\u00c3\u00a9\r\n"),
        new("bulk or null", w => w.BulkOrNull("a"u8, exists: true), "$1\r\na\r\n", "$1\r\na\r\n"),
        new("null bulk", w => w.BulkOrNull(default, exists: false), "$-1\r\n", "_\r\n"),
        new("bulk integer", w => w.BulkInteger(12345), "$5\r\n12345\r\n", "$5\r\n12345\r\n"),
        new("null", w => w.Null(), "$-1\r\n", "_\r\n"),
        new("null array", w => w.NullArray(), "*-1\r\n", "_\r\n"),
        new("double", w => w.Double(1.5), "$3\r\n1.5\r\n", ",1.5\r\n"),
        new("double text", w => w.Double("13.361"u8), "$6\r\n13.361\r\n", ",13.361\r\n"),
        new("true", w => w.Boolean(true), ":1\r\n", "#t\r\n"),
        new("false", w => w.Boolean(false), ":0\r\n", "#f\r\n"),
        new("big number", w => w.BigNumber("123"u8), "$3\r\n123\r\n", "(123\r\n"),
        new("verbatim", w => w.Verbatim("txt"u8, "ab"u8), "$2\r\nab\r\n", "=6\r\ntxt:ab\r\n"),
        new("array", w => w.ArrayHeader(3), "*3\r\n", "*3\r\n"),
        new("map", w => w.MapHeader(7), "*14\r\n", "%7\r\n"),
        new("set", w => w.SetHeader(100), "*100\r\n", "~100\r\n"),
        new("push", w => w.PushHeader(3), "*3\r\n", ">3\r\n"),
        new("attribute", w => w.AttributeHeader(1), "", "|1\r\n"),
        new("aggregate", w => w.Aggregate('%', 1), "*2\r\n", "%1\r\n"),
        new("raw", w => w.Raw(":1\r\n"u8), ":1\r\n", ":1\r\n"),
        new("raw span", w => ":1\r\n"u8.CopyTo(w.RawSpan(4)), ":1\r\n", ":1\r\n"),
        new("scores", Scores, "*4\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$3\r\n2.5\r\n",
            "*2\r\n*2\r\n$1\r\na\r\n,1\r\n*2\r\n$1\r\nb\r\n,2.5\r\n"),
        new("fields", Fields, "*2\r\n$1\r\nf\r\n$1\r\nv\r\n", "*1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n"),
    ];

    private sealed record Row(
        string Name, Action<RespWriter> Write, string Resp2, string Resp3);

    private static void Scores(RespWriter writer)
    {
        writer.PairsHeader(2);
        writer.ScorePair("a"u8, 1);
        writer.ScorePair("b"u8, 2.5);
    }

    private static void Fields(RespWriter writer)
    {
        writer.PairsHeader(1);
        writer.FieldPair("f"u8, "v"u8);
    }
}
