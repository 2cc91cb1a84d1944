using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Simulation;

// The whole-server simulation as a test. Quick: seeds from a fixed one on, for about 20 seconds.
// ROTOM_TEST_FULL=1 takes many more, and new ones each time. A failure names the line that repeats
// it; ROTOM_SIM_SEED and ROTOM_SIM_SECONDS choose where to begin and for how long.

public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int QuickSeconds = 20;
    private const int FullSeconds = 600;
    private const ulong QuickSeed = 1;

    private static bool IsFull => Environment.GetEnvironmentVariable("ROTOM_TEST_FULL") == "1";

    [Fact]
    public void Every_reply_of_a_whole_server_is_what_the_oracle_says()
    {
        int seconds = Setting("ROTOM_SIM_SECONDS", IsFull ? FullSeconds : QuickSeconds);
        ulong first = (ulong)Setting(
            "ROTOM_SIM_SEED", IsFull ? Environment.TickCount & int.MaxValue : (int)QuickSeed);
        Stopwatch watch = Stopwatch.StartNew();
        ulong seed = first;
        long steps = 0, commands = 0, replies = 0, restarts = 0;
        while (watch.Elapsed.TotalSeconds < seconds)
        {
            // Mostly short runs, since many beginnings find more than one long end.
            int count = seed % 10 == 0 ? Program.StepsDefault : Program.StepsDefault / 5;
            SimulationResult result = Simulation.Run(seed++, count);
            steps += count;
            commands += result.Commands;
            replies += result.Replies;
            restarts += result.Restarts;
        }

        double minutes = watch.Elapsed.TotalMinutes;
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"simulation: seeds {first}-{seed - 1}, {steps} steps, {commands} commands, {replies} "
            + $"pieces of replies checked, {restarts} restarts of the keyspace, "
            + $"{(seed - first) / minutes:F0} seeds a minute");
        output.WriteLine(line);
        Console.WriteLine(line);
        // ./rotom test shows what lies there.
        if (Environment.GetEnvironmentVariable("ROTOM_TEST_RESULTS") is { Length: > 0 } folder)
        {
            File.AppendAllText(Path.Combine(folder, "figures.txt"), line + "\n");
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void The_same_seed_takes_the_same_way(ulong seed)
    {
        SimulationResult once = Simulation.Run(seed, 1500);
        SimulationResult again = Simulation.Run(seed, 1500);
        Assert.Equal(once, again);
        Assert.NotEqual(once.Trace, Simulation.Run(seed + 1000, 1500).Trace);
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(
            Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value)
            ? value
            : otherwise;
}
