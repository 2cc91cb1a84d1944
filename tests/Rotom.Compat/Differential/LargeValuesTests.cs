using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using Rotom.Compat.Server;
using Rotom.Compat.Wire;
using Xunit;

namespace Rotom.Compat.Differential;

/// <summary>
/// Collections of a hundred thousand elements, built, changed and read on redis-server and on the
/// server under test: the same replies, encodings and digests.
/// </summary>
public sealed class LargeValuesTests
{
    private const int Elements = 100_000;
    private const int Changes = 20_000;

    [TheoryWith(Need.RedisServer)]
    [InlineData("list", 1)]
    [InlineData("set", 2)]
    [InlineData("hash", 3)]
    [InlineData("zset", 4)]
    public void A_large_value_is_the_same(string type, int seed)
    {
        string[] debug = ["--enable-debug-command", "yes"];
        using ServerProcess reference = ServerProcess.StartProgram("redis-server", debug);
        using ServerProcess tested = ServerProcess.Start(debug);
        using RespConnection theirs = reference.Connect();
        using RespConnection ours = tested.Connect();
        Random random = new(seed);
        List<string[]> commands = [];
        for (int i = 0; i < Elements; i++) commands.Add(Add(type, i, random));
        for (int i = 0; i < Changes; i++) commands.Add(Change(type, random));
        for (int from = 0; from < commands.Count; from += 1_000)
        {
            List<string[]> slice = commands.GetRange(from, Math.Min(1_000, commands.Count - from));
            using MemoryStream bytes = new();
            foreach (string[] command in slice) bytes.Write(RespConnection.Encode(command));
            theirs.Send(bytes.ToArray());
            ours.Send(bytes.ToArray());
            foreach (string[] command in slice)
            {
                string their = theirs.Read().ToString();
                Assert.True(
                    their == ours.Read().ToString(), $"seed {seed}: {string.Join(' ', command)}");
            }
        }

        Same(theirs, ours, "OBJECT", "ENCODING", "k");
        Same(theirs, ours, "DEBUG", "DIGEST");
    }

    private static void Same(RespConnection theirs, RespConnection ours, params string[] command) =>
        Assert.Equal(theirs.Ok(command).ToString(), ours.Ok(command).ToString());

    private static string[] Add(string type, int i, Random random) => type switch
    {
        "list" => ["RPUSH", "k", Element(i)],
        "set" => ["SADD", "k", Element(i)],
        "hash" => ["HSET", "k", Element(i), Number(random.Next(1_000))],
        _ => ["ZADD", "k", Number(random.Next(50_000)), Element(i)],
    };

    private static string[] Change(string type, Random random)
    {
        string any = Element(random.Next(Elements));
        string number = Number(random.Next(Elements));
        return type switch
        {
            "list" => random.Next(8) switch
            {
                0 => ["LPOP", "k", Number(random.Next(5))],
                1 => ["RPOP", "k"],
                2 => ["LSET", "k", Number(random.Next(1_000)), any],
                3 => ["LINDEX", "k", number],
                4 => ["LRANGE", "k", number, Number(random.Next(Elements))[..1]],
                5 => ["LPUSH", "k", any, any],
                6 => ["LTRIM", "k", "1", "-2"],
                _ => ["LLEN", "k"],
            },
            "set" => random.Next(4) switch
            {
                0 => ["SREM", "k", any],
                1 => ["SISMEMBER", "k", any],
                2 => ["SADD", "k", any, "x" + number],
                _ => ["SCARD", "k"],
            },
            "hash" => random.Next(5) switch
            {
                0 => ["HDEL", "k", any],
                1 => ["HGET", "k", any],
                2 => ["HINCRBY", "k", any, "3"],
                3 => ["HSET", "k", "x" + number, any],
                _ => ["HLEN", "k"],
            },
            _ => random.Next(8) switch
            {
                0 => ["ZREM", "k", any],
                1 => ["ZRANK", "k", any],
                2 => ["ZINCRBY", "k", Number(random.Next(100) - 50), any],
                3 => ["ZRANGE", "k", number, Number(random.Next(Elements) % 10 + 1)],
                4 => ["ZRANGEBYSCORE", "k", number, "(" + Number(random.Next(50_000)), "LIMIT", "3",
                    "5"],
                5 => ["ZCOUNT", "k", number, "+inf"],
                6 => ["ZPOPMIN", "k"],
                _ => ["ZREMRANGEBYRANK", "k", number, number],
            },
        };
    }

    private static string Element(int i) => "element:" + Number(i);

    private static string Number(int n) => n.ToString(CultureInfo.InvariantCulture);
}
