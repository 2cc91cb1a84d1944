using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using Rotom.Bench.SideBySide;

namespace Rotom.Bench.GivenBack;

// Whether memory is given back: scripts that leave it fragmented, run on one server after another.
//
// What a script leaves is set against what is needed: the resident memory of a fresh server that
// was only ever given what the script leaves over. The process itself, its code and its buffers, is
// taken out of both: a warm-up comes first, of the script itself in small, and what is counted is
// what was added to it. (Without it a managed server's first use of each command and of the
// defragmenter counts as well: code to be compiled, 5 to 8 MB whatever the size of the data.)
//
// Meanwhile a client asks for a key every millisecond: its waits are the pauses.

/// <summary>`./rotom bench memory`.</summary>
internal static class MemoryScripts
{
    private const int WarmUps = 200_000;
    private const int WarmUpKeys = 50_000;

    // As long as a server may take to give memory back.
    private const int SettleSeconds = 40;

    private sealed record Script(string Name, string What,
        Func<int, IEnumerable<string[]>> Fill, Func<int, IEnumerable<string[]>> Change,
        Func<int, IEnumerable<string[]>> Rest);

    private static readonly Script[] s_scripts =
    [
        new("delete", "keys of 100 bytes, 90 % deleted at random",
            n => Strings(n, 100), n => Kept(n, false).Select(i => (string[])["DEL", Key(i)]),
            n => Kept(n, true).Select(i => (string[])["SET", Key(i), Text(100)])),
        new("expire", "keys of 100 bytes, 90 % expire",
            n => Enumerable.Range(0, n).Select(i => Keeps(i)
                ? (string[])["SET", Key(i), Text(100)]
                : ["SET", Key(i), Text(100), "PX", "1000"]),
            n => [["PING"]],
            n => Kept(n, true).Select(i => (string[])["SET", Key(i), Text(100)])),
        new("sizes", "keys set to 100 180 60 33 140 bytes, then 70 % each to 20 300 50 500 "
            + "80",
            n => Strings(n, 100), Mixed, n => Lengths(n).Select((size, i) =>
                (string[])["SET", Key(i), Text(size)])),
        new("hash", "fields of a hash, 90 % deleted", n => Fields(n, i => true),
            n => Kept(n, false).Select(i => (string[])["HDEL", "h", Key(i)]),
            n => Fields(n, Keeps)),
        new("zset", "members of a sorted set, 90 % removed", n => Members(n, i => true),
            n => Kept(n, false).Select(i => (string[])["ZREM", "z", Key(i)]),
            n => Members(n, Keeps)),
        new("set", "members of a set, 90 % removed",
            n => Enumerable.Range(0, n).Select(i => (string[])["SADD", "s", Key(i)]),
            n => Kept(n, false).Select(i => (string[])["SREM", "s", Key(i)]),
            n => Kept(n, true).Select(i => (string[])["SADD", "s", Key(i)])),
        new("spop", "members of a set, 90 % popped",
            n => Enumerable.Range(0, n).Select(i => (string[])["SADD", "s", Key(i)]),
            n => Enumerable.Repeat((string[])["SPOP", "s"], Kept(n, false).Count()),
            n => Kept(n, true).Select(i => (string[])["SADD", "s", Key(i)])),
        new("ltrim", "elements of a list, 90 % trimmed", OneList,
            n => [["LTRIM", "l", Number(n / 20), Number((n / 20) + (n / 10) - 1)]],
            n => OneList(n / 10)),
        new("hashes", "fields in hashes of 100, 90 % deleted",
            n => Small(n, "HSET", all: true, i => [Key(i), Text(20)]),
            n => Small(n, "HDEL", all: false, i => [Key(i)]),
            n => Small(n, "HSET", all: null, i => [Key(i), Text(20)])),
        new("zsets", "members in sorted sets of 100, 90 % removed",
            n => Small(n, "ZADD", all: true, i => [Number(i % 1_009), Key(i)]),
            n => Small(n, "ZREM", all: false, i => [Key(i)]),
            n => Small(n, "ZADD", all: null, i => [Number(i % 1_009), Key(i)])),
        new("sets", "members in sets of 100, 90 % removed",
            n => Small(n, "SADD", all: true, i => [Key(i)]),
            n => Small(n, "SREM", all: false, i => [Key(i)]),
            n => Small(n, "SADD", all: null, i => [Key(i)])),
        new("lists", "lists of 200 elements, 90 % of the lists deleted",
            n => Lists(n, i => true),
            n => Kept(n / 200, false).Select(i => (string[])["DEL", Key(i)]),
            n => Lists(n, Keeps)),
        new("list", "elements of one list", OneList, n => [["PING"]], OneList),
    ];

    public static int Run(string[] args)
    {
        int keys = 5_000_000;
        string rotom = Path.Combine("artifacts", "rotom-server", "rotom-server");
        string only = "";
        string which = "";
        for (int i = 0; i + 1 < args.Length; i += 2)
        {
            switch (args[i])
            {
                case "--keys": keys = int.Parse(args[i + 1], CultureInfo.InvariantCulture); break;
                case "--rotom": rotom = args[i + 1]; break;
                case "--only": only = args[i + 1]; break;
                case "--server": which = args[i + 1]; break;
                default: throw new OptionException($"unknown option {args[i]}");
            }
        }

        const string Flags = "--port {port} --save '' --appendonly no";
        (string, string)[] servers =
        [
            ("redis-server", $"redis-server {Flags}"), ("rotom", $"'{rotom}' {Flags}"),
        ];
        if (only == SizeChurn.Name)
        {
            Console.WriteLine(SizeChurn.Head);
            foreach ((string name, string command) in servers)
            {
                if (which.Length == 0 || which == name)
                    Console.WriteLine(SizeChurn.Measure(name, command, Math.Max(1, keys / 5)));
            }

            return 0;
        }

        Console.WriteLine("| script | server | full MB | left MB | needed MB | left/needed "
            + "| heap left MB | heap needed MB | used left MB | used needed MB "
            + "| settled after s | p99 ms | max ms |");
        Console.WriteLine(
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (Script script in s_scripts.Where(s => only.Length == 0 || only.Split(',')
            .Contains(s.Name)))
        {
            int count = script.Name is "sizes" or "lists" or "list" ? Math.Max(1, keys / 5) : keys;
            foreach ((string name, string command) in servers)
            {
                if (which.Length == 0 || which == name) Measure(script, count, name, command);
            }
        }

        return 0;
    }

    private static void Measure(Script script, int count, string name, string command)
    {
        Sizes needed;
        using (BenchServer fresh = BenchServer.Start(name, command))
        {
            Sizes before = WarmUp(fresh, script);
            using RespProbe probe = fresh.Connect();
            probe.Load(script.Rest(count));
            needed = Sizes.Of(fresh) - before;
        }

        using BenchServer server = BenchServer.Start(name, command);
        Sizes empty = WarmUp(server, script);
        using RespProbe client = server.Connect();
        client.Load(script.Fill(count));
        double full = (Sizes.Of(server) - empty).Resident;
        using PauseProbe pauses = new(server);
        client.Load(script.Change(count));
        _ = pauses.Take();
        int seconds = Settle(server);
        Sizes left = Sizes.Of(server) - empty;
        (double p99, double max) = pauses.Take();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {script.Name}: {count:N0} {script.What} | {name} | {full / 1e6:F1} "
            + $"| {left.Resident / 1e6:F1} | {needed.Resident / 1e6:F1} "
            + $"| {left.Resident / (double)needed.Resident:F2}x "
            + $"| {left.Heap / 1e6:F1} | {needed.Heap / 1e6:F1} "
            + $"| {left.Used / 1e6:F1} | {needed.Used / 1e6:F1} "
            + $"| {seconds} | {p99:F2} | {max:F2} |"));
    }

    // Until nothing has changed for five seconds.
    private static int Settle(BenchServer server)
    {
        long last = long.MaxValue;
        int settled = 0;
        for (int second = 1; second <= SettleSeconds && second - settled <= 5; second++)
        {
            Thread.Sleep(1000);
            long now = server.ResidentBytes();
            if (Math.Abs(now - last) > 1 << 20) settled = second;
            last = now;
        }

        return settled;
    }

    private static Sizes WarmUp(BenchServer server, Script script)
    {
        server.Settle();
        using RespProbe probe = server.Connect();
        probe.Load(Enumerable.Range(0, WarmUps).Select(
            i => (string[])["SET", "warm", Text(i % 500)]));
        probe.Load(script.Fill(WarmUpKeys));
        probe.Load(script.Change(WarmUpKeys));
        probe.Call("MEMORY", "PURGE");
        Thread.Sleep(1000);
        probe.Load(script.Rest(WarmUpKeys));
        probe.Call("FLUSHALL");
        probe.Call("MEMORY", "PURGE");
        Thread.Sleep(1000);
        return Sizes.Of(server);
    }

    /// <summary>What a server takes.</summary>
    /// <param name="Resident">The process.</param>
    /// <param name="Heap">The allocator's part of it, by its own account.</param>
    /// <param name="Used">What the server says it uses.</param>
    private readonly record struct Sizes(long Resident, long Heap, long Used)
    {
        public static Sizes Of(BenchServer server)
        {
            using RespProbe probe = server.Connect();
            string info = probe.Call("INFO", "memory");
            return new Sizes(server.ResidentBytes(), Line(info, "allocator_resident:"),
                Line(info, "used_memory:"));
        }

        public static Sizes operator -(Sizes a, Sizes b) =>
            new(a.Resident - b.Resident, a.Heap - b.Heap, a.Used - b.Used);

        private static long Line(string info, string name) => long.Parse(
            info.Split("\r\n").First(l => l.StartsWith(name, StringComparison.Ordinal))
                [name.Length..], CultureInfo.InvariantCulture);
    }

    // One in ten, anywhere.
    private static bool Keeps(int i) => (((uint)i * 2_654_435_761u) >> 8) % 10 == 0;

    private static IEnumerable<int> Kept(int n, bool kept) =>
        Enumerable.Range(0, n).Where(i => Keeps(i) == kept);

    private static IEnumerable<string[]> Strings(int n, int size) =>
        Enumerable.Range(0, n).Select(i => (string[])["SET", Key(i), Text(size)]);

    private static IEnumerable<string[]> Fields(int n, Func<int, bool> which) =>
        Enumerable.Range(0, n).Where(which).Select(i => (string[])["HSET", "h", Key(i), Text(60)]);

    private static IEnumerable<string[]> Members(int n, Func<int, bool> which) =>
        Enumerable.Range(0, n).Where(which).Select(i => (string[])["ZADD", "z",
            (i * 7_919L % 1_000_003).ToString(CultureInfo.InvariantCulture), Key(i)]);

    private static IEnumerable<string[]> OneList(int n) => Enumerable.Range(0, n).Select(i =>
        (string[])["RPUSH", "l", "member:" + i.ToString("D9", CultureInfo.InvariantCulture)]);

    private static IEnumerable<string[]> Lists(int n, Func<int, bool> which) =>
        Enumerable.Range(0, n / 200).Where(which).SelectMany(l => Enumerable.Range(0, 200)
            .Select(i => (string[])["RPUSH", Key(l), Text(30)]));

    // Of each hundred elements all, those to be removed (false), or those that stay (null).
    private static IEnumerable<string[]> Small(
        int n, string command, bool? all, Func<int, string[]> words)
    {
        for (int first = 0; first < n; first += 100)
        {
            string[] elements = Enumerable.Range(first, 100)
                .Where(i => all == true || Keeps(i) == all is null)
                .SelectMany(words).ToArray();
            if (elements.Length > 0) yield return [command, "c:" + Number(first), .. elements];
        }
    }

    private static string Number(int i) => i.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<string[]> Mixed(int n)
    {
        foreach (int size in new[] { 180, 60, 33, 140 })
        {
            foreach (string[] command in Strings(n, size)) yield return command;
        }

        Random random = new(5);
        foreach (int size in new[] { 20, 300, 50, 500, 80 })
        {
            for (int i = 0; i < n; i++)
            {
                if (random.Next(10) < 7) yield return ["SET", Key(i), Text(size)];
            }
        }
    }

    // What Mixed leaves, key by key.
    private static int[] Lengths(int n)
    {
        int[] sizes = Enumerable.Repeat(140, n).ToArray();
        Random random = new(5);
        foreach (int size in new[] { 20, 300, 50, 500, 80 })
        {
            for (int i = 0; i < n; i++)
            {
                if (random.Next(10) < 7) sizes[i] = size;
            }
        }

        return sizes;
    }

    private static string Key(int i) => "key:" + i.ToString("D12", CultureInfo.InvariantCulture);

    private static readonly string s_text = new('x', 600);

    private static string Text(int size) => s_text[..size];
}
