using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Rotom.Actors.Hosting;
using Rotom.Actors.Persistence;
using Rotom.Engine.Abstractions;
using Rotom.Simulation.World;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Simulation.Persistence;

/// <summary>
/// The store of snapshots, which saves new numbers and old ones again while the machine crashes or
/// the disk fails: what is found is a whole snapshot, never an older one than was said to be saved.
/// </summary>
public sealed class SnapshotStoreCrashTests(ITestOutputHelper output) : IDisposable
{
    private const string Root = "data/snapshots";
    private const int Seeds = 10;
    private const int Versions = 8;

    private readonly ActorSystem _system = ActorSystem.Create(
        "sim",
        ConfigurationFactory.ParseString("akka.loglevel = OFF")
            .WithFallback(RotomExtension.DefaultConfig()));

    public void Dispose() => _system.Terminate().GetAwaiter().GetResult();

    [Fact]
    public async Task A_crash_leaves_the_last_snapshot_or_the_next_one()
    {
        long crashes = await SaveCrashes.RunAsync(
            Seeds, Versions, NewDisk,
            async (_, version) => Assert.Null(await SaveAsync(version)), VersionOn);
        output.WriteLine($"seeds 1 to {Seeds}: {crashes} crash states, 0 lost");
    }

    [Theory]
    [InlineData(IoError.NoSpace)]
    [InlineData(IoError.Device)]
    public async Task A_save_that_fails_leaves_the_last_one_and_the_next_one_works(object why)
    {
        int faults = 0;
        for (int k = 1; ; k++)
        {
            SimFileSystem disk = NewDisk((ulong)k);
            Assert.Null(await SaveAsync(1));
            disk.FailAt(k, SimOperation.Any & ~SimOperation.Read, (IoError)why, forever: false);
            // Of the number of the one before.
            Exception? failure = await SaveAsync(2);
            bool struck = disk.Failures > 0;
            disk.Heal();
            int found = VersionOn(disk.Crash((ulong)k));
            // Behind the rename a flush, or the old one's removal, may fail: either is found then.
            Assert.True(failure is null ? found == 2 : found is 1 or 2, $"{k}: {found}");
            Assert.Null(await SaveAsync(3));
            Assert.Equal(3, VersionOn(disk.Crash((ulong)k)));
            if (!struck) break;
            faults++;
        }

        output.WriteLine($"{why}: {faults} faults");
        Assert.True(faults >= 7);
    }

    private static SnapshotMetadata MetadataOf(int version) =>
        new("p", 1 + (version / 3), new DateTime(2020, 1, version, 0, 0, 0, DateTimeKind.Utc));

    private static byte[] BytesOf(int version) =>
        Encoding.ASCII.GetBytes(new string((char)('a' + version), version * 600));

    // 0 when there is none; what is not whole is none of the versions.
    private static int VersionOn(SimFileSystem disk)
    {
        IReadOnlyList<KeptSnapshot> all = new RdbDirectory(disk, Root, "p").List().Value;
        KeptSnapshot? newest = all.MaxBy(kept => (kept.SequenceNr, kept.Time));
        if (newest is null) return 0;
        using IFile file = disk.Open(newest.Path, FileUse.Read).Value;
        byte[] bytes = new byte[file.Size];
        Assert.Equal(bytes.Length, file.Read(0, bytes).Value);
        int version = bytes.Length / 600;
        Assert.Equal(BytesOf(version), bytes);
        Assert.Equal(MetadataOf(version), new SnapshotMetadata(
            "p", newest.SequenceNr, newest.Time));
        return version;
    }

    private SimFileSystem NewDisk(ulong seed)
    {
        SimFileSystem disk = new(seed);
        disk.CreateDirectory("data");
        RdbStores.For(_system).Register("p", new RdbDirectory(disk, Root, "p"));
        return disk;
    }

    private async Task<Exception?> SaveAsync(int version)
    {
        object answer = await RdbStores.PluginOf(_system)
            .Ask<object>(new SaveSnapshot(MetadataOf(version), BytesOf(version)));
        return (answer as SaveSnapshotFailure)?.Cause;
    }
}
