using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Rotom.Fuzz;

// How much to fuzz and from what. ROTOM_FUZZ_INPUTS sets the number of inputs of every target
// (./rotom fuzz N), ROTOM_TEST_FULL=1 takes the long budget, ROTOM_FUZZ_SEED repeats a run.

/// <summary>Budgets, seeds and the committed corpus.</summary>
internal static class FuzzBudget
{
    /// <summary>Inputs for a target that wants so many in a quick and in a full run.</summary>
    public static int Inputs(int quick, int full)
    {
        string? wanted = Environment.GetEnvironmentVariable("ROTOM_FUZZ_INPUTS");
        if (wanted is not null) return int.Parse(wanted, CultureInfo.InvariantCulture);
        return Environment.GetEnvironmentVariable("ROTOM_TEST_FULL") == "1" ? full : quick;
    }

    /// <summary>The seed of this run; failures print it.</summary>
    public static int Seed() =>
        Environment.GetEnvironmentVariable("ROTOM_FUZZ_SEED") is { } seed
            ? int.Parse(seed, CultureInfo.InvariantCulture)
            : Environment.TickCount;

    /// <summary>The committed inputs of a target: ones that were hard once.</summary>
    public static List<byte[]> Corpus(string target) =>
    [
        .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "corpus", target))
            .Order(StringComparer.Ordinal)
            .Select(File.ReadAllBytes),
    ];
}
