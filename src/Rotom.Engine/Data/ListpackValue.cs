using System;
using System.Buffers.Text;
using Rotom.Resp;

namespace Rotom.Engine;

/// <summary>
/// One element of a listpack, read from it or to be written: bytes, or an integer. The bytes of an
/// element that was read are a view into the listpack, dead after its next change.
/// </summary>
internal readonly ref struct ListpackValue
{
    /// <summary>Room that <see cref="Text"/> needs for an integer.</summary>
    public const int DigitsMax = 20;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly long _int;
    private readonly bool _isInt;

    /// <summary>
    /// An element to be written; the only spelling of an integer is kept as the integer.
    /// </summary>
    public ListpackValue(ReadOnlySpan<byte> element)
    {
        _isInt = Numbers.TryParse(element, out _int);
        if (!_isInt) _bytes = element;
    }

    /// <summary>An integer.</summary>
    public ListpackValue(long number)
    {
        _isInt = true;
        _int = number;
    }

    private ListpackValue(ReadOnlySpan<byte> bytes, bool isInt)
    {
        _bytes = bytes;
        _isInt = isInt;
    }

    /// <summary>True if the element is an integer.</summary>
    public bool IsInt => _isInt;

    /// <summary>The integer, when it is one.</summary>
    public long Int => _int;

    /// <summary>The bytes, when it is no integer.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Length of the element as clients see it.</summary>
    public int TextLength
    {
        get
        {
            if (!_isInt) return _bytes.Length;
            Span<byte> digits = stackalloc byte[DigitsMax];
            return Text(digits).Length;
        }
    }

    /// <summary>An element to be written, by its bytes.</summary>
    public static implicit operator ListpackValue(ReadOnlySpan<byte> element) => new(element);

    /// <summary>An element to be written, by its bytes.</summary>
    public static implicit operator ListpackValue(Span<byte> element) => new(element);

    /// <summary>An element to be written, by its bytes.</summary>
    public static implicit operator ListpackValue(byte[] element) => new(element);

    /// <summary>An element to be written, by its number.</summary>
    public static implicit operator ListpackValue(long number) => new(number);

    /// <summary>The element as it stands, even where it spells an integer.</summary>
    public static ListpackValue Verbatim(ReadOnlySpan<byte> bytes) => new(bytes, isInt: false);

    /// <summary>
    /// The element as clients see it; an integer is spelled into <paramref name="digits"/>, which
    /// has room for <see cref="DigitsMax"/>.
    /// </summary>
    public ReadOnlySpan<byte> Text(Span<byte> digits)
    {
        if (!_isInt) return _bytes;
        Invariant.Require(Utf8Formatter.TryFormat(_int, digits, out int length));
        return digits[..length];
    }

    /// <summary>Same element; both of them by <see cref="ListpackValue(ReadOnlySpan{byte})"/>
    /// or read from a listpack.</summary>
    public bool Is(ListpackValue other) =>
        _isInt == other._isInt && _int == other._int && _bytes.SequenceEqual(other._bytes);

    /// <summary>Answers the element as a bulk string.</summary>
    public void Reply(RespWriter to)
    {
        if (_isInt) to.BulkInteger(_int);
        else to.Bulk(_bytes);
    }
}
