using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Simulation;

// The whole-server simulation as a test: 500 short runs from a fixed seed on, two in five of them
// with a journal, of these two in five beside a bad disk; three in ten with a memory limit.
// ROTOM_TEST_FULL=1 takes 20,000, and new ones each time. A failure names the line that repeats it;
// ROTOM_SIM_SEED and ROTOM_SIM_SEEDS choose where to begin and how many. ./rotom sim SEED --seeds M
// does the same.

public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int QuickSeeds = 500;
    private const int FullSeeds = 20_000;
    private const int ShortSteps = 250;
    private const ulong QuickSeed = 1;
    private const int KindsMin = 8;

    private static bool IsFull => Environment.GetEnvironmentVariable("ROTOM_TEST_FULL") == "1";

    [Fact]
    public void Every_reply_of_a_whole_server_is_what_the_oracle_says()
    {
        int seeds = Setting("ROTOM_SIM_SEEDS", IsFull ? FullSeeds : QuickSeeds);
        ulong first = (ulong)Setting(
            "ROTOM_SIM_SEED", IsFull ? Environment.TickCount & int.MaxValue : (int)QuickSeed);
        Campaign campaign = new();
        // Mostly short runs, since many beginnings find more than one long end.
        campaign.Run(first, seeds, ShortSteps);
        campaign.Run(first, seeds / 100, Program.StepsDefault / 2);
        string line = campaign.Summary(first);
        output.WriteLine(line);
        Console.WriteLine(line);
        // ./rotom test shows what lies there.
        if (Environment.GetEnvironmentVariable("ROTOM_TEST_RESULTS") is { Length: > 0 } folder)
        {
            File.AppendAllText(Path.Combine(folder, "figures.txt"), line + "\n");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_same_seed_takes_the_same_way(ulong first)
    {
        // Until each kind of run was among them: the journal, its disk and memory's limits too.
        HashSet<string> kinds = [];
        for (ulong seed = first * 100; kinds.Count < KindsMin; seed++)
        {
            SimulationResult once = Simulation.Run(seed, 400);
            if (!kinds.Add(once.Plan)) continue;
            Assert.Equal(once, Simulation.Run(seed, 400));
            Assert.NotEqual(once.Trace, Simulation.Run(seed + 1000, 400).Trace);
        }
    }

    /// <summary>
    /// Each found something: the commands it draws may be others by now, what it found is told in
    /// tests/REGRESSIONS.md.
    /// </summary>
    [Theory]
    [InlineData(932, 250)]
    [InlineData(1809, 250)]
    [InlineData(3155, 250)]
    [InlineData(10136, 3000)]
    [InlineData(10210, 5000)]
    public void A_seed_that_found_something_finds_nothing_any_more(ulong seed, int steps) =>
        Simulation.Run(seed, steps);

    private static int Setting(string name, int otherwise) =>
        int.TryParse(
            Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value)
            ? value
            : otherwise;
}
