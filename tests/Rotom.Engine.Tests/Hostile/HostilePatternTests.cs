using System;
using System.Diagnostics;
using System.Linq;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Hostile;

/// <summary>Patterns that cost others an exponent, everywhere patterns are taken (R19).</summary>
public sealed class HostilePatternTests
{
    private const int Tries = 5;

    public static TheoryData<string> Calls() =>
    [
        "KEYS #", "SCAN 0 MATCH # COUNT 1000", "SSCAN s 0 MATCH #", "HSCAN h 0 MATCH #",
        "ZSCAN z 0 MATCH #", "PUBSUB CHANNELS #", "CONFIG GET #", "COMMAND LIST FILTERBY PATTERN #",
        "FUNCTION LIST LIBRARYNAME #", "ACL SETUSER u ~#", "ACL SETUSER u %RW~#",
        "ACL SETUSER u resetchannels &#", "ACL DRYRUN pattern GET @", "SORT l BY #", "SORT l GET #",
        "CLIENT KILL ADDR #", "PSUBSCRIBE #", "PUBLISH @ x", "PUNSUBSCRIBE #",
    ];

    // CVE-2022-36021: twenty stars. CVE-2024-31228: fifty thousand.
    [Theory]
    [MemberData(nameof(Calls))]
    public void CVE_2022_36021_and_2024_31228_a_pattern_is_answered_at_once(string call)
    {
        (string Text, string Pattern)[] cases =
        [
            (new('a', 40), string.Concat(Enumerable.Repeat("a*", 20)) + "b"),
            (new('a', 50_000), string.Concat(Enumerable.Repeat("*?", 50_000))),
            (new('a', 50_000), string.Concat(Enumerable.Repeat("a*", 25_000)) + "b"),
            (new('a', 50_000), new string('[', 2_000)),
            (new('a', 50_000), new string('\\', 50_000)),
            (new('a', 50_000), new string('?', 50_000) + "*"),
        ];
        foreach ((string text, string pattern) in cases) Check(call, text, pattern);
    }

    private static void Check(string call, string text, string pattern)
    {
        // Hundreds of names are looked at, each with the whole pattern.
        bool many = call.StartsWith("CO", StringComparison.Ordinal);
        int patience = HostileTable.PatienceMs * (many ? 4 : 1);
        double best = double.MaxValue;
        for (int i = 0; i < Tries && best >= patience; i++)
        {
            using EngineHost host = new();
            foreach (string setup in (string[])["SET @ v", "SADD s @", "HSET h @ v", "ZADD z 1 @",
                "RPUSH l @", "ACL SETUSER pattern on nopass +@all ~# &#"])
            {
                host.Send(Fill(setup, text, pattern));
            }

            host.Send(Fill("SUBSCRIBE @", text, pattern), "ear");
            host.Send(Fill("PSUBSCRIBE #", text, pattern), "ear");
            byte[][] words = Words.Split(Fill(call, text, pattern));
            Stopwatch clock = Stopwatch.StartNew();
            string reply = host.Send(words);
            best = Math.Min(best, clock.Elapsed.TotalMilliseconds);
            Assert.NotEqual("", reply);
            Assert.Equal(0, host.Engine.Stats.InternalErrors);
        }

        Assert.True(
            best < patience,
            $"{call}: {best:F0} ms for {pattern[..4]}... of {pattern.Length}");
    }

    private static string Fill(string call, string text, string pattern) => call
        .Replace("@all", "+all", StringComparison.Ordinal)
        .Replace("@", text, StringComparison.Ordinal)
        .Replace("++all", "+@all", StringComparison.Ordinal)
        .Replace("#", pattern.Replace("\\", "\\\\", StringComparison.Ordinal),
            StringComparison.Ordinal);
}
