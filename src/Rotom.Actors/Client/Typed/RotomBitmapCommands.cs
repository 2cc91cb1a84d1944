using System;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>Commands on the bits of strings.</summary>
public static class RotomBitmapCommands
{
    /// <summary>SETBIT: what the bit was before.</summary>
    [Calls("SETBIT")]
    public static ValueTask<bool> StringSetBitAsync(
        this IRotomCommands client, RespArgument key, long offset, bool bit) =>
        client.Call(Reply.Bool, Word.Setbit, key, offset, bit ? 1 : 0);

    /// <summary>GETBIT: false beyond the end.</summary>
    [Calls("GETBIT")]
    public static ValueTask<bool> StringGetBitAsync(
        this IRotomCommands client, RespArgument key, long offset) =>
        client.Call(Reply.Bool, Word.Getbit, key, offset);

    /// <summary>BITCOUNT: how many bits are set between two offsets, both included; negative ones
    /// count from the end.</summary>
    [Calls("BITCOUNT")]
    public static ValueTask<long> StringBitCountAsync(
        this IRotomCommands client, RespArgument key, long start = 0, long end = -1,
        BitUnit unit = BitUnit.Byte)
    {
        WordList words = new(Word.Bitcount);
        words.Add(key, start);
        words.Add(end);
        if (unit == BitUnit.Bit) words.Add(Word.Bit);
        return words.Send(client, Reply.Integer);
    }

    /// <summary>
    /// BITPOS: the offset, in bits, of the first bit that is so; null when there is none. Without
    /// an end a value goes on with zeros for ever, so that one is always found.
    /// </summary>
    [Calls("BITPOS")]
    public static ValueTask<long?> StringBitPositionAsync(
        this IRotomCommands client, RespArgument key, bool bit, long start = 0, long? end = null,
        BitUnit unit = BitUnit.Byte)
    {
        if (end is null && unit == BitUnit.Bit)
        {
            throw new ArgumentException("BITPOS takes a unit with an end only.", nameof(unit));
        }

        WordList words = new(Word.Bitpos);
        words.Add(key, bit ? 1 : 0);
        words.Add(start);
        if (end is { } last) words.Add(last);
        if (unit == BitUnit.Bit) words.Add(Word.Bit);
        return words.Send(client, Reply.NaturalOrNull);
    }

    /// <summary>BITOP: combines values into another; its length in bytes.</summary>
    [Calls("BITOP")]
    public static ValueTask<long> StringBitOperationAsync(
        this IRotomCommands client, BitOperation operation, RespArgument destination,
        params ReadOnlySpan<RespArgument> keys)
    {
        WordList words = new(Word.Bitop, keys.Length + 2);
        words.Add(NameOf(operation), destination);
        words.Add(keys);
        return words.Send(client, Reply.Integer);
    }

    /// <summary>
    /// BITFIELD: reads and changes integers of any width inside a string; a result for each, null
    /// for one that would have overflowed under <see cref="BitOverflow.Fail"/>.
    /// </summary>
    [Calls("BITFIELD")]
    public static ValueTask<long?[]> StringBitFieldAsync(
        this IRotomCommands client, RespArgument key,
        params ReadOnlySpan<BitFieldOperation> operations)
    {
        WordList words = new(Word.Bitfield, operations.Length * 4);
        words.Add(key);
        BitOverflow overflow = BitOverflow.Wrap;
        foreach (ref readonly BitFieldOperation operation in operations)
        {
            operation.AddTo(ref words, ref overflow);
        }

        return words.Send(client, Reply.IntegerOrNullArray);
    }

    /// <summary>BITFIELD_RO: the same, for operations that only read.</summary>
    [Calls("BITFIELD_RO")]
    public static ValueTask<long[]> StringBitFieldReadOnlyAsync(
        this IRotomCommands client, RespArgument key,
        params ReadOnlySpan<BitFieldOperation> reads)
    {
        WordList words = new(Word.BitfieldRo, reads.Length * 4);
        words.Add(key);
        BitOverflow overflow = BitOverflow.Wrap;
        foreach (ref readonly BitFieldOperation read in reads) read.AddTo(ref words, ref overflow);
        return words.Send(client, Reply.IntegerArray);
    }

    private static RespArgument NameOf(BitOperation operation) => operation switch
    {
        BitOperation.And => Word.And,
        BitOperation.Or => Word.Or,
        BitOperation.Xor => Word.Xor,
        BitOperation.Not => Word.Not,
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };
}

/// <summary>What offsets count.</summary>
public enum BitUnit
{
    /// <summary>Bytes.</summary>
    Byte,

    /// <summary>Bits.</summary>
    Bit,
}

/// <summary>How BITOP combines.</summary>
public enum BitOperation
{
    /// <summary>Set in all.</summary>
    And,

    /// <summary>Set in one at least.</summary>
    Or,

    /// <summary>Set in an odd number.</summary>
    Xor,

    /// <summary>Of one value: not set in it.</summary>
    Not,
}

/// <summary>What BITFIELD does with what does not fit.</summary>
public enum BitOverflow
{
    /// <summary>It begins again at the other end.</summary>
    Wrap,

    /// <summary>It stays at the end.</summary>
    Saturate,

    /// <summary>Nothing is done, and the result is null.</summary>
    Fail,
}

/// <summary>The type of an integer inside a string.</summary>
/// <param name="IsSigned">With a sign, in two's complement.</param>
/// <param name="Bits">Its width: 1 to 64 with a sign, to 63 without.</param>
public readonly record struct BitFieldType(bool IsSigned, int Bits)
{
    /// <summary>With a sign.</summary>
    public static BitFieldType Signed(int bits) => new(true, bits);

    /// <summary>Without.</summary>
    public static BitFieldType Unsigned(int bits) => new(false, bits);

    internal RespArgument Text => $"{(IsSigned ? 'i' : 'u')}{Bits}";
}

/// <summary>One operation of BITFIELD.</summary>
public readonly record struct BitFieldOperation
{
    private BitFieldOperation(char kind, BitFieldType type, long offset, long operand)
    {
        _kind = kind;
        _type = type;
        _offset = offset;
        _operand = operand;
    }

    private readonly char _kind;
    private readonly BitFieldType _type;
    private readonly long _offset;
    private readonly long _operand;

    /// <summary>The offset counts integers of the type, not bits (<c>#</c>).</summary>
    public bool CountsElements { get; init; }

    /// <summary>What is done when it does not fit; for Set and Increment.</summary>
    public BitOverflow Overflow { get; init; }

    /// <summary>Reads an integer (GET).</summary>
    public static BitFieldOperation Get(BitFieldType type, long offset) =>
        new('g', type, offset, 0);

    /// <summary>Writes an integer (SET); the result is what it was.</summary>
    public static BitFieldOperation Set(BitFieldType type, long offset, long value) =>
        new('s', type, offset, value);

    /// <summary>Adds to an integer (INCRBY); the result is the sum.</summary>
    public static BitFieldOperation Increment(BitFieldType type, long offset, long by) =>
        new('i', type, offset, by);

    internal void AddTo(ref WordList words, ref BitOverflow overflow)
    {
        if (_kind != 'g' && Overflow != overflow)
        {
            // Holds for those that follow, so it is said when it changes.
            words.Add(Word.Overflow, NameOf(Overflow));
            overflow = Overflow;
        }

        words.Add(_kind switch
        {
            'g' => Word.Get,
            's' => Word.Set,
            'i' => Word.Incrby,
            _ => throw new InvalidOperationException(
                "An operation is made by Get, Set or Increment."),
        });
        words.Add(_type.Text, CountsElements ? $"#{_offset}" : _offset);
        if (_kind != 'g') words.Add(_operand);
    }

    private static RespArgument NameOf(BitOverflow overflow) => overflow switch
    {
        BitOverflow.Wrap => Word.Wrap,
        BitOverflow.Saturate => Word.Sat,
        BitOverflow.Fail => Word.Fail,
        _ => throw new ArgumentOutOfRangeException(nameof(overflow)),
    };
}
