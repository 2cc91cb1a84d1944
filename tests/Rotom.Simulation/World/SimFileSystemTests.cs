using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Rotom.Actors.Persistence;
using Rotom.Engine.Abstractions;
using Xunit;

namespace Rotom.Simulation.World;

/// <summary>The simulated disk loses what it may and nothing else; the real one agrees.</summary>
public sealed class SimFileSystemTests
{
    [Fact]
    public void What_was_flushed_survives_every_crash()
    {
        SimFileSystem disk = NewDisk();
        using IFile file = disk.Open("d/a", FileUse.Append).Value;
        file.Append("kept"u8);
        Assert.True(file.Fsync().IsDone);
        Assert.True(disk.FsyncDirectory("d").IsDone);
        file.Append("perhaps"u8);
        HashSet<string> seen = [];
        for (ulong seed = 0; seed < 200; seed++) seen.Add(Text(disk.Crash(seed), "d/a"));
        Assert.All(seen, text => Assert.StartsWith("kept", text));
        Assert.Contains("kept", seen);
        Assert.Contains("keptperhaps", seen);
    }

    [Fact]
    public void Bytes_of_a_failed_flush_stay_in_doubt()
    {
        SimFileSystem disk = NewDisk();
        using IFile file = disk.Open("d/a", FileUse.Append).Value;
        disk.FsyncDirectory("d");
        file.Append("doubt"u8);
        disk.FailAt(1, SimOperation.Fsync, IoError.Device, forever: false);
        Assert.Equal(IoError.Device, file.Fsync().Error);
        Assert.True(file.Fsync().IsDone);
        Assert.Contains(
            "", Enumerable.Range(0, 100).Select(i => Text(disk.Crash((ulong)i), "d/a")));
    }

    [Fact]
    public void A_rename_that_was_not_flushed_is_found_done_or_undone()
    {
        SimFileSystem disk = NewDisk();
        disk.WriteAll("d/a", "old"u8);
        disk.WriteAll("d/b", "new"u8);
        Assert.True(disk.Rename("d/b", "d/a").IsDone);
        HashSet<string> seen = [];
        for (ulong seed = 0; seed < 100; seed++)
        {
            SimFileSystem after = disk.Crash(seed);
            seen.Add(Text(after, "d/a") + after.List("d").Value.Count);
        }

        Assert.Equal(["new1", "old2"], seen.Order());
    }

    [Fact]
    public void A_torn_write_is_torn_at_a_sector()
    {
        SimFileSystem disk = NewDisk();
        using IFile file = disk.Open("d/a", FileUse.Append).Value;
        disk.FsyncDirectory("d");
        file.Append(new byte[100]);
        file.Fsync();
        file.Append(new byte[5000]);
        HashSet<int> sizes = [];
        for (ulong seed = 0; seed < 500; seed++) sizes.Add(Text(disk.Crash(seed), "d/a").Length);
        Assert.All(sizes, size => Assert.True(size is 100 or 5100 || size % 512 == 0));
        Assert.True(sizes.Count > 5);
    }

    [Fact]
    public void The_kth_operation_fails_once_or_for_ever()
    {
        SimFileSystem disk = NewDisk();
        using IFile file = disk.Open("d/a", FileUse.Append).Value;
        disk.FailAt(2, SimOperation.Append, IoError.NoSpace, forever: false);
        Assert.True(file.Append("1"u8).IsDone);
        Assert.Equal(IoError.NoSpace, file.Append("2"u8).Error);
        Assert.True(file.Append("3"u8).IsDone);
        disk.FailAt(1, SimOperation.Append, IoError.NoSpace, forever: true);
        Assert.False(file.Append("4"u8).IsDone);
        Assert.False(file.Append("5"u8).IsDone);
        disk.Heal();
        Assert.True(file.Append("6"u8).IsDone);
        Assert.Equal("136", Text(disk, "d/a"));
    }

    [Fact]
    public void The_machines_files_and_the_simulated_ones_answer_alike()
    {
        string directory = Directory.CreateTempSubdirectory("rotom-files").FullName;
        try
        {
            SimFileSystem disk = new(1);
            disk.CreateDirectory("d");
            Assert.Equal(Script(disk, "d"), Script(new SystemFiles(), directory));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static List<string> Script(IFileSystem files, string d)
    {
        List<string> said = [];
        said.Add($"{files.Open(d + "/a", FileUse.Read).Error}");
        said.Add($"{files.Open(d + "/none/a", FileUse.Append).Error}");
        said.Add($"{files.Size(d + "/a").Error} {files.Unlink(d + "/a").Error}");
        using (IFile file = files.Open(d + "/a", FileUse.Append).Value)
        {
            said.Add($"{file.Append("hello"u8).Error} {file.Size} {file.Fsync().Error}");
            byte[] read = new byte[10];
            said.Add($"{file.Read(1, read).Value} {Encoding.ASCII.GetString(read)}");
            said.Add($"{file.Read(5, read).Value} {file.Read(50, read).Value}");
            said.Add($"{file.Truncate(2).Error} {file.Append("y"u8).Error} {file.Size}");
        }

        using (IFile file = files.Open(d + "/a", FileUse.Append).Value)
        {
            said.Add($"{file.Size} {file.Append("!"u8).Error}");
        }

        said.Add($"{files.Rename(d + "/a", d + "/b").Error}");
        said.Add($"{files.Rename(d + "/a", d + "/c").Error}");
        said.Add($"{files.Size(d + "/b").Value} {files.FsyncDirectory(d).Error}");
        said.Add(string.Join(',', files.List(d).Value) + files.List(d + "/none").Error);
        using (files.Open(d + "/b", FileUse.Create).Value)
        {
            said.Add($"{files.Size(d + "/b").Value}");
        }

        said.Add($"{files.Unlink(d + "/b").Error} {files.List(d).Value.Count}");
        return said;
    }

    private static SimFileSystem NewDisk()
    {
        SimFileSystem disk = new(7);
        disk.CreateDirectory("d");
        return disk;
    }

    private static string Text(SimFileSystem disk, string path) =>
        Encoding.ASCII.GetString(disk.ReadAll(path));
}
