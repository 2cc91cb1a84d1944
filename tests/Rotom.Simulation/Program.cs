using System;
using System.Diagnostics;
using System.Globalization;
using Rotom.Simulation.Oracle;

namespace Rotom.Simulation;

/// <summary>
/// ./rotom sim SEED [--steps N] [--diary]: runs one seed and says what it came to; the diary notes
/// every command as the server executes it. ./rotom sim SEED --seeds M [--steps N]: M seeds from
/// there on, all of them, whatever fails.
/// </summary>
internal static class Program
{
    internal const int StepsDefault = 5000;

    private static int Main(string[] args)
    {
        int steps = StepsDefault;
        if (args is [_, "--seeds", ..]) return RunMany(args);
        bool fits = args.Length >= 1 && ulong.TryParse(args[0], out _);
        bool diary = args.Length > 1 && args[^1] == "--diary";
        string[] options = args[1..(diary ? ^1 : ^0)];
        fits = fits && (options.Length == 0
            || (options is ["--steps", string count] && int.TryParse(count, out steps)));
        if (!fits)
        {
            Console.Error.WriteLine(
                "usage: ./rotom sim SEED [--seeds M] [--steps N] [--diary]");
            return 2;
        }

        return RunOne(args[0], steps, diary);
    }

    private static int RunMany(string[] args)
    {
        ulong first = ulong.Parse(args[0], CultureInfo.InvariantCulture);
        long seeds = long.Parse(args[2], CultureInfo.InvariantCulture);
        int steps = args is [_, _, _, "--steps", string count]
            ? int.Parse(count, CultureInfo.InvariantCulture)
            : StepsDefault / 5;
        Campaign campaign = new();
        campaign.Run(first, seeds, steps, Console.Out);
        Console.WriteLine(campaign.Summary(first));
        return campaign.Failures == 0 ? 0 : 1;
    }

    private static int RunOne(string first, int steps, bool diary)
    {
        ulong seed = ulong.Parse(first, CultureInfo.InvariantCulture);
        Stopwatch watch = Stopwatch.StartNew();
        try
        {
            SimulationResult result = Simulation.Run(seed, steps, diary ? Console.Out : null);
            Console.WriteLine(
                $"seed {seed}, {steps} steps ({result.Plan}): {result.Commands} commands, "
                + $"{result.Replies} pieces of replies checked, {result.Served} waiters served, "
                + $"{result.Restarts} restarts of the keyspace, {result.Recoveries} recoveries, "
                + $"{result.DiskFaults} faults of the disk, {result.Evicted} evicted, "
                + $"trace {result.Trace:x16}, {watch.ElapsedMilliseconds} ms");
            return 0;
        }
        catch (SimulationFailure failure)
        {
            Console.Error.WriteLine(failure.ToString());
            return 1;
        }
    }
}
