using System;
using System.Buffers.Text;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Commands;

// Conditions on what a key holds now, for optimistic locking without WATCH (Redis 8.4): IFEQ and
// IFNE compare the value, IFDEQ and IFDNE its digest, which DIGEST answers and clients can compute.

/// <summary>IFEQ IFNE IFDEQ IFDNE and what they compare with.</summary>
internal readonly struct ValueCondition
{
    /// <summary>Hexadecimal digits of a digest.</summary>
    internal const int DigestChars = 16;

    private readonly int _arg;
    private readonly bool _byDigest;
    private readonly bool _wantsEqual;

    private ValueCondition(int arg, bool byDigest, bool wantsEqual)
    {
        _arg = arg;
        _byDigest = byDigest;
        _wantsEqual = wantsEqual;
    }

    /// <summary>True when there is one.</summary>
    internal bool IsGiven => _arg != 0;

    /// <summary>Reads a condition at a word; false when it is none.</summary>
    internal static bool TryRead(in CommandContext c, int at, out ValueCondition condition)
    {
        condition = default;
        if (at + 1 >= c.ArgCount) return false;
        bool equal = c.Is(at, "IFEQ"u8);
        bool digestEqual = c.Is(at, "IFDEQ"u8);
        bool digest = digestEqual || c.Is(at, "IFDNE"u8);
        if (!equal && !digest && !c.Is(at, "IFNE"u8)) return false;
        condition = new ValueCondition(at + 1, digest, equal || digestEqual);
        return true;
    }

    /// <summary>
    /// False, with the error answered, when it compares with a digest that is none.
    /// </summary>
    internal bool IsWellFormed(in CommandContext c)
    {
        if (!_byDigest || TryDigest(in c, out _)) return true;
        c.Error("ERR digest must be exactly 16 hexadecimal characters"u8);
        return false;
    }

    /// <summary>
    /// True when it is met by a string value; of a key that is not there only inequality holds.
    /// </summary>
    internal bool IsMet(in CommandContext c, Entry entry)
    {
        if (entry.IsNull) return !_wantsEqual;
        Span<byte> digits = stackalloc byte[20];
        ReadOnlySpan<byte> value = StringValue.Bytes(entry, digits);
        bool equal = _byDigest
            ? TryDigest(in c, out ulong wanted) && Xxh3.Hash(value) == wanted
            : value.SequenceEqual(c[_arg]);
        return equal == _wantsEqual;
    }

    private bool TryDigest(in CommandContext c, out ulong digest)
    {
        ReadOnlySpan<byte> text = c[_arg];
        return Utf8Parser.TryParse(text, out digest, out int read, 'x')
            && read == text.Length && text.Length == DigestChars;
    }
}
