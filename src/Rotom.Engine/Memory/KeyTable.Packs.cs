using System;

namespace Rotom.Engine.Memory;

// Collections under keys. A large one is a handle in the entry. A small one, of which all is one
// stretch of bytes, is in the entry (PackBlock): SetPack takes it over with its block if that has
// room for the key, or copies it.

internal sealed unsafe partial class KeyTable
{
    /// <summary>Sets a key to a collection, which the table owns from now on.</summary>
    public Entry SetPayload(
        ReadOnlySpan<byte> key, ulong hash, ObjectType type, ObjectEncoding encoding,
        Handle payload,
        bool keepTtl = false)
    {
        Invariant.Require(type != ObjectType.String);
        Entry entry = Place(key, hash, new(type, encoding, key.Length, 0), keepTtl);
        entry.Outer = payload;
        return entry;
    }

    /// <summary>
    /// Sets a key to a collection of so many bytes; the pack is the table's from now on, and
    /// elsewhere afterwards.
    /// </summary>
    public Entry SetPack(
        ReadOnlySpan<byte> key, ulong hash, ObjectType type, ObjectEncoding encoding,
        PackBlock pack, int bytes, bool keepTtl = false)
    {
        Invariant.Require(type != ObjectType.String && pack.Key.IsNull);
        if (bytes > EntryHeader.InlineMax)
            return SetPayload(key, hash, type, encoding, MoveOut(pack, bytes), keepTtl);
        EntryHeader header = new EntryHeader(type, encoding, key.Length, InitialLru)
            .With(EntryHeader.Embedded, true).WithInlineLength(bytes);
        Entry entry;
        if (pack.Lead == header.KeyOffset + key.Length && _keys.FindSlot(key, hash) == null)
        {
            BeforeChange(hash);
            entry = new(_heap, pack.Block);
            WriteHead(entry, header, key, -1);
            _keys.Add(entry.Block, hash);
            return entry;
        }

        entry = Place(key, hash, header, keepTtl);
        pack.Bytes(_heap, bytes).CopyTo(_heap.Bytes(entry.Block, entry.ValueOffset, bytes));
        pack.Free(_heap);
        return entry;
    }

    /// <summary>
    /// The collection is elsewhere or encoded otherwise now; what it was is not freed. The entry
    /// was found before the collection was changed; the one returned is good from now on.
    /// </summary>
    /// <param name="entry">The entry.</param>
    /// <param name="hash">Hash of its key.</param>
    /// <param name="encoding">How the collection is kept now.</param>
    /// <param name="payload">Where it is, as it was got from the entry and changed.</param>
    /// <param name="bytes">Its length if it is in the entry.</param>
    public Entry UpdatePayload(
        Entry entry, ulong hash, ObjectEncoding encoding, PackBlock payload, int bytes)
    {
        if (!payload.Key.IsNull && payload.Key != entry.Block)
        {
            // The block was moved, and freed, while the collection was changed.
            ulong* slot = SlotOf(entry, hash);
            Entry moved = new(_heap, payload.Key);
            Moved(slot, hash, entry, moved);
            entry = moved;
        }

        EntryHeader header = entry.Header.WithEncoding(encoding);
        Invariant.Require(header.Type != ObjectType.String);
        if (payload.IsEmbedded && bytes <= EntryHeader.InlineMax)
        {
            entry.Header = header.WithInlineLength(bytes);
            return entry;
        }

        Handle outer = payload.IsEmbedded ? MoveOut(payload, bytes) : payload.Block;
        if (header.IsEmbedded)
        {
            header = header.With(EntryHeader.Embedded, false).WithInlineLength(0);
            entry = Reshape(SlotOf(entry, hash), hash, entry, header);
        }

        entry.Header = header;
        entry.Outer = outer;
        return entry;
    }

    // A block of its own for what is too long for an entry.
    private Handle MoveOut(PackBlock pack, int bytes)
    {
        if (pack.Lead == 0) return pack.Block;
        Handle own = _heap.Allocate(bytes);
        pack.Bytes(_heap, bytes).CopyTo(_heap.Bytes(own, 0, bytes));
        pack.Free(_heap);
        return own;
    }
}
