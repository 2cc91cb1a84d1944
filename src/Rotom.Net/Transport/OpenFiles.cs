using System;
using System.Runtime.InteropServices;
using Rotom.Net.Native;

namespace Rotom.Net.Transport;

/// <summary>How many descriptors the process may have; a connection takes one.</summary>
public static class OpenFiles
{
    /// <summary>
    /// Descriptors that clients cannot have: 32 for listeners, logs and data files, as Redis
    /// reckons, and 128 for the runtime, which holds two for each assembly it has loaded.
    /// </summary>
    public const int Reserved = 32 + 128;

    /// <summary>The limit in force.</summary>
    public static long Limit =>
        OperatingSystem.IsLinux() ? Libc.OpenFilesMax() : long.MaxValue;

    /// <summary>
    /// Asks the system for a limit of at least <paramref name="wanted"/>, over the hard limit too,
    /// which only a privileged process is granted; where it is not, for the hard limit.
    /// </summary>
    /// <param name="wanted">Descriptors wanted.</param>
    /// <param name="refusal">The system's words when it granted less, else empty.</param>
    /// <returns>The limit then in force.</returns>
    public static long Raise(long wanted, out string refusal)
    {
        refusal = "";
        if (Limit >= wanted) return Limit;
        int error = Libc.SetOpenFilesMax(wanted);
        if (error < 0)
        {
            refusal = Marshal.GetPInvokeErrorMessage(-error);
            _ = Libc.SetOpenFilesMax(Libc.OpenFilesTop());
        }

        return Limit;
    }
}
