using System;
using System.Text;
using Rotom.Engine.Persist;

namespace Rotom.Engine;

// CustomReader: the parts of a value, as CustomWriter wrote them, from bytes that nobody vouches
// for. A part of another kind than is asked for, and bytes that end early, are exceptions, so that
// whoever reads in a loop cannot go on with nothing.

/// <summary>Reads the parts of a value.</summary>
public readonly ref struct CustomReader
{
    // A part is at least a tag and a byte.
    private const int PartBytesMin = 2;

    private readonly RdbReader _from;

    internal CustomReader(RdbReader from) => _from = from;

    /// <summary>An integer.</summary>
    /// <exception cref="CustomValueException">There is none.</exception>
    public long Int64() => (long)UInt64();

    /// <summary>An integer without a sign.</summary>
    /// <exception cref="CustomValueException">There is none.</exception>
    public ulong UInt64()
    {
        CustomPart part = (CustomPart)_from.Count();
        if (part is not (CustomPart.Signed or CustomPart.Unsigned)) throw Wrong("an integer");
        ulong value = _from.Count();
        return _from.Failed ? throw Wrong("an integer") : value;
    }

    /// <summary>
    /// A number of elements that follow, each of at least one part. In a payload of RESTORE there
    /// are bytes for that many; a file's length is not known, so room is to be made as they come.
    /// </summary>
    /// <exception cref="CustomValueException">There is none, or there cannot be as many.
    /// </exception>
    public int Count()
    {
        ulong count = UInt64();
        return count <= int.MaxValue && _from.MayHold(count * PartBytesMin)
            ? (int)count
            : throw Wrong("a number of elements");
    }

    /// <summary>A number of eight bytes.</summary>
    /// <exception cref="CustomValueException">There is none.</exception>
    public double Double()
    {
        Expect(CustomPart.Double, "a double");
        double value = _from.Double();
        return _from.Failed ? throw Wrong("a double") : value;
    }

    /// <summary>Bytes, valid until the next part is read.</summary>
    /// <exception cref="CustomValueException">There are none.</exception>
    public ReadOnlySpan<byte> Span()
    {
        Expect(CustomPart.Text, "bytes");
        ReadOnlySpan<byte> value = _from.String();
        if (_from.Failed) throw Wrong("bytes");
        return value;
    }

    /// <summary>Bytes.</summary>
    /// <exception cref="CustomValueException">There are none.</exception>
    public byte[] Bytes() => Span().ToArray();

    /// <summary>A text, in UTF-8.</summary>
    /// <exception cref="CustomValueException">There is none.</exception>
    public string Text() => Encoding.UTF8.GetString(Span());

    private void Expect(CustomPart part, string what)
    {
        if ((CustomPart)_from.Count() != part) throw Wrong(what);
    }

    private CustomValueException Wrong(string what) =>
        new(_from.Failure ?? $"there should be {what}");
}
