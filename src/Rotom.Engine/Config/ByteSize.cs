using System;
using System.Globalization;

namespace Rotom.Engine.Config;

/// <summary>Sizes as redis.conf writes them: 1k is 1,000 bytes and 1kb is 1,024.</summary>
public static class ByteSize
{
    private static readonly (string Suffix, long Factor)[] s_units =
    [
        ("gb", 1L << 30), ("mb", 1L << 20), ("kb", 1L << 10),
        ("g", 1_000_000_000), ("m", 1_000_000), ("k", 1_000), ("b", 1),
    ];

    /// <summary>Reads digits and an optional unit, in either case; no sign, no fraction.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        long factor = 1;
        ReadOnlySpan<char> digits = text;
        foreach ((string suffix, long unit) in s_units)
        {
            if (!digits.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)) continue;
            digits = digits[..^suffix.Length];
            factor = unit;
            break;
        }

        if (!ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ulong n))
        {
            return false;
        }

        // What passes the range of a long is no less a size: the row's maximum refuses it by name.
        UInt128 product = (UInt128)n * (ulong)factor;
        bytes = product > long.MaxValue ? long.MaxValue : (long)product;
        return true;
    }

    /// <summary>The size in the largest unit that needs no fraction.</summary>
    public static string Format(long bytes)
    {
        foreach ((string suffix, long unit) in s_units.AsSpan(0, 3))
        {
            if (bytes != 0 && bytes % unit == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{bytes / unit}{suffix}");
            }
        }

        return bytes.ToString(CultureInfo.InvariantCulture);
    }
}
