using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using Rotom.Engine.Persist;
using Rotom.Engine.Tests.Commands;
using Rotom.Engine.Tests.Memory;
using Rotom.Engine.Tests.Persist;
using Rotom.Engine.Tests.Support;
using Rotom.Resp.Batch;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Engine.Tests.Keyspace;

/// <summary>Memory that lies free between used blocks is given back.</summary>
public sealed class DefragmenterTests(ITestOutputHelper output)
{
    private static readonly string[] s_large = ["hash", "times", "list", "set", "zset"];

    // The same commands go to two engines, of which one moves its blocks all the time. Every reply
    // is the same, those of scans and of random choices included, and so is what is in use.
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 0)]
    [InlineData(4, 2)]
    public void Who_asks_notices_nothing(int seed, int compressDepth)
    {
        TestRandom random = new(seed);
        using EngineHost moving = Host(seed, compressDepth);
        using EngineHost still = Host(seed, compressDepth);
        moving.Engine.Heap.EvacuatesAll = true;
        Dictionary<string, string> cursors = [];
        for (int i = 0; i < 16_000; i++)
        {
            // Grows for a while, then shrinks, and again: that leaves slabs sparse.
            string command = Next(random, shrinking: i / 4_000 % 2 == 1, cursors);
            string reply = still.Send(command);
            Assert.True(reply == moving.Send(command), $"{i}: {command}");
            Remember(command, reply, cursors);
            if (!moving.Engine.Defragmenter.IsRunning) moving.Engine.Defragmenter.Purge();
            moving.Engine.Defragmenter.Run(random.Below(4) * 1_000);
            Assert.Equal(still.Engine.UsedMemory, moving.Engine.UsedMemory);
            if (i % 400 == 0) moving.Engine.CheckInvariants();
        }

        Finish(moving);
        moving.Engine.CheckInvariants();
        Assert.Equal(still.Send("DEBUG DIGEST"), moving.Send("DEBUG DIGEST"));
        output.WriteLine(
            $"{moving.Engine.Defragmenter.Hits} blocks moved, {moving.Engine.Defragmenter.Misses} "
            + $"left; {still.Engine.Heap.ResidentBytes} resident, without moving "
            + $"{moving.Engine.Heap.ResidentBytes}");
        Assert.True(moving.Engine.Defragmenter.Hits > 5_000);
        Assert.True(moving.Engine.Defragmenter.KeyHits > 1_000);
    }

    [Fact]
    public void A_round_rests_while_a_snapshot_is_made_and_goes_on_behind_it()
    {
        TestRandom random = new(11);
        using EngineHost host = Host(11, 0);
        using EngineHost other = DumpTests.Debuggable();
        host.Engine.Heap.EvacuatesAll = true;
        long behind = 0;
        for (int round = 0; round < 6; round++)
        {
            for (int i = 0; i < 3_000; i++) host.Send(Next(random, round % 2 == 1, []));
            string digest = SnapshotFiles.Digest(host);
            MemoryStream file = new();
            host.Engine.Defragmenter.Purge();
            // Anywhere in the round: between values, or in the middle of one.
            host.Engine.Defragmenter.Run(random.Below(100) * 1_000);
            long before = host.Engine.Defragmenter.Hits;
            SnapshotWalk walk = host.Engine.BeginSnapshot(isBase: false);
            for (bool isDone = false; !isDone;)
            {
                host.Engine.Defragmenter.Purge();
                host.Engine.Defragmenter.Run(random.Below(10) * 1_000);
                for (int i = random.Below(4); i > 0; i--) host.Send(Next(random, false, []));
                isDone = walk.Step(random.Below(2));
                SnapshotFiles.Drain(walk, file);
            }

            Assert.Equal(before, host.Engine.Defragmenter.Hits);
            host.Engine.EndSnapshot();
            other.Send("FLUSHALL");
            Assert.Null(SnapshotFiles.Load(other, SnapshotFiles.Seal(file)).Failure);
            Assert.Equal(digest, SnapshotFiles.Digest(other));
            host.Engine.CheckInvariants();
            Finish(host);
            host.Engine.CheckInvariants();
            output.WriteLine($"{host.Engine.Defragmenter.Hits - before} blocks moved");
            behind += host.Engine.Defragmenter.Hits - before;
        }

        Assert.True(behind > 100);
    }

    [Fact]
    public void A_round_rests_while_a_snapshot_is_loaded_and_not_while_events_are_replayed()
    {
        TestRandom random = new(12);
        using EngineHost loading = Host(12, 0);
        using EngineHost still = Host(12, 0);
        RotomEngine engine = loading.Engine;
        engine.Heap.EvacuatesAll = true;
        engine.BeginReplay();
        engine.IsLoading = true;
        engine.Defragmenter.Purge();
        Assert.False(engine.HasIdleWork);
        for (int i = 0; i < 16_000; i++)
        {
            int key = random.Below(20_000);
            int element = random.Below(9_000);
            string command = random.Below(8) switch
            {
                0 => $"HSET hash:{key % 3} field:{element} value:{key}",
                1 => $"RPUSH list:{key % 3} element:{element}",
                2 => $"ZADD zset:{key % 3} {key} member:{element}",
                3 => $"DEL text:{key}",
                _ => $"SETRANGE text:{key} 150 x",
            };
            still.Send(command);
            Replay(engine, command);
            if (!engine.Defragmenter.IsRunning) engine.Defragmenter.Purge();
            engine.Defragmenter.Run(random.Below(20) * 1_000);
            if (i % 400 == 0) engine.CheckInvariants();
        }

        engine.EndReplay();
        engine.IsLoading = false;
        Finish(loading);
        engine.CheckInvariants();
        Assert.Equal(still.Send("DEBUG DIGEST"), loading.Send("DEBUG DIGEST"));
        Assert.Equal(still.Engine.UsedMemory, engine.UsedMemory);
        output.WriteLine($"{engine.Defragmenter.Hits} blocks moved");
        Assert.InRange(engine.Defragmenter.Hits, 1_000, long.MaxValue);
    }

    private static void Replay(RotomEngine engine, string command)
    {
        StringBuilder text = new();
        string[] words = command.Split(' ');
        text.Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
        foreach (string word in words)
        {
            text.Append(CultureInfo.InvariantCulture, $"${word.Length}\r\n{word}\r\n");
        }

        byte[] bytes = Encoding.ASCII.GetBytes(text.ToString());
        byte[] room = [.. bytes, .. new byte[CommandBatch.Slack]];
        Assert.Null(engine.Replay(room, bytes.Length));
    }

    [Fact]
    public void What_many_deleted_keys_leave_is_given_back_by_the_periodic_work()
    {
        using EngineHost host = new();
        for (int i = 0; i < 200_000; i++) host.Send($"SETRANGE key:{i} 150 x");
        for (int i = 0; i < 200_000; i++)
        {
            if (i % 10 != 0) host.Send($"DEL key:{i}");
        }

        long sparse = host.Engine.Heap.ResidentBytes;
        long used = host.Engine.UsedMemory;
        int slices = 0;
        int ticks = 0;
        bool wasRunning = false;
        for (; ticks < 200 && (ticks < 3 || host.Engine.Defragmenter.IsRunning); ticks++)
        {
            host.Advance(100);
            wasRunning |= host.Engine.Defragmenter.RunningPercent > 0;
            for (; host.Engine.HasIdleWork; slices++) host.Engine.WorkInIdleTime();
        }

        Assert.True(wasRunning);
        Assert.Equal(used, host.Engine.UsedMemory);
        Assert.InRange(sparse, used * 4, long.MaxValue);
        double most = PoisonBuild.IsOn ? 2 : 1.2;
        Assert.InRange(host.Engine.Heap.ResidentBytes, used, used * most);
        // For the clock of these tests a step takes a microsecond, and a slice has five hundred.
        Assert.InRange(slices, 1, 100);
        host.Engine.CheckInvariants();
    }

    // Blocks of one size are of no use for values of another. Two thirds of the values are written
    // in another size, 75 a millisecond, and the work between turns has its time as ever.
    [Fact]
    public void Sizes_that_change_all_the_time_leave_less_than_30_per_cent_free_between_them()
    {
        TestRandom random = new(31);
        using EngineHost host = new(config => config.ActiveDefragIgnoreBytes = 1 << 20);
        // A step looks at some sixty keys, which takes half as long.
        host.Clock.LookNanos = 20_000;
        double most = 0;
        int written = 0;
        foreach (int size in (int[])[100, 20, 300, 50, 500, 80])
        {
            string value = new('v', size);
            for (int i = 0; i < 150_000; i++)
            {
                if (size != 100 && random.OneIn(3)) continue;
                host.Send($"SET key:{i} {value}");
                if (++written % 75 != 0) continue;
                host.Advance(1);
                if (host.Engine.HasIdleWork) host.Engine.WorkInIdleTime();
                if (size == 100) continue;
                most = Math.Max(most, host.Engine.Defragmenter.FragmentedPercent);
            }
        }

        output.WriteLine($"{most:F1} % at most, {host.Engine.Defragmenter.Hits} blocks moved");
        Assert.InRange(most, 10, PoisonBuild.IsOn ? 50 : 30);
        host.Engine.CheckInvariants();
    }

    [Fact]
    public void A_round_that_is_switched_off_leaves_nothing_marked()
    {
        using EngineHost host = new(config => config.ActiveDefragIgnoreBytes = 1);
        for (int i = 0; i < 80_000; i++) host.Send($"SETRANGE key:{i} 150 x");
        for (int i = 0; i < 80_000; i += 2) host.Send($"DEL key:{i}");
        host.Advance(100);
        Assert.True(host.Engine.Defragmenter.IsRunning);
        host.Send("CONFIG SET activedefrag no");
        host.Advance(100);
        while (host.Engine.HasIdleWork) host.Engine.WorkInIdleTime();
        Assert.False(host.Engine.Defragmenter.IsRunning);
        Assert.Contains("active_defrag_running:0", host.Send("INFO memory"));
        host.Engine.CheckInvariants();
        long before = host.Engine.Heap.ResidentBytes;
        host.Check("MEMORY PURGE", "+OK");
        Finish(host);
        Assert.InRange(host.Engine.Heap.ResidentBytes, 0, before * 0.7);
    }

    [Fact]
    public void Rounds_that_gain_nothing_become_rare()
    {
        // Nobody moves what waits to be freed, and then nothing is begun.
        using EngineHost host = new(config =>
        {
            config.ActiveDefragIgnoreBytes = 1;
            config.ActiveDefragThresholdLower = 0;
        });
        host.Send("SET k v");
        int rounds = 0;
        for (int i = 0; i < 3_000; i++)
        {
            bool was = host.Engine.Defragmenter.IsRunning;
            host.Advance(100);
            if (host.Engine.Defragmenter.IsRunning && !was) rounds++;
            while (host.Engine.HasIdleWork) host.Engine.WorkInIdleTime();
        }

        Assert.InRange(rounds, 0, 12);
    }

    private static EngineHost Host(int seed, int compressDepth) => new(
        config =>
        {
            config.ActiveDefrag = false;
            config.ActiveDefragMaxScanFields = 100;
            config.ListCompressDepth = compressDepth;
            config.ListMaxListpackSize = -1;
            config.EnableDebugCommand = Engine.Config.DangerousAccess.Yes;
        },
        (ulong)seed);

    private static void Finish(EngineHost host)
    {
        while (host.Engine.HasIdleWork) host.Engine.WorkInIdleTime();
    }

    private static void Remember(string command, string reply, Dictionary<string, string> cursors)
    {
        if (!command.Contains("SCAN", StringComparison.Ordinal)) return;
        string[] parts = reply.Split(' ');
        if (parts.Length < 2) return;
        string name = command[..command.IndexOf(' ', StringComparison.Ordinal)];
        cursors[name] = parts[1].TrimStart('$');
    }

    private static string Next(
        TestRandom random, bool shrinking, Dictionary<string, string> cursors)
    {
        string key = "key:" + random.Below(3_000).ToString(CultureInfo.InvariantCulture);
        string other = "key:" + random.Below(3_000).ToString(CultureInfo.InvariantCulture);
        string element = "e" + random.Below(4_000).ToString(CultureInfo.InvariantCulture);
        string text = Text(random);
        if (random.OneIn(3)) return Large(random, shrinking, element, text, cursors);
        if (shrinking && random.Below(10) < 6)
        {
            return random.Below(3) switch
            {
                0 => $"DEL {key} {other}",
                1 => $"UNLINK {key}",
                _ => $"PEXPIRE {key} 0",
            };
        }

        return random.Below(14) switch
        {
            0 => $"SET {key} {text} PX 900000000",
            1 => $"APPEND {key} {text}",
            2 => $"PERSIST {key}",
            3 => $"RENAMENX {key} {other}",
            4 => $"COPY {key} {other} REPLACE",
            5 => $"HSET h{key} {element} {text}",
            6 => $"RPUSH l{key} {text}",
            7 => $"SADD s{key} {random.Below(100)} {random.Below(40_000)}",
            8 => $"ZADD z{key} {random.Below(100)} {element}",
            9 => "RANDOMKEY",
            10 => $"SCAN {cursors.GetValueOrDefault("SCAN", "0")} COUNT 20",
            11 => $"HPEXPIRE h{key} 800000000 FIELDS 1 {element}",
            12 => $"GET {key}",
            _ => $"SETRANGE {key} {random.Below(random.OneIn(9) ? 30_000 : 3_000)} {text}",
        };
    }

    private static string Large(
        TestRandom random, bool shrinking, string element, string text,
        Dictionary<string, string> cursors)
    {
        if (random.OneIn(1_500)) return "DEL " + s_large[random.Below(s_large.Length)];
        if (random.OneIn(1_500)) return "UNLINK " + s_large[random.Below(s_large.Length)];
        if (random.OneIn(1_000)) return $"RENAME {s_large[random.Below(s_large.Length)]} gone";
        if (shrinking && !random.OneIn(4))
        {
            return random.Below(6) switch
            {
                0 => "HDEL hash " + element,
                1 => "HDEL times " + element,
                2 => random.OneIn(2) ? "LPOP list 9" : "RPOP list 9",
                3 => "SREM set " + element,
                4 => $"ZREM zset {element}",
                _ => $"LTRIM list {random.Below(3)} -{1 + random.Below(3)}",
            };
        }

        return random.Below(15) switch
        {
            0 or 1 => $"HSET hash {element} {text}",
            2 => $"HSET times {element} {text}",
            3 => $"HPEXPIRE times {1_000_000 + random.Below(900_000)} FIELDS 1 {element}",
            4 or 5 => $"RPUSH list {text} {text} {element}",
            6 => $"LPUSH list {text}",
            7 => $"LINSERT list BEFORE {element} {text}",
            8 => $"SADD set {element} {element}{text[..Math.Min(30, text.Length)]}",
            9 => $"ZADD zset {random.Below(500)} {element}",
            10 => $"ZINCRBY zset {random.Below(9) - 4} {element}",
            11 => $"HSCAN hash {cursors.GetValueOrDefault("HSCAN", "0")} COUNT 10",
            12 => $"ZSCAN zset {cursors.GetValueOrDefault("ZSCAN", "0")} COUNT 10",
            13 => $"SSCAN set {cursors.GetValueOrDefault("SSCAN", "0")} COUNT 10",
            _ => $"ZRANGEBYSCORE zset {random.Below(400)} +inf LIMIT 0 5",
        };
    }

    private static string Text(TestRandom random)
    {
        int length = random.OneIn(20) ? random.Below(3_000) : 1 + random.Below(200);
        StringBuilder text = new(length + 8);
        text.Append('v').Append(random.Below(1_000));
        for (int i = 0; text.Length < length; i++) text.Append((char)('a' + (i % 7)));
        return text.ToString();
    }
}
