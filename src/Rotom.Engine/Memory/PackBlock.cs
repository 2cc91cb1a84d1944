using System;
using System.Runtime.CompilerServices;

namespace Rotom.Engine.Memory;

// A small collection (a listpack, an intset) is one stretch of bytes, and mostly stands in the
// block of its key, behind the key itself: that saves a block, its rounding and a look-up. It may
// as well have a block to itself, as while it is built aside or when it is too long for an entry.
// This says where it is, so that those who change it need not know:
//
//   its own     Lead is 0, Key null: it ends with Free
//   to be a key's   Lead is the room for the head of an entry, which KeyTable.SetPack writes there
//   a key's     Key is its block, and Lead where in it the value begins
//
// Growing and shrinking may move the block, the key's too. The table learns of that when the value
// is stored (KeyTable.UpdatePayload), until which nobody may look the key up. What has outgrown
// its form keeps the key's block in Key, while Block is the root of what it is now.

/// <summary>Where a collection is: in a block of its own, or in its key's.</summary>
internal readonly struct PackBlock : IEquatable<PackBlock>
{
    // Two words, so that it is passed in registers. The second is 0, a flag with the lead, or the
    // handle of the key's block.
    private const ulong Reserved = 1UL << 63;
    private const ulong Embedded = 1UL << 62;

    private readonly ulong _place;

    private PackBlock(Handle block, ulong place)
    {
        Block = block;
        _place = place;
    }

    /// <summary>The block.</summary>
    public Handle Block { get; }

    /// <summary>The block of its key, as far as it was ever in it; else null.</summary>
    public Handle Key => _place < Embedded ? Handle.FromBits(_place)
        : IsEmbedded ? Block : default;

    /// <summary>Bytes of the block before the collection's.</summary>
    public int Lead => _place < Embedded ? 0 : (int)(uint)_place;

    /// <summary>True when there is none yet.</summary>
    public bool IsNull => Block.IsNull;

    /// <summary>True when it is a part of its key's block.</summary>
    public bool IsEmbedded => (_place & Embedded) != 0;

    /// <summary>In a block of its own.</summary>
    public static implicit operator PackBlock(Handle block) => new(block, 0);

    /// <summary>Behind the key in an entry.</summary>
    public static PackBlock In(Entry entry) => new(entry.Block, Embedded | (uint)entry.ValueOffset);

    /// <summary>No block yet; one will have room for the head of an entry with such a key.
    /// </summary>
    public static PackBlock For(int keyLength) =>
        new(default, Reserved | (uint)EntryHeader.LeadOf(keyLength));

    /// <summary>A block with room for so many bytes behind what is before them.</summary>
    public PackBlock Allocate(NativeHeap heap, int bytes)
    {
        Invariant.Require(IsNull);
        return new(heap.Allocate(Lead + bytes), _place);
    }

    /// <summary>Bytes of it; the caller stays inside <see cref="UsableBytes"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Bytes(NativeHeap heap, int length) => heap.Bytes(Block, Lead, length);

    /// <summary>The word it begins with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int FirstWord(NativeHeap heap) => heap.At<int>(Block, Lead);

    /// <summary>Bytes there is room for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int UsableBytes(NativeHeap heap) => heap.UsableBytes(Block) - Lead;

    /// <summary>With room for so many bytes, what was there as far as it fits.</summary>
    public PackBlock Resize(NativeHeap heap, int bytes) =>
        new(heap.Resize(Block, Lead + bytes), _place);

    /// <summary>Something else takes its place, in a block of its own.</summary>
    public PackBlock ReplaceBy(NativeHeap heap, PackBlock other)
    {
        Invariant.Require(other.Lead == 0);
        Free(heap);
        return new(other.Block, Key.Bits);
    }

    /// <summary>The collection is elsewhere, its key where it was.</summary>
    public PackBlock MovedTo(Handle block)
    {
        Invariant.Require(Lead == 0);
        return new(block, _place);
    }

    /// <summary>Bytes it adds to those of its key's block.</summary>
    public long MemoryBytes(NativeHeap heap) =>
        IsNull || IsEmbedded ? 0 : heap.BlockBytes(Block);

    /// <summary>Frees it; what is a key's goes with its key.</summary>
    public void Free(NativeHeap heap)
    {
        if (!IsNull && !IsEmbedded) heap.Free(Block);
    }

    /// <inheritdoc/>
    public bool Equals(PackBlock other) => Block == other.Block && Lead == other.Lead;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PackBlock other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Block.GetHashCode();

    /// <summary>Same place.</summary>
    public static bool operator ==(PackBlock left, PackBlock right) => left.Equals(right);

    /// <summary>Different places.</summary>
    public static bool operator !=(PackBlock left, PackBlock right) => !left.Equals(right);
}
