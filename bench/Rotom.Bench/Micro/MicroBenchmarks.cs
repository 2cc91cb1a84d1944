using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace Rotom.Bench.Micro;

/// <summary>The micro benchmarks of this program, by name.</summary>
internal static class MicroBenchmarks
{
    /// <summary>Runs the one that <paramref name="args"/> begins with, or lists all.</summary>
    public static int Run(string[] args)
    {
        List<IMicroBenchmark> all = [.. Assembly.GetExecutingAssembly().GetTypes()
            .Where(t => t.IsClass && !t.IsAbstract && t.IsAssignableTo(typeof(IMicroBenchmark)))
            .Select(t => (IMicroBenchmark)Activator.CreateInstance(t, nonPublic: true)!)
            .OrderBy(b => b.Name, StringComparer.Ordinal)];
        IMicroBenchmark? wanted = args.Length > 0 ? all.Find(b => b.Name == args[0]) : null;
        if (wanted is not null)
            return wanted.Run(args[1..]);
        foreach (IMicroBenchmark benchmark in all)
            Console.WriteLine($"{benchmark.Name,-24} {benchmark.Summary}");
        if (args.Length == 0)
            return 0;
        Console.Error.WriteLine($"no micro benchmark is called '{args[0]}'");
        return 2;
    }
}
