using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Text;
using Rotom.Bench.Micro;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Bench.Resp;

// The protocol alone, on one core: requests parsed from a pipeline into a batch, replies written
// into a batch, large bulk strings in and out. Each figure is the best of several rounds, which is
// what the code can do; the target is 30 M small commands/s a core, parsed and written.

/// <summary>Commands parsed and replies written per second.</summary>
internal sealed class RespBench : IMicroBenchmark
{
    private const double CommandsPerSecondTarget = 30e6;
    private static readonly ClientLink Link = new(1, 0, "127.0.0.1:1", "127.0.0.1:2", 3, false);

    // Not constant, so that the copies of the measured writes are not folded into the code.
    private static int s_short = 3;
    private static int s_middle = 16;
    private static int s_long = 100;

    public string Name => "resp";

    public string Summary => "requests parsed and replies written per second, GB/s of large bulks";

    public int Run(string[] args) => Run(Console.Out) ? 0 : 1;

    /// <summary>Measures and prints.</summary>
    /// <returns>True when GET and PING, parsed and answered, reach the target.</returns>
    public static bool Run(TextWriter output)
    {
        CommandBatch batch = new();
        output.WriteLine("parse                      ns/command    M commands/s       GB/s");
        double ping = Parse(output, batch, "PING", "*1\r\n$4\r\nPING\r\n");
        double get = Parse(output, batch, "GET k16", "*2\r\n$3\r\nGET\r\n" + Arg(16));
        Parse(output, batch, "SET k16 v3", "*3\r\n$3\r\nSET\r\n" + Arg(16) + Arg(3));
        Parse(output, batch, "SET k16 v100", "*3\r\n$3\r\nSET\r\n" + Arg(16) + Arg(100));
        string pairs = string.Concat(Arg(16), Arg(3), Arg(16), Arg(3), Arg(16));
        Parse(output, batch, "MSET 10 pairs", "*21\r\n$4\r\nMSET\r\n" + pairs + Arg(3) + pairs
            + Arg(3) + pairs + Arg(3) + Arg(16) + Arg(3));
        Parse(output, batch, "PING inline", "PING\r\n");
        ParseMixed(output, batch);
        ParseLarge(output, 64 << 10);
        ParseLarge(output, 16 << 20);
        ReplyBatch replies = new();
        output.WriteLine("write");
        byte[] value = Encoding.ASCII.GetBytes(new string('v', 16 << 20));
        double ok = Write(output, replies, "+OK", 1, r => r.Ok());
        Write(output, replies, "integer 7", 1, r => r.Integer(7));
        Write(output, replies, "integer 1234567", 1, r => r.Integer(1234567));
        Write(output, replies, "null", 1, r => r.Null());
        double bulk = Write(output, replies, "bulk 3", 1, r => r.Bulk(value.AsSpan(0, s_short)));
        Write(output, replies, "bulk 16", 1, r => r.Bulk(value.AsSpan(0, s_middle)));
        Write(output, replies, "bulk 100", 1, r => r.Bulk(value.AsSpan(0, s_long)));
        Write(output, replies, "bulk integer 12345", 1, r => r.BulkInteger(12345));
        Write(output, replies, "double 3.25", 1, r => r.Double(3.25));
        Write(output, replies, "array of 100 bulk 3", 900, r => HundredBulks(r, value));
        Write(output, replies, "bulk 64 KiB", 65536, r => r.Bulk(value.AsSpan(0, 65536)));
        Write(output, replies, "bulk 16 MiB", value.Length, r => r.Bulk(value));
        double small = 1e9 / (get + bulk);
        output.WriteLine($"PING + OK: {1e3 / (ping + ok):F1} M/s, "
            + $"GET + bulk 3: {small / 1e6:F1} M/s parsed and answered");
        return small >= CommandsPerSecondTarget;
    }

    private static string Arg(int length) => $"${length}\r\n{new string('a', length)}\r\n";

    private static double Parse(TextWriter output, CommandBatch batch, string name, string command)
    {
        int repeats = QueryBuffer.ReceiveBytes / command.Length;
        byte[] packet = Encoding.ASCII.GetBytes(string.Concat(Repeat(command, repeats)));
        return ParsePacket(output, batch, name, packet, repeats);
    }

    private static void ParseMixed(TextWriter output, CommandBatch batch)
    {
        Random random = new(1);
        StringBuilder text = new();
        int count = 0;
        while (text.Length < QueryBuffer.ReceiveBytes - 300)
        {
            int args = random.Next(1, 5);
            text.Append('*').Append(args).Append("\r\n");
            for (int i = 0; i < args; i++) text.Append(Arg(random.Next(0, 40)));
            count++;
        }

        ParsePacket(output, batch, "mixed, 1-4 args of 0-39", Encoding.ASCII.GetBytes(
            text.ToString()), count);
    }

    private static double ParsePacket(
        TextWriter output, CommandBatch batch, string name, byte[] packet, int commands)
    {
        QueryBuffer buffer = new(new RespLimits());
        double best = Best(3000, () =>
        {
            // The packet is copied in, as a socket would; the copy is measured apart and taken off.
            ArraySegment<byte> to = buffer.ReceiveInto(batch);
            packet.CopyTo(to.AsSpan());
            buffer.ParseReceived(batch, Link, packet.Length);
            int parsed = batch.CommandCount;
            batch.Reset();
            return parsed;
        });
        double copy = Best(3000, () =>
        {
            packet.CopyTo(buffer.ReceiveInto(batch).AsSpan());
            return 0;
        });
        double ns = (best - copy) / commands;
        Print(output, name, ns, packet.Length / (double)commands);
        return ns;
    }

    private static void ParseLarge(TextWriter output, int size)
    {
        byte[] packet = Encoding.ASCII.GetBytes("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n" + Arg(size));
        CommandBatch batch = new();
        QueryBuffer buffer = new(new RespLimits());
        double best = Best(size > 1 << 20 ? 8 : 500, () =>
        {
            int at = 0;
            while (at < packet.Length)
            {
                ArraySegment<byte> to = buffer.ReceiveInto(batch);
                int n = Math.Min(to.Count, packet.Length - at);
                packet.AsSpan(at, n).CopyTo(to);
                at += n;
                buffer.ParseReceived(batch, Link, n);
            }

            int parsed = batch.CommandCount;
            batch.Reset();
            return parsed;
        });
        Print(output, $"SET of {size >> 10} KiB, received", best, size);
    }

    private static double Write(
        TextWriter output, ReplyBatch batch, string name, int bytes, Action<ReplyBatch> write)
    {
        // What fits a few chunks, as a turn's replies do.
        int count = bytes > 1 << 20 ? 1 : bytes > 1000 ? 20 : bytes > 1 ? 200 : 5000;
        double best = Best(bytes > 1 ? 50 : 1000, () =>
        {
            batch.Begin(Link, resp3: false);
            for (int i = 0; i < count; i++) write(batch);
            batch.Finish();
            int segments = batch.Segments.Length;
            batch.Reset();
            return segments;
        });
        Print(output, name, best / count, bytes);
        return best / count;
    }

    private static void HundredBulks(ReplyBatch replies, byte[] value)
    {
        replies.ArrayHeader(100);
        for (int i = 0; i < 100; i++) replies.Bulk(value.AsSpan(0, s_short));
    }

    private static double Best(int rounds, Func<int> body)
    {
        double best = double.MaxValue;
        long deadline = Stopwatch.GetTimestamp() + Stopwatch.Frequency / 2;
        for (int i = 0; i < rounds || Stopwatch.GetTimestamp() < deadline; i++)
        {
            long start = Stopwatch.GetTimestamp();
            body();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds);
        }

        return best;
    }

    private static void Print(TextWriter output, string name, double ns, double bytes) =>
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-26} {ns,10:F1} {1e3 / ns,15:F1} {bytes / ns,10:F2}"));

    private static string[] Repeat(string text, int times)
    {
        string[] all = new string[times];
        Array.Fill(all, text);
        return all;
    }
}
