using System;
using System.Globalization;
using Rotom.Bench.Direct;
using Rotom.Bench.Micro;

namespace Rotom.Bench;

internal static class Program
{
    private static int Main(string[] args)
    {
        if (args is ["micro", ..])
            return MicroBenchmarks.Run(args[1..]);
        if (args is ["direct", string port])
            return DirectServer.Run(int.Parse(port, CultureInfo.InvariantCulture));
        Console.Error.WriteLine("usage: bench micro [NAME] | direct PORT");
        return 2;
    }
}
