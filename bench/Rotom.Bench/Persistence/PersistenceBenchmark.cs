using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using Rotom.Bench.SideBySide;

namespace Rotom.Bench.Persistence;

// The benchmark of what keeps data: ./rotom bench persistence.
//
// Two servers, this one and redis-server, in turns: while one is measured the other is stopped by a
// signal. What counts is the ratio inside a round; the figures are medians of the rounds. A save's
// effect on clients is what it adds to the latency that one batch in a thousand exceeds, against
// the same clients when no save is under way.

internal static class PersistenceBenchmark
{
    private const int Pipeline = 16;
    private const int Clients = 50;

    public static int Run(string[] args)
    {
        PersistenceOptions options = PersistenceOptions.Parse(args);
        PersistenceReport report = new(options);
        foreach (string policy in (string[])["everysec", "always"])
        {
            if (options.Parts.Contains("throughput"))
                report.Throughput[policy] = Throughput(options, policy);
        }

        if (options.Parts.Contains("keys")) report.Keys = Measure(options, options.Keys, null);
        if (options.Parts.Contains("hash")) report.Hash = Measure(options, options.Fields, "big");
        string path = report.Write();
        Console.WriteLine(File.ReadAllText(path));
        Console.WriteLine($"written to {path}");
        return 0;
    }

    private static List<LoadRun>[] Throughput(PersistenceOptions options, string policy)
    {
        using Pair pair = new(options, $"--appendonly yes --appendfsync {policy}");
        List<LoadRun>[] runs = [[], []];
        long[] requests = new long[2];
        for (int round = 0; round <= options.Rounds; round++)
        {
            for (int i = 0; i < 2; i++)
            {
                BenchServer server = pair.Only(i);
                if (round == 0) WarmUp(server, policy);
                long count = round == 0 ? 50_000 : requests[i];
                LoadRun run = LoadRun.Measure(server, "set", Pipeline, Clients, 100_000, count);
                if (round == 0) requests[i] = Math.Max(50_000, (long)(run.Rate * options.Seconds));
                else runs[i].Add(run);
                Say($"SET {policy}, {server.Name}: {run.Rate:0} a second, {run.CpuMicros:0.00} us");
            }
        }

        return runs;
    }

    // What is compiled while a server runs is compiled before it is measured.
    private static void WarmUp(BenchServer server, string policy)
    {
        using RespProbe probe = server.Connect();
        probe.Call("CONFIG", "SET", "appendfsync", "no");
        LoadRun.Measure(server, "set", Pipeline, Clients, 100_000, 600_000);
        probe.Call("CONFIG", "SET", "appendfsync", policy);
        LoadRun.Measure(server, "set", Pipeline, Clients, 100_000, 50_000);
    }

    private static Saving[] Measure(PersistenceOptions options, int count, string? hash)
    {
        Saving[] all = [new(), new()];
        string[] folders;
        using (Pair pair = new(options, "--appendonly no"))
        {
            folders = pair.Folders;
            for (int i = 0; i < 2; i++)
            {
                using RespProbe probe = pair.Only(i).Connect();
                probe.Load(Values.Load(count, hash));
                all[i].UsedBytes = pair.Only(i).UsedMemory();
            }

            for (int round = 0; round < options.Rounds; round++)
            {
                for (int i = 0; i < 2; i++) Save(pair.Only(i), all[i]);
            }

            // The same clients for both: what the slower one serves at half of its power.
            double rate = Enumerable.Range(0, 2)
                .Min(i => HalfLoad.Most(pair.Only(i).Port, count, hash)) / 2;
            for (int i = 0; i < 2; i++)
            {
                BenchServer server = pair.Only(i);
                all[i].FileBytes = new FileInfo(Path.Join(folders[i], "dump.rdb")).Length;
                all[i].Rate = rate;
                Watch(options, server, all[i].Bgsave, rate, count, hash, "BGSAVE");
                all[i].PauseMicros = Number(server, "snapshot_last_longest_pause_usec");
                all[i].ExtraBytes = Number(server, "rdb_last_cow_size");
                Switch(server, on: true);
                Watch(options, server, all[i].Rewrite, rate, count, hash, "BGREWRITEAOF");
                Switch(server, on: false);
                using RespProbe probe = server.Connect();
                probe.Call("BGSAVE");
                WaitFor(server, "rdb_bgsave_in_progress");
            }
        }

        for (int round = 0; round < options.Rounds; round++)
        {
            for (int i = 0; i < 2; i++)
            {
                using BenchServer server = Pair.Start(options, i, folders[i], "--appendonly no");
                all[i].LoadSeconds.Add(server.StartMs / 1000);
                Say($"load, {server.Name}: {server.StartMs:0} ms");
            }
        }

        foreach (string folder in folders) Directory.Delete(folder, recursive: true);
        return all;
    }

    private static void Save(BenchServer server, Saving into)
    {
        using RespProbe probe = server.Connect();
        double cpu = server.CpuSecondsWithChildren();
        long began = Stopwatch.GetTimestamp();
        probe.Call("BGSAVE");
        WaitFor(server, "rdb_bgsave_in_progress");
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        into.SaveSeconds.Add(seconds);
        into.SaveCpuSeconds.Add(server.CpuSecondsWithChildren() - cpu);
        Say($"save, {server.Name}: {seconds * 1000:0} ms");
    }

    // The same clients without a save, and while some saves follow each other.
    private static void Watch(
        PersistenceOptions options, BenchServer server, Latency into, double rate, int count,
        string? hash, string command)
    {
        string flag = command == "BGSAVE" ? "rdb_bgsave_in_progress" : "aof_rewrite_in_progress";
        using HalfLoad load = new(server.Port, rate, count, hash);
        using RespProbe probe = server.Connect();
        Thread.Sleep(500);
        for (int round = 0; round < options.Rounds; round++)
        {
            // Who had fallen behind catches up first.
            Thread.Sleep(500);
            load.Take();
            Thread.Sleep((int)(options.Seconds * 1000));
            into.Idle.Add(HalfLoad.P999(load.Take()));
            probe.Call(command);
            WaitFor(server, flag);
            into.During.Add(HalfLoad.P999(load.Take()));
            Say($"{command}, {server.Name}: p99.9 {into.Idle[^1]:0.00} -> {into.During[^1]:0.00}");
        }
    }

    private static void Switch(BenchServer server, bool on)
    {
        using RespProbe probe = server.Connect();
        probe.Call("CONFIG", "SET", "appendonly", on ? "yes" : "no");
        WaitFor(server, "aof_rewrite_scheduled");
        WaitFor(server, "aof_rewrite_in_progress");
    }

    private static void WaitFor(BenchServer server, string flag)
    {
        while (Number(server, flag) != 0) Thread.Sleep(2);
    }

    private static long Number(BenchServer server, string name)
    {
        using RespProbe probe = server.Connect();
        string? line = probe.Call("INFO", "persistence").Split("\r\n")
            .FirstOrDefault(l => l.StartsWith(name + ":", StringComparison.Ordinal));
        return line is null
            ? 0
            : long.Parse(line[(name.Length + 1)..], CultureInfo.InvariantCulture);
    }

    private static void Say(string line) => Console.Error.WriteLine(line);
}

/// <summary>What saving and loading one data set takes one server.</summary>
internal sealed class Saving
{
    public long UsedBytes { get; set; }

    public List<double> SaveSeconds { get; } = [];

    public List<double> SaveCpuSeconds { get; } = [];

    public List<double> LoadSeconds { get; } = [];

    public long FileBytes { get; set; }

    public double Rate { get; set; }

    public Latency Bgsave { get; } = new();

    public Latency Rewrite { get; } = new();

    public long PauseMicros { get; set; }

    public long ExtraBytes { get; set; }
}

/// <summary>What one in a thousand exceeds, milliseconds, round by round.</summary>
internal sealed class Latency
{
    public List<double> Idle { get; } = [];

    public List<double> During { get; } = [];

    /// <summary>What the save adds.</summary>
    public double Added => Statistics.Median(During.Zip(Idle, (d, i) => Math.Max(0, d - i)));
}

/// <summary>Both servers, each in a folder of its own.</summary>
internal sealed class Pair : IDisposable
{
    private readonly BenchServer[] _servers = new BenchServer[2];

    public Pair(PersistenceOptions options, string flags)
    {
        for (int i = 0; i < 2; i++)
        {
            Folders[i] = Directory.CreateTempSubdirectory("bench-").FullName;
            _servers[i] = Start(options, i, Folders[i], flags);
            _servers[i].Suspend();
        }
    }

    public string[] Folders { get; } = new string[2];

    /// <summary>One of them, while the other stands still.</summary>
    public BenchServer Only(int which)
    {
        _servers[1 - which].Suspend();
        _servers[which].Resume();
        return _servers[which];
    }

    public static BenchServer Start(
        PersistenceOptions options, int which, string folder, string flags)
    {
        (string name, string program) = which == 0
            ? ("redis-server", options.Redis)
            : ("rotom", options.Rotom);
        return BenchServer.Start(
            name, $"'{program}' --port {{port}} --save '' --dir '{folder}' {flags}");
    }

    public void Dispose()
    {
        foreach (BenchServer server in _servers) server.Dispose();
    }
}
