#if POISON
using System;
using System.Collections.Generic;
#endif
using System.Runtime.CompilerServices;

namespace Rotom.Engine.Memory;

// The poison build. A block carries a guard behind its end, is filled with 0xCD when new and 0xDD
// when freed, and waits in a quarantine before it is used again, so that a write through a dead
// handle is found. UsableBytes is then exactly what was asked for, so that code which writes
// further than it asked runs into the guard. In the ordinary build this file is empty but for
// constants.

internal sealed unsafe partial class NativeHeap
{
#if POISON
    private const int GuardBytes = 8;
    private const ulong Guard = 0xFDFD_FDFD_FDFD_FDFD;
    private const byte NewFill = 0xCD;
    private const byte DeadFill = 0xDD;
    private const int QuarantineMax = 512;
    private const int FillMax = 64 << 10;

    private readonly Dictionary<nint, int> _live = [];
    private readonly Queue<(nint Block, int Bytes)> _quarantine = new();

    private long QuarantinedBytes { get; set; }

    private Handle AllocateGuarded(int bytes)
    {
        Invariant.Require(bytes >= 0);
        nint block = Take(bytes + GuardBytes);
        new Span<byte>((void*)block, Math.Min(bytes, FillMax)).Fill(NewFill);
        *(ulong*)(block + bytes) = Guard;
        Invariant.Require(_live.TryAdd(block, bytes));
        return new Handle(block);
    }

    private void FreeGuarded(Handle handle)
    {
        nint block = handle.Address;
        int bytes = LiveBytes(handle);
        Invariant.Require(*(ulong*)(block + bytes) == Guard);
        _live.Remove(block);
        new Span<byte>((void*)block, Math.Min(bytes, FillMax)).Fill(DeadFill);
        _quarantine.Enqueue((block, bytes));
        QuarantinedBytes += ChunkPool.SlabOf(block)->BlockBytes;
        if (_quarantine.Count > QuarantineMax) LeaveQuarantine();
    }

    private Handle ResizeGuarded(Handle handle, int newBytes)
    {
        int oldBytes = LiveBytes(handle);
        Invariant.Require(*(ulong*)(handle.Address + oldBytes) == Guard);
        if (TryResizeInPlace(handle.Address, newBytes + GuardBytes))
        {
            _live[handle.Address] = newBytes;
            *(ulong*)(handle.Address + newBytes) = Guard;
            return handle;
        }
        Handle moved = AllocateGuarded(newBytes);
        int keep = Math.Min(oldBytes, newBytes);
        Buffer.MemoryCopy((void*)handle.Address, (void*)moved.Address, keep, keep);
        FreeGuarded(handle);
        return moved;
    }

    private int LiveBytes(Handle handle)
    {
        if (!_live.TryGetValue(handle.Address, out int bytes))
            Invariant.Fail("dead handle " + handle);
        return bytes;
    }

    private void CheckAccess(Handle handle, int offset, int length) =>
        Invariant.Require(offset >= 0 && length >= 0 && length <= LiveBytes(handle) - offset);

    private void LeaveQuarantine()
    {
        (nint block, int bytes) = _quarantine.Dequeue();
        ReadOnlySpan<byte> filled = new((void*)block, Math.Min(bytes, FillMax));
        Invariant.Require(filled.IndexOfAnyExcept(DeadFill) < 0);
        QuarantinedBytes -= ChunkPool.SlabOf(block)->BlockBytes;
        Put(block);
    }

    private void EmptyQuarantine()
    {
        while (_quarantine.Count > 0) LeaveQuarantine();
    }
#else
    private const int GuardBytes = 0;

    private static long QuarantinedBytes => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CheckAccess(Handle handle, int offset, int length)
    {
    }

    private static void EmptyQuarantine()
    {
    }
#endif
}
