using System;
using System.IO;
using Rotom.Engine.Persist;
using Rotom.Engine.Tests.Commands;
using Rotom.Engine.Tests.Extending;
using Rotom.Engine.Tests.Memory;
using Rotom.Engine.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Engine.Tests.Persist;

// Large values in snapshots: what is saved in steps while everything is done to them must be what
// was there at the cut, each step must be small, and nothing may be left behind.

public sealed class BigValueTests(ITestOutputHelper output)
{
    private static bool IsFull => Environment.GetEnvironmentVariable("ROTOM_TEST_FULL") == "1";

    [Theory]
    [InlineData(SnapshotForm.Rdb)]
    [InlineData(SnapshotForm.Commands)]
    public void Large_values_are_saved_as_they_were_whatever_is_done_to_them(SnapshotForm form)
    {
        int rounds = IsFull ? 400 : 10;
        for (int round = 0; round < rounds; round++)
        {
            int seed = Environment.TickCount + (round * 7919);
            output.WriteLine($"seed {seed}");
            Interleave(new TestRandom(seed), round % 3, form);
        }
    }

    [Theory]
    [InlineData("hash")]
    [InlineData("expiring hash")]
    [InlineData("set")]
    [InlineData("zset")]
    [InlineData("list")]
    [InlineData("string")]
    [InlineData("hash", SnapshotForm.Commands)]
    [InlineData("expiring hash", SnapshotForm.Commands)]
    [InlineData("set", SnapshotForm.Commands)]
    [InlineData("zset", SnapshotForm.Commands)]
    [InlineData("list", SnapshotForm.Commands)]
    [InlineData("string", SnapshotForm.Commands)]
    public void A_step_and_a_write_cost_little_however_large_the_value(
        string type, SnapshotForm form = SnapshotForm.Rdb)
    {
        using EngineHost host = DumpTests.Debuggable();
        BigValues.Make(host, "k", type, 30_000);
        string digest = SnapshotFiles.Digest(host);
        MemoryStream file = new();
        SnapshotWalk walk = host.Engine.BeginSnapshot(form);
        int steps = 0;
        TestRandom random = new(7);
        for (int i = 0; i < 300; i++)
        {
            long held = walk.HeldBytes;
            long queued = walk.QueuedBytes;
            host.Send(BigValues.WriteOne(type, random, 30_000));
            // A copy of a node or a piece; a bucket's elements.
            Assert.InRange(walk.HeldBytes - held + walk.QueuedBytes - queued, 0, 80_000);
            if (i == 250)
            {
                held = walk.HeldBytes;
                host.Send(random.OneIn(2) ? "DEL k" : "SET k x");
                Assert.Equal(held, walk.HeldBytes);
                break;
            }

            if (i < 100 || walk.IsDone) continue;
            walk.StepOnce();
            steps++;
        }

        while (!walk.IsDone)
        {
            long before = file.Length + walk.QueuedBytes;
            walk.StepOnce();
            steps++;
            // Chunks are handed on at 256 KiB; a step adds a piece to them at most.
            Assert.InRange(file.Length + walk.QueuedBytes - before, 0, (256 << 10) + 80_000);
            SnapshotFiles.Drain(walk, file);
        }

        SnapshotFiles.Drain(walk, file);
        host.Engine.EndSnapshot();
        Assert.True(steps > (type is "string" or "list" ? 10 : 400), $"{steps} steps");
        using EngineHost other = DumpTests.Debuggable();
        Load(other, file, form);
        Assert.Equal(digest, SnapshotFiles.Digest(other));
        AssertNothingLeft(host);
    }

    [Fact]
    public void Of_a_very_long_string_only_the_pieces_that_change_are_copied()
    {
        using EngineHost host = DumpTests.Debuggable();
        host.Send("SETRANGE k 9000000 end");
        BigValues.Make(host, "part", "string", 5_000);
        host.Send("APPEND k " + new string('p', 70_000));
        for (int i = 0; i < 50; i++) host.Send($"SETRANGE k {i * 170_001} text:{i}");
        string digest = SnapshotFiles.Digest(host);
        MemoryStream file = new();
        SnapshotWalk walk = host.Engine.BeginSnapshot(isBase: false);
        host.Send("SETBIT k 5 1");
        host.Send("SETBIT k 70000000 1");
        host.Send("SETRANGE k 4000000 " + new string('q', 100_000));
        host.Send("APPEND k tail");
        Assert.InRange(walk.HeldBytes, 4 << 16, 5 << 16);
        for (int i = 0; i < 60; i++) walk.StepOnce();
        host.Send("BITFIELD k SET u8 100 3 SET u8 65000000 4");
        host.Send("SETRANGE k 30000000 x");
        host.Send("SETRANGE k 8000000 y");
        host.Send("SET k gone");
        Assert.InRange(walk.HeldBytes, 1, 200 << 16);
        while (!walk.IsDone) walk.StepOnce();
        Assert.Equal(0, walk.HeldBytes);
        SnapshotFiles.Drain(walk, file);
        host.Engine.EndSnapshot();
        using EngineHost other = DumpTests.Debuggable();
        Assert.Null(SnapshotFiles.Load(other, SnapshotFiles.Seal(file)).Failure);
        Assert.Equal(digest, SnapshotFiles.Digest(other));
        AssertNothingLeft(host);
    }

    [Fact]
    public void A_value_that_no_write_touches_holds_no_memory()
    {
        using EngineHost host = DumpTests.Debuggable();
        foreach (string type in BigValues.Types) BigValues.Make(host, type, type, 5_000);
        SnapshotWalk walk = host.Engine.BeginSnapshot(isBase: false);
        while (!walk.IsDone) walk.StepOnce();
        // Only what a string is compressed into.
        Assert.InRange(walk.HeldBytesPeak, 0, 1 << 20);
        Assert.Equal(0, walk.HeldBytes);
        host.Engine.EndSnapshot();
    }

    [Fact]
    public void Marks_of_snapshots_long_ago_are_not_taken_for_this_ones()
    {
        using EngineHost host = DumpTests.Debuggable();
        BigValues.Make(host, "k", "set", 2_000);
        Assert.NotEmpty(SnapshotFiles.Save(host.Engine));
        // As if so many had been given up before they came to anything: the marks stay.
        host.Engine.SnapshotsBegun += ushort.MaxValue - 1;
        byte[] file = SnapshotFiles.Save(host.Engine);
        using EngineHost other = DumpTests.Debuggable();
        Assert.Null(SnapshotFiles.Load(other, file).Failure);
        Assert.Equal(SnapshotFiles.Digest(host), SnapshotFiles.Digest(other));
    }

    private static void Interleave(TestRandom random, int compressDepth, SnapshotForm form)
    {
        using EngineHost host = DumpTests.Debuggable();
        using EngineHost other = DumpTests.Debuggable();
        host.Send($"CONFIG SET list-max-listpack-size 4 list-compress-depth {compressDepth}");
        host.Send($"CONFIG SET rdbcompression {(random.OneIn(3) ? "no" : "yes")}");
        for (int i = 0; i < 20; i++)
        {
            host.Send($"SELECT {random.Below(16)}");
            string type = BigValues.Types[random.Below(BigValues.Types.Length)];
            int elements = 1 + random.Below(IsFull ? 3_000 : 1_500);
            BigValues.Make(host, BigValues.Key(random), type, elements);
        }

        for (int i = 0; i < 200; i++) BigValues.Change(host, random);
        string digest = SnapshotFiles.Digest(host);
        MemoryStream file = new();
        SnapshotWalk walk = host.Engine.BeginSnapshot(form);
        int haste = 1 << random.Below(7);
        while (!walk.IsDone)
        {
            for (int i = random.Below(6); i > 0; i--) BigValues.Change(host, random);
            if (random.OneIn(40)) host.Advance(random.Below(3_000));
            if (random.OneIn(200)) host.Send(random.OneIn(2) ? "FLUSHALL" : "FLUSHALL ASYNC");
            for (int i = random.Below(haste) + 1; i > 0 && !walk.IsDone; i--) walk.StepOnce();
            SnapshotFiles.Drain(walk, file);
        }

        long keys = walk.KeysTotal;
        Assert.Equal(0, walk.HeldBytes);
        Assert.Equal(keys, walk.KeysSaved);
        host.Engine.EndSnapshot();
        Load(other, file, form);
        Assert.Equal(digest, SnapshotFiles.Digest(other));
        other.Engine.CheckInvariants();
        AssertNothingLeft(host);
    }

    private static void Load(EngineHost host, MemoryStream file, SnapshotForm form)
    {
        if (form == SnapshotForm.Commands)
            Assert.Null(CustomTypeTests.Replay(host, file.ToArray()));
        else
            Assert.Null(SnapshotFiles.Load(host, SnapshotFiles.Seal(file)).Failure);
    }

    // A snapshot given up half way must leave nothing either.
    private static void AssertNothingLeft(EngineHost host)
    {
        TestRandom random = new(3);
        SnapshotWalk walk = host.Engine.BeginSnapshot(isBase: false);
        for (int i = 0; i < 200 && !walk.IsDone; i++)
        {
            walk.StepOnce();
            BigValues.Change(host, random);
        }

        host.Engine.EndSnapshot();
        Assert.Equal(0, walk.HeldBytes);
        host.Engine.CheckInvariants();
        host.Send("FLUSHALL");
        host.Send("CONFIG SET list-max-listpack-size -2 list-compress-depth 0");
        host.Advance(100);
        host.Engine.EndTurn();
        host.Advance(100);
        host.Engine.EndTurn();
        Assert.Equal(0, host.Engine.LazyFreePending);
        Assert.Equal(host.Engine.StartupMemory, host.Engine.UsedMemory);
    }
}
