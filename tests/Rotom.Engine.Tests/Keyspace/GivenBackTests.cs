using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using Rotom.Engine.Persist;
using Rotom.Engine.Tests.Memory;
using Rotom.Engine.Tests.Persist;
using Rotom.Engine.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Engine.Tests.Keyspace;

// Of many elements a tenth stays, chosen at random; when the periodic work has nothing to do any
// more, the off-heap memory is at most 1.3 times what an engine takes that holds only those.

/// <summary>What removed elements took is given back, whatever they were elements of.</summary>
public sealed class GivenBackTests(ITestOutputHelper output)
{
    private const double Most = 1.3;
    private const int PerCommand = 50;

    [Theory]
    [InlineData("SADD", "SREM", 200_000, 200_000)]
    [InlineData("SADD", "SPOP", 200_000, 200_000)]
    [InlineData("SADD", "SREM", 200_000, 100)]
    [InlineData("SADD", "SREM", 200_000, 1_500)]
    [InlineData("HSET", "HDEL", 200_000, 200_000)]
    [InlineData("HSET", "HDEL", 200_000, 100)]
    [InlineData("HSET", "HDEL", 200_000, 7_500)]
    [InlineData("HSET", "HPEXPIRE", 200_000, 200_000)]
    [InlineData("ZADD", "ZREM", 200_000, 200_000)]
    [InlineData("ZADD", "ZREM", 200_000, 100)]
    [InlineData("ZADD", "ZREM", 200_000, 4_000)]
    [InlineData("ZADD", "ZPOPMIN", 200_000, 200_000)]
    [InlineData("RPUSH", "LTRIM", 1_000_000, 1_000_000)]
    [InlineData("RPUSH", "LTRIM", 400_000, 200)]
    [InlineData("RPUSH", "LREM", 60_000, 600)]
    [InlineData("SET", "DEL", 200_000, 1)]
    [InlineData("SET", "PEXPIRE", 200_000, 1)]
    public void A_tenth_takes_what_it_would_alone(
        string add, string remove, int elements, int each)
    {
        const int seed = 7;
        TestRandom random = new(seed);
        using EngineHost host = Host();
        using EngineHost fresh = Host();
        List<List<int>> gone = [];
        for (int first = 0; first < elements; first += each)
            gone.Add(Add(host, fresh, add, remove, first, each, random));
        long full = host.Engine.Heap.ResidentBytes;
        for (int i = 0; i < gone.Count; i++) Remove(host, remove, i * each, gone[i], each);
        host.Advance(2_000);
        long left = Settle(host);
        long needed = Settle(fresh);
        output.WriteLine(
            $"seed {seed}: {full} bytes, then {left}, needed {needed}: "
            + $"{left / (double)needed:F3}, used {host.Engine.UsedMemory} of "
            + $"{fresh.Engine.UsedMemory}");
        host.Engine.CheckInvariants();
        Assert.Equal(fresh.Send("DBSIZE"), host.Send("DBSIZE"));
        if (!PoisonBuild.IsOn) Assert.InRange(left, 0, needed * Most);
    }

    // While a snapshot is made no table merges its buckets: removals do not shrink any.
    [Fact]
    public void What_was_removed_while_a_snapshot_was_made_is_given_back_behind_it()
    {
        const int elements = 60_000;
        using EngineHost host = Host();
        using EngineHost fresh = Host();
        string[] keys = ["SADD s", "HSET h", "ZADD z"];
        string[] removals = ["SREM s", "HDEL h", "ZREM z"];
        for (int i = 0; i < elements; i++)
        {
            Each(host, keys, i);
            if (i % 10 == 0) Each(fresh, keys, i);
        }

        SnapshotWalk walk = host.Engine.BeginSnapshot(isBase: false);
        MemoryStream file = new();
        _ = walk.Step(2);
        for (int i = 0; i < elements; i++)
        {
            if (i % 10 == 0) continue;
            foreach (string removal in removals) host.Send($"{removal} element:{i}");
            host.Send($"DEL key:{i}");
        }

        while (!walk.Step(100)) SnapshotFiles.Drain(walk, file);
        SnapshotFiles.Drain(walk, file);
        host.Engine.EndSnapshot();
        host.Advance(1_000);
        long left = Settle(host);
        long needed = Settle(fresh);
        output.WriteLine($"{left} bytes, needed {needed}: {left / (double)needed:F3}");
        host.Engine.CheckInvariants();
        Assert.Equal(SnapshotFiles.Digest(fresh), SnapshotFiles.Digest(host));
        if (!PoisonBuild.IsOn) Assert.InRange(left, 0, needed * Most);
    }

    private static void Each(EngineHost host, string[] keys, int i)
    {
        host.Send($"{keys[0]} element:{i}");
        host.Send($"{keys[1]} element:{i} value");
        host.Send($"{keys[2]} {i % 1_009} element:{i}");
        host.Send($"SET key:{i} value PX 900000000");
    }

    // One collection in each engine: all of it here, what is to stay there. What is not to.
    private static List<int> Add(
        EngineHost host, EngineHost fresh, string add, string remove, int first, int count,
        TestRandom random)
    {
        List<int> all = [];
        List<int> gone = [];
        List<int> stay = [];
        for (int i = first; i < first + count; i++)
        {
            all.Add(i);
            bool stays = remove is "LTRIM" or "ZPOPMIN"
                ? i >= first + (count * 9 / 10)
                : random.OneIn(10);
            (stays ? stay : gone).Add(i);
        }

        Shuffle(random, gone);
        Send(host, $"{add} c{first}", all, i => Argument(add, i));
        Send(fresh, $"{add} c{first}", stay, i => Argument(add, i));
        return gone;
    }

    private static void Remove(
        EngineHost host, string remove, int first, List<int> gone, int count)
    {
        switch (remove)
        {
            case "LTRIM":
                host.Send($"LTRIM c{first} -{count - gone.Count} -1");
                break;
            case "LREM":
                foreach (int i in gone) host.Send($"LREM c{first} 0 {Argument("", i)}");
                break;
            case "SPOP" or "ZPOPMIN":
                for (int left = gone.Count; left > 0; left -= PerCommand)
                    host.Send($"{remove} c{first} {Math.Min(left, PerCommand)}");
                break;
            case "HPEXPIRE":
                foreach (int i in gone)
                    host.Send($"HPEXPIRE c{first} 1000 FIELDS 1 {Argument("", i)}");
                break;
            case "DEL" or "PEXPIRE":
                if (gone.Count > 0)
                    host.Send($"{remove} c{first}" + (remove == "DEL" ? "" : " 1000"));
                break;
            default:
                Send(host, $"{remove} c{first}", gone, i => Argument("", i));
                break;
        }
    }

    private static string Argument(string add, int i)
    {
        string element = "element:" + i.ToString("D9", CultureInfo.InvariantCulture);
        return add switch
        {
            "HSET" => element + " value:" + element,
            "ZADD" => (i * 7_919L % 1_000_003) + " " + element,
            _ => element,
        };
    }

    private static void Send(
        EngineHost host, string command, List<int> elements, Func<int, string> argument)
    {
        for (int at = 0; at < elements.Count; at += PerCommand)
        {
            StringBuilder line = new(command);
            for (int i = at; i < Math.Min(at + PerCommand, elements.Count); i++)
                line.Append(' ').Append(argument(elements[i]));
            Assert.False(host.Send(line.ToString()).StartsWith('-'));
        }
    }

    private static void Shuffle(TestRandom random, List<int> list)
    {
        for (int i = list.Count - 1; i > 0; i--)
        {
            int other = random.Below(i + 1);
            (list[i], list[other]) = (list[other], list[i]);
        }
    }

    // The periodic work for half a minute: what it does in that time is all it does.
    private static long Settle(EngineHost host)
    {
        for (int tick = 0; tick < 300; tick++)
        {
            host.Advance(100);
            while (host.Engine.HasIdleWork) host.Engine.WorkInIdleTime();
        }

        return host.Engine.Heap.ResidentBytes;
    }

    private static EngineHost Host() => new(config =>
    {
        config.ActiveDefragIgnoreBytes = 1 << 16;
        config.EnableDebugCommand = Engine.Config.DangerousAccess.Yes;
    });
}
