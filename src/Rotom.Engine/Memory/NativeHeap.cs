using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rotom.Engine.Memory;

// The engine's heap outside the garbage collector: slabs of equal blocks (Slab, ChunkPool,
// SizeClass).
//
// Each class has a current slab to take blocks from, and four lists of partly used slabs by
// fullness. When the current slab is used up the fullest partial slab is next, so sparse slabs
// get the time to empty and go back to the system. Taking and freeing a block touch the slab's
// header and the block's first word only.
//
// UsedBytes is exact at every moment: the sum of the sizes of the blocks handed out. Under POISON
// every access is checked against the table of live blocks (NativeHeap.Poison.cs). Contents of a
// new block are undefined. Blocks are aligned to 8 bytes; blocks of a power-of-two size up to 32
// KiB to their size, which the hash tables rely on for speed, not for correctness. Not
// thread-safe: owned by one engine's turn.

/// <summary>Allocates the blocks in which keys, values and tables live.</summary>
internal sealed unsafe partial class NativeHeap : IDisposable
{
    private const int FullnessLists = 4;
    private const long DirtyMin = 1 << 20;
    private const long LargeDirtyMax = 8 << 20;

    private Slab** _current;
    private Slab** _partial;
    private Slab* _none;
    private readonly ChunkPool _pool = new();
    private long _used;
    private long _peak;
    private long _largeDirty;
    private long _mediumDirty;
    private long _discarded;

    // Of slabs that are not current, what nothing was taken from yet.
    private long _untouched;
    private long _pageTakes;

    /// <summary>An empty heap; it maps its first chunk with its first block.</summary>
    public NativeHeap()
    {
        nuint words = SizeClass.Count * (1 + FullnessLists);
        _current = (Slab**)NativeMemory.AllocZeroed(words * (nuint)sizeof(Slab*) + Slab.Bytes);
        _partial = _current + SizeClass.Count;
        _none = (Slab*)(_current + words);
        for (int i = 0; i < SizeClass.Count; i++) _current[i] = _none;
    }

    /// <summary>Bytes of all blocks handed out, rounding to their classes included.</summary>
    public long UsedBytes => _used - QuarantinedBytes;

    /// <summary>
    /// Highest <see cref="UsedBytes"/> since the start or <see cref="ResetPeak"/>.
    /// </summary>
    public long PeakUsedBytes => _peak;

    /// <summary>Address space held.</summary>
    public long MappedBytes => _pool.MappedBytes;

    /// <summary>Starts a new peak from what is used now.</summary>
    public void ResetPeak() => _peak = _used;

    /// <summary>
    /// A block of at least <paramref name="bytes"/> (0 or more) bytes, contents undefined.
    /// </summary>
    /// <exception cref="OutOfMemoryException">The system gives no more memory.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Handle Allocate(int bytes)
    {
#if POISON
        return AllocateGuarded(bytes);
#else
        return new Handle(Take(bytes));
#endif
    }

    /// <summary>The compressed block that was read last.</summary>
    public ExpandedBlock Expanded { get; } = new();

    /// <summary>The lists that are long.</summary>
    public IdleLists IdleLists { get; } = new();

    /// <summary>The snapshot under way, if it has to be told of changes; null otherwise.</summary>
    public IValueHolder? Holder { get; set; }

    /// <summary>Frees a block; freeing the null handle is not allowed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Free(Handle block)
    {
#if POISON
        FreeGuarded(block);
#else
        Put(block.Address);
#endif
    }

    /// <summary>
    /// A block of at least <paramref name="newBytes"/> with the old contents as far as they fit.
    /// The same handle comes back when the size class stays the same; else the old handle is
    /// dead.
    /// </summary>
    public Handle Resize(Handle block, int newBytes)
    {
#if POISON
        return ResizeGuarded(block, newBytes);
#else
        if (TryResizeInPlace(block.Address, newBytes)) return block;
        nint moved = Take(newBytes);
        long keep = Math.Min(ChunkPool.SlabOf(block.Address)->BlockBytes, (uint)newBytes);
        Buffer.MemoryCopy((void*)block.Address, (void*)moved, keep, keep);
        Put(block.Address);
        return new Handle(moved);
#endif
    }

    /// <summary>Bytes of the block that may be used: what was asked for, or more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int UsableBytes(Handle block)
    {
#if POISON
        return LiveBytes(block);
#else
        return (int)ChunkPool.SlabOf(block.Address)->BlockBytes;
#endif
    }

    /// <summary>What the block counts for in <see cref="UsedBytes"/>.</summary>
    public int BlockBytes(Handle block) => (int)ChunkPool.SlabOf(block.Address)->BlockBytes;

    /// <summary>
    /// What a block allocated with this size counts for in <see cref="UsedBytes"/>.
    /// </summary>
    public static int BlockBytesFor(int bytes) => RoundUp(Math.Max(bytes, 1) + GuardBytes);

    /// <summary>The bytes of a block; the caller stays inside <see cref="UsableBytes"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Bytes(Handle block, int offset, int length)
    {
        CheckAccess(block, offset, length);
        return MemoryMarshal.CreateSpan(ref *((byte*)block.Address + offset), length);
    }

    /// <summary>A value inside a block; need not be aligned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T At<T>(Handle block, int offset) where T : unmanaged
    {
        CheckAccess(block, offset, sizeof(T));
        return ref Unsafe.AsRef<T>((byte*)block.Address + offset);
    }

    /// <summary>Asks the processor to fetch the first bytes of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(Handle block) => Cpu.Prefetch((void*)block.Address);

    /// <summary>Unmaps everything; every handle is dead.</summary>
    public void Dispose()
    {
        if (_current == null) return;
        _pool.UnmapAll();
        NativeMemory.Free(_current);
        _current = null;
        _partial = null;
        _none = null;
        _used = 0;
    }

    private static int RoundUp(int bytes) =>
        bytes <= SizeClass.LargeMax ? SizeClass.Bytes(SizeClass.Of(bytes)) : HugeBytes(bytes);

    private static int HugeBytes(int bytes)
    {
        const int unit = OsPages.PageBytes;
        return bytes > int.MaxValue - unit ? int.MaxValue & -8 : ((bytes + unit - 1) & -unit);
    }

    private nint Take(int bytes)
    {
        if ((uint)(bytes - 1) >= SizeClass.SmallMax) return TakeUncommon(bytes);
        int sizeClass = SizeClass.Of(bytes);
        Slab* slab = _current[sizeClass];
        nint block = slab->FreeHead;
        if (block != 0)
        {
            slab->FreeHead = *(nint*)block;
        }
        else
        {
            block = slab->Bump;
            if (block == slab->End) return TakeFromNextSlab(sizeClass);
            slab->Bump = block + (nint)slab->BlockBytes;
        }
        slab->Used++;
        Count(slab->BlockBytes);
        return block;
    }

    private void Put(nint block)
    {
        Slab* slab = ChunkPool.SlabOf(block);
        _used -= slab->BlockBytes;
        if (slab->BlockBytes > SizeClass.SmallMax)
        {
            PutUncommon(slab, block);
            return;
        }

        *(nint*)block = slab->FreeHead;
        slab->FreeHead = block;
        if (--slab->Used == slab->LowMark) BecomeSparser(slab);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void PutUncommon(Slab* slab, nint block)
    {
        if (slab->State == Slab.Huge)
        {
            _pool.ReleaseHuge(slab);
            return;
        }

        // One that is empty by this may be gone behind it.
        bool becomesCurrent = NoteFreed(slab, block)
            && slab->BlockBytes > SizeClass.MediumMax && slab->Used > 1;
        *(nint*)block = slab->FreeHead;
        slab->FreeHead = block;
        if (--slab->Used == slab->LowMark) BecomeSparser(slab);
        if (becomesCurrent) BecomeCurrent(slab);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Count(uint bytes)
    {
        long used = _used + bytes;
        _used = used;
        if (used > _peak) _peak = used;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private nint TakeUncommon(int bytes)
    {
        Invariant.Require(bytes >= 0);
        if (bytes == 0) return Take(1);
        if (bytes > SizeClass.LargeMax)
        {
            Slab* huge = _pool.AcquireHuge(HugeBytes(bytes));
            Count(huge->BlockBytes);
            return (nint)huge + Slab.Bytes;
        }
        int sizeClass = SizeClass.Of(bytes);
        Slab* slab = _current[sizeClass];
        nint block = slab->FreeHead;
        if (block == 0)
        {
            block = slab->Bump;
            if (block == slab->End) return TakeFromNextSlab(sizeClass);
            slab->Bump = block + (nint)slab->BlockBytes;
        }
        else
        {
            slab->FreeHead = *(nint*)block;
            NoteReused(slab, block);
            _pageTakes++;
        }
        slab->Used++;
        Count(slab->BlockBytes);
        return block;
    }

    private bool TryResizeInPlace(nint block, int newBytes)
    {
        Slab* slab = ChunkPool.SlabOf(block);
        if (slab->State != Slab.Huge)
        {
            return newBytes > 0 && newBytes <= SizeClass.LargeMax
                && SizeClass.Of(newBytes) == slab->SizeClass;
        }
        if (newBytes <= SizeClass.LargeMax) return false;
        uint before = slab->BlockBytes;
        if (!_pool.TryResizeHuge(slab, HugeBytes(newBytes))) return false;
        _used -= before;
        Count(slab->BlockBytes);
        return true;
    }
}
