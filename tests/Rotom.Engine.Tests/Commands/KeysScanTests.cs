using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>KEYS and SCAN.</summary>
public sealed class KeysScanTests
{
    [Theory]
    [InlineData("KEYS *", "abc abd b")]
    [InlineData("KEYS a*", "abc abd")]
    [InlineData("KEYS ab[^c]", "abd")]
    [InlineData("KEYS ?", "b")]
    [InlineData("KEYS none*", "")]
    [InlineData("KEYS late*", "")]
    public void Keys_answers_live_keys_that_match_and_deletes_none(string command, string keys)
    {
        using EngineHost host = new();
        foreach (string key in (string[])["abc", "abd", "b"]) host.Send($"SET {key} v");
        host.Send("SET late v PX 5");
        host.Clock.Advance(6);
        string[] reply = host.Send(command).Split(' ');
        string[] found = [.. reply.Skip(1).Select(key => key[1..]).Order()];
        Assert.Equal(keys, string.Join(' ', found));
        Assert.Equal($"*{found.Length}", reply[0]);
        Assert.Empty(host.Effects);
        Assert.Equal(4, host.Engine.AllDatabases[0].Count);
    }

    [Fact]
    public void The_empty_key_is_in_all_keys_but_matches_no_star_in_a_longer_pattern()
    {
        using EngineHost host = new();
        host.Send("SET \"\" v");
        host.Check("KEYS *", "*1 $");
        host.Check("KEYS **", "*0");
        host.Check("SCAN 0 MATCH *", "*2 $0 *1 $");
    }

    [Theory]
    [InlineData("SCAN abc", "-ERR invalid cursor")]
    [InlineData("SCAN \" 1\"", "-ERR invalid cursor")]
    [InlineData("SCAN 18446744073709551616", "-ERR invalid cursor")]
    [InlineData("SCAN -", "-ERR invalid cursor")]
    [InlineData("SCAN 0x0", "-ERR invalid cursor")]
    [InlineData("SCAN abc COUNT x", "-ERR invalid cursor")]
    [InlineData("SCAN 0 COUNT 0", "-ERR syntax error")]
    [InlineData("SCAN 0 COUNT -1", "-ERR syntax error")]
    [InlineData("SCAN 0 COUNT x", "-ERR value is not an integer or out of range")]
    [InlineData("SCAN 0 COUNT", "-ERR syntax error")]
    [InlineData("SCAN 0 MATCH", "-ERR syntax error")]
    [InlineData("SCAN 0 TYPE", "-ERR syntax error")]
    [InlineData("SCAN 0 NOSUCH x", "-ERR syntax error")]
    [InlineData("SCAN \"\"", "*2 $0 *1 $k")]
    [InlineData("SCAN +0", "*2 $0 *1 $k")]
    [InlineData("SCAN 0 COUNT 9223372036854775807", "*2 $0 *1 $k")]
    [InlineData("SCAN 18446744073709551615 COUNT 100", "*2 $0 *1 $k")]
    [InlineData("SCAN -1", "*2 $0 *1 $k")]
    [InlineData("SCAN 0 MATCH x MATCH k", "*2 $0 *1 $k")]
    [InlineData("SCAN 0 TYPE STRING", "*2 $0 *1 $k")]
    [InlineData("SCAN 0 type list", "*2 $0 *0")]
    [InlineData("SCAN 0 type nosuch", "*2 $0 *0")]
    public void Scan_reads_its_arguments_as_redis_does(string command, string reply)
    {
        using EngineHost host = new();
        host.Send("SET k v");
        host.Check(command, reply);
    }

    [Fact]
    public void Scan_deletes_what_it_would_answer_but_for_its_time()
    {
        using EngineHost host = new();
        host.Send("SET live v");
        host.Send("SET late v PX 5");
        host.Send("SET other v PX 5");
        host.Clock.Advance(6);
        host.Check("SCAN 0 MATCH l*", "*2 $0 *1 $live");
        Assert.Equal("DEL late", Effect.Of(host));
        Assert.Equal(2, host.Engine.AllDatabases[0].Count);
        host.Engine.CheckInvariants();
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    public void Count_bounds_what_a_call_looks_at(int count)
    {
        using EngineHost host = new();
        for (int i = 0; i < 5000; i++) host.Send($"SET key:{i} v");
        string cursor = "0";
        int calls = 0;
        do
        {
            string[] reply = host.Send($"SCAN {cursor} COUNT {count}").Split(' ');
            cursor = reply[1][1..];
            // The last bucket looked at may be a full one with a chain.
            Assert.InRange(reply.Length - 3, 0, count + 40);
            calls++;
        }
        while (cursor != "0");
        Assert.InRange(calls, 5000 / (count + 40), 5000 / count);
    }

    // Redis' guarantee, while the table grows and shrinks under the scan.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_key_that_stays_is_answered_whatever_comes_and_goes(int seed)
    {
        using EngineHost host = new();
        Random random = new(seed);
        HashSet<string> others = [];
        for (int i = 0; i < 500; i++) host.Send($"SET stays:{i} v");
        HashSet<string> seen = [];
        string cursor = "0";
        bool grows = seed % 2 == 0;
        if (!grows) Churn(host, random, others, 8000, grow: true);
        do
        {
            string[] reply = host.Send($"SCAN {cursor} COUNT {random.Next(1, 30)}").Split(' ');
            cursor = reply[1][1..];
            foreach (string key in reply.Skip(3)) seen.Add(key[1..]);
            Churn(host, random, others, random.Next(200), random.Next(10) < (grows ? 8 : 2));
        }
        while (cursor != "0");
        string[] missed = [.. Enumerable.Range(0, 500).Select(i => $"stays:{i}")
            .Where(key => !seen.Contains(key))];
        Assert.True(missed.Length == 0, $"seed {seed}: never seen: {string.Join(' ', missed)}");
        host.Engine.CheckInvariants();
    }

    // CVE-2022-36021, CVE-2024-31228.
    [Theory]
    [InlineData(40, "a*", 20, "b")]
    [InlineData(50_000, "*?", 1000, "")]
    [InlineData(50_000, "*?", 1001, "b")]
    [InlineData(50_000, "*?", 50_000, "b")]
    [InlineData(50_000, "a*", 25_000, "b")]
    public void A_hostile_pattern_is_answered_at_once(
        int length, string piece, int times, string end)
    {
        using EngineHost host = new();
        host.Send("SET " + new string('a', length) + " v");
        string pattern = string.Concat(Enumerable.Repeat(piece, times)) + end;
        Stopwatch clock = Stopwatch.StartNew();
        string keys = host.Send("KEYS " + pattern);
        string scan = host.Send("SCAN 0 MATCH " + pattern);
        // Two calls, 50 ms each, and as much again for a busy machine.
        Assert.InRange(clock.ElapsedMilliseconds, 0, 200);
        Assert.Equal(end.Length == 0 ? "*1" : "*0", keys[..2]);
        Assert.StartsWith("*2 $0 " + keys[..2], scan, StringComparison.Ordinal);
    }

    private static void Churn(
        EngineHost host, Random random, HashSet<string> others, int keys, bool grow)
    {
        for (int i = 0; i < keys; i++)
        {
            if (grow)
            {
                string key = $"other:{random.Next()}";
                others.Add(key);
                host.Send($"SET {key} v");
            }
            else if (others.Count > 0)
            {
                string key = others.First();
                others.Remove(key);
                host.Send($"DEL {key}");
            }
        }
    }
}
