using System;
using System.Linq;
using System.Text;

namespace Rotom.Compat.Differential;

// What arguments are drawn from: few keys, so that commands meet; values at the edges of
// encodings and limits. Times to live are long, in the past or absurd, never short: two servers
// would let a short one run out at different moments.

/// <summary>Random arguments from one seed.</summary>
internal sealed class Draw(int seed)
{
    private static readonly byte[][] s_keys =
    [
        .. "a b c k1 k2 k3 k4 key:1 key:2 [x] *".Split(' ').Select(Encoding.Latin1.GetBytes),
        [], [0, 255, 13, 10], Encoding.Latin1.GetBytes(new string('L', 300)),
    ];

    private static readonly string[] s_integers =
    [
        "0", "1", "-1", "2", "10", "-10", "9999", "10000", "10001", "2147483647", "2147483648",
        "-2147483648", "4294967296", "9223372036854775807", "-9223372036854775808",
        "9223372036854775806", "9223372036854775808", "-9223372036854775809",
        "18446744073709551616", "007", "+5", "-0", " 1", "1 ", "1.0", "1e3", "0x10", "", "abc",
    ];

    private static readonly string[] s_floats =
    [
        "0", "1", "-1", "0.1", "-0.1", "1.5", "3.0e3", "5.0e-3", "1e17", "123456789.125",
        "0.00000000000000001", "1e308", "-1e308", "inf", "-inf", "nan", "1e4000", "abc", "",
        " 1.5", "1.5 ", "0x1p4", ".5", "5.", "-0", "1,5", "10000000000000000000000",
    ];

    // Around the limits of int and embstr encodings, size classes, and a page.
    private static readonly int[] s_lengths =
        [0, 1, 2, 7, 8, 19, 20, 21, 22, 43, 44, 45, 63, 64, 65, 127, 128, 255, 256, 1_000, 4_096];

    private readonly Random _random = new(seed);

    public int Next(int below) => _random.Next(below);

    public T Of<T>(params T[] choices) => choices[_random.Next(choices.Length)];

    public byte[] Key() => Of(s_keys);

    public object[] Keys(int max) => Many(1 + Next(max), Key);

    public object[] Pairs(int max) => [.. Many(1 + Next(max), () => Key())
        .SelectMany(key => new object[] { key, Value() })];

    /// <summary>An integer, at an edge as often as not, and sometimes not one.</summary>
    public string Integer() => Next(2) == 0 ? Of(s_integers) : $"{Next(2_000) - 1_000}";

    public string Float() => Next(2) == 0 ? Of(s_floats) : $"{Next(200_000) - 100_000}e-2";

    public byte[] Value()
    {
        switch (Next(10))
        {
            case < 3:
                return Encoding.Latin1.GetBytes(Integer());
            case 3:
                return Encoding.Latin1.GetBytes(Float());
            case 4:
                byte[] bytes = new byte[Of(s_lengths)];
                _random.NextBytes(bytes);
                return bytes;
            case 5:
                return "a\r\n$3\r\nb\0"u8.ToArray();
            default:
                return Encoding.Latin1.GetBytes(new string((char)('a' + Next(4)), Of(s_lengths)));
        }
    }

    /// <summary>Few letters, so that two of them have much in common.</summary>
    public byte[] Word() => [.. Enumerable.Range(0, Next(20)).Select(_ => (byte)('a' + Next(3)))];

    /// <summary>An index into a string, or a bound of a range.</summary>
    public long Index() => Next(4) switch
    {
        0 => Of(0L, -1, 1, -2),
        1 => Of(long.MaxValue, long.MinValue, int.MaxValue, int.MinValue, 536_870_912L),
        _ => Next(140) - 70,
    };

    public long Offset() => Next(6) == 0
        ? Of(-1, 536_870_911, 536_870_912, long.MaxValue, long.MinValue)
        : Next(8) == 0 ? 5_000 : Next(80);

    /// <summary>Seconds that have gone by, or make no sense: gone at once, or an error.</summary>
    public string PastOrAbsurd() => Of("0", "-1", "-9223372036854775808", "9223372036854775807",
        "9223372036854775", "9223372036854776", "abc", "1.5", "");

    public string Seconds() => Next(8) == 0 ? PastOrAbsurd() : FarSeconds();

    public string Milliseconds() => Next(8) == 0 ? PastOrAbsurd() : FarSeconds() + "000";

    /// <summary>A time to live of a day to thirty years; two alike are rare.</summary>
    public string FarSeconds() => $"{_random.Next(100_000, 1_000_000_000)}";

    /// <summary>A moment far ahead, in seconds since 1970.</summary>
    public string FarMoment() => $"{_random.NextInt64(5_000_000_000, 9_000_000_000)}";

    public string Moment() => Next(8) == 0 ? Of("-1", "0", "1", "abc", "1000000000") : FarMoment();

    public string MomentMs() => Next(8) == 0
        ? Of("-1", "0", "1", "abc", "1000000000000", "9223372036854775807")
        : FarMoment() + "000";

    public string Pattern() => Of("*", "k*", "k?", "?", "[ab]", "[^a]", "[a-c]", "k[1-3]", "key:*",
        "\\*", "\\[x\\]", "", "**", "*1", "[", "[a", "a\\", "*[1", "L*L", "nosuch");

    public object[] Maybe(params object[] words) => Next(2) == 0 ? words : [];

    public object[] Many(int count, Func<object> one)
        => [.. Enumerable.Range(0, count).Select(_ => one())];

    /// <summary>Lower, upper or mixed case: names of commands are the same in all.</summary>
    public byte[] AnyCase(string name)
    {
        int style = Next(6);
        return Encoding.Latin1.GetBytes(style switch
        {
            0 => name.ToUpperInvariant(),
            1 => char.ToUpperInvariant(name[0]) + name[1..],
            _ => name,
        });
    }
}
