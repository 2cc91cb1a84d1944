using System;
using System.Runtime.InteropServices;

namespace Rotom.Engine.Memory;

// The operating system's pages. On Linux chunks are mapped without reservation, aligned by
// mapping more than asked and cutting the ends off, and pages are given back by MADV_DONTNEED.
// Elsewhere the runtime's aligned allocation serves: the same heap works, but pages come back
// only with whole chunks.
//
// Transparent huge pages are refused for these mappings: slabs that are emptied page by page
// would keep whole huge pages resident, and no gain was measured from them.

/// <summary>Maps, unmaps and returns pages.</summary>
internal static unsafe class OsPages
{
    private const int ProtReadWrite = 1 | 2;
    private const int MapPrivateAnonymousNoReserve = 0x02 | 0x20 | 0x4000;
    private const int AdviseDontNeed = 4;
    private const int AdviseNoHugePage = 15;

    /// <summary>Size of a page as assumed here; a multiple of it is always passed on.</summary>
    public const int PageBytes = 4096;

    /// <summary>
    /// Maps memory aligned to <paramref name="alignment"/>; zeroed on Linux only.
    /// </summary>
    /// <exception cref="OutOfMemoryException">
    /// The system has no address space or memory left.
    /// </exception>
    public static nint Map(nint bytes, nint alignment)
    {
        if (!OperatingSystem.IsLinux())
            return (nint)NativeMemory.AlignedAlloc((nuint)bytes, (nuint)alignment);
        nint whole = bytes + alignment;
        nint start = mmap(0, whole, ProtReadWrite, MapPrivateAnonymousNoReserve, -1, 0);
        if (start == -1) throw new OutOfMemoryException("mmap of " + bytes + " bytes failed");
        nint aligned = (start + alignment - 1) & -alignment;
        if (aligned != start) Require(munmap(start, aligned - start));
        nint after = start + whole - (aligned + bytes);
        if (after != 0) Require(munmap(aligned + bytes, after));
        // A kernel without huge pages refuses this advice, and then there is nothing to refuse.
        _ = madvise(aligned, bytes, AdviseNoHugePage);
        return aligned;
    }

    /// <summary>Gives back what <see cref="Map"/> returned.</summary>
    public static void Unmap(nint start, nint bytes)
    {
        if (OperatingSystem.IsLinux()) Require(munmap(start, bytes));
        else NativeMemory.AlignedFree((void*)start);
    }

    /// <summary>Lets go of the contents of whole pages; the addresses stay usable.</summary>
    public static void Discard(nint start, nint bytes)
    {
        if (bytes > 0 && OperatingSystem.IsLinux()) Require(madvise(start, bytes, AdviseDontNeed));
    }

    private static void Require(int result) => Invariant.Require(result == 0);

    [DllImport("libc", EntryPoint = "mmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint mmap(
        nint at, nint bytes, int prot, int flags, int file, nint offset);

    [DllImport("libc", EntryPoint = "munmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int munmap(nint at, nint bytes);

    [DllImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int madvise(nint at, nint bytes, int advice);
}
