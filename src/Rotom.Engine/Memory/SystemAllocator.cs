using System;
using System.Runtime.InteropServices;

namespace Rotom.Engine.Memory;

/// <summary>
/// The allocator of the C library, which the runtime's own code uses: its compiler above all, whose
/// threads leave several megabytes of free blocks behind.
/// </summary>
public static class SystemAllocator
{
    /// <summary>
    /// Gives the pages of its free blocks back. Does nothing where the library does not know how.
    /// </summary>
    public static void Trim()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = malloc_trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Other libraries than GNU's keep little and have no such call.
        }
    }

    [DllImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int malloc_trim(nuint keep);
}
