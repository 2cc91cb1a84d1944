using System;
using Rotom.Bench.Micro;

namespace Rotom.Bench;

internal static class Program
{
    private static int Main(string[] args)
    {
        if (args is ["micro", ..])
            return MicroBenchmarks.Run(args[1..]);
        Console.Error.WriteLine("usage: bench micro [NAME]");
        return 2;
    }
}
