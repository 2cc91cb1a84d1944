using System;
using System.Globalization;
using System.IO;
using System.Text;

namespace Rotom.Resp;

// RespArgument: one argument of a request. Bytes are referenced, not copied: they must not change
// until the reply has come. A large value may be given as a stream of known length, which is read
// while it is sent and never held as a whole.

/// <summary>One argument of a request: bytes, a text, a number, or a stream.</summary>
public readonly struct RespArgument
{
    private RespArgument(ReadOnlyMemory<byte> bytes, Stream? source, int length)
    {
        Bytes = bytes;
        Source = source;
        Length = length;
    }

    /// <summary>The bytes, when the argument is no stream.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The stream, read from where it stands.</summary>
    internal Stream? Source { get; }

    /// <summary>True when the argument is a stream.</summary>
    public bool IsStream => Source is not null;

    /// <summary>Length in bytes.</summary>
    public int Length { get; }

    /// <summary>An argument of the next <paramref name="length"/> bytes of a stream.</summary>
    /// <remarks>A stream that ends before breaks the connection: its frame is open.</remarks>
    public static RespArgument FromStream(Stream source, int length)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return new RespArgument(default, source, length);
    }

    /// <summary>An argument of bytes.</summary>
    public static RespArgument FromBytes(ReadOnlyMemory<byte> bytes) =>
        new(bytes, null, bytes.Length);

    /// <summary>A text in UTF-8.</summary>
    public static implicit operator RespArgument(string text) =>
        FromBytes(Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes as they are.</summary>
    public static implicit operator RespArgument(byte[] bytes) => FromBytes(bytes);

    /// <summary>Bytes as they are.</summary>
    public static implicit operator RespArgument(ReadOnlyMemory<byte> bytes) => FromBytes(bytes);

    /// <summary>An integer in decimal.</summary>
    public static implicit operator RespArgument(long value)
    {
        Span<byte> text = stackalloc byte[20];
        value.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
        return text[..length].ToArray();
    }
}
