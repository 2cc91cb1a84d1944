using System.Text;
using Rotom.Engine.Tests.Memory;
using Rotom.Engine.Tests.Support;

namespace Rotom.Engine.Tests.Persist;

/// <summary>Large values of all types, and all that can be done to them.</summary>
internal static class BigValues
{
    internal static readonly string[] Types =
        ["hash", "expiring hash", "set", "zset", "list", "string"];

    private static readonly string[] _keys = ["a", "b", "c", "d", "e"];

    /// <summary>One of a few names.</summary>
    internal static string Key(TestRandom random) => _keys[random.Below(_keys.Length)];

    /// <summary>Sets a key to a value of so many elements; a string has 16 bytes for each.
    /// </summary>
    internal static void Make(EngineHost host, string key, string type, int elements)
    {
        host.Send($"DEL {key}");
        for (int from = 0; from < elements; from += 500)
        {
            StringBuilder command = new(type switch
            {
                "set" => $"SADD {key}",
                "zset" => $"ZADD {key}",
                "list" => $"RPUSH {key}",
                "string" => $"APPEND {key} ",
                _ => $"HSET {key}",
            });
            StringBuilder times = new();
            int to = int.Min(from + 500, elements);
            for (int i = from; i < to; i++)
            {
                command.Append(type switch
                {
                    "set" => $" member:{i}",
                    "zset" => $" {i % 777}.5 member:{i}",
                    "list" => $" element:{i}",
                    "string" => $"{i:D15};",
                    _ => $" field:{i} value:{i}",
                });
                if (i % 3 == 0) times.Append($" field:{i}");
            }

            host.Send(command.ToString());
            if (type != "expiring hash") continue;
            int count = times.ToString().Split(' ').Length - 1;
            host.Send($"HPEXPIRE {key} {2_000 + (from * 7)} FIELDS {count}{times}");
        }
    }

    /// <summary>A write that changes one element of the value at k.</summary>
    internal static string WriteOne(string type, TestRandom random, int elements)
    {
        int i = random.Below(elements);
        return type switch
        {
            "set" => random.OneIn(2) ? $"SREM k member:{i}" : $"SADD k new:{i}",
            "zset" => random.OneIn(2) ? $"ZREM k member:{i}" : $"ZINCRBY k 7 member:{i}",
            "list" => random.Below(4) switch
            {
                0 => "LPUSH k x",
                1 => "RPOP k",
                2 => $"LSET k {i / 2} {i}",
                _ => $"LSET k {i / 2} {new string('y', 5_000)}",
            },
            "string" => random.OneIn(2) ? "STRLEN k" : $"APPEND k {i}",
            "hash" => random.OneIn(2) ? $"HDEL k field:{i}" : $"HSET k field:{i} other",
            _ => random.Below(3) switch
            {
                0 => $"HPERSIST k FIELDS 1 field:{i}",
                1 => $"HPEXPIRE k {9_000 + i} FIELDS 1 field:{i}",
                _ => $"HDEL k field:{i}",
            },
        };
    }

    /// <summary>Does something to one or two keys of some database.</summary>
    internal static void Change(EngineHost host, TestRandom random)
    {
        if (random.OneIn(6)) host.Send($"SELECT {random.Below(16)}");
        string key = Key(random);
        string other = Key(random);
        int i = random.Below(3_000);
        int few = 1 + random.Below(40);
        host.Send(random.Below(9) switch
        {
            0 => OfKeys(random, key, other),
            1 or 2 => OfHashes(random, key, i),
            3 => OfSets(random, key, other, i, few),
            4 => OfZsets(random, key, other, i, few),
            5 or 6 => OfLists(random, key, other, i, few),
            7 => OfStrings(random, key, other, i),
            _ => $"SELECT {random.Below(16)}",
        });
        if (!random.OneIn(60)) return;
        Make(host, key, Types[random.Below(Types.Length)], 1 + random.Below(1_500));
    }

    private static string OfKeys(TestRandom random, string key, string other) =>
        random.Below(16) switch
        {
            0 => $"DEL {key}",
            1 => $"UNLINK {key}",
            2 or 3 => $"RENAME {key} {other}",
            4 or 5 => $"COPY {key} {other} REPLACE",
            6 => $"COPY {key} {other} DB {random.Below(16)}",
            7 or 8 => $"MOVE {key} {random.Below(16)}",
            9 => $"SWAPDB {random.Below(16)} {random.Below(16)}",
            10 => $"PEXPIRE {key} {1_000 + random.Below(60_000)}",
            11 => $"PERSIST {key}",
            12 => $"SORT {key} ALPHA LIMIT 0 800 STORE {other}",
            13 => $"SET {key} small",
            14 => random.OneIn(6) ? "FLUSHDB" : $"RENAMENX {key} {other}",
            _ => random.OneIn(6) ? "FLUSHDB ASYNC" : $"OBJECT FREQ {key}",
        };

    private static string OfHashes(TestRandom random, string key, int i) =>
        random.Below(9) switch
        {
            0 => $"HSET {key} field:{i} {i} field:{i + 1} x new:{i} y",
            1 => $"HDEL {key} field:{i} field:{i + 1} field:{i + 2}",
            2 => $"HINCRBY {key} count:{i % 50} 3",
            3 => $"HPEXPIRE {key} {1 + random.Below(9_000)} FIELDS 2 field:{i} field:{i + 9}",
            4 => $"HPERSIST {key} FIELDS 2 field:{i} field:{i + 3}",
            5 => $"HSET {key} field:{i} {new string('l', random.Below(3_000))}",
            6 => $"HSETNX {key} field:{i} n",
            7 => $"HPEXPIRE {key} 0 FIELDS 1 field:{i}",
            _ => $"HSET {key} field:{i} value:{i + 1}",
        };

    private static string OfSets(
        TestRandom random, string key, string other, int i, int few) => random.Below(8) switch
        {
            0 => $"SADD {key} member:{i} new:{i} {i}",
            1 => $"SREM {key} member:{i} member:{i + 1}",
            2 => $"SPOP {key} {few}",
            3 => $"SMOVE {key} {other} member:{i}",
            4 => $"SUNIONSTORE {key} {key} {other}",
            5 => $"SINTERSTORE {key} {key} {other}",
            6 => $"SDIFFSTORE {key} {key} {other}",
            _ => random.OneIn(9) ? $"SPOP {key} 2000" : $"SPOP {key}",
        };

    private static string OfZsets(
        TestRandom random, string key, string other, int i, int few) => random.Below(9) switch
        {
            0 => $"ZADD {key} {i} member:{i} 3.25 new:{i}",
            1 => $"ZREM {key} member:{i} member:{i + 1}",
            2 => $"ZINCRBY {key} -11.5 member:{i}",
            3 => $"ZPOPMIN {key} {few}",
            4 => $"ZREMRANGEBYRANK {key} {i} {i + few}",
            5 => $"ZUNIONSTORE {key} 2 {key} {other}",
            6 => $"ZREMRANGEBYSCORE {key} {few} {few + 10}",
            7 => $"ZRANGESTORE {key} {other} 0 {i}",
            _ => random.OneIn(9) ? $"ZREMRANGEBYRANK {key} 0 -1" : $"ZPOPMAX {key}",
        };

    private static string OfLists(
        TestRandom random, string key, string other, int i, int few) => random.Below(14) switch
        {
            0 => $"LPUSH {key} a {i} c",
            1 => $"RPUSH {key} d {i} {new string('f', random.Below(200))}",
            2 => $"LPOP {key} {few}",
            3 => $"RPOP {key} {few}",
            4 => $"LSET {key} {i} short",
            5 => $"LSET {key} -{i} {new string('g', random.Below(12_000))}",
            6 => $"LINSERT {key} BEFORE element:{i} h",
            7 => $"LINSERT {key} AFTER element:{i} {new string('i', random.Below(9_000))}",
            8 => $"LREM {key} {(random.OneIn(2) ? 1 : -1)} element:{i}",
            9 => $"LTRIM {key} {few} -{few}",
            10 => $"LMOVE {key} {other} LEFT RIGHT",
            11 => $"LMOVE {key} {key} RIGHT LEFT",
            12 => random.OneIn(5) ? $"LTRIM {key} {i} {i + 30}" : $"LREM {key} 0 a",
            _ => random.OneIn(9) ? $"LPOP {key} 5000" : $"RPOPLPUSH {key} {other}",
        };

    private static string OfStrings(TestRandom random, string key, string other, int i) =>
        random.Below(8) switch
        {
            0 => $"APPEND {key} {new string('a', random.Below(20_000))}",
            1 => $"SETRANGE {key} {i * 50} xyz",
            2 => $"SETBIT {key} {i * 90} 1",
            3 => $"BITFIELD {key} SET u8 {i * 40} 77 INCRBY i16 {i * 90} 5",
            4 => $"BITOP OR {key} {key} {other}",
            5 => $"BITOP NOT {key} {other}",
            6 => $"GETDEL {key}",
            _ => $"SET {key} {new string('z', random.Below(200_000))}",
        };
}
