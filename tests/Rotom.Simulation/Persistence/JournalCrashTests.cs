using System;
using System.Globalization;
using Rotom.Actors.Persistence;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;
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
    [InlineData(AppendFsync.Always)]
    [InlineData(AppendFsync.EverySecond)]
    public void Nothing_promised_is_lost_by_a_crash_anywhere(AppendFsync policy)
    {
        (ulong first, int seeds) = Seeds(5);
        long crashes = 0, refused = 0, acked = 0;
        for (int i = 0; i < seeds; i++)
        {
            ulong seed = first + (ulong)i;
            JournalRun run = new(seed, policy, crashesPerOperation: CrashesEach);
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

        output.WriteLine($"{policy}: seeds {first} to {first + (ulong)seeds - 1}, "
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
