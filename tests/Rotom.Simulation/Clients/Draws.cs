using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Rotom.Simulation.World;

namespace Rotom.Simulation.Clients;

// Draws: words for commands. Few keys, so that clients meet; values of all the kinds that have an
// encoding of their own, sometimes large enough to be cut by every buffer on the way.

/// <summary>Random words of the workload.</summary>
internal sealed class Draws(SimRandom random)
{
    private static readonly string[] s_numbers =
        ["0", "1", "-1", "7", "100", "-5", "9223372036854775806", "-9223372036854775808"];

    private static readonly string[] s_deniable =
    [
        "get", "set", "incr", "append", "mget", "del", "rpush", "blpop", "hset", "sadd", "zadd",
        "publish", "multi", "exec", "watch", "object|encoding", "client|tracking", "ping",
    ];

    /// <summary>Not so many that a reader who is slow is closed for it.</summary>
    private const int LongBytes = 240_000;

    internal SimRandom Random => random;

    /// <summary>What the server uses now.</summary>
    internal Func<long> MemoryInUse { get; init; } = () => 0;

    /// <summary>None, or one that is met soon.</summary>
    internal string MemoryLimit() => random.PerMille(250)
        ? "0"
        : Number(Math.Max(1, MemoryInUse() + random.Between(-6_000, 20_000)));

    /// <summary>Elements of large collections there are.</summary>
    internal int Members { get; init; } = 40;

    /// <summary>One of many elements, fields or members.</summary>
    internal string Member() => "m" + Number(random.Below(Members));

    /// <summary>As many as make a value large, sometimes; else a few.</summary>
    internal List<string> Many(Func<Draws, string[]> one)
    {
        int most = random.PerMille(400) ? Members : 5;
        List<string> words = [];
        for (int i = random.Between(most / 2, most); i > 0; i--) words.AddRange(one(this));
        return words;
    }

    /// <summary>A place in a string, sometimes far within a long one.</summary>
    internal string Offset(bool far = false) => Number(
        random.Below(far ? LongBytes : random.Pick([60, 2_000, 80_000])));

    /// <summary>The key of a string that is long.</summary>
    internal string LongKey() => "b" + Number(random.Below(2));

    /// <summary>The key of a collection.</summary>
    internal string Collection() => random.Below(5) switch
    {
        0 => HashKey(),
        1 => SetKey(),
        2 => SortedKey(),
        _ => ListKey(),
    };

    /// <summary>A key of any use.</summary>
    internal string Key() => "k" + Number(random.Below(14));

    /// <summary>A key that holds nothing but quarters, for INCRBYFLOAT.</summary>
    internal string FloatKey() => "f" + Number(random.Below(3));

    internal string ListKey() => "l" + Number(random.Below(4));

    internal string HashKey() => "h" + Number(random.Below(3));

    internal string SetKey() => "s" + Number(random.Below(3));

    internal string SortedKey() => "z" + Number(random.Below(3));

    /// <summary>A key of any kind.</summary>
    internal string AnyKey() => random.Below(5) switch
    {
        0 => ListKey(),
        1 => HashKey(),
        2 => SetKey(),
        3 => SortedKey(),
        _ => Key(),
    };

    /// <summary>An element, a field or a member: few, so that they are met again.</summary>
    internal string Element() => random.Pick(["a", "b", "c", "7", "-3", "an element", "e0", "e1"]);

    internal string Side() => random.Pick(["LEFT", "right"]);

    /// <summary>How long to wait: for ever, or not long.</summary>
    internal string Timeout() => random.Pick(["0", "0", "0.01", "0.5", "3", "20", "x", "-1"]);

    internal string Quarter() =>
        (random.Between(-400, 400) / 4m).ToString("0.##", CultureInfo.InvariantCulture);

    internal string Integer() =>
        random.PerMille(600) ? Number(random.Between(-50, 50)) : random.Pick(s_numbers);

    internal string Small() => Number(random.Between(-12, 60));

    internal string Value()
    {
        int kind = random.Below(100);
        if (kind < 25) return Integer();
        if (kind < 30) return "";
        if (kind < 85) return Bytes(random.Between(1, 50));
        return kind < 97 ? Bytes(random.Between(50, 400)) : Bytes(random.Between(2_000, 90_000));
    }

    internal string User() => random.Pick(["ann", "bob", "cat"]);

    /// <summary>What a user may do: all but some commands, with some keys.</summary>
    internal List<string> Rules()
    {
        List<string> rules = ["reset", "on", "nopass", "&*", "+@all"];
        if (random.PerMille(500)) rules.Add("-" + random.Pick(s_deniable));
        if (random.PerMille(200)) rules.Add("-" + random.Pick(s_deniable));
        rules.AddRange(random.Pick<string[]>(
            [["~*"], ["~*"], ["~k*", "~l*", "~z*"], ["~k1*", "~h*", "~s*"], ["~l0*"], []]));
        return rules;
    }

    internal string Channel() => random.Pick(["news", "news.a", "news.b", "jobs"]);

    internal string Pattern() => random.Pick(["news*", "news.*", "n*", "jobs", "*"]);

    internal string Database() => Number(random.PerMille(900) ? random.Below(3) : random.Below(18));

    /// <summary>Mixed spelling, since names are found whatever their case.</summary>
    internal string Name(string name) => random.Below(3) switch
    {
        0 => name.ToLowerInvariant(),
        1 => name,
        _ => string.Concat(name[..1].ToLowerInvariant(), name[1..]),
    };

    internal string Seconds() => Number(random.Between(1, 20));

    /// <summary>Mostly seconds, and now and then something else.</summary>
    internal string SecondsOr(string other) => random.PerMille(920) ? Seconds() : other;

    internal string Milliseconds() => Number(random.Between(1, 3000));

    internal List<string> Keys(int most)
    {
        List<string> keys = [];
        for (int i = random.Between(1, most); i > 0; i--) keys.Add(Key());
        return keys;
    }

    internal static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private string Bytes(int count)
    {
        byte[] bytes = new byte[count];
        random.Fill(bytes);
        if (random.PerMille(700))
        {
            for (int i = 0; i < count; i++) bytes[i] = (byte)('a' + (bytes[i] % 26));
        }

        return Encoding.Latin1.GetString(bytes);
    }
}
