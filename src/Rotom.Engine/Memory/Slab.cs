using System.Runtime.InteropServices;

namespace Rotom.Engine.Memory;

// A slab is a run of equal blocks, and this is its 64-byte header. Headers do not stand in their
// slabs: they are an array at the start of the 16 MiB chunk, found by masking the block's
// address. Headers at the start of 64 KiB-aligned slabs would all fall into one set of the
// processor's cache.
//
// Header 0 of a chunk belongs to the chunk: its Shift says how large the chunk's slabs are, and
// where the chunk is one single slab (large blocks) or one single block (huge ones) it is that
// slab's header.

/// <summary>State of one slab; the fields are kept by NativeHeap and ChunkPool.</summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal unsafe struct Slab
{
    public const int Bytes = 64;

    /// <summary>First freed block, linked through the first word of each; 0 if none.</summary>
    public nint FreeHead;

    /// <summary>First block never handed out; equal to End if there is none.</summary>
    public nint Bump;

    /// <summary>End of the last whole block.</summary>
    public nint End;

    /// <summary>Blocks handed out. In header 0 of a chunk of many slabs: not used.</summary>
    public int Used;

    /// <summary>
    /// When Used falls to this the slab changes its list; -1: never (current slab).
    /// </summary>
    public int LowMark;

    /// <summary>Size of a block.</summary>
    public uint BlockBytes;

    /// <summary>Blocks that fit.</summary>
    public int Capacity;

    /// <summary>Neighbours in the list of the slab's class and fullness.</summary>
    public Slab* Next;

    public Slab* Prev;

    public byte SizeClass;

    /// <summary>
    /// One of the constants below, or the number of the fullness list the slab is in.
    /// </summary>
    public byte State;

    /// <summary>Header 0 only: log2 of the slab size.</summary>
    public byte Shift;

    public byte Unused;

    /// <summary>Header 0 only: the chunk's place in ChunkPool.</summary>
    public int ChunkIndex;

    /// <summary>
    /// Nothing is taken from it any more and its blocks are to be moved (NativeHeap.Evacuate.cs).
    /// </summary>
    public const byte Evacuating = 251;

    public const byte Unassigned = 252;
    public const byte Huge = 253;
    public const byte Full = 254;
    public const byte Current = 255;
}
