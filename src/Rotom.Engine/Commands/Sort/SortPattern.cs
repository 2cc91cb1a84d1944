using System;
using System.Buffers;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Commands;

// A pattern of BY or GET. Its first asterisk stands for the element; with "->field" somewhere
// behind it, the value is that field of the hash so named, else it is the string of that name. "#"
// is the element itself. Without asterisk there is no value.

/// <summary>Finds what a pattern leads to.</summary>
internal readonly ref struct SortPattern
{
    private const int ScratchBytes = 256;

    private readonly ReadOnlySpan<byte> _before;
    private readonly ReadOnlySpan<byte> _behind;
    private readonly ReadOnlySpan<byte> _field;
    private readonly bool _isElement;
    private readonly bool _isNothing;

    /// <summary>Takes a pattern apart.</summary>
    internal SortPattern(in CommandContext c, ReadOnlySpan<byte> pattern)
    {
        _ = c;
        _isElement = pattern.SequenceEqual("#"u8);
        int asterisk = pattern.IndexOf((byte)'*');
        _isNothing = asterisk < 0;
        if (_isNothing) return;
        _before = pattern[..asterisk];
        _behind = pattern[(asterisk + 1)..];
        int arrow = _behind.IndexOf("->"u8);
        if (arrow < 0 || arrow + 2 == _behind.Length) return;
        _field = _behind[(arrow + 2)..];
        _behind = _behind[..arrow];
    }

    /// <summary>The value for an element; a view. False when there is none.</summary>
    internal bool TryFind(
        in CommandContext c, ReadOnlySpan<byte> element, out ListpackValue value)
    {
        value = default;
        if (_isElement)
        {
            value = ListpackValue.Verbatim(element);
            return true;
        }

        if (_isNothing) return false;
        int length = checked(_before.Length + element.Length + _behind.Length);
        byte[]? rented = null;
        Span<byte> name = length <= ScratchBytes
            ? stackalloc byte[ScratchBytes]
            : rented = ArrayPool<byte>.Shared.Rent(length);
        name = name[..length];
        _before.CopyTo(name);
        element.CopyTo(name[_before.Length..]);
        _behind.CopyTo(name[(_before.Length + element.Length)..]);
        bool found = TryFindKey(in c, name, out value);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return found;
    }

    // Not by CommandContext.Key: no specification could name this key (SortCommands.cs).
    private bool TryFindKey(
        in CommandContext c, scoped ReadOnlySpan<byte> name, out ListpackValue value)
    {
        value = default;
        ulong hash = c.Engine.Hash(name);
        Entry entry = c.Database.LookupRead(new Key(name, hash), c.Client);
        if (entry.IsNull) return false;
        if (!_field.IsEmpty) return TryFindField(in c, entry, hash, out value);
        if (entry.Type != ObjectType.String) return false;
        value = entry.IsInt
            ? new ListpackValue(entry.Int)
            : ListpackValue.Verbatim(entry.StringBytes);
        return true;
    }

    private bool TryFindField(
        in CommandContext c, Entry entry, ulong hash, out ListpackValue value)
    {
        value = default;
        if (entry.Type != ObjectType.Hash) return false;
        entry = c.Database.ExpireField(entry, hash, _field);
        if (entry.IsNull) return false;
        FieldMap map = c.Database.OpenHash(entry);
        FieldAt at = map.Find(_field);
        if (at.IsNull) return false;
        value = map.Value(at);
        return true;
    }
}
