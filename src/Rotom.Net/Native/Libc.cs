using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rotom.Net.Native;

// Libc: every system call that Rotom makes itself, and with EpollEvents all unsafe code of the
// network layer.
//
// Plain blittable imports (runtime marshalling is off for the assembly). Each wrapper returns what
// the call returns, or the negated errno: errors are values here, and EINTR never leaves this file.
// errno is read right behind the call, as the runtime's own generated stubs do; the runtime keeps
// it across a suspension of the thread.
//
// SuppressGCTransition is not used: nearly all of these may take microseconds inside the kernel,
// where they would hold up a collection, and 10 ns of 2-7 us was not measurable.
//
// Bounds: every wrapper takes spans, so addresses and lengths come from one place.

internal static unsafe class Libc
{
    public const int EpollIn = 0x001;
    public const int EpollOut = 0x004;
    public const int EpollErr = 0x008;
    public const int EpollHup = 0x010;
    public const int EpollRdHup = 0x2000;
    public const int EpollEdge = 1 << 31;
    public const int EpollCtlAdd = 1;
    public const int EpollCtlDel = 2;
    public const int EpollCtlMod = 3;

    private const int EpollWait2 = 441;
    private const int TimerSlack = 29;
    private const int AdviseDontNeed = 4;
    private const int EpollCloseOnExec = 0x80000;
    private const int EventFdFlags = 0x80000 | 0x800;
    private const int OpenCloseOnExec = 0x80000;
    private const int SockCloseOnExec = 0x80000;
    private const int SockNonBlock = 0x800;
    private const int SockStream = 1;
    private const int RlimitOpenFiles = 7;
    private const int RusageThread = 1;
    private const int MsgNoSignal = 0x4000;

    /// <summary>Most pieces one <see cref="SendMany"/> takes.</summary>
    public const int SendPiecesMax = 64;

    public static int EpollCreate() => Result(epoll_create1(EpollCloseOnExec));

    public static int EventFd() => Result(eventfd(0, EventFdFlags));

    public static int EpollControl(int epoll, int operation, int fd, uint events, ulong data)
    {
        byte* entry = stackalloc byte[EpollEvents.Stride];
        Unsafe.WriteUnaligned(entry, events);
        Unsafe.WriteUnaligned(entry + EpollEvents.DataOffset, data);
        return Result(epoll_ctl(epoll, operation, fd, entry));
    }

    /// <summary>Waits for events; an interrupted wait is a wait without events.</summary>
    public static int EpollWait(int epoll, EpollEvents events, int timeoutMs)
    {
        int n = Result(epoll_wait(epoll, events.Address, events.Capacity, timeoutMs));
        return n == -Errno.Interrupted ? 0 : n;
    }

    /// <summary>Waits for an event, which is consumed, for microseconds.</summary>
    public static int EpollWaitMicros(int epoll, int micros)
    {
        byte* entry = stackalloc byte[EpollEvents.Stride];
        long* time = stackalloc long[2];
        time[0] = micros / 1_000_000;
        time[1] = micros % 1_000_000 * 1000L;
        // By number, which is the same on all processors: C libraries got it late.
        int n = Result(syscall(EpollWait2, epoll, entry, 1, time, null, 0));
        return n == -Errno.Interrupted ? 0 : n;
    }

    /// <summary>How late the kernel may end waits of the calling thread.</summary>
    public static void SetTimerSlack(int nanoseconds) =>
        _ = prctl(TimerSlack, (nuint)nanoseconds, 0, 0, 0);

    /// <summary>Lets go of pages; those of a file come from there again when needed.</summary>
    public static int Discard(nint start, nint bytes) =>
        Result(madvise(start, bytes, AdviseDontNeed));

    public static void WriteEventFd(int fd)
    {
        ulong one = 1;
        while (Result(write(fd, &one, 8)) == -Errno.Interrupted)
        {
        }
    }

    public static int Receive(int fd, Span<byte> into)
    {
        fixed (byte* address = into)
        {
            int n;
            do n = Result(recv(fd, address, (nuint)into.Length, 0));
            while (n == -Errno.Interrupted);
            return n;
        }
    }

    public static int Send(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* address = bytes)
        {
            int n;
            do n = Result(send(fd, address, (nuint)bytes.Length, MsgNoSignal));
            while (n == -Errno.Interrupted);
            return n;
        }
    }

    /// <summary>Sends several pieces with one call. Their arrays must be pinned.</summary>
    public static int SendMany(int fd, ReadOnlySpan<ArraySegment<byte>> pieces)
    {
        int count = Math.Min(pieces.Length, SendPiecesMax);
        IoVector* vectors = stackalloc IoVector[SendPiecesMax];
        for (int i = 0; i < count; i++)
        {
            ArraySegment<byte> piece = pieces[i];
            ref byte first = ref MemoryMarshal.GetArrayDataReference(piece.Array!);
            vectors[i].Base = (byte*)Unsafe.AsPointer(ref first) + piece.Offset;
            vectors[i].Length = (nuint)piece.Count;
        }

        // struct msghdr as glibc has it on 64 bits; musl's differs in padding only, which is zero.
        MessageHeader header = default;
        header.Vectors = vectors;
        header.VectorCount = (nuint)count;
        int n;
        do n = Result(sendmsg(fd, &header, MsgNoSignal));
        while (n == -Errno.Interrupted);
        return n;
    }

    public static int Socket(int family) =>
        Result(socket(family, SockStream | SockCloseOnExec | SockNonBlock, 0));

    public static int Bind(int fd, ReadOnlySpan<byte> address)
    {
        fixed (byte* start = address) return Result(bind(fd, start, (uint)address.Length));
    }

    public static int Listen(int fd, int backlog) => Result(listen(fd, backlog));

    /// <summary>Takes the next connection, non-blocking, with its peer's address.</summary>
    public static int Accept(int fd, Span<byte> address, out int addressLength)
    {
        fixed (byte* start = address)
        {
            uint length = (uint)address.Length;
            int n;
            do n = Result(accept4(fd, start, &length, SockCloseOnExec | SockNonBlock));
            while (n == -Errno.Interrupted);
            addressLength = (int)Math.Min(length, (uint)address.Length);
            return n;
        }
    }

    public static int LocalAddress(int fd, Span<byte> address, out int addressLength)
    {
        fixed (byte* start = address)
        {
            uint length = (uint)address.Length;
            int n = Result(getsockname(fd, start, &length));
            addressLength = (int)Math.Min(length, (uint)address.Length);
            return n;
        }
    }

    public static int SetOption(int fd, int level, int option, int value) =>
        Result(setsockopt(fd, level, option, &value, sizeof(int)));

    /// <summary>How many descriptors the process may have (the soft limit).</summary>
    public static long OpenFilesMax() => OpenFilesLimit(0);

    /// <summary>How many it may allow itself (the hard limit).</summary>
    public static long OpenFilesTop() => OpenFilesLimit(1);

    /// <summary>Sets the soft limit, and the hard one where that is lower.</summary>
    public static int SetOpenFilesMax(long most)
    {
        ulong* limits = stackalloc ulong[2];
        limits[0] = (ulong)most;
        limits[1] = (ulong)Math.Max(most, OpenFilesTop());
        return Result(setrlimit(RlimitOpenFiles, limits));
    }

    private static long OpenFilesLimit(int which)
    {
        ulong* limits = stackalloc ulong[2];
        return Result(getrlimit(RlimitOpenFiles, limits)) < 0
            ? long.MaxValue
            : (long)Math.Min(limits[which], long.MaxValue);
    }

    /// <summary>Processor time of the calling thread: user and system, microseconds.</summary>
    public static (long User, long System) ThreadMicros()
    {
        // Two timevals, then fourteen counters.
        long* usage = stackalloc long[4 + 14];
        return Result(getrusage(RusageThread, usage)) < 0
            ? (0, 0)
            : ((usage[0] * 1_000_000) + usage[1], (usage[2] * 1_000_000) + usage[3]);
    }

    /// <summary>Opens a path to be read; a directory too. The path ends with a zero.</summary>
    public static int OpenRead(ReadOnlySpan<byte> path)
    {
        fixed (byte* start = path)
        {
            int fd;
            do fd = Result(open(start, OpenCloseOnExec));
            while (fd == -Errno.Interrupted);
            return fd;
        }
    }

    public static int Fsync(int fd) => Result(fsync(fd));

    public static int FlushData(int fd)
    {
        int n;
        do n = Result(fdatasync(fd));
        while (n == -Errno.Interrupted);
        return n;
    }

    /// <summary>Closes a descriptor. It is free afterwards whatever the call returns.</summary>
    public static void Close(int fd) => _ = close(fd);

    private static int Result(nint returned) =>
        returned >= 0 ? (int)returned : -Marshal.GetLastSystemError();

    [StructLayout(LayoutKind.Sequential)]
    private struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    [DllImport("libc")]
    private static extern int epoll_create1(int flags);

    [DllImport("libc")]
    private static extern int epoll_ctl(int epoll, int operation, int fd, void* entry);

    [DllImport("libc")]
    private static extern int epoll_wait(int epoll, void* events, int max, int timeoutMs);

    [DllImport("libc")]
    private static extern nint syscall(
        nint number, nint epoll, void* events, nint max, void* time, void* mask, nint maskSize);

    [DllImport("libc")]
    private static extern int madvise(nint start, nint bytes, int advice);

    [DllImport("libc")]
    private static extern int prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [DllImport("libc")]
    private static extern int eventfd(uint initial, int flags);

    [DllImport("libc")]
    private static extern nint write(int fd, void* bytes, nuint length);

    [DllImport("libc")]
    private static extern nint recv(int fd, void* into, nuint length, int flags);

    [DllImport("libc")]
    private static extern nint send(int fd, void* bytes, nuint length, int flags);

    [DllImport("libc")]
    private static extern nint sendmsg(int fd, void* header, int flags);

    [DllImport("libc")]
    private static extern int socket(int family, int type, int protocol);

    [DllImport("libc")]
    private static extern int bind(int fd, void* address, uint length);

    [DllImport("libc")]
    private static extern int listen(int fd, int backlog);

    [DllImport("libc")]
    private static extern int accept4(int fd, void* address, uint* length, int flags);

    [DllImport("libc")]
    private static extern int getsockname(int fd, void* address, uint* length);

    [DllImport("libc")]
    private static extern int setsockopt(int fd, int level, int option, void* value, uint length);

    [DllImport("libc")]
    private static extern int getrlimit(int resource, void* limits);

    [DllImport("libc")]
    private static extern int setrlimit(int resource, void* limits);

    [DllImport("libc")]
    private static extern int getrusage(int who, void* usage);

    [DllImport("libc")]
    private static extern int open(void* path, int flags);

    [DllImport("libc")]
    private static extern int fsync(int fd);

    [DllImport("libc")]
    private static extern int fdatasync(int fd);

    [DllImport("libc")]
    private static extern int close(int fd);
}
