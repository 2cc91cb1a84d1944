using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;

namespace Rotom.Net.Native;

// ProgramPages: what only the start needed of the program's files.
//
// A process of the runtime has some 45 MB of its libraries resident when it begins to serve:
// reading settings, building the host and compiling went through all of them once. A third of that
// is used again. The pages are the system's copy of the files, so giving them up loses nothing:
// whoever needs one finds it there again in about a microsecond.
//
// That holds only where nothing was written. A loader writes addresses into pages of a library that
// it has just mapped, and what it wrote is not in the file. So of all mappings only those are given
// back that nobody may write to, that have no page of their own in memory or swapped out, and that
// were the same in an earlier look: the two looks have to be further apart than a loader needs for
// one library.

/// <summary>Gives pages of the program's files back that were needed once.</summary>
public sealed class ProgramPages
{
    private const string Mappings = "/proc/self/smaps";

    private readonly HashSet<Mapping> _before;

    private ProgramPages(HashSet<Mapping> before) => _before = before;

    /// <summary>A mapping of a file, and how much of it is resident.</summary>
    internal sealed record Mapping(long Start, long End, string File)
    {
        internal long ResidentBytes { get; init; }

        /// <inheritdoc/>
        public bool Equals(Mapping? other) =>
            other is not null && (Start, End, File) == (other.Start, other.End, other.File);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Start, End, File);
    }

    /// <summary>Takes the first look; null on systems other than Linux.</summary>
    /// <exception cref="IOException">The list of mappings cannot be read.</exception>
    public static ProgramPages? Look() =>
        OperatingSystem.IsLinux() ? new ProgramPages([.. Clean(File.ReadLines(Mappings))]) : null;

    /// <summary>
    /// Gives back what is as it was at the first look, which should be seconds ago. Returns the
    /// bytes of it that were resident.
    /// </summary>
    /// <exception cref="IOException">The list of mappings cannot be read.</exception>
    public long GiveBack()
    {
        long bytes = 0;
        foreach (Mapping mapping in Clean(File.ReadLines(Mappings)))
        {
            if (!_before.Contains(mapping)) continue;
            nint length = (nint)(mapping.End - mapping.Start);
            if (Libc.Discard((nint)mapping.Start, length) == 0) bytes += mapping.ResidentBytes;
        }

        return bytes;
    }

    /// <summary>Those of the mappings that hold nothing but what is in their files.</summary>
    /// <param name="lines">
    /// As in proc(5), smaps: of each mapping a head, "5580a000-5580b000 r-xp 0 fe:01 12  /lib/x",
    /// and lines of figures, "Anonymous: 0 kB".
    /// </param>
    internal static IEnumerable<Mapping> Clean(IEnumerable<string> lines)
    {
        Mapping? mapping = null;
        foreach (string line in lines)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space < colon)
            {
                mapping = OfHead(line);
                continue;
            }

            if (mapping is null) continue;
            switch (line[..colon])
            {
                case "Rss":
                    mapping = mapping with { ResidentBytes = Kilobytes(line) << 10 };
                    break;
                case "Anonymous" or "Swap" when Kilobytes(line) != 0:
                    mapping = null;
                    break;
                case "VmFlags":
                    yield return mapping;
                    mapping = null;
                    break;
            }
        }
    }

    // Null for what is not a file or may be written to.
    private static Mapping? OfHead(string line)
    {
        string[] words = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 6 || words[1] is not ("r--p" or "r-xp" or "r--s"))
            return null;
        if (words[5][0] != '/' || words[5].EndsWith(" (deleted)", StringComparison.Ordinal))
            return null;
        string[] ends = words[0].Split('-');
        return new Mapping(Hex(ends[0]), Hex(ends[1]), words[5]);
    }

    private static long Hex(string digits) =>
        long.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static long Kilobytes(string line) => long.Parse(
        line.AsSpan(line.IndexOf(':', StringComparison.Ordinal) + 1, line.Length
            - line.IndexOf(':', StringComparison.Ordinal) - " kB".Length - 1),
        NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture);
}
