using System;

namespace Rotom.Engine;

/// <summary>
/// Comparing words of the protocol, which are ASCII and whose case does not matter.
/// </summary>
public static class Ascii
{
    /// <summary>True when both are the same but for the case of ASCII letters.</summary>
    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> other)
    {
        if (text.Length != other.Length) return false;
        for (int i = 0; i < text.Length; i++)
        {
            if (Lower(text[i]) != Lower(other[i])) return false;
        }

        return true;
    }

    /// <summary>The letter in lower case; other bytes as they are.</summary>
    public static byte Lower(byte b) => (uint)(b - 'A') < 26 ? (byte)(b | 0x20) : b;
}
