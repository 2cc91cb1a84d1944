using System;
using System.Diagnostics;
using System.Globalization;
using Rotom.Simulation.Oracle;

namespace Rotom.Simulation;

/// <summary>
/// ./rotom sim SEED [--steps N] [--diary]: runs one seed and says what it came to; the diary notes
/// every command as the server executes it.
/// </summary>
internal static class Program
{
    internal const int StepsDefault = 5000;

    private static int Main(string[] args)
    {
        int steps = StepsDefault;
        bool fits = args.Length >= 1 && ulong.TryParse(args[0], out _);
        bool diary = args.Length > 1 && args[^1] == "--diary";
        string[] options = args[1..(diary ? ^1 : ^0)];
        fits = fits && (options.Length == 0
            || (options is ["--steps", string count] && int.TryParse(count, out steps)));
        if (!fits)
        {
            Console.Error.WriteLine("usage: ./rotom sim SEED [--steps N] [--diary]");
            return 2;
        }

        ulong seed = ulong.Parse(args[0], CultureInfo.InvariantCulture);
        Stopwatch watch = Stopwatch.StartNew();
        try
        {
            SimulationResult result = Simulation.Run(seed, steps, diary ? Console.Out : null);
            Console.WriteLine(
                $"seed {seed}, {steps} steps: {result.Commands} commands, {result.Replies} pieces "
                + $"of replies checked, {result.Restarts} restarts of the keyspace, "
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
