using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Rotom.Engine.Persist;
using Rotom.Engine.Tests.Commands;
using Rotom.Engine.Tests.Memory;
using Rotom.Engine.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Engine.Tests.Persist;

public sealed class SnapshotTests(ITestOutputHelper output)
{
    [Fact]
    public void A_snapshot_is_what_was_there_at_the_cut()
    {
        for (int round = 0; round < 60; round++)
        {
            TestRandom random = new(Environment.TickCount + round);
            output.WriteLine($"seed {random.Seed}");
            using EngineHost host = DumpTests.Debuggable();
            using EngineHost other = DumpTests.Debuggable();
            int keys = 1 + random.Below(400);
            for (int i = 0; i < keys * 2; i++) Change(host, random, keys);
            string digest = SnapshotFiles.Digest(host);
            MemoryStream file = new();
            SnapshotWalk walk = host.Engine.BeginSnapshot(isBase: false);
            bool isDone = false;
            while (!isDone)
            {
                for (int i = random.Below(20); i > 0; i--) Change(host, random, keys * 2);
                if (random.OneIn(60)) host.Send(random.OneIn(2) ? "FLUSHALL" : "FLUSHDB ASYNC");
                if (random.OneIn(60)) host.Send("SWAPDB 0 1");
                isDone = walk.Step(random.Below(2));
                SnapshotFiles.Drain(walk, file);
            }

            host.Engine.EndSnapshot();
            byte[] bytes = SnapshotFiles.Seal(file);
            RdbFileLoader loader = SnapshotFiles.Load(other, bytes);
            Assert.Null(loader.Failure);
            Assert.True(loader.ChecksumHeld);
            Assert.Equal(digest, SnapshotFiles.Digest(other));
            Assert.Equal(walk.KeysTotal, loader.KeysLoaded);
            host.Advance(100);
            host.Engine.CheckInvariants();
            other.Engine.CheckInvariants();
        }
    }

    [Fact]
    public void A_snapshot_that_is_given_up_leaves_nothing_behind()
    {
        TestRandom random = new(5);
        using EngineHost host = DumpTests.Debuggable();
        for (int i = 0; i < 500; i++) Change(host, random, 300);
        for (int round = 0; round < 20; round++)
        {
            SnapshotWalk walk = host.Engine.BeginSnapshot(isBase: false);
            walk.Step(0);
            for (int i = 0; i < 20; i++) Change(host, random, 300);
            if (round % 3 == 0) host.Send("FLUSHDB ASYNC");
            host.Engine.EndSnapshot();
        }

        host.Engine.CheckInvariants();
        for (int db = 0; db < 3; db++)
        {
            host.Send($"SELECT {db}");
            host.Send("FLUSHDB ASYNC");
        }

        host.Advance(100);
        host.Engine.EndTurn();
        Assert.Equal(0, host.Engine.LazyFreePending);
        Assert.Equal(host.Engine.StartupMemory, host.Engine.UsedMemory);
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused_and_says_so()
    {
        TestRandom random = new(3);
        using EngineHost host = DumpTests.Debuggable();
        for (int i = 0; i < 60; i++) Change(host, random, 40);
        byte[] file = SnapshotFiles.Save(host.Engine);
        for (int length = 0; length < file.Length; length++)
        {
            using EngineHost other = new();
            RdbFileLoader loader = SnapshotFiles.Load(other, file[..length]);
            Assert.NotNull(loader.Failure);
            Assert.True(loader.EndedEarly);
        }
    }

    [Fact]
    public void A_bit_that_flipped_is_found()
    {
        TestRandom random = new(Environment.TickCount);
        output.WriteLine($"seed {random.Seed}");
        using EngineHost host = DumpTests.Debuggable();
        for (int i = 0; i < 60; i++) Change(host, random, 40);
        byte[] file = SnapshotFiles.Save(host.Engine);
        for (int round = 0; round < 500; round++)
        {
            byte[] broken = [.. file];
            broken[random.Below(broken.Length)] ^= (byte)(1 << random.Below(8));
            using EngineHost other = new();
            RdbFileLoader loader = SnapshotFiles.Load(other, broken);
            // The magic word may say another version whose checksum is not looked at.
            if (loader.Version >= 5) Assert.NotNull(loader.Failure);
            other.Engine.CheckInvariants();
        }
    }

    [Fact]
    public void Keys_whose_time_is_over_are_left_out()
    {
        using EngineHost host = new();
        host.Send("SET a 1 PX 1000");
        host.Send("SET b 1 PX 9000");
        host.Send("SET c 1");
        byte[] file = SnapshotFiles.Save(host.Engine);
        using EngineHost later = new();
        later.Clock.Advance(5000);
        RdbFileLoader loader = SnapshotFiles.Load(later, file);
        Assert.Equal((2, 1), (loader.KeysLoaded, loader.KeysExpired));
        later.Check("PTTL b", ":4000");
        later.Check("EXISTS a", ":0");
    }

    [Fact]
    public void Keys_that_are_there_are_an_error_unless_merged()
    {
        using EngineHost host = new();
        host.Send("SET a 1");
        byte[] file = SnapshotFiles.Save(host.Engine);
        host.Send("SET a 2");
        RdbFileLoader loader = SnapshotFiles.Load(host, file);
        Assert.Equal("RDB has duplicated key 'a' in DB 0", loader.Failure);
        Assert.Null(SnapshotFiles.Load(host, file, RdbUse.Merge).Failure);
        host.Check("GET a", "$1");
        host.Send("SET a 2");
        Assert.Null(SnapshotFiles.Load(host, file, RdbUse.Check).Failure);
        host.Check("GET a", "$2");
    }

    [Fact]
    public void The_version_is_the_lowest_that_the_values_need()
    {
        using EngineHost host = new();
        host.Send("HSET h a 1 b 2");
        Assert.StartsWith("REDIS0010", Encoding.ASCII.GetString(SnapshotFiles.Save(host.Engine)));
        host.Send("HPEXPIRE h 100000 FIELDS 1 a");
        byte[] file = SnapshotFiles.Save(host.Engine);
        Assert.StartsWith("REDIS0012", Encoding.ASCII.GetString(file));
        using EngineHost other = new();
        Assert.Null(SnapshotFiles.Load(other, file).Failure);
        other.Check("HPTTL h FIELDS 2 a b", "*2 :100000 :-1");
    }

    [Theory]
    [InlineData("RODIS0010", "Wrong signature trying to load DB from file")]
    [InlineData("REDIS0013", "Can't handle RDB format version 0013")]
    [InlineData("REDIS0000", "Can't handle RDB format version 0000")]
    public void A_file_that_is_none_is_refused(string head, string reason)
    {
        using EngineHost host = new();
        byte[] file = [.. Encoding.ASCII.GetBytes(head), 0xFF, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.Equal(reason, SnapshotFiles.Load(host, file).Failure);
    }

    [Fact]
    public void Records_that_are_not_ours_are_skipped_or_refused()
    {
        Assert.Null(Load(0xFA, 1, 'x', 1, 'y'));
        Assert.Null(Load(0xF5, 3, 'l', 'i', 'b'));
        Assert.Null(Load(0xF4, 5, 1, 0));
        Assert.Null(Load(0xFE, 15, 0xFB, 1, 0, 0xFC, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 'k', 1, 'v'));
        Assert.Null(Load(0xF8, 5, 0, 1, 'k', 1, 'v'));
        Assert.Null(Load(0xF9, 5, 0, 1, 'k', 1, 'v'));
        Assert.Null(Load(0xFD, 255, 255, 255, 127, 0, 1, 'k', 1, 'v'));
        Assert.NotNull(Load(0xF4, 0x80, 0, 1, 0x86, 0x9F, 1, 0));
        Assert.NotNull(Load(0xF7, 1, 0));
        Assert.NotNull(Load(0xF6, 1, 0));
        Assert.NotNull(Load(0xFE, 16));
        Assert.NotNull(Load(7, 1, 'k'));
        Assert.NotNull(Load(100, 1, 'k'));
    }

    private static string? Load(params int[] records)
    {
        using EngineHost host = new();
        List<byte> file = [.. "REDIS0011"u8];
        foreach (int one in records) file.Add((byte)one);
        file.AddRange([0xFF, 0, 0, 0, 0, 0, 0, 0, 0]);
        return SnapshotFiles.Load(host, [.. file]).Failure;
    }

    internal static void Change(EngineHost host, TestRandom random, int keys)
    {
        if (random.OneIn(15)) host.Send($"SELECT {random.Below(3)}");
        string key = $"k{random.Below(keys)}";
        string other = $"k{random.Below(keys)}";
        string value = random.OneIn(10) ? new string('v', random.Below(30_000)) : $"v{random.Seed}";
        host.Send(random.Below(23) switch
        {
            0 or 1 => $"SET {key} {value}",
            2 => $"SET {key} {random.Below(1000)} PX {100_000 + random.Below(100_000)}",
            3 => $"APPEND {key} abc",
            4 => $"RPUSH {key} {value} {random.Below(1000)} x",
            5 => $"LPUSH {key} a b c d e",
            6 => $"LPOP {key} 2",
            7 => $"DEL {key}",
            8 => $"RENAME {key} {other}",
            9 => $"PERSIST {key}",
            10 => $"INCR {key}",
            11 => $"SADD {key} {random.Below(100)} {random.Below(100)}",
            12 => $"SADD {key} {value} {random.Below(100)} m{random.Below(100)}",
            13 => $"SPOP {key} 2",
            14 => $"ZADD {key} {random.Below(100)} m{random.Below(100)} 1.5 x",
            15 => $"ZADD {key} {random.Below(100)} {value}",
            16 => $"ZINCRBY {key} 2.25 m{random.Below(100)}",
            18 => $"HSET {key} f{random.Below(100)} {random.Below(100)} g {value}",
            19 => $"HDEL {key} f{random.Below(100)} g",
            20 => $"HINCRBY {key} f{random.Below(10)} 3",
            21 => $"HPEXPIRE {key} {50_000 + random.Below(90_000)} FIELDS 2 g f{random.Below(100)}",
            17 => $"ZREM {key} x m{random.Below(100)}",
            _ => $"LSET {key} 0 {value}",
        });
    }
}
