using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Persist;
using Rotom.Simulation.World;
using Xunit;

namespace Rotom.Simulation.Persistence;

/// <summary>A journal is made what it was at a point; what was there stays.</summary>
public sealed class RestoreTests
{
    private const string Directory = "data/aof";
    private const string Name = "a";

    // Events 1 to 8 in three files, ten seconds apart; the base holds event 0, made at second 95.
    private static readonly string[] s_incr =
    [
        "#AFTER:0\r\n" + Event(1, 100) + Event(2, 110),
        "#AFTER:2\r\n" + Event(3, 120) + Event(4, 130) + Event(5, 140),
        "#AFTER:5\r\n" + Event(6, 150) + "#ATOMIC:2 " + Group.Length + "\r\n" + Group,
    ];

    private static string Group => "#SEQ:7\r\n" + Command(7) + "#SEQ:8\r\n" + Command(8);

    [Theory]
    [InlineData("100", 1)]
    [InlineData("109", 1)]
    [InlineData("145", 5)]
    [InlineData("1970-01-01T00:02:00Z", 3)]
    [InlineData("1970-01-01T01:02:00+01:00", 3)]
    [InlineData("99", 0)]
    [InlineData("seq:0", 0)]
    [InlineData("seq:2", 2)]
    [InlineData("seq:5", 5)]
    [InlineData("seq:6", 6)]
    [InlineData("seq:7", 6)]
    public void It_holds_what_was_there_at_the_point(string text, int events)
    {
        SimFileSystem disk = MakeDisk();
        Dictionary<string, byte[]> before = Files(disk);
        Assert.True(RestorePoint.TryParse(text, out RestorePoint point));
        using (AofLog log = Log(disk))
        {
            Assert.True(log.RestoreTo(point, 999, out string said), said);
        }

        Assert.Equal(events, EventsOf(disk));
        Dictionary<string, byte[]> after = Files(disk);
        Assert.Equal(before["a.manifest"], after["a.manifest.before-999"]);
        foreach ((string name, byte[] bytes) in before)
        {
            if (name != "a.manifest") Assert.Equal(bytes, after[name]);
        }

        // It goes on: the next file and the next base have numbers of their own.
        using AofLog again = Log(disk);
        Assert.Equal(AofLog.Found.Journal, again.Find(out _));
        Assert.Equal(2, again.Manifest.BaseSeq);
        Assert.True(again.Manifest.IncrSeq > 3);
        Assert.Empty(again.Manifest.History);
    }

    [Theory]
    [InlineData("94", "made after")]
    [InlineData("seq:9", "ends before")]
    [InlineData("160", "ends before")]
    public void A_point_outside_of_it_changes_nothing(string text, string why)
    {
        SimFileSystem disk = MakeDisk();
        Assert.True(RestorePoint.TryParse(text, out RestorePoint point));
        using AofLog log = Log(disk);
        Assert.Equal(why == "ends before", log.RestoreTo(point, 999, out string said));
        Assert.Contains(why, said, StringComparison.Ordinal);
        Assert.Equal(5, Files(disk).Count);
    }

    [Fact]
    public void A_journal_without_times_or_numbers_is_left_alone()
    {
        SimFileSystem disk = MakeDisk();
        foreach (int i in new[] { 1, 2, 3 })
        {
            disk.WriteAll($"{Directory}/a.{i}.incr.aof", Encoding.ASCII.GetBytes(Command(i)));
        }

        using AofLog log = Log(disk);
        Assert.False(log.RestoreTo(new RestorePoint(100, -1), 999, out string said));
        Assert.Contains("no times", said, StringComparison.Ordinal);
        Assert.False(log.RestoreTo(new RestorePoint(-1, 1), 999, out said));
        Assert.Contains("no numbers", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_crash_or_a_failure_in_the_middle_leaves_the_one_or_the_other()
    {
        for (int k = 1; ; k++)
        {
            SimFileSystem disk = MakeDisk();
            int crashes = 0;
            disk.Before = (_, _) =>
            {
                for (ulong i = 0; i < 20; i++, crashes++)
                {
                    Assert.True(EventsOf(disk.Crash(i)) is 4 or 8);
                }
            };
            disk.FailAt(k, SimOperation.Any & ~SimOperation.Read, IoError.NoSpace, forever: false);
            bool restored;
            using (AofLog log = Log(disk))
            {
                restored = log.RestoreTo(new RestorePoint(-1, 4), 999, out _);
            }

            bool struck = disk.Failures > 0;
            disk.Before = null;
            disk.Heal();
            Assert.True(EventsOf(disk) == 4 || (!restored && EventsOf(disk) == 8));
            using (AofLog log = Log(disk))
            {
                Assert.True(log.RestoreTo(new RestorePoint(-1, 4), 1000, out string said), said);
            }

            Assert.Equal(4, EventsOf(disk.Crash(1)));
            Assert.True(crashes > 0);
            if (!struck) break;
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("seq:")]
    [InlineData("seq:-1")]
    [InlineData("-5")]
    [InlineData("yesterday")]
    public void What_is_no_point_is_none(string text) =>
        Assert.False(RestorePoint.TryParse(text, out _));

    private static string Command(int n) => string.Create(
        CultureInfo.InvariantCulture, $"*2\r\n$4\r\nINCR\r\n$1\r\n{n}\r\n");

    private static string Event(int n, int second) => string.Create(
        CultureInfo.InvariantCulture, $"#TS:{second}\r\n#SEQ:{n}\r\n{Command(n)}");

    private static AofLog Log(SimFileSystem disk) => new(disk, Directory, Name);

    private static SimFileSystem MakeDisk()
    {
        SimFileSystem disk = new(1);
        disk.CreateDirectory("data");
        disk.CreateDirectory(Directory);
        byte[] head = [.. "REDIS0010"u8, 0xFA, 5, .. "ctime"u8, 0xC2, 95, 0, 0, 0, 0xFF];
        disk.WriteAll(Directory + "/a.1.base.rdb", [.. head, 0, 0, 0, 0, 0, 0, 0, 0]);
        string manifest = "file a.1.base.rdb seq 1 type b\n";
        for (int i = 0; i < s_incr.Length; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"a.{i + 1}.incr.aof");
            disk.WriteAll($"{Directory}/{name}", Encoding.ASCII.GetBytes(s_incr[i]));
            manifest += $"file {name} seq {i + 1} type i\n";
        }

        disk.WriteAll(Directory + "/a.manifest", Encoding.ASCII.GetBytes(manifest));
        return disk;
    }

    private static Dictionary<string, byte[]> Files(SimFileSystem disk)
    {
        Dictionary<string, byte[]> files = [];
        foreach (string name in disk.List(Directory).Value)
        {
            files[name] = disk.ReadAll($"{Directory}/{name}");
        }

        return files;
    }

    private static int EventsOf(SimFileSystem disk)
    {
        using AofLog log = Log(disk);
        Assert.Equal(AofLog.Found.Journal, log.Find(out string problem));
        Assert.Equal("", problem);
        int events = 0;
        long last = 0;
        foreach (AofFile file in log.Manifest.Incr)
        {
            using IFile opened = disk.Open(log.PathOf(file.Name), FileUse.Read).Value;
            AofEvents found = new(opened, last);
            while (found.Next())
            {
                events++;
                Assert.Equal(events, found.Seq);
            }

            last = found.LastSeq;
            Assert.Equal(AofPiece.End, found.Ending);
        }

        return events;
    }
}
