using System;
using System.Runtime.CompilerServices;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// HashField: one field of a large hash with its value, in one block.
//
//   flags (1) | place (4, if it has a time to live) | field length (1 or 4) |
//   value length (1 or 4) | field | value
//
// So a field costs three bytes beyond its text, and nothing for the time to live it does not have:
// the times are in the hash's DueHeap, the block only says where (place). Nothing is aligned. A
// HashField is a view, dead when its block is freed; only FieldMap makes and changes blocks.

/// <summary>A view of one field of a hash in a table.</summary>
internal readonly struct HashField
{
    private const byte HasPlaceFlag = 1;
    private const byte LongFieldFlag = 2;
    private const byte LongValueFlag = 4;

    /// <summary>Where the place is, in blocks that have one.</summary>
    private const int PlaceOffset = 1;

    private readonly NativeHeap _heap;
    private readonly Handle _block;

    public HashField(NativeHeap heap, Handle block)
    {
        _heap = heap;
        _block = block;
    }

    /// <summary>True if it has a time to live.</summary>
    public bool HasPlace => (Flags & HasPlaceFlag) != 0;

    /// <summary>Its place among the times to live of the hash.</summary>
    public int Place
    {
        get => _heap.At<int>(_block, PlaceOffset);
        set => _heap.At<int>(_block, PlaceOffset) = value;
    }

    /// <summary>The field's name.</summary>
    public ReadOnlySpan<byte> Name
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Layout at = new(_heap, _block);
            return _heap.Bytes(_block, at.Text, at.NameLength);
        }
    }

    /// <summary>Its value.</summary>
    public ReadOnlySpan<byte> Value
    {
        get
        {
            Layout at = new(_heap, _block);
            return _heap.Bytes(_block, at.Text + at.NameLength, at.ValueLength);
        }
    }

    private byte Flags => _heap.At<byte>(_block, 0);

    /// <summary>Makes a block; its place, if any, is the caller's to set.</summary>
    public static Handle Create(
        NativeHeap heap, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool hasPlace)
    {
        int size = HeadBytes(name.Length, value.Length, hasPlace)
            + checked(name.Length + value.Length);
        Handle block = heap.Allocate(size);
        Write(heap, block, name, value, hasPlace);
        return block;
    }

    /// <summary>
    /// Gives the field another value in the same block, if that is neither too small nor much too
    /// large for it.
    /// </summary>
    public bool TrySetValue(ReadOnlySpan<byte> value)
    {
        Layout at = new(_heap, _block);
        bool isLong = (Flags & LongValueFlag) != 0;
        if (isLong != value.Length > byte.MaxValue) return false;
        long needed = (long)at.Text + at.NameLength + value.Length;
        int usable = _heap.UsableBytes(_block);
        if (needed > usable || usable - needed > Math.Max(32, usable >> 2)) return false;
        value.CopyTo(_heap.Bytes(_block, at.Text + at.NameLength, value.Length));
        if (isLong) _heap.At<int>(_block, at.Text - sizeof(int)) = value.Length;
        else _heap.At<byte>(_block, at.Text - 1) = (byte)value.Length;
        return true;
    }

    /// <summary>True if the block is whole.</summary>
    public bool IsSound()
    {
        Layout at = new(_heap, _block);
        return Flags < 8 && at.NameLength >= 0 && at.ValueLength >= 0
            && (long)at.Text + at.NameLength + at.ValueLength <= _heap.UsableBytes(_block);
    }

    private static int HeadBytes(int name, int value, bool hasPlace) => 1
        + (hasPlace ? sizeof(int) : 0)
        + (name > byte.MaxValue ? sizeof(int) : 1) + (value > byte.MaxValue ? sizeof(int) : 1);

    private static void Write(
        NativeHeap heap, Handle block, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value,
        bool hasPlace)
    {
        int flags = (hasPlace ? HasPlaceFlag : 0)
            | (name.Length > byte.MaxValue ? LongFieldFlag : 0)
            | (value.Length > byte.MaxValue ? LongValueFlag : 0);
        heap.At<byte>(block, 0) = (byte)flags;
        int at = hasPlace ? PlaceOffset + sizeof(int) : PlaceOffset;
        at = WriteLength(heap, block, at, name.Length);
        at = WriteLength(heap, block, at, value.Length);
        name.CopyTo(heap.Bytes(block, at, name.Length));
        value.CopyTo(heap.Bytes(block, at + name.Length, value.Length));
    }

    private static int WriteLength(NativeHeap heap, Handle block, int at, int length)
    {
        if (length <= byte.MaxValue)
        {
            heap.At<byte>(block, at) = (byte)length;
            return at + 1;
        }

        heap.At<int>(block, at) = length;
        return at + sizeof(int);
    }

    /// <summary>Where things are in a block.</summary>
    private readonly ref struct Layout
    {
        public readonly int NameLength;
        public readonly int ValueLength;
        public readonly int Text;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Layout(NativeHeap heap, Handle block)
        {
            int flags = heap.At<byte>(block, 0);
            if (flags == 0)
            {
                NameLength = heap.At<byte>(block, 1);
                ValueLength = heap.At<byte>(block, 2);
                Text = 3;
                return;
            }

            int at = (flags & HasPlaceFlag) != 0 ? PlaceOffset + sizeof(int) : PlaceOffset;
            NameLength = ReadLength(heap, block, ref at, (flags & LongFieldFlag) != 0);
            ValueLength = ReadLength(heap, block, ref at, (flags & LongValueFlag) != 0);
            Text = at;
        }

        private static int ReadLength(NativeHeap heap, Handle block, ref int at, bool isLong)
        {
            int length = isLong ? heap.At<int>(block, at) : heap.At<byte>(block, at);
            at += isLong ? sizeof(int) : 1;
            return length;
        }
    }
}

/// <summary>How the table of a hash hashes and compares its fields.</summary>
internal readonly struct HashFieldOps(NativeHeap heap, HashSeed seed) : ITableOps
{
    /// <inheritdoc/>
    public ulong Hash(Handle element) => KeyHash.Compute(seed, new HashField(heap, element).Name);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Equals(Handle element, ReadOnlySpan<byte> key) =>
        new HashField(heap, element).Name.SequenceEqual(key);
}
