using System.Runtime.CompilerServices;

namespace Rotom.Engine.Memory;

// The first eight bytes of an entry, as one word:
//
//   bits  0-3  value type         bits 16-23  key length, 255: four bytes further on
//   bits  4-7  encoding           bits 24-47  LRU clock or LFU counter, as Redis keeps them
//   bits  8-15 flags below        bits 48-63  length of a value kept inline
//
// Then, each only if flagged: expiry (8 bytes, Unix ms), key length (4), length of a string in a
// block of its own (4). Then the key, then the value: the string's bytes, an int64, the bytes of a
// small collection (PackBlock), or the handle (8 bytes) of the string's block or of the collection.
// Nothing after the header is aligned.

/// <summary>The header word of an entry and the places that follow from it.</summary>
internal readonly struct EntryHeader
{
    public const int Bytes = 8;
    public const int ShortKeyMax = 254;

    /// <summary>Longer values have a block of their own.</summary>
    public const int InlineMax = 16 << 10;

    public const ulong Expiry = 1 << 8;
    public const ulong LongKey = 4 << 8;
    public const ulong OwnBlock = 8 << 8;
    public const ulong Embedded = 16 << 8;
    private const int LruShift = 24;
    private const ulong LruMask = 0xFF_FFFFUL << LruShift;

    public readonly ulong Word;

    public EntryHeader(ulong word) => Word = word;

    public EntryHeader(ObjectType type, ObjectEncoding encoding, int keyLength, uint lru)
    {
        bool isLong = keyLength > ShortKeyMax;
        Word = (ulong)type | ((ulong)encoding << 4) | (isLong ? LongKey : 0)
            | ((isLong ? 255UL : (ulong)keyLength) << 16) | ((ulong)lru << LruShift & LruMask);
    }

    public ObjectType Type => (ObjectType)(Word & 15);

    public ObjectEncoding Encoding => (ObjectEncoding)(Word >> 4 & 15);

    public bool HasExpiry => (Word & Expiry) != 0;

    public bool HasOwnBlock => (Word & OwnBlock) != 0;

    public bool HasLongKey => (Word & LongKey) != 0;

    /// <summary>True if the value is a string's bytes in the entry itself.</summary>
    public bool IsInline => (Word & (15 | OwnBlock)) == 0 && Encoding != ObjectEncoding.Int;

    /// <summary>True if the value is a small collection in the entry itself.</summary>
    public bool IsEmbedded => (Word & Embedded) != 0;

    public int ShortKeyLength => (int)(Word >> 16 & 255);

    public uint Lru => (uint)(Word >> LruShift) & 0xFF_FFFF;

    public int InlineLength => (int)(Word >> 48);

    /// <summary>Where the key length is, if it is long.</summary>
    public int LongKeyOffset => Bytes + ((int)(Word >> 8 & 1) << 3);

    /// <summary>Where the length of a string in its own block is.</summary>
    public int OwnLengthOffset => LongKeyOffset + (int)(Word >> 8 & 4);

    /// <summary>Where the key is.</summary>
    public int KeyOffset
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            int flags = (int)(Word >> 8);
            return Bytes + ((flags & 1) << 3) + (flags & 4) + ((flags & 8) >> 1);
        }
    }

    /// <summary>Bytes the value takes in the entry.</summary>
    public int ValueBytes => IsInline || IsEmbedded ? InlineLength : sizeof(long);

    /// <summary>Bytes before the value of a new entry without a time to live.</summary>
    public static int LeadOf(int keyLength) =>
        Bytes + keyLength + (keyLength > ShortKeyMax ? sizeof(int) : 0);

    public EntryHeader With(ulong flag, bool on) => new(on ? Word | flag : Word & ~flag);

    public EntryHeader WithLru(uint lru) =>
        new((Word & ~LruMask) | ((ulong)lru << LruShift & LruMask));

    public EntryHeader WithInlineLength(int length) =>
        new((Word << 16 >> 16) | ((ulong)length << 48));

    public EntryHeader WithEncoding(ObjectEncoding encoding) =>
        new((Word & ~0xF0UL) | ((ulong)encoding << 4));
}
