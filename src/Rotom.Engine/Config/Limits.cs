namespace Rotom.Engine.Config;

/// <summary>Maxima that several rows share, each with its reason.</summary>
internal static class Limits
{
    /// <summary>1 MB.</summary>
    internal const long Megabyte = 1L << 20;

    /// <summary>1 GB: what lies in one array stays below the 2 GB an array can hold.</summary>
    internal const long Gigabyte = 1L << 30;

    /// <summary>256 TB: a process' address space; sums of such sizes stay in a long.</summary>
    internal const long Memory = 1L << 48;

    /// <summary>Entries: what an array of .NET can hold.</summary>
    internal const long Count = 0x7FFFFFC7;

    /// <summary>Seconds: 68 years, as Redis; in milliseconds still a long.</summary>
    internal const int Seconds = int.MaxValue;

    /// <summary>Milliseconds: 68 years too; a deadline made of it stays in a long.</summary>
    internal const long Milliseconds = 1000L * int.MaxValue;

    /// <summary>Microseconds: 68 years too.</summary>
    internal const long Microseconds = 1000 * Milliseconds;
}
