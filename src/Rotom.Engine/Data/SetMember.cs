using System;
using System.Runtime.CompilerServices;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// A member of a large set: one block with its length and its bytes, and nothing else. Lengths up to
// 254 take one byte, longer ones a byte of 255 and four more. The table of the set holds the handle
// and, of the hash, a tag of 16 bits, so a look-up hardly ever reads a block that is not the one.

/// <summary>Members of large sets.</summary>
internal static class SetMember
{
    private const int ShortMax = 254;
    private const int LongHead = 1 + sizeof(int);

    /// <summary>Makes a member of these bytes.</summary>
    internal static Handle Create(NativeHeap heap, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > ShortMax) return CreateLong(heap, bytes);
        Handle member = heap.Allocate(1 + bytes.Length);
        Span<byte> to = heap.Bytes(member, 0, 1 + bytes.Length);
        to[0] = (byte)bytes.Length;
        bytes.CopyTo(to[1..]);
        return member;
    }

    /// <summary>The bytes of a member.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ReadOnlySpan<byte> Bytes(NativeHeap heap, Handle member)
    {
        int length = heap.At<byte>(member, 0);
        return length <= ShortMax
            ? heap.Bytes(member, 1, length)
            : heap.Bytes(member, LongHead, heap.At<int>(member, 1));
    }

    private static Handle CreateLong(NativeHeap heap, ReadOnlySpan<byte> bytes)
    {
        Handle member = heap.Allocate(checked(LongHead + bytes.Length));
        heap.At<byte>(member, 0) = byte.MaxValue;
        heap.At<int>(member, 1) = bytes.Length;
        bytes.CopyTo(heap.Bytes(member, LongHead, bytes.Length));
        return member;
    }
}

/// <summary>How members are hashed and compared.</summary>
internal readonly struct SetMemberOps(NativeHeap heap, HashSeed seed) : ITableOps
{
    /// <inheritdoc/>
    public ulong Hash(Handle element) => KeyHash.Compute(seed, SetMember.Bytes(heap, element));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Equals(Handle element, ReadOnlySpan<byte> key) =>
        SetMember.Bytes(heap, element).SequenceEqual(key);
}

/// <summary>Frees the members it is shown.</summary>
internal readonly struct SetMemberFreer(NativeHeap heap) : IHandleVisitor
{
    /// <inheritdoc/>
    public void Visit(Handle element) => heap.Free(element);
}
