using System;
using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace Rotom.Engine.Memory;

// Setting and growing values.
//
// All setters end in Place: it makes sure that the key has an entry with room for a value of the
// given kind and returns it with everything but the value written. An entry is rewritten where it
// stands if its block is large enough and not more than a quarter too large (small blocks: not
// more than 32 bytes).

internal sealed unsafe partial class KeyTable
{
    // Same as Redis' OBJ_ENCODING_EMBSTR_SIZE_LIMIT: OBJECT ENCODING shows it.
    private const int EmbstrMax = 44;

    private const int SlackFree = 32;

    /// <summary>
    /// Sets a key to a string, whatever it held (SET). The time to live goes unless kept. The
    /// encoding is embstr up to 44 bytes, else raw; finding out that it is a number is the
    /// caller's part.
    /// </summary>
    public Entry SetString(
        ReadOnlySpan<byte> key, ulong hash, ReadOnlySpan<byte> value, bool keepTtl = false)
    {
        ObjectEncoding encoding =
            value.Length <= EmbstrMax ? ObjectEncoding.Embstr : ObjectEncoding.Raw;
        if (value.Length > EntryHeader.InlineMax) return SetOwnBlock(key, hash, value, keepTtl);
        EntryHeader header = new EntryHeader(ObjectType.String, encoding, key.Length, 0)
            .WithInlineLength(value.Length);
        Entry entry = Place(key, hash, header, keepTtl);
        value.CopyTo(entry.WritableBytes);
        return entry;
    }

    /// <summary>
    /// Adds a key with a string and a time to live or -1, as <see cref="SetString"/> would; a null
    /// entry if the key is there already. For loaders, which do it as fast as they can from the
    /// first key on.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Entry AddString(
        ReadOnlySpan<byte> key, ulong hash, ReadOnlySpan<byte> value, long expireAtMs)
    {
        if (_keys.FindSlot(key, hash) != null) return default;
        if (value.Length > EntryHeader.InlineMax || Observer != null)
            return WithExpire(SetString(key, hash, value), hash, expireAtMs);
        bool expires = expireAtMs >= 0;
        ObjectEncoding encoding =
            value.Length <= EmbstrMax ? ObjectEncoding.Embstr : ObjectEncoding.Raw;
        EntryHeader header =
            new EntryHeader(ObjectType.String, encoding, key.Length, InitialLru)
                .WithInlineLength(value.Length).With(EntryHeader.Expiry, expires);
        int at = header.KeyOffset + key.Length;
        Entry entry = new(_heap, _heap.Allocate(at + value.Length));
        WriteHead(entry, header, key, expireAtMs);
        value.CopyTo(_heap.Bytes(entry.Block, at, value.Length));
        _keys.AddFast(entry.Block, hash);
        if (expires) _expiring.AddFast(entry.Block, hash);
        return entry;
    }

    /// <summary>As <see cref="AddString"/> for an integer.</summary>
    public Entry AddInt(ReadOnlySpan<byte> key, ulong hash, long value, long expireAtMs) =>
        _keys.FindSlot(key, hash) != null
            ? default
            : WithExpire(SetInt(key, hash, value), hash, expireAtMs);

    private Entry WithExpire(Entry entry, ulong hash, long expireAtMs) =>
        expireAtMs < 0 ? entry : SetExpire(entry, hash, expireAtMs);

    /// <summary>Sets a key to an integer, a string to clients (SET, INCR).</summary>
    public Entry SetInt(ReadOnlySpan<byte> key, ulong hash, long value, bool keepTtl = false)
    {
        EntryHeader header = new(ObjectType.String, ObjectEncoding.Int, key.Length, 0);
        Entry entry = Place(key, hash, header, keepTtl);
        entry.Int = value;
        return entry;
    }

    /// <summary>
    /// Appends to a string, with room for more to come; the encoding becomes raw.
    /// </summary>
    public Entry AppendString(Entry entry, ulong hash, ReadOnlySpan<byte> tail)
    {
        entry = MakeRaw(entry, hash);
        int length = entry.StringLength;
        entry = GrowTo(entry, hash, checked(length + tail.Length), slack: true);
        tail.CopyTo(entry.WritableBytes[length..]);
        return entry;
    }

    /// <summary>
    /// Makes a string raw and at least this long, zeros at its end, for writing with WritableBytes
    /// (SETRANGE, SETBIT). Never shortens.
    /// </summary>
    public Entry GrowString(Entry entry, ulong hash, int newLength)
    {
        entry = MakeRaw(entry, hash);
        int length = entry.StringLength;
        if (newLength <= length) return entry;
        entry = GrowTo(entry, hash, newLength, slack: false);
        entry.WritableBytes[length..].Clear();
        return entry;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Entry SetOwnBlock(
        ReadOnlySpan<byte> key, ulong hash, ReadOnlySpan<byte> value, bool keepTtl)
    {
        Handle own = _heap.Allocate(value.Length);
        value.CopyTo(_heap.Bytes(own, 0, value.Length));
        EntryHeader header = new EntryHeader(ObjectType.String, ObjectEncoding.Raw, key.Length, 0)
            .With(EntryHeader.OwnBlock, true);
        Entry entry = Place(key, hash, header, keepTtl);
        entry.Outer = own;
        entry.SetOwnLength(value.Length);
        return entry;
    }

    private Entry Place(ReadOnlySpan<byte> key, ulong hash, EntryHeader header, bool keepTtl)
    {
        BeforeChange(hash);
        ulong* slot = _keys.FindSlot(key, hash);
        if (slot == null) return PlaceNew(key, hash, header);
        Entry old = EntryAt(slot);
        EntryHeader before = old.Header;
        if (before.HasOwnBlock) FreeOwn(old.Outer);
        else if (before.Type != ObjectType.String && !before.IsEmbedded)
            _payloads.FreeOverwritten(before.Type, before.Encoding, old.Outer);
        if (before.HasExpiry && !keepTtl) Invariant.Require(_expiring.Remove(old.Block, hash));
        header = header.WithLru(before.Lru)
            .With(EntryHeader.Expiry, before.HasExpiry && keepTtl);
        if (header.Word == before.Word) return old;
        return Reshape(slot, hash, old, header);
    }

    private Entry PlaceNew(ReadOnlySpan<byte> key, ulong hash, EntryHeader header)
    {
        header = header.WithLru(InitialLru);
        Entry entry = new(
            _heap, _heap.Allocate(header.KeyOffset + key.Length + header.ValueBytes));
        WriteHead(entry, header, key, -1);
        _keys.Add(entry.Block, hash);
        return entry;
    }

    // Gives an existing entry another head; the value's bytes are undefined afterwards.
    private Entry Reshape(ulong* slot, ulong hash, Entry old, EntryHeader header)
    {
        ReadOnlySpan<byte> key = old.Key;
        long expireAtMs = old.ExpireAtMs;
        int needed = header.KeyOffset + key.Length + header.ValueBytes;
        if (Fits(needed, _heap.UsableBytes(old.Block)))
        {
            WriteHead(old, header, key, expireAtMs);
            return old;
        }
        Entry entry = new(_heap, _heap.Allocate(needed));
        WriteHead(entry, header, key, expireAtMs);
        Moved(slot, hash, old, entry);
        _heap.Free(old.Block);
        return entry;
    }

    private static bool Fits(int needed, int usable) =>
        needed <= usable && usable - needed <= Math.Max(SlackFree, usable >> 2);

    // The tables point to the new block; the old one is still to be freed.
    private void Moved(ulong* slot, ulong hash, Entry old, Entry now)
    {
        HandleTable<KeyOps>.SetSlot(slot, now.Block);
        if (now.HasExpiry) _expiring.Replace(old.Block, now.Block, hash);
    }

    private Entry MakeRaw(Entry entry, ulong hash)
    {
        Invariant.Require(entry.Type == ObjectType.String);
        BeforeChange(hash);
        if (entry.IsInt)
        {
            Span<byte> digits = stackalloc byte[20];
            Invariant.Require(Utf8Formatter.TryFormat(entry.Int, digits, out int length));
            EntryHeader header =
                entry.Header.WithInlineLength(length).WithEncoding(ObjectEncoding.Raw);
            entry = Reshape(SlotOf(entry, hash), hash, entry, header);
            digits[..length].CopyTo(entry.WritableBytes);
        }
        else
        {
            entry.Header = entry.Header.WithEncoding(ObjectEncoding.Raw);
        }
        return entry;
    }

    // Sets the length of a raw string to a larger one; the added bytes are undefined.
    private Entry GrowTo(Entry entry, ulong hash, int newLength, bool slack)
    {
        EntryHeader header = entry.Header;
        int room = newLength;
        if (slack) room += Math.Min(newLength >> 2, int.MaxValue - newLength);
        if (header.HasOwnBlock)
        {
            Handle own = entry.Outer;
            if (_heap.UsableBytes(own) < newLength)
            {
                entry.Outer = _heap.Resize(own, room);
                _heap.Holder?.Moved(own, entry.Outer);
            }

            entry.SetOwnLength(newLength);
            return entry;
        }
        if (newLength > EntryHeader.InlineMax) return MoveToOwnBlock(entry, hash, newLength, room);
        int at = entry.ValueOffset;
        if (_heap.UsableBytes(entry.Block) < at + newLength)
        {
            ulong* slot = SlotOf(entry, hash);
            Entry old = entry;
            entry = new(_heap, _heap.Resize(old.Block, at + room));
            Moved(slot, hash, old, entry);
        }
        entry.Header = header.WithInlineLength(newLength);
        return entry;
    }

    private Entry MoveToOwnBlock(Entry entry, ulong hash, int newLength, int room)
    {
        Handle own = _heap.Allocate(room);
        entry.StringBytes.CopyTo(_heap.Bytes(own, 0, entry.StringLength));
        EntryHeader header =
            entry.Header.WithInlineLength(0).With(EntryHeader.OwnBlock, true);
        entry = Reshape(SlotOf(entry, hash), hash, entry, header);
        entry.Outer = own;
        entry.SetOwnLength(newLength);
        return entry;
    }
}
