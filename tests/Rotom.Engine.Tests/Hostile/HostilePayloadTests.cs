using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Rotom.Engine.Tests.Persist;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Hostile;

/// <summary>Values made byte by byte to lie, by RESTORE and by SET.</summary>
public sealed class HostilePayloadTests
{
    // Types of RDB: string 0, list 1, set 2, zset 3, hash 4, zset2 5, zipmap 9, ziplist list 10,
    // intset 11, zset ziplist 12, hash ziplist 13, quicklist 14, hash listpack 16,
    // zset listpack 17, quicklist2 18, set listpack 20.
    public static TheoryData<string, string> Bodies() => new()
    {
        { "CVE-2026-25243 string of 2^64-1", "00 81 FFFFFFFFFFFFFFFF 61" },
        { "CVE-2026-25243 string of 2^63", "00 81 8000000000000000 61" },
        { "CVE-2026-25243 string of 2^32", "00 80 FFFFFFFF 61" },
        { "CVE-2026-25243 string of 2^31-1", "00 80 7FFFFFFF 61" },
        { "CVE-2026-25243 list of 2^64-1", "01 81 FFFFFFFFFFFFFFFF 01 61" },
        { "CVE-2026-25243 set of 2^32", "02 81 0000000100000000 01 61" },
        { "CVE-2026-25243 zset of 2^62", "05 81 4000000000000000 01 61 0000000000000000" },
        { "CVE-2026-25243 hash of 2^62", "04 81 4000000000000000 01 61 01 62" },
        { "CVE-2026-25243 quicklist of 2^64-1", "12 81 FFFFFFFFFFFFFFFF 02 01 61" },
        { "CVE-2026-63639 zipmap with a length beyond its end", "09 06 01 03 666F FE FF" },
        { "CVE-2026-63639 zipmap with a length of 2^32-1", "09 09 01 FE FFFFFFFF 61 FF" },
        { "CVE-2026-63639 zipmap without an end", "09 05 01 01 61 01 00" },
        { "valkey#3498 intset of a width that is none", "0B 0A 03000000 01000000 0100" },
        { "valkey#3498 intset longer than it is", "0B 0A 02000000 FFFFFF7F 0100" },
        { "valkey#3498 intset out of order", "0B 0C 02000000 02000000 0200 0100" },
        { "valkey#4733 listpack longer than it is", "10 08 FF000000 0200 FF" },
        { "valkey#4733 listpack without an end", "10 07 07000000 0000 00" },
        { "valkey#3920 hash of an odd number", "10 0A 0A000000 0100 8161 02 FF" },
        { "valkey#3921 zset with a score that is no number", "05 01 01 61 000000000000F87F" },
        { "valkey#3921 zset listpack with nan", "11 10 10000000 0200 8161 02 836E616E 04 FF" },
        { "redis#11519 empty list", "01 00" },
        { "redis#11519 empty set", "02 00" },
        { "redis#11519 empty zset", "05 00" },
        { "redis#11519 empty hash", "04 00" },
        { "redis#11519 empty quicklist", "12 00" },
        { "redis#11519 empty hash listpack", "10 07 07000000 0000 FF" },
        { "redis#11519 empty zset listpack", "11 07 07000000 0000 FF" },
        { "redis#11519 empty set listpack", "14 07 07000000 0000 FF" },
        { "redis#11519 empty intset", "0B 08 02000000 00000000" },
        { "redis#11530 set with a member twice", "02 02 01 61 01 61" },
        { "redis#11530 set listpack with a member twice",
            "14 0D 0D000000 0200 8161 02 8161 02 FF" },
        { "redis#11530 zset with a member twice",
            "05 02 01 61 0000000000000000 01 61 000000000000F03F" },
        { "redis#11530 hash with a field twice", "04 02 01 61 01 62 01 61 01 63" },
        { "redis#11530 hash listpack with a field twice",
            "10 13 13000000 0400 8161 02 8162 02 8161 02 8163 02 FF" },
        { "redis#11530 intset with a member twice", "0B 0C 02000000 02000000 0100 0100" },
        { "LZF whose result is longer than it says", "00 C3 05 02 04 41424344 45" },
        { "LZF whose result is shorter than it says", "00 C3 02 40FF 00 41" },
        { "LZF of 2^32 bytes", "00 C3 02 80 FFFFFFFF 00 41" },
        { "LZF of 2^62 bytes", "00 C3 02 81 4000000000000000 00 41" },
        { "LZF whose input is longer than there is", "00 C3 80 7FFFFFFF 05 00 41" },
        { "LZF that looks back beyond its beginning", "00 C3 03 05 20 FF 41" },
        { "redis 8.8.2 a type that is none", "63 01 61" },
        { "redis 8.8.2 slot info in the place of a value", "F4 01 01 01" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public void A_payload_that_lies_is_refused_and_takes_nothing(string name, string hex)
    {
        using EngineHost host = new();
        host.Check("SET k v", "+OK");
        long memory = host.Engine.AccountedMemory;
        long heap = GC.GetAllocatedBytesForCurrentThread();
        string reply = Restore(host, Convert.FromHexString(hex.Replace(" ", "", Ordinal)));
        Assert.StartsWith("-ERR Bad data format", reply, Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - heap < 1 << 20, name);
        Assert.True(host.Engine.AccountedMemory - memory < 100_000, name);
        host.Check("GET k", "$v");
        Assert.Empty(host.Effects);
        host.Engine.CheckInvariants();
    }

    // CVE-2025-32023, CVE-2019-10192, CVE-2019-10193: logs that lie, by SET.
    [Fact]
    public void CVE_2025_32023_and_2019_10192_logs_that_lie_are_refused_by_every_command()
    {
        byte[] overflow = Log(1, 131_073 * 2 + 1);
        for (int i = 16; i + 1 < overflow.Length; i += 2)
        {
            (overflow[i], overflow[i + 1]) = (0x7F, 0xFF);
        }

        overflow[^1] = 0x80;
        byte[] wild = Log(1, 40);
        wild.AsSpan(16).Fill(0xFF);
        byte[] unknown = Log(2, 100);
        byte[] badMagic = Log(0, 12_288);
        badMagic[0] = (byte)'X';
        List<byte[]> lies =
        [
            overflow, wild, unknown, badMagic, Log(0, 100), Log(0, 12_289), Log(1, 0), [],
            [.. "HYLL"u8], Log(0, 12_287),
        ];
        foreach (byte[] lie in lies)
        {
            using EngineHost host = new();
            host.Send([.. Words("SET", "k"), lie]);
            host.Send("PFADD good a b c");
            foreach (string call in (string[])["PFCOUNT k", "PFCOUNT good k", "PFMERGE d k",
                "PFADD k x", "PFMERGE good k", "PFCOUNT k good"])
            {
                string reply = host.Send(call);
                // A short log is of the wrong type, a log that lies is corrupt.
                Assert.StartsWith("-", reply, Ordinal);
                Assert.DoesNotContain("internal", reply, Ordinal);
                Assert.Empty(host.Effects);
            }

            host.Check("PFCOUNT good", ":3");
            Assert.Equal("$" + lie.Length, "$" + host.Send("STRLEN k")[1..]);
            host.Send("GETRANGE k 0 -1");
            host.Engine.CheckInvariants();
        }
    }

    // valkey#5128: what an erring PFADD has changed, if anything, a replica is told.
    [Fact]
    public void Valkey_5128_a_log_that_turns_out_corrupt_leaves_no_untold_change()
    {
        for (int length = 1; length < 40; length++)
        {
            byte[] log = Log(1, length);
            Random random = new(length);
            for (int i = 16; i < log.Length; i++) log[i] = (byte)random.Next(256);
            using EngineHost host = new();
            host.Send([.. Words("SET", "k"), log]);
            string before = host.Send("DEBUG DIGEST-VALUE k");
            string reply = host.Send("PFADD k " + string.Join(' ', Enumerable.Range(0, 200)));
            bool told = host.Effects.Count > 0;
            Assert.True(told || host.Send("DEBUG DIGEST-VALUE k") == before, reply);
        }
    }

    [Fact]
    public void Redis_11530_sets_made_of_odd_payloads_are_compared_in_the_end()
    {
        using EngineHost host = new();
        host.Send("SADD a 1 2 3");
        Assert.StartsWith("-ERR", Restore(host, [2, 2, 1, 0x61, 1, 0x61]), Ordinal);
        host.Check("SDIFF a k", "*3 $1 $2 $3");
        host.Check("SUNION k a", "*3 $1 $2 $3");
    }

    private static StringComparison Ordinal => StringComparison.Ordinal;

    private static string Restore(EngineHost host, byte[] body) =>
        host.Send([.. Words("RESTORE", "k", "0"), RdbPayloads.Seal(body), .. Words("REPLACE")]);

    private static byte[] Log(byte encoding, int bodyBytes)
    {
        byte[] log = new byte[16 + bodyBytes];
        "HYLL"u8.CopyTo(log);
        log[4] = encoding;
        // The count that is kept in front is not valid.
        log[15] = 0x80;
        return log;
    }

    private static byte[][] Words(params string[] words) =>
        [.. words.Select(Encoding.ASCII.GetBytes)];
}
