using System;
using System.Threading.Tasks;
using Rotom.Simulation.World;
using Xunit;

namespace Rotom.Simulation.Persistence;

/// <summary>
/// Versions saved one after the other, with crashes looked at before every operation of the disk.
/// </summary>
internal static class SaveCrashes
{
    private const int CrashesEach = 5;

    /// <summary>
    /// Saves versions 1 to <paramref name="versions"/> for each seed; what a crash leaves must be
    /// the last version that was said to be saved, or the one under way.
    /// </summary>
    /// <param name="versionOn">The version a disk holds; 0 when it holds none.</param>
    /// <returns>How many crashes were looked at.</returns>
    public static async Task<long> RunAsync(
        int seeds,
        int versions,
        Func<ulong, SimFileSystem> newDisk,
        Func<SimFileSystem, int, Task> save,
        Func<SimFileSystem, int> versionOn)
    {
        long crashes = 0;
        for (ulong seed = 1; seed <= (ulong)seeds; seed++)
        {
            SimFileSystem disk = newDisk(seed);
            SimRandom random = new(seed);
            int saved = 0, saving = 0;
            disk.Before = (_, _) =>
            {
                for (int i = 0; i < CrashesEach; i++, crashes++)
                {
                    // What is said here fails the save, and so the test.
                    int found = versionOn(disk.Crash(random.Next()));
                    Assert.True(
                        found >= saved && found <= saving,
                        $"seed {seed}: {found} is found, {saved} was saved");
                }
            };
            for (saving = 1; saving <= versions; saving++)
            {
                await save(disk, saving);
                saved = saving;
            }
        }

        Assert.True(crashes > seeds * versions * CrashesEach, $"only {crashes} crashes");
        return crashes;
    }
}
