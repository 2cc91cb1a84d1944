using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using Rotom.Simulation.Oracle;

namespace Rotom.Simulation;

// Campaign: many seeds, one after the other. One in a hundred is run twice and must take the same
// way: a simulation that does not cannot repeat what it finds.

/// <summary>What many seeds came to.</summary>
internal sealed class Campaign
{
    internal long Seeds { get; private set; }

    internal long Steps { get; private set; }

    internal long Commands { get; private set; }

    internal long Replies { get; private set; }

    internal long Served { get; private set; }

    internal long Restarts { get; private set; }

    internal long Recoveries { get; private set; }

    internal long Cut { get; private set; }

    internal long Crashes { get; private set; }

    internal long DiskFaults { get; private set; }

    internal long Misconfs { get; private set; }

    internal long Evicted { get; private set; }

    internal long OutOfMemory { get; private set; }

    internal long NotPermitted { get; private set; }

    internal long Repeated { get; private set; }

    internal int Failures { get; private set; }

    /// <summary>Runs seeds; a failure is told and, unless it is to go on, thrown.</summary>
    internal void Run(ulong first, long seeds, int steps, TextWriter? goesOn = null)
    {
        Stopwatch watch = Stopwatch.StartNew();
        for (ulong seed = first; seed < first + (ulong)seeds; seed++)
        {
            try
            {
                RunOne(seed, steps);
            }
            catch (SimulationFailure failure) when (goesOn is not null)
            {
                Failures++;
                goesOn.WriteLine(failure.Message);
                goesOn.WriteLine();
            }

            if (goesOn is not null && Seeds % 1000 == 0)
                goesOn.WriteLine($"{Summary(first)}, {watch.Elapsed.TotalSeconds:F0} s");
        }
    }

    internal string Summary(ulong first) => string.Create(
        CultureInfo.InvariantCulture,
        $"simulation: seeds {first}-{first + (ulong)Seeds - 1}, {Steps} steps, {Commands} "
        + $"commands, {Replies} pieces of replies checked, {Served} waiters served, "
        + $"{Restarts} restarts of the keyspace, {Recoveries} recoveries after a crash ({Cut} "
        + $"after a cut), {Crashes} crashes looked at, {DiskFaults} faults of the disk, "
        + $"{Misconfs} MISCONF, {Evicted} keys evicted, "
        + $"{OutOfMemory} OOM, {NotPermitted} NOPERM, "
        + $"{Repeated} seeds run twice, {Failures} failures");

    private void RunOne(ulong seed, int steps)
    {
        Seeds++;
        SimulationResult result = Simulation.Run(seed, steps);
        Steps += steps;
        Commands += result.Commands;
        Replies += result.Replies;
        Served += result.Served;
        Restarts += result.Restarts;
        Recoveries += result.Recoveries;
        Cut += result.Cut;
        Crashes += result.Crashes;
        DiskFaults += result.DiskFaults;
        Misconfs += result.Misconfs;
        Evicted += result.Evicted;
        OutOfMemory += result.OutOfMemory;
        NotPermitted += result.NotPermitted;
        if (seed % 100 != 0) return;
        Repeated++;
        if (Simulation.Run(seed, steps) != result)
            throw new SimulationFailure($"./rotom sim {seed} --steps {steps}: it goes two ways");
    }
}
