using System;
using System.Globalization;
using Rotom.Bench.Direct;
using Rotom.Bench.GivenBack;
using Rotom.Bench.Micro;
using Rotom.Bench.Persistence;
using Rotom.Bench.SideBySide;

namespace Rotom.Bench;

internal static class Program
{
    private const string Usage = """
        usage: ./rotom bench [side-by-side] [OPTION...]     this server beside redis-server
               ./rotom bench persistence [OPTION...]        saving, loading, the journal
               ./rotom bench micro [NAME [ARG...]]          a benchmark inside one process
               ./rotom bench memory [OPTION...]             whether memory is given back:
                  --keys 5000000, --server rotom, --only delete,expire,sizes,hash,zset,set,
                  spop,ltrim,hashes,zsets,sets,lists,list or churn
               ./rotom bench direct PORT                    the engine on the loop, without actors
               ./rotom bench chart REPORT.md                draw the chart of a report again

          --server NAME='COMMAND {port}'   one more server; may be repeated
          --rotom PATH, --redis PATH       the two servers, where they are not in their usual place
          --tests set,lpush,lrange_100     tests, instead of all; by redis-benchmark's names
          --only pop,zadd                  of the tests those whose name contains one of these
          --pipelines 1,16,64              requests sent ahead of their replies
          --clients 50  --keys 100000      connections; how many different keys
          --rounds 7    --seconds 1.5      runs of each server a row; least length of a run
          --parts throughput,memory,collections,connections,start
          --name NAME                      of the report: bench/results/DATE-NAME.md and .svg
          --quick                          3 short rounds, a tenth of the keys
        """;

    private static int Main(string[] args)
    {
        switch (args)
        {
            case ["micro", ..]:
                return MicroBenchmarks.Run(args[1..]);
            case ["memory", ..]:
                return MemoryScripts.Run(args[1..]);
            case ["direct", string port]:
                return DirectServer.Run(int.Parse(port, CultureInfo.InvariantCulture));
            case ["persistence", ..]:
                return Guard(() => PersistenceBenchmark.Run(args[1..]));
            case ["chart", string report]:
                ReportChart.Write(report);
                return 0;
            case ["help" or "--help" or "-h", ..]:
                Console.WriteLine(Usage);
                return 0;
            case ["side-by-side", ..]:
                args = args[1..];
                break;
        }
        return Guard(() => SideBySideBenchmark.Run(Options.Parse(args)));
    }

    private static int Guard(Func<int> run)
    {
        try
        {
            return run();
        }
        catch (Exception e) when (e is OptionException or BenchmarkException)
        {
            Console.Error.WriteLine($"bench: {e.Message}");
            return e is OptionException ? 2 : 1;
        }
    }
}
