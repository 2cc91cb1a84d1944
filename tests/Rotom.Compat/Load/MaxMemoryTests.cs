using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using Rotom.Compat.Server;
using Rotom.Compat.Wire;
using Xunit;

namespace Rotom.Compat.Load;

// R15 (c): maxmemory is written against by several clients with values of all types and sizes, and
// somebody else looks ten times a second.

public sealed class MaxMemoryTests
{
    private const long Limit = 100L << 20;
    private const int Writers = 3;
    private const int Pipeline = 100;

    // Then the server has given back what only its start needed.
    private const double ServesAfterSeconds = 6;

    private long _writes;
    private volatile bool _ended;
    private volatile string? _wrong;

    [Theory]
    [InlineData("allkeys-lru", 300)]
    [InlineData("allkeys-lfu", 60)]
    public void R15_c_memory_stays_below_maxmemory_while_it_is_written_against(
        string policy, int fullSeconds)
    {
        using ServerProcess server = ServerProcess.Start(
            "--maxmemory", "100mb", "--maxmemory-policy", policy);
        Thread[] writers = [.. Enumerable.Range(0, Writers).Select(
            i => new Thread(() => Write(server, new Random(15 + i))) { IsBackground = true })];
        foreach (Thread writer in writers) writer.Start();
        using RespConnection looker = server.Connect();
        long rss = 0;
        long own = 0;
        long used = 0;
        int looks = 0;
        Stopwatch clock = Stopwatch.StartNew();
        int seconds = Tools.Full ? fullSeconds : 9;
        while (clock.Elapsed.TotalSeconds < seconds && _wrong is null)
        {
            looks++;
            used = Math.Max(used, Info(looker, "memory", "used_memory"));
            if (clock.Elapsed.TotalSeconds > ServesAfterSeconds)
                rss = Math.Max(rss, server.ResidentBytes());
            own = Math.Max(own, server.ResidentBytes("RssAnon"));
            Thread.Sleep(Math.Max(0, (int)((looks * 100L) - clock.ElapsedMilliseconds)));
        }

        _ended = true;
        foreach (Thread writer in writers) writer.Join();
        long evicted = Info(looker, "stats", "evicted_keys");
        Figures.Add($"R15 (c), {policy}", $"{_writes:N0} writes at maxmemory 100mb in {seconds} s, "
            + $"{evicted:N0} keys evicted, {looks} looks: used_memory {used / 1048576.0:F1} MB, "
            + $"RSS {rss >> 20} MB at most, {own >> 20} MB of it not of files");
        Assert.Null(_wrong);
        Assert.InRange(used, Limit * 9 / 10, Limit * 105 / 100);
        Assert.InRange(rss, Limit, Limit * 2);
    }

    private static long Info(RespConnection client, string section, string field)
    {
        string line = client.Ok("INFO", section).Text.Split("\r\n")
            .First(l => l.StartsWith(field + ":", StringComparison.Ordinal));
        return long.Parse(line[(field.Length + 1)..], CultureInfo.InvariantCulture);
    }

    private void Write(ServerProcess server, Random random)
    {
        using RespConnection client = server.Connect();
        while (!_ended)
        {
            MemoryStream bytes = new();
            for (int i = 0; i < Pipeline; i++) Command(bytes, random);
            client.Send(bytes.ToArray());
            for (int i = 0; i < Pipeline; i++)
            {
                RespReply reply = client.Read();
                if (reply.IsError) _wrong = reply.ToString();
            }

            Interlocked.Add(ref _writes, Pipeline);
        }
    }

    // Small ones and large ones, and now and then one that is as large as a thousand.
    private static void Command(Stream to, Random random)
    {
        int size = random.Next(100) == 0 ? random.Next(100_000) : random.Next(1, 1_000);
        byte[] value = new byte[size];
        byte[] number = Encoding.ASCII.GetBytes($"{random.Next(1_000)}");
        string key = $"{random.Next(400_000)}";
        byte[][] command = random.Next(6) switch
        {
            0 => ["HSET"u8.ToArray(), Name("h:"), number, value],
            1 => ["SADD"u8.ToArray(), Name("s:"), value, number],
            2 => ["ZADD"u8.ToArray(), Name("z:"), number, value[..Math.Min(size, 200)]],
            3 => ["RPUSH"u8.ToArray(), Name("l:"), value, number],
            _ => ["SET"u8.ToArray(), Name("k:"), value],
        };
        RespConnection.WriteCommand(to, command);

        byte[] Name(string type) => Encoding.ASCII.GetBytes(type + key);
    }
}
