using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rotom.Net.Native;

// The array that epoll_wait fills. Its entry is packed on x86 (12 bytes) and is not elsewhere (16),
// so it is read by offset instead of by a struct.
internal sealed unsafe class EpollEvents
{
    private readonly byte[] _entries;

    public EpollEvents(int capacity)
    {
        Capacity = capacity;
        _entries = GC.AllocateArray<byte>(checked(capacity * Stride), pinned: true);
    }

    /// <summary>Bytes of one entry.</summary>
    public static int Stride { get; } = IsPacked ? 12 : 16;

    /// <summary>Where the entry's 64 bits of user data begin.</summary>
    public static int DataOffset { get; } = IsPacked ? 4 : 8;

    public int Capacity { get; }

    public void* Address => Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_entries));

    private static bool IsPacked =>
        RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86;

    public uint Flags(int i) =>
        MemoryMarshal.Read<uint>(_entries.AsSpan(i * Stride));

    public ulong Data(int i) =>
        MemoryMarshal.Read<ulong>(_entries.AsSpan((i * Stride) + DataOffset));
}
