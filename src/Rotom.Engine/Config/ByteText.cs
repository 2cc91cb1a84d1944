using System;
using System.Text;

namespace Rotom.Engine.Config;

/// <summary>
/// Settings travel as "byte text": strings with one char (0 to 255) for each byte. A redis.conf
/// and a client's arguments are bytes of no stated encoding, and this keeps every one of them;
/// only rows that hold real text (paths, names) turn it into UTF-16, and refuse what is not UTF-8.
/// </summary>
public static class ByteText
{
    private static readonly UTF8Encoding s_strictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Byte text of bytes.</summary>
    public static string FromBytes(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    /// <summary>The bytes of byte text.</summary>
    public static byte[] ToBytes(string byteText) => Encoding.Latin1.GetBytes(byteText);

    /// <summary>Byte text of ordinary text: its UTF-8 bytes.</summary>
    public static string FromText(string text) =>
        Ascii(text) ? text : FromBytes(Encoding.UTF8.GetBytes(text));

    /// <summary>Ordinary text of byte text; false when the bytes are not UTF-8.</summary>
    public static bool TryToText(string byteText, out string text)
    {
        text = byteText;
        if (Ascii(byteText)) return true;
        try
        {
            text = s_strictUtf8.GetString(ToBytes(byteText));
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static bool Ascii(string text) => System.Text.Ascii.IsValid(text);
}
