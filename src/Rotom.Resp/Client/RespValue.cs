using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Rotom.Resp;

// RespValue: one reply as a client sees it, a tree for aggregates. Immutable; owns its bytes.
// Map-like values keep keys and values alternating in Items, since RESP maps are ordered and may
// have keys of any type.

/// <summary>The type of a <see cref="RespValue"/>.</summary>
public enum RespKind
{
    /// <summary>A null of any spelling: <c>_</c>, <c>$-1</c>, <c>*-1</c>.</summary>
    Null,

    /// <summary><c>+</c>: a status line.</summary>
    SimpleString,

    /// <summary><c>-</c> or <c>!</c>: an error, its code first.</summary>
    Error,

    /// <summary><c>:</c>: a 64-bit integer.</summary>
    Integer,

    /// <summary><c>$</c>: bytes.</summary>
    BulkString,

    /// <summary><c>=</c>: a text with a format of three characters.</summary>
    VerbatimString,

    /// <summary><c>,</c>: a double.</summary>
    Double,

    /// <summary><c>#</c>: true or false.</summary>
    Boolean,

    /// <summary><c>(</c>: an integer of any size, as digits.</summary>
    BigNumber,

    /// <summary><c>*</c>: an ordered list.</summary>
    Array,

    /// <summary><c>%</c>: keys and values, alternating.</summary>
    Map,

    /// <summary><c>~</c>: a list without repetition.</summary>
    Set,

    /// <summary><c>&gt;</c>: a message that answers no request.</summary>
    Push,
}

/// <summary>One reply, or a part of one.</summary>
public sealed class RespValue
{
    private static readonly RespValue[] s_none = [];
    private static readonly SearchValues<byte> s_decimal = SearchValues.Create("0123456789+-.eE"u8);
    private readonly object? _data;
    private readonly long _number;

    private RespValue(RespKind kind, object? data, long number)
    {
        Kind = kind;
        _data = data;
        _number = number;
    }

    /// <summary>The null value.</summary>
    public static RespValue Null { get; } = new(RespKind.Null, null, 0);

    /// <summary>The type.</summary>
    public RespKind Kind { get; }

    /// <summary>Keys and values of the attributes in front of it; empty for most.</summary>
    public IReadOnlyList<RespValue> Attributes { get; private init; } = s_none;

    /// <summary>True for a null of any spelling.</summary>
    public bool IsNull => Kind == RespKind.Null;

    /// <summary>True for an error.</summary>
    public bool IsError => Kind == RespKind.Error;

    /// <summary>
    /// The bytes of a string, an error or a big number (of a verbatim string without its format);
    /// empty for other types.
    /// </summary>
    public ReadOnlyMemory<byte> Bytes => _data is byte[] bytes
        ? Kind == RespKind.VerbatimString ? bytes.AsMemory(4) : bytes
        : default;

    /// <summary>
    /// The format of a verbatim string, <c>txt</c> or <c>mkd</c>; empty otherwise.
    /// </summary>
    public string Format => Kind == RespKind.VerbatimString
        ? Encoding.ASCII.GetString((byte[])_data!, 0, 3)
        : "";

    /// <summary>The elements of an aggregate; keys and values alternating for a map.</summary>
    public IReadOnlyList<RespValue> Items => _data as RespValue[] ?? s_none;

    /// <summary>An integer, or a string that spells one.</summary>
    /// <exception cref="InvalidCastException">The value is no integer.</exception>
    public long AsInteger()
    {
        if (Kind is RespKind.Integer or RespKind.Boolean) return _number;
        if (_data is byte[] && RespNumbers.TryParse(Bytes.Span, out long value)) return value;
        throw new InvalidCastException($"{Kind} is no integer");
    }

    /// <summary>A double, an integer, or a string that spells one.</summary>
    /// <exception cref="InvalidCastException">The value is no number.</exception>
    public double AsDouble()
    {
        if (Kind == RespKind.Double) return BitConverter.Int64BitsToDouble(_number);
        if (Kind == RespKind.Integer) return _number;
        if (_data is byte[] && TryParseDouble(Bytes.Span, out double value)) return value;
        throw new InvalidCastException($"{Kind} is no double");
    }

    /// <summary>True or false, or an integer that is 1 or 0.</summary>
    /// <exception cref="InvalidCastException">The value is neither.</exception>
    public bool AsBoolean() => Kind is RespKind.Boolean or RespKind.Integer && _number is 0 or 1
        ? _number == 1
        : throw new InvalidCastException($"{Kind} is no truth value");

    /// <summary>Scalars as text (UTF-8), null for null.</summary>
    public string? AsString() => Kind switch
    {
        RespKind.Null => null,
        RespKind.Integer => _number.ToString(CultureInfo.InvariantCulture),
        RespKind.Boolean => _number == 1 ? "true" : "false",
        RespKind.Double => DoubleText(),
        _ when _data is byte[] => Encoding.UTF8.GetString(Bytes.Span),
        _ => throw new InvalidCastException($"{Kind} is no text"),
    };

    /// <summary>The value in a readable form, as redis-cli would show it on one line.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        Stack<(RespValue Value, int Next)> open = new();
        open.Push((this, 0));
        while (open.TryPop(out (RespValue Value, int Next) top))
        {
            if (top.Value._data is not RespValue[] items)
            {
                text.Append(top.Value.IsNull ? "(nil)" : top.Value.AsString());
                continue;
            }

            text.Append(top.Next == 0 ? Opening(top.Value.Kind) : "");
            if (top.Next == items.Length)
            {
                text.Append(']');
                continue;
            }

            if (top.Next > 0) text.Append(", ");
            open.Push((top.Value, top.Next + 1));
            open.Push((items[top.Next], 0));
        }

        return text.ToString();
    }

    /// <summary>The status <c>OK</c>.</summary>
    public static RespValue Ok { get; } = new(RespKind.SimpleString, "OK"u8.ToArray(), 0);

    /// <summary>A bulk string of these bytes, which must not change any more.</summary>
    public static RespValue Bulk(byte[] bytes) => new(RespKind.BulkString, bytes, 0);

    /// <summary>A bulk string of a text in UTF-8.</summary>
    public static RespValue Bulk(string text) => Bulk(Encoding.UTF8.GetBytes(text));

    /// <summary>An error: its code, a blank, a text.</summary>
    public static RespValue Error(string text) => new(
        RespKind.Error, Encoding.UTF8.GetBytes(text.ReplaceLineEndings(" ")), 0);

    /// <summary>A list.</summary>
    public static RespValue Array(params RespValue[] items) => new(RespKind.Array, items, 0);

    internal static RespValue Text(RespKind kind, byte[] bytes) => new(kind, bytes, 0);

    /// <summary>An integer.</summary>
    public static RespValue Integer(long value) => new(RespKind.Integer, null, value);

    /// <summary>True or false.</summary>
    public static RespValue Boolean(bool value) => new(RespKind.Boolean, null, value ? 1 : 0);

    /// <summary>A double.</summary>
    public static RespValue Double(double value) =>
        new(RespKind.Double, null, BitConverter.DoubleToInt64Bits(value));

    internal static RespValue Aggregate(RespKind kind, RespValue[] items) => new(kind, items, 0);

    internal RespValue With(RespValue[] attributes) =>
        new(Kind, _data, _number) { Attributes = attributes };

    internal static bool TryParseDouble(ReadOnlySpan<byte> text, out double value)
    {
        if (text.SequenceEqual("inf"u8) || text.SequenceEqual("+inf"u8))
        {
            value = double.PositiveInfinity;
            return true;
        }

        if (text.SequenceEqual("-inf"u8))
        {
            value = double.NegativeInfinity;
            return true;
        }

        if (text.SequenceEqual("nan"u8) || text.SequenceEqual("-nan"u8))
        {
            value = double.NaN;
            return true;
        }

        value = 0;
        const NumberStyles styles = NumberStyles.AllowLeadingSign
            | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return text.IndexOfAnyExcept(s_decimal) < 0
            && double.TryParse(text, styles, CultureInfo.InvariantCulture, out value);
    }

    private static string Opening(RespKind kind) => kind switch
    {
        RespKind.Map => "map[",
        RespKind.Set => "set[",
        RespKind.Push => "push[",
        _ => "[",
    };

    private string DoubleText()
    {
        Span<byte> text = stackalloc byte[RespNumbers.DoubleBytesMax];
        return Encoding.ASCII.GetString(text[..RespNumbers.Format(AsDouble(), text)]);
    }
}
