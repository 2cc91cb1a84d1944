using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Hostile;

/// <summary>maxmemory-clients with tiny limits, among clients that wait.</summary>
/// <remarks>
/// CVE-2026-23479, redis#15594: a client is evicted while others are served, or by the very command
/// that serves it. Each waiter has its data once or is closed; no element is lost; whoever is gone
/// is in no list; who is evicted is the largest.
/// </remarks>
public sealed class HostileClientMemoryTests
{
    // As an object, before it has said anything: ClientInfo shows it as tot-mem.
    private const int IdleBytes = 1_024;

    [Fact]
    public void What_waits_with_a_client_is_its_memory()
    {
        using EngineHost host = new();
        host.Send("PING");
        long before = host.Engine.ClientMemory;
        host.Check($"BLPOP {new string('k', 100_000)} 0", "", "waiter");
        string keys = string.Concat(Enumerable.Range(0, 100).Select(i => $"q{i} "));
        host.Check($"BLPOP {keys}0", "", "many");
        long held = host.Engine.ClientMemory - before;
        Assert.InRange(held, 100_000 + (100 * 64) + (2 * IdleBytes), 200_000);
        host.Check("CLIENT UNBLOCK 2", ":1");
        host.Check("RPUSH q50 a", ":1");
        Assert.Equal(0, host.Engine.WaitingClients);
        host.Disconnect("waiter");
        host.Disconnect("many");
        Assert.Equal(before, host.Engine.ClientMemory);
    }

    [Fact]
    public void The_waiter_that_holds_most_is_evicted_and_leaves_every_queue()
    {
        using EngineHost host = new();
        host.Check("CLIENT NO-EVICT ON", "+OK");
        host.Check("BLPOP small 0", "", "small");
        host.Check($"BLPOP q {new string('k', 60_000)} 5", "", "large");
        host.Check($"BRPOP q {new string('k', 30_000)} 0", "", "medium");
        host.PipelineOf("large", $"SET rested {new string('v', 10_000)}");
        Assert.Equal(3, host.Engine.WaitingClients);
        host.Check("CONFIG SET maxmemory-clients 50000", "+OK");
        Assert.Equal(1, host.Engine.Stats.EvictedClients);
        Assert.Equal(2, host.Engine.WaitingClients);
        Assert.Equal(0, host.Engine.WaitersWithDeadline);
        Assert.Null(host.ClientOf("large").Link.EngineState);
        host.Check("RPUSH q element", ":1");
        Assert.Equal("*2 $q $element", host.Pushes["medium"]);
        host.Check("EXISTS rested q", ":0");
        host.Advance(10_000);
        Assert.Equal(1, host.Engine.WaitingClients);
        host.Engine.CheckInvariants();
    }

    [Fact]
    public void Who_does_not_fit_alone_is_closed_before_its_command_runs()
    {
        using EngineHost host = new();
        host.Check("CLIENT NO-EVICT ON", "+OK");
        host.Check("BLPOP q 0", "", "waiter");
        host.Check("CONFIG SET maxmemory-clients 20000", "+OK");
        host.Check($"RPUSH q a {new string('v', 50_000)}", "", "pusher");
        Assert.Null(host.ClientOf("pusher").Link.EngineState);
        Assert.Equal(1, host.Engine.WaitingClients);
        host.Check("EXISTS q", ":0");
        host.Check("RPUSH q b", ":1");
        Assert.Equal("*2 $q $b", host.Pushes["waiter"]);
        host.Engine.CheckInvariants();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void CVE_2026_23479_tiny_limits_among_waiters_lose_nothing(int seed)
    {
        Random random = new(seed);
        using EngineHost host = new();
        host.Check("CLIENT NO-EVICT ON", "+OK");
        for (int round = 0; round < 60; round++) Play(host, random, $"seed {seed}, round {round}");
        Assert.True(host.Engine.Stats.EvictedClients > 100);
    }

    // Some wait, with much or little of their own, and some of them have more behind it; a limit
    // that few of them fit; then pushes, whose words are memory, too.
    private static void Play(EngineHost host, Random random, string context)
    {
        host.Check("CONFIG SET maxmemory-clients 0", "+OK");
        Dictionary<string, bool> names = [];
        string[] waits = ["BLPOP q {0} 0", "BRPOP {0} q 30", "BLMPOP 0 2 q {0} LEFT",
            "BLMOVE q taken LEFT RIGHT 0", "BZPOPMIN z {0} 0"];
        int waiters = random.Next(5, 40);
        for (int i = 0; i < waiters; i++)
        {
            string name = $"{context} {i}";
            int wait = random.Next(waits.Length);
            string own = "own" + new string('k', random.Next(4) == 0 ? random.Next(30_000) : 1);
            host.Check(string.Format(CultureInfo.InvariantCulture, waits[wait], own), "", name);
            if (random.Next(3) == 0)
                host.PipelineOf(name, $"RPUSH rested {new string('r', random.Next(9_000))}");
            names[name] = wait < 3;
        }

        host.Check($"CONFIG SET maxmemory-clients {random.Next(20_000, 120_000)}", "+OK");
        int pushed = 0;
        int popped = 0;
        int rested = 0;
        for (int i = random.Next(1, 12); i > 0; i--)
        {
            int elements = random.Next(1, 6);
            string words = string.Join(' ', Enumerable.Range(0, elements).Select(
                e => $"e{e}{new string('x', random.Next(3) == 0 ? random.Next(5_000) : 1)}"));
            // A pusher of its own may be evicted for what it pushes.
            string pusher = random.Next(2) == 0 ? "main" : $"{context} pusher {i}";
            string reply = host.PipelineOf(pusher, $"RPUSH q {words}");
            if (reply.StartsWith(':')) pushed += elements;
            foreach ((string name, string push) in host.Pushes)
            {
                int own = push.Split(' ').Count(w => w.StartsWith("$e", StringComparison.Ordinal));
                Assert.True(own <= 1, $"{context}: {name} got {push}");
                if (names[name]) popped += own;
                rested += push.Split(' ').Count(word => word.StartsWith(':'));
            }

            host.Advance(random.Next(200));
        }

        int kept = Length(host, "taken") + Length(host, "q");
        Assert.True(pushed == popped + kept, $"{context}: {pushed} pushed, {popped} + {kept}");
        Assert.InRange(Length(host, "rested"), 0, rested);
        int waiting = names.Keys.Count(name => host.ClientOf(name).Waiter is not null);
        Assert.Equal(waiting, host.Engine.WaitingClients);
        host.Engine.CheckInvariants();
        foreach (string name in names.Keys) host.Disconnect(name);
        host.Check("CONFIG SET maxmemory-clients 0", "+OK");
        Assert.Equal(0, host.Engine.WaitingClients);
        Assert.Equal(0, host.Engine.WaitersWithDeadline);
        Assert.Equal(0, host.Engine.BlockedKeys.KeyCount);
        host.Send("DEL q taken rested");
    }

    private static int Length(EngineHost host, string key) =>
        int.Parse(host.Send($"LLEN {key}")[1..], CultureInfo.InvariantCulture);
}
