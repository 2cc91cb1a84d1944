using System;
using System.Collections.Generic;
using System.Globalization;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Rotom.Engine.Config;

namespace Rotom.Actors.Hosting;

// Settings in HOCON: rotom.NAME is the setting NAME of redis.conf, and its row in ConfigTable says
// how the value is read. Beyond redis.conf's spelling HOCON's own is taken:
//
//   yes/no    true false on off too
//   lists     bind = ["127.0.0.1", "-::1"], save = ["3600 1", "300 100"]
//   bytes     64MiB 64Mi "512 bytes" too; a unit of redis.conf keeps its meaning: 1mb is 1024 kb
//   times     10s, 5 minutes, 250ms: brought to the row's unit
//
// Objects under rotom (loop, keyspace, persistence...) belong to the actor system: left alone here.

/// <summary>Reads settings out of HOCON.</summary>
public static class HoconSettings
{
    private static readonly (string Suffix, double Seconds)[] s_times =
    [
        ("ns", 1e-9), ("nanoseconds", 1e-9), ("us", 1e-6), ("microseconds", 1e-6), ("ms", 1e-3),
        ("milliseconds", 1e-3), ("millis", 1e-3), ("s", 1), ("second", 1), ("seconds", 1),
        ("m", 60), ("minute", 60), ("minutes", 60), ("h", 3600), ("hour", 3600), ("hours", 3600),
        ("d", 86400), ("day", 86400), ("days", 86400),
    ];

    private static readonly (string Suffix, long Factor)[] s_sizes =
    [
        ("byte", 1), ("bytes", 1), ("Ki", 1L << 10), ("KiB", 1L << 10), ("kibibytes", 1L << 10),
        ("Mi", 1L << 20), ("MiB", 1L << 20), ("mebibytes", 1L << 20), ("Gi", 1L << 30),
        ("GiB", 1L << 30), ("gibibytes", 1L << 30), ("Ti", 1L << 40), ("TiB", 1L << 40),
        ("kilobytes", 1000), ("megabytes", 1_000_000), ("gigabytes", 1_000_000_000),
    ];

    /// <summary>Sets what <c>rotom</c> in a configuration says.</summary>
    /// <exception cref="ConfException">A setting is unknown or its value is refused.</exception>
    public static void Load(Config hocon, ServerConfig config)
    {
        if (hocon.GetValue("rotom")?.GetObject() is not { } root) return;
        foreach ((string key, HoconValue value) in root.Items)
        {
            if (value.IsObject()) continue;
            if (ConfigTable.Find(key) is not { } row)
            {
                throw new ConfException($"rotom.{key}: there is no such setting");
            }

            if (row.Set(config, Words(row, value)) is { } error)
            {
                throw new ConfException($"rotom.{key}: {error}");
            }
        }
    }

    /// <summary>A value as redis.conf would spell it for this row.</summary>
    internal static string Spell(ConfigRow row, string text)
    {
        if (row.KindName == "yes/no")
        {
            if (text is "true" or "on") return "yes";
            if (text is "false" or "off") return "no";
        }

        string spelled = row.Unit switch
        {
            ConfigUnit.Bytes => Size(text),
            ConfigUnit.Seconds => Time(text, 1),
            ConfigUnit.Milliseconds => Time(text, 1e3),
            ConfigUnit.Microseconds => Time(text, 1e6),
            _ => text,
        };
        return ByteText.FromText(spelled);
    }

    /// <summary>
    /// The words of a value for the setting of a name; for none, as they are but for yes and no.
    /// </summary>
    internal static List<string> Words(string? name, HoconValue value)
    {
        if (name is not null && ConfigTable.Find(name) is { } row) return Words(row, value);
        List<string> words = [];
        if (value.IsArray()) words.AddRange(value.GetStringList());
        else words.Add(value.GetString() ?? "");
        if (words.Count == 0) words.Add("");
        return words.ConvertAll(word => word switch
        {
            "true" or "on" => "yes",
            "false" or "off" => "no",
            _ => word,
        });
    }

    private static List<string> Words(ConfigRow row, HoconValue value)
    {
        List<string> words = [];
        if (!value.IsArray())
        {
            words.Add(Spell(row, value.GetString() ?? ""));
            return words;
        }

        foreach (string item in value.GetStringList()) words.Add(Spell(row, item));
        if (words.Count == 0) words.Add("");
        return words;
    }

    private static string Size(string text)
    {
        (string digits, string unit) = Split(text);
        foreach ((string suffix, long factor) in s_sizes)
        {
            if (suffix != unit || !uint.TryParse(digits, out uint count)) continue;
            return (count * factor).ToString(CultureInfo.InvariantCulture);
        }

        return text;
    }

    private static string Time(string text, double perSecond)
    {
        (string digits, string unit) = Split(text);
        foreach ((string suffix, double seconds) in s_times)
        {
            if (suffix != unit
                || !decimal.TryParse(digits, CultureInfo.InvariantCulture, out decimal count)
                || Math.Abs(count) > uint.MaxValue)
            {
                continue;
            }

            decimal scaled = count * (decimal)seconds * (decimal)perSecond;
            return Math.Round(scaled).ToString(CultureInfo.InvariantCulture);
        }

        return text;
    }

    private static (string Digits, string Unit) Split(string text)
    {
        int end = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] is '.' or '-'))
        {
            end++;
        }

        return (text[..end], text[end..].Trim());
    }
}
