using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using Rotom.Bench.Micro;
using Rotom.Net.Loop;
using Rotom.Net.Transport;

namespace Rotom.Bench.Net;

// The network layer alone: PING served on the loop without actors or keyspace, beside redis-server,
// both loaded by redis-benchmark in turn. What it tells is how much of a request's budget the loop
// and the transport take; the whole server is measured by ./rotom bench.
//
// CPU is user and system time of the whole server process per request; rounds are interleaved and
// the order is turned round each time, and medians of the rounds' ratios are printed, since the
// machine is rarely quiet.

/// <summary>PING on the bare transport against redis-server.</summary>
internal sealed class NetBenchmark : IMicroBenchmark
{
    private const int Clients = 50;

    private static readonly (int Pipeline, int Requests)[] s_points =
        [(1, 100_000), (16, 800_000), (64, 2_400_000)];

    /// <inheritdoc/>
    public string Name => "net";

    /// <inheritdoc/>
    public string Summary => "PING on the bare transport and redis-server: [rounds|serve] [kind]";

    /// <inheritdoc/>
    public int Run(string[] args)
    {
        TransportKind kind = args.Length > 1
            ? Enum.Parse<TransportKind>(args[1], ignoreCase: true)
            : TransportKind.Auto;
        if (args is ["serve", ..])
        {
            using PingServer server = new(kind);
            Console.WriteLine(server.Port);
            Console.In.ReadToEnd();
            return 0;
        }

        int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5;
        Run(Console.Out, rounds, kind);
        return 0;
    }

    /// <summary>Measures at P=1, 16 and 64 and prints a table.</summary>
    public static void Run(
        TextWriter output, int rounds = 5, TransportKind kind = TransportKind.Auto)
    {
        using PingServer rotom = new(kind);
        using RedisServer redis = new();
        output.WriteLine("| P | Rotom rps | Redis rps | x | Rotom us | Redis us | cpu x |");
        output.WriteLine("|---|---|---|---|---|---|---|");
        foreach ((int pipeline, int requests) in s_points)
        {
            List<(Sample Rotom, Sample Redis)> samples = [];
            Load(rotom.Port, pipeline, requests / 4);
            Load(redis.Port, pipeline, requests / 4);
            for (int round = 0; round < rounds; round++)
            {
                Sample first = default;
                if (round % 2 == 0) first = Measure(rotom.Port, PingServer.Cpu, pipeline, requests);
                Sample other = Measure(redis.Port, redis.Cpu, pipeline, requests);
                if (round % 2 != 0) first = Measure(rotom.Port, PingServer.Cpu, pipeline, requests);
                samples.Add((first, other));
            }

            output.WriteLine(
                $"| {pipeline} | {Median(samples.Select(s => s.Rotom.Rps)):F0} "
                + $"| {Median(samples.Select(s => s.Redis.Rps)):F0} "
                + $"| {Median(samples.Select(s => s.Rotom.Rps / s.Redis.Rps)):F2} "
                + $"| {Median(samples.Select(s => s.Rotom.Us)):F3} "
                + $"| {Median(samples.Select(s => s.Redis.Us)):F3} "
                + $"| {Median(samples.Select(s => s.Rotom.Us / s.Redis.Us)):F2} |");
        }

        LoopStatistics loop = rotom.Loop.Statistics;
        output.WriteLine(
            $"loop: {loop.Turns} turns, {(double)loop.Events / loop.Turns:F1} events a turn, "
            + $"{loop.Wakes} wakes, {loop.Errors} errors, "
            + $"{GC.CollectionCount(0)} collections");
    }

    private static Sample Measure(int port, Func<TimeSpan> cpu, int pipeline, int requests)
    {
        TimeSpan before = cpu();
        double rps = Load(port, pipeline, requests);
        return new Sample(rps, (cpu() - before).TotalMicroseconds / requests);
    }

    private static double Load(int port, int pipeline, int requests)
    {
        ProcessStartInfo start = new("redis-benchmark")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Arguments = $"-p {port} -c {Clients} -n {requests} -P {pipeline} -t ping_mbulk --csv",
        };
        using Process process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        string line = text.Split('\n').First(l => l.StartsWith("\"PING", StringComparison.Ordinal));
        return double.Parse(line.Split(',')[1].Trim('"'), CultureInfo.InvariantCulture);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private readonly record struct Sample(double Rps, double Us);

    private sealed class RedisServer : IDisposable
    {
        private readonly Process _process;

        public RedisServer()
        {
            using (TcpListener free = new(IPAddress.Loopback, 0))
            {
                free.Start();
                Port = ((IPEndPoint)free.LocalEndpoint).Port;
            }

            ProcessStartInfo start = new("redis-server")
            {
                RedirectStandardOutput = true,
                Arguments = $"--port {Port} --save \"\" --appendonly no",
            };
            _process = Process.Start(start)!;
            while (_process.StandardOutput.ReadLine() is { } line && !line.Contains("Ready to"))
            {
            }
        }

        public int Port { get; }

        public TimeSpan Cpu()
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }

        public void Dispose()
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }
    }
}
