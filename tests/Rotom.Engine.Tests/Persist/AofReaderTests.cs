using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Rotom.Engine.Persist;
using Rotom.Simulation.World;
using Xunit;

namespace Rotom.Engine.Tests.Persist;

public sealed class AofReaderTests
{
    private const string Set = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n";
    private const string Multi = "*1\r\n$5\r\nMULTI\r\n";
    private const string Exec = "*1\r\n$4\r\nexec\r\n";

    [Fact]
    public void Units_and_annotations_come_in_order()
    {
        (List<string> found, AofReader reader) = Read("#TS:5\r\n" + Set + Multi + Set + Exec);
        Assert.Equal(["#Timestamp 5", Set, Multi + Set + Exec, "End"], found);
        Assert.Equal(7 + (2 * Set.Length) + Multi.Length + Exec.Length, reader.ValidUpTo);
    }

    [Fact]
    public void An_annotation_inside_a_transaction_is_left_out() => Assert.Equal(
        [Multi + Set + Exec, Set, "End"],
        Read(Multi + "#TS:1\r\n" + Set + "#x\r\n" + Exec + Set).Found);

    [Fact]
    public void What_does_not_fit_the_buffer_is_read_all_the_same()
    {
        string big = "*2\r\n$3\r\nGET\r\n$3000000\r\n" + new string('x', 3_000_000) + "\r\n";
        Assert.Equal([Set, big, Set, "End"], Read(Set + big + Set).Found);
    }

    [Theory]
    [InlineData("SET k v\r\n", 0)]
    [InlineData("*0\r\n", 0)]
    [InlineData("*x\r\n", 1)]
    [InlineData("*1\r\n+OK\r\n", 4)]
    [InlineData("*1\r\n$2\r\nabc\r\n", 10)]
    [InlineData("*1\r\n$99999999999999\r\n", 4)]
    [InlineData(Exec, 0)]
    public void Something_else_than_a_command_is_found(string wrong, int at)
    {
        (List<string> found, AofReader reader) = Read(Set + wrong + Set);
        Assert.Equal([Set, "Corrupt"], found);
        Assert.Equal(Set.Length + at, reader.ErrorOffset);
        Assert.Equal(Set.Length, reader.ValidUpTo);
    }

    [Fact]
    public void A_transaction_in_a_transaction_is_refused() =>
        Assert.Equal(["Corrupt"], Read(Multi + Set + Multi + Exec).Found);

    [Fact]
    public void Zeros_up_to_the_end_are_a_torn_end()
    {
        Assert.Equal([Set, "Truncated"], Read(Set + new string('\0', 5000)).Found);
        Assert.Equal([Set, "Truncated"], Read(Set + Set[..9] + new string('\0', 700_000)).Found);
        Assert.Equal([Set, "Corrupt"], Read(Set + new string('\0', 600) + "x").Found);
    }

    [Fact]
    public void A_file_cut_anywhere_is_read_up_to_its_last_complete_unit()
    {
        string[] units = [Set, Multi + Set + Set + Exec, "#TS:123\r\n", Set, Multi + Exec, Set];
        string all = string.Concat(units);
        for (int cut = 0; cut <= all.Length; cut++)
        {
            (List<string> found, AofReader reader) = Read(all[..cut]);
            int valid = 0, whole = 0;
            while (whole < units.Length && valid + units[whole].Length <= cut)
            {
                valid += units[whole++].Length;
            }

            Assert.Equal(valid, reader.ValidUpTo);
            Assert.Equal(whole + 1, found.Count);
            Assert.Equal(valid == cut ? "End" : "Truncated", found[^1]);
        }
    }

    [Fact]
    public void Events_have_their_numbers()
    {
        Assert.Equal(
            ["4:" + Set + Set, "5:" + Multi + Set + Exec, "9:" + Set],
            Events("#AFTER:3\r\n#SEQ:4\r\n" + Set + Set + "#SEQ:5\r\n#TS:1\r\n" + Multi + Set + Exec
                + "#SEQ:9\r\n" + Set, 0));
    }

    [Fact]
    public void Events_of_another_server_are_numbered_on()
    {
        Assert.Equal(["8:" + Set + Set], Events(Set + Set, 7));
        Assert.Equal(["8:" + Set, "9:" + Set], Events(Set + "#SEQ:3\r\n" + Set, 7));
        string[] many = [.. Events(string.Concat(Enumerable.Repeat(Set, 10_000)), 0)];
        Assert.Equal(5, many.Length);
        Assert.Equal(10_000 * Set.Length, many.Sum(e => e.Length - 2));
    }

    [Fact]
    public void A_number_without_commands_is_no_event_and_is_cut_off()
    {
        SimFileSystem disk = Disk(Set + "#SEQ:2\r\n");
        using var file = disk.Open("d/f", Rotom.Engine.Abstractions.FileUse.Read).Value;
        AofEvents events = new(file, 0);
        Assert.True(events.Next());
        Assert.False(events.Next());
        Assert.Equal(1, events.LastSeq);
        Assert.Equal(Set.Length, events.KeptUpTo);
    }

    [Fact]
    public void Why_a_command_was_written_is_for_whoever_asks_what_happened()
    {
        const string expired = "#EXPIRED\r\n";
        const string evicted = "#EVICTED\r\n";
        const string text = "#AFTER:3\r\n#SEQ:4\r\n" + expired + Set + Set + "#SEQ:5\r\n" + Multi
            + expired + Set + "#TS:1\r\n" + evicted + Set + Exec + "#SEQ:6\r\n" + evicted
            + "#SEQ:7\r\n" + Set + "#SEQ:8\r\n" + expired;
        Assert.Equal(
            ["4:" + Set + Set, "5:" + Multi + Set + Set + Exec, "7:" + Set],
            Events(text, 0));
        Assert.Equal(
            [
                "4:" + expired + Set + Set,
                "5:" + Multi + expired + Set + evicted + Set + Exec,
                "7:" + Set,
            ],
            Events(text, 0, keepsCauses: true));
    }

    private static List<string> Events(string text, long after, bool keepsCauses = false)
    {
        SimFileSystem disk = Disk(text);
        using var file = disk.Open("d/f", Rotom.Engine.Abstractions.FileUse.Read).Value;
        AofEvents events = new(file, after, keepsCauses: keepsCauses);
        List<string> found = [];
        while (events.Next())
        {
            found.Add($"{events.Seq}:{Encoding.Latin1.GetString(events.Bytes)}");
        }

        Assert.Equal(AofPiece.End, events.Ending);
        return found;
    }

    private static SimFileSystem Disk(string text)
    {
        SimFileSystem disk = new(1);
        disk.CreateDirectory("d");
        disk.WriteAll("d/f", Encoding.Latin1.GetBytes(text));
        return disk;
    }

    private static (List<string> Found, AofReader Reader) Read(string text)
    {
        SimFileSystem disk = Disk(text);
        using var file = disk.Open("d/f", Rotom.Engine.Abstractions.FileUse.Read).Value;
        AofReader reader = new(file);
        List<string> found = [];
        while (true)
        {
            AofPiece piece = reader.Next();
            found.Add(piece switch
            {
                AofPiece.Unit => Encoding.Latin1.GetString(reader.Unit),
                AofPiece.Annotation => $"#{reader.Annotation.Kind} {reader.Annotation.Value}",
                _ => piece.ToString(),
            });
            if (piece is not (AofPiece.Unit or AofPiece.Annotation)) return (found, reader);
        }
    }
}
