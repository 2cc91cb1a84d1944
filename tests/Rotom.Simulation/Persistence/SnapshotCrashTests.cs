using System;
using System.Text;
using System.Threading.Tasks;
using Rotom.Actors.Persistence;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Persist;
using Rotom.Simulation.World;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Simulation.Persistence;

/// <summary>
/// dump.rdb, saved again and again while the machine crashes or the disk fails: what is found is a
/// whole file, never an older one than was said to be saved.
/// </summary>
public sealed class SnapshotCrashTests(ITestOutputHelper output)
{
    private const int Seeds = 20;
    private const int Versions = 12;

    private static readonly SnapshotPlace s_place =
        new("data", "dump.rdb", "temp-1.rdb", Checksums: true, FlushesAsItGrows: false);

    [Fact]
    public async Task A_crash_leaves_the_last_file_or_the_next_one()
    {
        long crashes = await SaveCrashes.RunAsync(
            Seeds, Versions, NewDisk,
            (disk, version) =>
            {
                Assert.Equal(IoResult.Done, Save(disk, version));
                return Task.CompletedTask;
            },
            VersionOn);
        output.WriteLine($"seeds 1 to {Seeds}: {crashes} crash states, 0 lost");
    }

    [Theory]
    [InlineData(IoError.NoSpace)]
    [InlineData(IoError.Device)]
    public void A_save_that_fails_leaves_the_last_file_and_the_next_one_works(object why)
    {
        IoError error = (IoError)why;
        int faults = 0;
        foreach (bool forever in new[] { false, true })
        {
            for (int k = 1; ; k++)
            {
                SimFileSystem disk = NewDisk((ulong)k);
                Assert.Equal(IoResult.Done, Save(disk, 1));
                disk.FailAt(k, SimOperation.Any & ~SimOperation.Read, error, forever);
                IoResult result = Save(disk, 2);
                bool struck = disk.Failures > 0;
                disk.Heal();
                int found = VersionOn(disk.Crash((ulong)k));
                // The flush of the directory may fail behind the rename: either is found then.
                Assert.True(result.IsDone ? found == 2 : found is 1 or 2);
                Assert.Equal(IoResult.Done, Save(disk, 3));
                Assert.Equal(3, VersionOn(disk.Crash((ulong)k)));
                if (!struck) break;
                Assert.False(result.IsDone && forever);
                faults++;
            }
        }

        output.WriteLine($"{error}: {faults} faults");
        Assert.True(faults >= 10);
    }

    private static SimFileSystem NewDisk(ulong seed)
    {
        SimFileSystem disk = new(seed);
        disk.CreateDirectory("data");
        return disk;
    }

    private static IoResult Save(SimFileSystem disk, int version)
    {
        IoResult<SnapshotFile> made = SnapshotFile.Create(disk, s_place);
        if (!made.IsDone) return made.Outcome;
        byte[] half = Encoding.ASCII.GetBytes(new string((char)('a' + version), version * 300));
        for (int i = 0; i < 2; i++)
        {
            IoResult written = made.Value.Append(half);
            if (written.IsDone) continue;
            made.Value.Discard();
            return written;
        }

        return made.Value.Commit();
    }

    // 0 when there is no file; what is not whole is none of the versions.
    private static int VersionOn(SimFileSystem disk)
    {
        IoResult<IFile> opened = disk.Open(s_place.Path, FileUse.Read);
        if (!opened.IsDone) return 0;
        using IFile file = opened.Value;
        byte[] bytes = new byte[file.Size];
        Assert.Equal(bytes.Length, file.Read(0, bytes).Value);
        int version = bytes[0] - 'a';
        Assert.Equal((version * 600) + 8, bytes.Length);
        ulong crc = Crc64.Update(0, bytes.AsSpan(..^8));
        Assert.Equal(crc, BitConverter.ToUInt64(bytes.AsSpan(^8..)));
        return version;
    }
}
