using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Rotom.Compat.Wire;

namespace Rotom.Compat.Durability;

/// <summary>
/// Every type in every encoding that redis-server 7.0 has, in all 16 databases, with times to live
/// and keys and values of any bytes.
/// </summary>
internal static class AllTypes
{
    public const int Databases = 16;

    // More elements than a listpack or an intset may have, and than are saved at once.
    private const int Many = 1_500;
    private const int InAPush = 500;

    // The year 2100: a time to live that no run outlives.
    private const long FarMs = 4_102_444_800_000;

    /// <summary>All byte values.</summary>
    private static readonly string s_bytes =
        string.Concat(Enumerable.Range(0, 256).Select(i => (char)i));

    /// <summary>Fills a server.</summary>
    /// <returns>How many keys it has now.</returns>
    public static int Fill(RespConnection client, int seed)
    {
        int keys = 0;
        for (int database = 0; database < Databases; database++)
        {
            client.Ok("SELECT", $"{database}");
            Random random = new(seed + database);
            foreach (string[] command in Commands(random)) client.Ok(command);
            keys += (int)client.Ok("DBSIZE").Integer;
        }

        return keys;
    }

    /// <summary>
    /// What is in a server, a line a key: database, name, type, encoding, time to live, digest; the
    /// first line is the digest of everything.
    /// </summary>
    public static string[] Look(RespConnection client)
    {
        List<string> lines = [client.Ok("DEBUG", "DIGEST").Text];
        for (int database = 0; database < Databases; database++)
        {
            client.Ok("SELECT", $"{database}");
            foreach (string key in client.Ok("KEYS", "*").Items.Select(item => item.Text).Order(
                StringComparer.Ordinal))
            {
                string type = client.Ok("TYPE", key).Text;
                string digest = client.Ok("DEBUG", "DIGEST-VALUE", key).Items[0].Text;
                lines.Add($"{database} {Convert.ToHexString(Encoding.Latin1.GetBytes(key))} {type} "
                    + $"{EncodingOf(client, key, type)} {client.Ok("PEXPIRETIME", key).Text} "
                    + digest);
            }
        }

        return [.. lines];
    }

    // Redis 7.2 keeps a small set or list as a listpack, and so does Rotom; 7.0 does not. A string
    // that grew is raw until it is loaded.
    private static string EncodingOf(RespConnection client, string key, string type) =>
        (type, client.Ok("OBJECT", "ENCODING", key).Text) switch
        {
            ("set", "listpack") => "hashtable",
            ("list", "listpack") => "quicklist",
            (_, "embstr") => "raw",
            (_, var encoding) => encoding,
        };

    private static IEnumerable<string[]> Commands(Random random)
    {
        foreach (string[] command in Strings(random)) yield return command;
        foreach (int size in (int[])[3, Many])
        {
            string[] texts = [.. Enumerable.Range(0, size).Select(i => Text(random, i))];
            foreach (string[] command in Pushes("RPUSH", $"list{size}", texts))
                yield return command;
            foreach (string[] command in Pushes("SADD", $"set{size}", texts)) yield return command;
            foreach (string[] command in Pushes("HSET", $"hash{size}", Between(texts, i => $"{i}")))
                yield return command;
            foreach (string[] command in Pushes(
                "ZADD", $"zset{size}", [.. texts.SelectMany((t, i) => new[] { Score(i), t })]))
            {
                yield return command;
            }

            string[] numbers = [.. Enumerable.Range(0, size).Select(i => Number(random, i))];
            foreach (string[] command in Pushes("SADD", $"ints{size}", numbers))
                yield return command;
            foreach (string[] command in Pushes("RPUSH", $"numbers{size}", numbers))
                yield return command;
            foreach (string[] command in Pushes("PFADD", $"loglog{size}", texts))
                yield return command;
            yield return ["GEOADD", $"geo{size}", "13.361389", "38.115556", texts[0], "-180", "-85",
                texts[1]];
            yield return ["PEXPIREAT", $"list{size}", $"{FarMs + random.Next()}"];
            yield return ["PEXPIREAT", $"hash{size}", $"{FarMs + random.Next()}"];
            yield return ["PEXPIREAT", $"zset{size}", $"{FarMs + random.Next()}"];
        }

        yield return ["SADD", "int16", "-32768", "0", "32767"];
        yield return ["SADD", "int32", "-2147483648", "1", "32768"];
        yield return ["SADD", "int64", "-9223372036854775808", "2147483648"];
        yield return ["RPUSH", "large elements", new string('e', 20_000), s_bytes, ""];
        yield return ["HSET", "large field", new string('f', 100), new string('v', 70_000), "", ""];
    }

    private static IEnumerable<string[]> Strings(Random random)
    {
        yield return ["SET", s_bytes, s_bytes];
        yield return ["SET", "", "of the empty name"];
        yield return ["SET", "empty", ""];
        yield return ["SET", "int", "-9223372036854775808"];
        yield return ["SET", "small int", "7"];
        yield return ["SET", "embstr", new string('s', 44), "PXAT", $"{FarMs + random.Next()}"];
        yield return ["SET", "raw", new string('s', 45)];
        yield return ["SET", "compressible", new string('c', 200_000)];
        yield return ["SET", "incompressible", Noise(random, 200_000), "PXAT", $"{FarMs}"];
        yield return ["SETBIT", "bits", "100000", "1"];
    }

    private static IEnumerable<string[]> Pushes(string verb, string key, string[] words)
    {
        for (int from = 0; from < words.Length; from += InAPush)
            yield return [verb, key, .. words.Skip(from).Take(InAPush)];
    }

    private static string[] Between(string[] names, Func<int, string> value) =>
        [.. names.SelectMany((name, i) => new[] { name, value(i) })];

    private static string Text(Random random, int i) => (i % 3) switch
    {
        0 => $"element:{i}",
        1 => $"{i}:{Noise(random, random.Next(40))}",
        _ => $"{i}{s_bytes[(i % 200)..(i % 200 + 20)]}",
    };

    // No -0: redis-server itself forgets its sign when the set is made anew by commands, since its
    // first elements are in a listpack.
    private static string Score(int i) => (i % 7) switch
    {
        0 => "inf",
        1 => "-inf",
        2 => "5e-324",
        3 => "1e-300",
        4 => "3.0000000000000004",
        5 => $"{-i}",
        _ => (i / 7.0).ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Number(Random random, int i) => (i % 3) switch
    {
        0 => $"{i}",
        1 => $"{-random.Next()}",
        _ => $"{random.NextInt64()}",
    };

    private static string Noise(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return Encoding.Latin1.GetString(bytes);
    }
}
