using System;
using System.Globalization;
using Rotom.Actors.Persistence;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;
using Rotom.Engine.Persist;
using Rotom.Simulation.World;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Simulation.Persistence;

/// <summary>
/// What is found after crashes and under errors of the disk. ROTOM_JOURNAL_SEEDS says how many
/// seeds, from ROTOM_JOURNAL_SEED on, ROTOM_JOURNAL_CRASHES how many crashes are drawn at each
/// operation of the disk.
/// </summary>
public sealed class JournalCrashTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(AppendFsync.Always, false)]
    [InlineData(AppendFsync.EverySecond, false)]
    [InlineData(AppendFsync.EverySecond, true)]
    public void Nothing_promised_is_lost_by_a_crash_anywhere(AppendFsync policy, bool slow)
    {
        (ulong first, int seeds) = Seeds(5);
        long crashes = 0, refused = 0, acked = 0;
        for (int i = 0; i < seeds; i++)
        {
            ulong seed = first + (ulong)i;
            JournalRun run = new(seed, policy, crashesPerOperation: CrashesEach, slow);
            Guard(seed, () =>
            {
                for (int step = 0; step < 150; step++) run.Step();
                run.Quiet(12);
                Assert.Equal(run.Executed, run.Acked);
            });
            crashes += run.Crashes;
            refused += run.Refused;
            acked += run.Acked;
        }

        string flushes = slow ? ", slow flushes" : "";
        output.WriteLine($"{policy}{flushes}: seeds {first} to {first + (ulong)seeds - 1}, "
            + $"{crashes} crash states, {acked} events, 0 lost, {refused} mended by a cut");
    }

    [Theory]
    [InlineData(SimOperation.Append)]
    [InlineData(SimOperation.Fsync)]
    [InlineData(SimOperation.FsyncDirectory)]
    [InlineData(SimOperation.Rename)]
    [InlineData(SimOperation.Append | SimOperation.Truncate)]
    [InlineData(SimOperation.Open)]
    [InlineData(SimOperation.Unlink)]
    public void Whatever_operation_fails_nothing_is_acknowledged_that_is_not_kept(object kinds)
    {
        SimOperation kind = (SimOperation)kinds;
        (ulong first, int seeds) = Seeds(1);
        long faults = 0;
        foreach (bool forever in new[] { false, true })
        {
            for (int i = 0; i < seeds; i++)
            {
                faults += FailEach(first + (ulong)i, kind, forever);
            }
        }

        output.WriteLine($"{kind}: seeds {first} to {first + (ulong)seeds - 1}, {faults} faults");
        Assert.True(faults > 0);
    }

    // k = 1, 2, ... until a run meets no fault.
    private static long FailEach(ulong seed, SimOperation kind, bool forever)
    {
        for (int k = 1; ; k++)
        {
            JournalRun run = new(seed, AppendFsync.Always, crashesPerOperation: 0);
            run.Write(1);
            run.Quiet(2);
            run.Disk.FailAt(
                k, kind, k % 2 == 0 ? IoError.NoSpace : IoError.Device, forever);
            Guard(seed, () =>
            {
                for (int step = 0; step < 200; step++)
                {
                    run.Step();
                    if (step == 100) run.BeginRewriteIfNone();
                    if (step % 20 == 0) run.CrashNow(seed + (ulong)step);
                }
            }, $" k {k} {kind} {forever}");
            bool struck = run.Disk.Failures > 0;
            Guard(seed, () =>
            {
                // The disk is mended: normal service returns, and everything executed is kept.
                run.Disk.Heal();
                run.Quiet(20);
                Assert.True(run.Store.State == AofState.Good, run.Describe());
                Assert.True(run.Executed == run.Acked, run.Describe());
                run.Write(2);
                run.Quiet(2);
                Assert.Equal(run.Executed, run.Acked);
                for (ulong c = 0; c < 5; c++) run.CrashNow(seed + c);
            }, $" k {k} {kind} {forever} healed");
            if (!struck) return k - 1;
        }
    }

    // Append and truncation fail while a rewrite is to begin; they work again, but the flush that
    // comes before the new file does not.
    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public void A_flush_that_fails_when_held_events_are_written_is_not_taken_for_done(int heldMs)
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            JournalRun run = new(seed, AppendFsync.Always, crashesPerOperation: 0);
            run.Write(1);
            run.Quiet(2);
            run.Disk.FailAt(
                1, SimOperation.Append | SimOperation.Truncate, IoError.Device, forever: true);
            run.Write(2);
            run.BeginRewrite();
            run.Advance(heldMs);
            run.Disk.FailAt(1, SimOperation.Fsync, IoError.Device, forever: false);
            run.Advance(1);
            Assert.Equal(1, run.Disk.Failures);
            Assert.Equal(AofState.Distrusted, run.Store.State);
            AwaitsBase(run, seed);
        }
    }

    // The cut overtakes events on their way; the last of a batch is the last before the cut.
    [Fact]
    public void What_ends_at_a_cut_whose_flush_fails_is_not_acknowledged()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            JournalRun run = new(seed, AppendFsync.Always, crashesPerOperation: 0);
            run.Write(1);
            run.Quiet(2);
            run.BeginRewrite(ahead: 1);
            run.Disk.FailAt(1, SimOperation.Fsync, IoError.Device, forever: false);
            run.Write(1);
            run.EndFlushes();
            Assert.Equal(1, run.Disk.Failures);
            Assert.Equal(AofState.Distrusted, run.Store.State);
            AwaitsBase(run, seed);
        }
    }

    private static void AwaitsBase(JournalRun run, ulong seed)
    {
        run.EndFlushes();
        Assert.Equal(1, run.Acked);
        for (ulong c = 0; c < 5; c++) run.CrashNow(seed + c);
        // The disk is in order: a second is enough.
        run.Quiet(5);
        Assert.True(run.Store.State == AofState.Good, run.Describe());
        Assert.Equal(run.Executed, run.Acked);
        for (ulong c = 0; c < 5; c++) run.CrashNow(seed + c);
    }

    [Theory]
    [InlineData(SimOperation.FsyncDirectory)]
    [InlineData(SimOperation.Open)]
    public void A_journal_apart_gets_its_base_though_an_attempt_failed_half_way(object kinds)
    {
        SimFileSystem disk = new(1);
        disk.CreateDirectory("data");
        using AofLog log = new(disk, "data/appendonlydir", "appendonly.aof");
        Assert.Equal(IoResult.Done, log.MakeDirectory());
        Assert.Equal(IoResult.Done, log.BeginApart(0));
        for (int attempt = 1; attempt <= 2; attempt++)
        {
            const string temp = "temp-rewriteaof-bg-1-1.aof";
            using (IFile made = disk.Open(log.PathOf(temp), FileUse.Create).Value)
            {
                Assert.Equal(IoResult.Done, made.Fsync());
            }

            if (attempt == 1)
            {
                disk.FailAt(1, (SimOperation)kinds, IoError.NoSpace, forever: false);
            }

            IoResult installed = log.InstallBase(temp, rdb: false, firstIncrKept: 1);
            Assert.Equal(attempt == 2, installed.IsDone);
            Assert.Equal(attempt == 1, log.IsApart);
        }

        AofLog found = new(disk.Crash(1), "data/appendonlydir", "appendonly.aof");
        Assert.Equal(AofLog.Found.Journal, found.Find(out _));
        Assert.Single(found.Manifest.Incr);
    }

    private static void Guard(ulong seed, Action action, string what = "")
    {
        try
        {
            action();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            throw new InvalidOperationException($"seed {seed}{what}: {failure.Message}", failure);
        }
    }

    private static int CrashesEach =>
        Environment.GetEnvironmentVariable("ROTOM_JOURNAL_CRASHES") is { } each
            ? int.Parse(each, CultureInfo.InvariantCulture)
            : 3;

    private static (ulong First, int Count) Seeds(int usual)
    {
        string? count = Environment.GetEnvironmentVariable("ROTOM_JOURNAL_SEEDS");
        string? first = Environment.GetEnvironmentVariable("ROTOM_JOURNAL_SEED");
        return (
            first is null ? 1 : ulong.Parse(first, CultureInfo.InvariantCulture),
            count is null ? usual : int.Parse(count, CultureInfo.InvariantCulture));
    }
}
