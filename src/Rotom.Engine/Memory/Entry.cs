using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rotom.Engine.Memory;

// A key with its value, as read. EntryHeader.cs has the layout; KeyTable does everything that
// changes more than the bytes in place. An Entry is a view: it is dead after any call to the
// KeyTable that sets, grows, expires, renames or removes the same key, unless that call returned
// it. The spans are dead then as well.

/// <summary>A view of one key and its value.</summary>
internal readonly struct Entry
{
    private readonly NativeHeap _heap;
    private readonly Handle _block;

    internal Entry(NativeHeap heap, Handle block)
    {
        _heap = heap;
        _block = block;
    }

    /// <summary>True if no key was found.</summary>
    public bool IsNull => _block.IsNull;

    /// <summary>The entry's block.</summary>
    public Handle Block => _block;

    /// <summary>Type of the value.</summary>
    public ObjectType Type => Header.Type;

    /// <summary>ObjectEncoding of the value.</summary>
    public ObjectEncoding Encoding => Header.Encoding;

    /// <summary>True if the value is a string kept as an int64.</summary>
    public bool IsInt => Header.Encoding == ObjectEncoding.Int;

    /// <summary>LRU clock or LFU word: 24 bits.</summary>
    public uint Lru
    {
        get => Header.Lru;
        set => Header = Header.WithLru(value);
    }

    /// <summary>True if the key has a time to live.</summary>
    public bool HasExpiry => Header.HasExpiry;

    /// <summary>Unix time in ms at which the key ends, or -1 without one.</summary>
    public long ExpireAtMs
    {
        get => Header.HasExpiry ? _heap.At<long>(_block, EntryHeader.Bytes) : -1;
        internal set => _heap.At<long>(_block, EntryHeader.Bytes) = value;
    }

    /// <summary>The key's bytes.</summary>
    public ReadOnlySpan<byte> Key
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            EntryHeader header = Header;
            return _heap.Bytes(_block, header.KeyOffset, KeyLength(header));
        }
    }

    /// <summary>Length of the string value in its encoding other than int.</summary>
    public int StringLength
    {
        get
        {
            EntryHeader header = Header;
            if (header.IsInline) return header.InlineLength;
            Invariant.Require(header.HasOwnBlock);
            return _heap.At<int>(_block, header.OwnLengthOffset);
        }
    }

    /// <summary>The bytes of a string value that is not <see cref="IsInt"/>.</summary>
    public ReadOnlySpan<byte> StringBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            EntryHeader header = Header;
            if (!header.IsInline) return OwnBytes(header);
            int at = header.KeyOffset + KeyLength(header);
            return _heap.Bytes(_block, at, header.InlineLength);
        }
    }

    /// <summary>So many of them from one on, to be changed in place (SETRANGE, SETBIT).</summary>
    public Span<byte> Writable(int from, int count)
    {
        BeforeWrite(from, count);
        return WritableBytes.Slice(from, count);
    }

    /// <summary>To be called before bytes are changed in <see cref="WritableBytes"/>.</summary>
    public void BeforeWrite(int from, int count)
    {
        if (Header.HasOwnBlock) _heap.Holder?.BeforeWrite(Outer, from, count);
    }

    /// <summary>All of the bytes; a snapshot must have been told what will change.</summary>
    public Span<byte> WritableBytes
    {
        get
        {
            EntryHeader header = Header;
            if (!header.IsInline) return OwnBytes(header);
            return _heap.Bytes(_block, ValueOffset, header.InlineLength);
        }
    }

    /// <summary>The value of an int-encoded string; may be set in place (INCR).</summary>
    public long Int
    {
        get
        {
            Invariant.Require(IsInt);
            return _heap.At<long>(_block, ValueOffset);
        }
        set
        {
            Invariant.Require(IsInt);
            _heap.At<long>(_block, ValueOffset) = value;
        }
    }

    /// <summary>A collection: its root, or where in the entry it is.</summary>
    public PackBlock Payload
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            EntryHeader header = Header;
            Invariant.Require(header.Type != ObjectType.String);
            return header.IsEmbedded ? PackBlock.In(this) : Outer;
        }
    }

    /// <summary>True if the collection is in the entry itself.</summary>
    public bool IsEmbedded => Header.IsEmbedded;

    /// <summary>
    /// Bytes this key counts for in UsedBytes, a collection's own blocks excluded.
    /// </summary>
    public long MemoryBytes
    {
        get
        {
            long own = Header.HasOwnBlock ? _heap.BlockBytes(Outer) : 0;
            return own + _heap.BlockBytes(_block);
        }
    }

    internal EntryHeader Header
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(_heap.At<ulong>(_block, 0));
        set => _heap.At<ulong>(_block, 0) = value.Word;
    }

    internal int ValueOffset
    {
        get
        {
            EntryHeader header = Header;
            return header.KeyOffset + KeyLength(header);
        }
    }

    /// <summary>The handle kept as value: a string's own block or a collection.</summary>
    internal Handle Outer
    {
        get => Handle.FromBits(_heap.At<ulong>(_block, ValueOffset));
        set => _heap.At<ulong>(_block, ValueOffset) = value.Bits;
    }

    internal void SetOwnLength(int length) =>
        _heap.At<int>(_block, Header.OwnLengthOffset) = length;

    internal int KeyLength(EntryHeader header) => header.HasLongKey
        ? _heap.At<int>(_block, header.LongKeyOffset)
        : header.ShortKeyLength;

    /// <summary>Same key; the common lengths are compared as two overlapping words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool KeyEquals(ReadOnlySpan<byte> key)
    {
        EntryHeader header = Header;
        int length = KeyLength(header);
        if (length != key.Length) return false;
        ReadOnlySpan<byte> own = _heap.Bytes(_block, header.KeyOffset, length);
        if ((uint)(length - 8) > 8) return own.SequenceEqual(key);
        ref byte a = ref MemoryMarshal.GetReference(own);
        ref byte b = ref MemoryMarshal.GetReference(key);
        int last = length - 8;
        return Word(ref a, 0) == Word(ref b, 0) && Word(ref a, last) == Word(ref b, last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Word(ref byte bytes, int at) =>
        Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, at));

    private Span<byte> OwnBytes(EntryHeader header)
    {
        Invariant.Require(header.HasOwnBlock);
        return _heap.Bytes(Outer, 0, _heap.At<int>(_block, header.OwnLengthOffset));
    }
}
