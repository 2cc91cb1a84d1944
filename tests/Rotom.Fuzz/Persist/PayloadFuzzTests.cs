using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Rotom.Engine;
using Rotom.Engine.Config;
using Rotom.Engine.Tests.Persist;
using Rotom.Engine.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Fuzz.Persist;

// Goal (reliability R4): whatever bytes a RESTORE brings, it answers an error and the keyspace is
// untouched, or it makes a value that stands every proof and every command of its type. Method:
// payloads of several versions of Redis, flipped, cut, spliced and with their lengths edited, under
// a checksum that is right; each value that is accepted is proven, then worked on by 20 random
// commands, then proven again.
public class PayloadFuzzTests(ITestOutputHelper output)
{
    private const int CommandsPerValue = 20;
    private const int ProvenEvery = 5_000;

    private static readonly byte[][] s_restore =
        ["RESTORE"u8.ToArray(), "k"u8.ToArray(), "0"u8.ToArray(), [], "REPLACE"u8.ToArray()];

    [Fact]
    public void Restore_survives_any_payload_and_accepts_only_sound_values()
    {
        int seed = FuzzBudget.Seed();
        int inputs = FuzzBudget.Inputs(quick: 30_000, full: 2_000_000);
        output.WriteLine($"seed {seed}, {inputs} payloads");
        Random random = new(seed);
        using EngineHost host = new(config =>
        {
            config.EnableDebugCommand = DangerousAccess.Yes;
            // Small, so that values of a few hundred bytes take all forms.
            config.ListMaxListpackSize = 5;
        });
        byte[][] payloads =
        [
            .. RdbPayloads.Recorded.Values.Select(payload => payload.Bytes),
            .. OldPayloads.All.Select(payload => payload.Bytes),
        ];
        int accepted = 0;
        for (int i = 0; i < inputs; i++)
        {
            byte[] payload = Mutate(payloads, random);
            if (Try(host, payload, random, $"seed {seed}, payload {i}")) accepted++;
            if (i % ProvenEvery == 0) host.Engine.CheckInvariants();
        }

        host.Send("FLUSHALL");
        host.Engine.CheckInvariants();
        output.WriteLine($"{accepted} of them accepted");
        Assert.InRange(accepted, 1, inputs);
    }

    [Fact]
    public void Payloads_cut_at_every_byte_are_refused()
    {
        using EngineHost host = new();
        foreach (OldPayload payload in OldPayloads.All) CutEverywhere(host, payload.Bytes);
        foreach (RdbPayload payload in RdbPayloads.Recorded.Values)
            CutEverywhere(host, payload.Bytes);
        host.Engine.CheckInvariants();
    }

    // A part of a string is still a string, when its length is not in front of it.
    private static void CutEverywhere(EngineHost host, byte[] payload)
    {
        for (int length = 0; length < payload.Length - 10; length++)
        {
            s_restore[3] = RdbPayloads.Seal(payload.AsSpan(0, length));
            Assert.StartsWith("-ERR", host.Send(s_restore), StringComparison.Ordinal);
        }
    }

    private static bool Try(EngineHost host, byte[] payload, Random random, string where)
    {
        s_restore[3] = payload;
        string reply = host.Send(s_restore);
        if (reply.StartsWith("-ERR Bad data format", StringComparison.Ordinal)
            || reply.StartsWith("-ERR DUMP payload version", StringComparison.Ordinal))
        {
            return false;
        }

        Assert.True(reply == "+OK", $"{where}: {reply}");
        Prove(host, where);
        string type = host.Send("TYPE k");
        string[] commands = s_commands[type[1..]];
        for (int i = 0; i < CommandsPerValue; i++)
        {
            string command = commands[random.Next(commands.Length)]
                .Replace("#", $"{random.Next(-3, 40)}", StringComparison.Ordinal)
                .Replace("@", random.Next(3) == 0 ? "a" : $"f{random.Next(50)}",
                    StringComparison.Ordinal);
            string answer = host.Send(command);
            Assert.False(
                answer.StartsWith("-ERR internal error", StringComparison.Ordinal),
                $"{where}: {command}: {answer}");
        }

        Prove(host, where);
        return true;
    }

    private static void Prove(EngineHost host, string where)
    {
        try
        {
            host.Engine.CheckValues();
        }
        catch (InvariantException broken)
        {
            throw new InvariantException(where, broken);
        }
    }

    private static byte[] Mutate(byte[][] payloads, Random random)
    {
        byte[] from = payloads[random.Next(payloads.Length)];
        List<byte> body = [.. from[..^10]];
        for (int edits = 1 + random.Next(3); edits > 0 && body.Count > 1; edits--)
        {
            // Beginnings are where lengths and kinds are.
            int at = random.Next(random.Next(2) == 0 ? Math.Min(body.Count, 24) : body.Count);
            switch (random.Next(8))
            {
                case 0 or 1:
                    body[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    body[at] = (byte)random.Next(256);
                    break;
                case 3:
                    body[at] = (byte)(body[at] + random.Next(-2, 3));
                    break;
                case 4:
                    body.RemoveRange(at, Math.Min(random.Next(1, 9), body.Count - at));
                    break;
                case 5:
                    body.Insert(at, s_lengths[random.Next(s_lengths.Length)]);
                    break;
                case 6:
                    byte[] other = payloads[random.Next(payloads.Length)];
                    int length = random.Next(1, Math.Min(other.Length, 40));
                    body.InsertRange(at, other.AsSpan(random.Next(other.Length - length), length));
                    break;
                default:
                    body.RemoveRange(at, body.Count - at);
                    break;
            }
        }

        return RdbPayloads.Seal(body.ToArray(), (ushort)(random.Next(20) == 0 ? 13 : 11));
    }

    private static readonly byte[] s_lengths =
        [0, 1, 2, 0x3F, 0x40, 0x7F, 0x80, 0x81, 0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 0xF0, 0xFE, 0xFF];

    private static readonly Dictionary<string, string[]> s_commands = new()
    {
        ["string"] =
        [
            "GET k", "APPEND k x", "STRLEN k", "INCR k", "GETRANGE k # #", "SETRANGE k # ab",
            "GETSET k v", "SET k #", "DUMP k", "INCRBYFLOAT k 0.5", "COPY k c REPLACE",
        ],
        ["list"] =
        [
            "LPUSH k a", "RPUSH k # b", "LPOP k", "RPOP k #", "LRANGE k 0 -1",
            "LINSERT k BEFORE a #",
            "LSET k # v", "LTRIM k # -2", "LREM k # a", "LINDEX k #", "LPOS k a", "DUMP k",
            "COPY k c REPLACE", "LMOVE k k LEFT RIGHT",
        ],
        ["hash"] =
        [
            "HSET k @ #", "HDEL k @", "HGET k @", "HGETALL k", "HINCRBY k @ #", "HLEN k",
            "HSCAN k 0", "HRANDFIELD k # WITHVALUES", "HSTRLEN k @", "DUMP k", "COPY k c REPLACE",
        ],
        ["set"] =
        [
            "SADD k @ #", "SREM k @", "SREM k #", "SMEMBERS k", "SPOP k", "SRANDMEMBER k #",
            "SISMEMBER k #", "SCARD k", "SSCAN k 0", "DUMP k", "COPY k c REPLACE", "SDIFF k c",
        ],
        ["zset"] =
        [
            "ZADD k # @", "ZREM k @", "ZRANGE k # # WITHSCORES", "ZINCRBY k # @", "ZRANK k @",
            "ZPOPMIN k", "ZPOPMAX k #", "ZRANGEBYSCORE k -inf #", "ZREMRANGEBYRANK k # #",
            "ZSCAN k 0", "ZRANDMEMBER k #", "DUMP k", "COPY k c REPLACE", "ZCOUNT k -inf +inf",
        ],
    };
}
