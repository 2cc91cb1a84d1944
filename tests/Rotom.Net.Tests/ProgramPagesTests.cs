using System;
using System.Globalization;
using System.IO;
using System.Linq;
using Rotom.Net.Native;
using Xunit;

namespace Rotom.Net.Tests;

/// <summary>Pages of the program's files that its start needed are given back.</summary>
public sealed class ProgramPagesTests
{
    // Of the first library: its code; not its data that may be written, nor what the loader wrote.
    // The heap is no file, a deleted file cannot be read again, and swapped pages were written.
    [Fact]
    public void Only_what_is_as_in_its_file_may_go()
    {
        string smaps = Mapping("7f01a000-7f01c000 r-xp 00001000 fe:00 7    /lib/a b.so", 8, 0, 0)
            + Mapping("7f01c000-7f01d000 rw-p 00003000 fe:00 7    /lib/a b.so", 4, 0, 0)
            + Mapping("7f01d000-7f01e000 r--p 00004000 fe:00 7    /lib/a b.so", 4, 4, 0)
            + Mapping("7f01e000-7f01f000 r--p 00005000 fe:00 7    /lib/a b.so", 0, 0, 4)
            + Mapping("7f020000-7f021000 r--p 00000000 00:00 0 ", 4, 0, 0)
            + Mapping("7f021000-7f022000 r-xp 00000000 fe:00 8    /lib/gone.so (deleted)", 4, 0, 0)
            + Mapping("7f022000-7f023000 r--p 00000000 00:00 0    [vvar]", 4, 0, 0)
            + Mapping("7f023000-7f026000 r--s 00000000 fe:00 9    /lib/c.dll", 12, 0, 0);
        ProgramPages.Mapping[] clean = [.. ProgramPages.Clean(smaps.Split('\n')[..^1])];
        Assert.Equal(
            [
                new ProgramPages.Mapping(0x7f01a000, 0x7f01c000, "/lib/a b.so"),
                new ProgramPages.Mapping(0x7f023000, 0x7f026000, "/lib/c.dll"),
            ],
            clean);
        Assert.Equal([8L << 10, 12L << 10], clean.Select(mapping => mapping.ResidentBytes));
    }

    [Fact]
    public void This_process_goes_on_without_the_pages_of_its_libraries()
    {
        if (ProgramPages.Look() is not { } pages) return;
        long before = Resident();
        long given = pages.GiveBack();
        Assert.InRange(given, 1 << 20, long.MaxValue);
        Assert.InRange(Resident(), 0, before - (given / 4));
    }

    private static long Resident()
    {
        string line = File.ReadLines("/proc/self/status")
            .First(l => l.StartsWith("RssFile", StringComparison.Ordinal));
        return long.Parse(line.Split(' ')[^2], CultureInfo.InvariantCulture) << 10;
    }

    private static string Mapping(string head, int resident, int own, int swapped) =>
        $"{head}\nSize:               99 kB\nRss:         {resident} kB\nPss_Dirty:     0 kB\n"
        + $"Anonymous:        {own} kB\nSwap:      {swapped} kB\nVmFlags: rd ex mr mw me\n";
}
