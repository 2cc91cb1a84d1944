using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Rotom.Bench.SideBySide;

// The tests of the side-by-side run: redis-benchmark's own, and some it does not have.
//
// Each run starts from the same data. What pops gets as many elements as there are requests, or it
// would measure empty keys; what pushes starts with an empty key. The LRANGE tests are given as
// commands, since redis-benchmark would first push as many elements as there are requests and count
// that in.

/// <summary>One test, by the name redis-benchmark has for it.</summary>
/// <param name="Name">Lower case.</param>
/// <param name="Needs">The command whose absence makes a server unable to run it.</param>
/// <param name="Arguments">What redis-benchmark is told to run.</param>
/// <param name="Prepare">Commands before each run, given the number of its requests.</param>
internal sealed record BenchTest(string Name, string Needs, string[] Arguments,
    Func<long, IEnumerable<string[]>> Prepare)
{
    /// <summary>Elements a command is given at a time where a key is filled.</summary>
    private const int FillBatch = 500;

    private const string Value = "xxx";

    private static readonly BenchTest[] s_all =
    [
        Own("set", "SET", _ => []),
        Own("get", "GET", _ => []),
        Own("incr", "INCR", _ => []),
        Own("mset", "MSET", _ => []),
        Own("lpush", "LPUSH", _ => [["DEL", "mylist"]]),
        Own("rpush", "RPUSH", _ => [["DEL", "mylist"]]),
        Own("lpop", "LPOP", n => Fill(n, "RPUSH", "mylist", _ => [Value])),
        Own("rpop", "RPOP", n => Fill(n, "RPUSH", "mylist", _ => [Value])),
        Own("sadd", "SADD", _ => [["DEL", "myset"]]),
        Own("hset", "HSET", _ => [["DEL", "myhash"]]),
        Own("spop", "SPOP", n => Fill(n, "SADD", "myset", i => [Element(i)])),
        Own("zadd", "ZADD", _ => [["DEL", "myzset"]]),
        Own("zpopmin", "ZPOPMIN", n => Fill(n, "ZADD", "myzset", i => ["0", Element(i)])),
        Range(100),
        Range(300),
        Range(500),
        Range(600),
        new("setbit", "SETBIT", ["SETBIT", "bits:__rand_int__", "7", "1"], _ => []),
        new("pfadd", "PFADD", ["PFADD", "myhll", "element:__rand_int__"],
            _ => [["DEL", "myhll"]]),
    ];

    /// <summary>All names, in the order in which they are run.</summary>
    public static string[] Names => [.. s_all.Select(test => test.Name)];

    public static BenchTest Find(string name)
        => s_all.FirstOrDefault(test => test.Name == name)
            ?? throw new OptionException($"no test is called '{name}': {string.Join(' ', Names)}");

    private static BenchTest Own(string name, string needs,
        Func<long, IEnumerable<string[]>> prepare)
        => new(name, needs, ["-t", name], prepare);

    private static BenchTest Range(int elements)
        => new($"lrange_{elements}", "LRANGE", ["LRANGE", "mylist", "0", $"{elements - 1}"],
            _ => Fill(elements, "RPUSH", "mylist", _ => [Value]));

    private static string Element(long i)
        => i.ToString("'element:'000000000000", CultureInfo.InvariantCulture);

    /// <summary>A key with so many elements, each given by some words.</summary>
    public static IEnumerable<string[]> Fill(long count, string command, string key,
        Func<long, string[]> words)
    {
        yield return ["DEL", key];
        for (long first = 0; first < count; first += FillBatch)
        {
            List<string> all = [command, key];
            for (long i = first; i < Math.Min(count, first + FillBatch); i++)
                all.AddRange(words(i));
            yield return [.. all];
        }
    }
}
