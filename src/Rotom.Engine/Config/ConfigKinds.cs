using System;
using System.Collections.Generic;
using System.Globalization;

namespace Rotom.Engine.Config;

// The kinds that hold one value. Refusals are in Redis' words, since clients and tests read them.

/// <summary>yes or no.</summary>
internal sealed class BoolKind : ConfigKind<bool>
{
    /// <inheritdoc/>
    public override string Name => "yes/no";

    /// <inheritdoc/>
    public override string? Read(
        IReadOnlyList<string> args, bool current, bool more, out bool value)
    {
        value = string.Equals(args[0], "yes", StringComparison.OrdinalIgnoreCase);
        if (value || string.Equals(args[0], "no", StringComparison.OrdinalIgnoreCase)) return null;
        return "argument must be 'yes' or 'no'";
    }

    /// <inheritdoc/>
    public override string Write(bool value) => value ? "yes" : "no";
}

/// <summary>A whole number within a range.</summary>
internal sealed class IntegerKind(long min, long max) : ConfigKind<long>
{
    /// <inheritdoc/>
    public override string Name => $"integer {min} to {max}";

    /// <inheritdoc/>
    public override string? Read(
        IReadOnlyList<string> args, long current, bool more, out long value)
    {
        if (!Numbers.TryParse(ByteText.ToBytes(args[0]), out value))
        {
            return "argument couldn't be parsed into an integer";
        }

        return value < min || value > max ? RangeError(min, max) : null;
    }

    /// <inheritdoc/>
    public override string Write(long value) => value.ToString(CultureInfo.InvariantCulture);

    internal static string RangeError(long min, long max) => string.Create(
        CultureInfo.InvariantCulture, $"argument must be between {min} and {max} inclusive");
}

/// <summary>A number of bytes; where <c>percent</c>, a negative value is a percentage.</summary>
internal sealed class BytesKind(long min, long max, bool percent) : ConfigKind<long>
{
    /// <inheritdoc/>
    public override string Name => percent ? "bytes or percent" : "bytes";

    /// <inheritdoc/>
    public override string? Read(
        IReadOnlyList<string> args, long current, bool more, out long value)
    {
        string text = args[0];
        if (percent && text.EndsWith('%'))
        {
            if (!Numbers.TryParse(ByteText.ToBytes(text[..^1]), out value) || value < 0)
            {
                return "argument must be a memory or percent value";
            }

            if (value > 100) return "percentage argument must be less or equal to 100";
            value = -value;
            return null;
        }

        if (!ByteSize.TryParse(text, out value))
        {
            return percent
                ? "argument must be a memory or percent value"
                : "argument must be a memory value";
        }

        return value < min || value > max ? IntegerKind.RangeError(min, max) : null;
    }

    /// <inheritdoc/>
    public override string Write(long value) => value < 0
        ? string.Create(CultureInfo.InvariantCulture, $"{-value}%")
        : value.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override IEnumerable<string> Rewrite(long value, long standard) =>
        [value < 0 ? Write(value) : ByteSize.Format(value)];
}

/// <summary>Permission bits, in octal.</summary>
internal sealed class OctalKind : ConfigKind<int>
{
    private const int Max = 0x1FF; // 0777: what chmod knows without the special bits

    /// <inheritdoc/>
    public override string Name => "octal";

    /// <inheritdoc/>
    public override string? Read(IReadOnlyList<string> args, int current, bool more, out int value)
    {
        value = 0;
        if (args[0].Length is 0 or > 6) return "argument couldn't be parsed as an octal number";
        foreach (char digit in args[0])
        {
            if (digit is < '0' or > '7') return "argument couldn't be parsed as an octal number";
            value = (value * 8) + (digit - '0');
        }

        return value > Max ? "argument must be between 0 and 777 inclusive" : null;
    }

    /// <inheritdoc/>
    public override string Write(int value) => Convert.ToString(value, 8);
}

/// <summary>Real text: paths, names, addresses.</summary>
internal sealed class TextKind : ConfigKind<string>
{
    /// <inheritdoc/>
    public override string Name => "string";

    /// <inheritdoc/>
    public override string? Read(
        IReadOnlyList<string> args, string current, bool more, out string value) =>
        ByteText.TryToText(args[0], out value) ? null : "argument must be UTF-8 text";

    /// <inheritdoc/>
    public override string Write(string value) => ByteText.FromText(value);

    /// <inheritdoc/>
    public override IEnumerable<string> Rewrite(string value, string standard) =>
        [ConfLine.Quote(Write(value))];
}

/// <summary>A secret: any bytes, kept as byte text.</summary>
internal sealed class SecretKind : ConfigKind<string>
{
    /// <inheritdoc/>
    public override string Name => "secret";

    /// <inheritdoc/>
    public override string? Read(
        IReadOnlyList<string> args, string current, bool more, out string value)
    {
        value = args[0];
        return null;
    }

    /// <inheritdoc/>
    public override string Write(string value) => value;

    /// <inheritdoc/>
    public override IEnumerable<string> Rewrite(string value, string standard) =>
        [ConfLine.Quote(value)];
}

/// <summary>One of some words; where <c>flags</c>, any combination of them.</summary>
internal sealed class EnumKind<T> : ConfigKind<T>
    where T : struct, Enum
{
    private readonly (string Word, T Value)[] _words;
    private readonly bool _flags;

    internal EnumKind(bool flags, params (string Word, T Value)[] words)
    {
        _flags = flags;
        _words = words;
    }

    /// <inheritdoc/>
    public override string Name => string.Join(" | ", Array.ConvertAll(_words, w => w.Word));

    /// <inheritdoc/>
    public override (int Min, int Max) Arguments => _flags ? (0, 32) : (1, 1);

    /// <inheritdoc/>
    public override string? Read(IReadOnlyList<string> args, T current, bool more, out T value)
    {
        int bits = 0;
        value = default;
        if (args.Count == 0) return OneOf();
        foreach (string arg in args)
        {
            int at = Array.FindIndex(
                _words, w => w.Word.Equals(arg, StringComparison.OrdinalIgnoreCase));
            if (at < 0) return OneOf();
            bits |= ToInt(_words[at].Value);
        }

        value = FromInt(bits);
        return null;
    }

    /// <inheritdoc/>
    public override string Write(T value)
    {
        int bits = ToInt(value);
        List<string> words = [];
        foreach ((string word, T known) in _words)
        {
            int knownBits = ToInt(known);
            if (knownBits == bits) return word;
            if (_flags && knownBits != 0 && (bits & knownBits) == knownBits) words.Add(word);
        }

        return string.Join(' ', words);
    }

    private string OneOf() => "argument(s) must be one of the following: "
        + string.Join(", ", Array.ConvertAll(_words, w => w.Word));

    // Boxed: settings change rarely, and this needs no unsafe code.
    private static int ToInt(T value) => (int)(object)value;

    private static T FromInt(int bits) => (T)Enum.ToObject(typeof(T), bits);
}
