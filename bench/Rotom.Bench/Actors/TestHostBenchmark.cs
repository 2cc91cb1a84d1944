using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Rotom.Bench.Micro;
using Rotom.TestHost;

namespace Rotom.Bench.Actors;

// How long a test waits for its server. The first start of a process compiles everything; what
// counts is the start after it. Time is the clock's and the process's, which a busy machine does
// not stretch.

/// <summary>Start and end of test hosts, one after the other and many at once.</summary>
internal sealed class TestHostBenchmark : IMicroBenchmark
{
    private const int AtOnce = 20;

    /// <inheritdoc/>
    public string Name => "test-host";

    /// <inheritdoc/>
    public string Summary => "start and end of RotomTestHost, one by one and twenty at once";

    /// <inheritdoc/>
    public int Run(string[] args)
    {
        int count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100;
        RunAsync(count).GetAwaiter().GetResult();
        return 0;
    }

    private static async Task RunAsync(int count)
    {
        List<double> starts = [];
        List<double> ends = [];
        TimeSpan cpu = default;
        for (int i = 0; i <= count; i++)
        {
            if (i == 1) cpu = Environment.CpuUsage.TotalTime;
            long began = Stopwatch.GetTimestamp();
            RotomTestHost host = await RotomTestHost.StartAsync();
            double start = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            await host.Client.StringSetAsync("k", "v");
            began = Stopwatch.GetTimestamp();
            await host.DisposeAsync();
            double end = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            if (i == 0) Console.WriteLine($"first: start {start:F1} ms, end {end:F1} ms");
            else (starts, ends) = ([.. starts, start], [.. ends, end]);
        }

        double each = (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds / count;
        Say("start", starts);
        Say("end", ends);
        Console.WriteLine($"processor, start to end: {each:F1} ms a host");
        long all = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            await using RotomTestHost host = await RotomTestHost.StartAsync();
            await host.Client.StringSetAsync("k", "v");
        }));
        double together = Stopwatch.GetElapsedTime(all).TotalMilliseconds;
        Console.WriteLine($"{AtOnce} at once: {together:F1} ms");
    }

    private static void Say(string what, List<double> times)
    {
        times.Sort();
        Console.WriteLine(
            $"{what}: median {times[times.Count / 2]:F1} ms, "
            + $"9 of 10 within {times[times.Count * 9 / 10]:F1} ms");
    }
}
