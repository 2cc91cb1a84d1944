using System;
using System.Text;
using Rotom.Engine.Persist;
using Rotom.Resp;

namespace Rotom.Engine;

// What the methods of a CustomType write to: a value's parts, the commands that make it, its hash.
// None of these is to be kept beyond the call.

/// <summary>The tags of a custom value's parts.</summary>
internal enum CustomPart
{
    End = 0,
    Signed = 1,
    Unsigned = 2,
    Single = 3,
    Double = 4,
    Text = 5,
}

/// <summary>Writes the parts of a value.</summary>
public readonly ref struct CustomWriter
{
    private readonly RdbWriter _to;

    internal CustomWriter(RdbWriter to) => _to = to;

    /// <summary>An integer.</summary>
    public void Int64(long value) => UInt64((ulong)value);

    /// <summary>An integer without a sign.</summary>
    public void UInt64(ulong value)
    {
        // Redis tags integers of both kinds alike.
        Tag(CustomPart.Unsigned);
        _to.Count(value);
    }

    /// <summary>A number of elements that follow.</summary>
    public void Count(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        UInt64((ulong)value);
    }

    /// <summary>A number of eight bytes.</summary>
    public void Double(double value)
    {
        Tag(CustomPart.Double);
        _to.Double(value);
    }

    /// <summary>Bytes.</summary>
    public void Bytes(ReadOnlySpan<byte> value)
    {
        Tag(CustomPart.Text);
        _to.String(value);
    }

    /// <summary>A text, in UTF-8.</summary>
    public void Text(string value) => Bytes(Encoding.UTF8.GetBytes(value));

    private void Tag(CustomPart part) => _to.Count((ulong)part);
}

/// <summary>Writes commands that make a value anew.</summary>
public sealed class CustomRewriter
{
    private readonly RespWriter _to;

    internal CustomRewriter(RespWriter to) => _to = to;

    /// <summary>A command.</summary>
    /// <param name="words">Name and arguments.</param>
    public void Command(params ReadOnlySpan<RespArgument> words)
    {
        _to.ArrayHeader(words.Length);
        foreach (RespArgument word in words) _to.Bulk(word.Bytes.Span);
    }
}

/// <summary>
/// Hashes a value. Bytes that are added make a sequence, whose order matters; the order of
/// sequences does not.
/// </summary>
public sealed class CustomDigest
{
    private readonly DatasetDigest _whole;
    private DatasetDigest _sequence = new();

    internal CustomDigest(DatasetDigest whole) => _whole = whole;

    /// <summary>Adds bytes to the sequence.</summary>
    public void Add(ReadOnlySpan<byte> bytes) => _sequence.Mix(bytes);

    /// <summary>Adds a number to the sequence.</summary>
    public void Add(long value)
    {
        Span<byte> digits = stackalloc byte[20];
        Invariant.Require(System.Buffers.Text.Utf8Formatter.TryFormat(value, digits, out int n));
        _sequence.Mix(digits[..n]);
    }

    /// <summary>Ends a sequence: an element of what has no order.</summary>
    public void EndSequence()
    {
        _whole.Add(_sequence);
        _sequence = new DatasetDigest();
    }
}
