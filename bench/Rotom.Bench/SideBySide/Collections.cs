using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Rotom.Bench.SideBySide;

/// <summary>What a data set of collections takes.</summary>
/// <param name="What">The data set in words.</param>
/// <param name="ResidentBytes">Growth of the process' resident memory.</param>
/// <param name="UsedBytes">Growth of INFO's used_memory.</param>
internal sealed record CollectionCost(string What, double ResidentBytes, double UsedBytes);

/// <summary>Loads collections into fresh servers and looks at what they take.</summary>
internal static class Collections
{
    private const int HashFields = 10;
    private const int WarmUps = 200_000;

    // In which a server may do what it does when nobody asks for anything.
    private const int RestSeconds = 30;

    private sealed record Kind(string Needs, Func<int, string> What,
        Func<int, IEnumerable<string[]>> Commands, bool Rests = false);

    private static readonly Kind[] s_kinds =
    [
        new("HSET", n => $"{n / 10:N0} hashes of {HashFields} fields", n => Hashes(n / 10)),
        new("HSET", n => $"{n / 10:N0} hashes of {HashFields} numbers", n => Numbers(n / 10)),
        new("ZADD", n => $"a sorted set of {n:N0}", n => BenchTest.Fill(n, "ZADD", "z",
            i => [Score(i), Member(i)])),
        new("SADD", n => $"a set of {n:N0}", n => BenchTest.Fill(n, "SADD", "s", i => [Member(i)])),
        new("RPUSH", n => $"a list of {n:N0}", n => BenchTest.Fill(n, "RPUSH", "l",
            i => [Member(i)]), Rests: true),
    ];

    /// <summary>
    /// One server's figures; what a command is missing for is left out with a note.
    /// </summary>
    /// <param name="name">Name of the server.</param>
    /// <param name="command">The shell command that starts it.</param>
    /// <param name="elements">Elements in all: 1,000,000 for published figures.</param>
    /// <param name="say">Takes notes.</param>
    public static List<CollectionCost> Measure(
        string name, string command, int elements, Action<string> say)
    {
        List<CollectionCost> costs = [];
        foreach (Kind kind in s_kinds)
        {
            using BenchServer server = BenchServer.Start(name, command);
            server.Settle();
            using RespProbe probe = server.Connect();
            string what = string.Create(CultureInfo.InvariantCulture, $"{kind.What(elements)}");
            if (!probe.Knows(kind.Needs))
            {
                say($"{what}: left out, {name} has no {kind.Needs}");
                continue;
            }

            // What any first load costs, compiled code and buffers, is not the data's.
            probe.Load(Enumerable.Range(0, WarmUps).Select(i => (string[])["SET", "warm", "x"]));
            probe.Load([["DEL", "warm"]]);
            System.Threading.Thread.Sleep(300);
            long resident = server.ResidentBytes(), used = server.UsedMemory();
            probe.Load(kind.Commands(elements));
            costs.Add(new CollectionCost(what, server.ResidentBytes() - resident,
                server.UsedMemory() - used));
            if (!kind.Rests) continue;
            System.Threading.Thread.Sleep(RestSeconds * 1_000);
            costs.Add(new CollectionCost($"{what}, {RestSeconds} s later",
                server.ResidentBytes() - resident, server.UsedMemory() - used));
        }

        return costs;
    }

    private static IEnumerable<string[]> Hashes(int count)
        => Enumerable.Range(0, count).Select(i => (string[])["HSET", $"hash:{i:D8}",
            .. Enumerable.Range(0, HashFields)
                .SelectMany(f => (string[])[$"field:{f}", $"value:{i:D8}"])]);

    private static IEnumerable<string[]> Numbers(int count)
        => Enumerable.Range(0, count).Select(i => (string[])["HSET", $"hash:{i:D8}",
            .. Enumerable.Range(0, HashFields)
                .SelectMany(f => (string[])[$"field:{f}", $"{i * (f + 1L)}"])]);

    private static string Member(long i) => i.ToString("'member:'000000000", null);

    // Different scores in an order that is not the members'.
    private static string Score(long i)
        => (i * 7_919 % 1_000_003).ToString(CultureInfo.InvariantCulture);
}
