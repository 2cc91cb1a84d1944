using System;
using System.Buffers.Text;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine;

// Parse-or-reply helpers: on a bad argument the error has already been answered when they return
// false, so the handler just leaves.
public ref partial struct CommandContext
{
    /// <summary>
    /// Reads a signed 64-bit integer as Redis does: no blanks, no plus, no leading zero.
    /// </summary>
    public readonly bool TryInt64(int index, out long value)
    {
        if (Numbers.TryParse(this[index], out value)) return true;
        Error(Errors.NotInteger);
        return false;
    }

    /// <summary>Reads an integer; answers <paramref name="error"/> when it is none.</summary>
    public readonly bool TryInt64(int index, ReadOnlySpan<byte> error, out long value)
    {
        if (Numbers.TryParse(this[index], out value)) return true;
        Error(error);
        return false;
    }

    /// <summary>Reads an integer between two bounds, both included.</summary>
    public readonly bool TryRange(int index, long min, long max, out long value)
    {
        if (!TryInt64(index, out value)) return false;
        if (value >= min && value <= max) return true;
        if (min == 0 && max == long.MaxValue) Error(Errors.MustBePositive);
        else Error($"ERR value is out of range, value must between {min} and {max}");
        return false;
    }

    /// <summary>Reads a floating point number (inf allowed, nan not).</summary>
    public readonly bool TryDouble(int index, out double value)
    {
        if (Numbers.TryParse(this[index], out value)) return true;
        Error(Errors.NotFloat);
        return false;
    }

    /// <summary>
    /// True when a word equals a token, case ignored. The token is given in upper case.
    /// </summary>
    public readonly bool Is(int index, ReadOnlySpan<byte> upperToken) =>
        Ascii.EqualsIgnoreCase(this[index], upperToken);

    /// <summary>Answers that the number of words does not fit the command.</summary>
    public readonly void WrongArity()
    {
        Errors.WrongArity(Engine.DraftError(), Command.FullNameBytes);
        Error(Engine.DraftedError);
    }

    /// <summary>Answers <c>ERR syntax error</c>.</summary>
    public readonly void SyntaxError() => Error(Errors.Syntax);

    /// <summary>
    /// The value of a key for reading, if it is of the type wanted. Answers WRONGTYPE when it is of
    /// another type; a missing key gives a null entry and true.
    /// </summary>
    internal readonly bool TryRead(Key key, ObjectType type, out Entry entry)
    {
        entry = Database.LookupRead(key, Client);
        return entry.IsNull || IsOfType(entry, type);
    }

    /// <summary>As <see cref="TryRead"/>, for a command that will change the value.</summary>
    internal readonly bool TryWrite(Key key, ObjectType type, out Entry entry)
    {
        entry = Database.LookupWrite(key);
        return entry.IsNull || IsOfType(entry, type);
    }

    /// <summary>Answers WRONGTYPE and false when an entry is of another type.</summary>
    internal readonly bool IsOfType(Entry entry, ObjectType type)
    {
        if (entry.Type == type) return true;
        Error(Errors.WrongType);
        return false;
    }
}
