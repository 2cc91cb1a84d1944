using System;
using System.Linq;
using System.Text;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>What the transcripts of the commands on bits and HyperLogLogs cannot say.</summary>
public sealed class BitTests
{
    private const string OffsetError = "-ERR bit offset is not an integer or out of range";
    private const string Corrupt = "-INVALIDOBJ Corrupted HLL object detected";

    // Redis 7.0 answers 0 before it looks at the arguments; 7.2 looks first.
    [Theory]
    [InlineData("BITCOUNT nokey 0", "-ERR syntax error")]
    [InlineData("BITCOUNT nokey 0 1 NOSUCH", "-ERR syntax error")]
    [InlineData("BITCOUNT nokey a 1", "-ERR value is not an integer or out of range")]
    [InlineData("BITPOS nokey 1 a", "-ERR value is not an integer or out of range")]
    [InlineData("BITPOS nokey 1 0 1 NOSUCH", "-ERR syntax error")]
    public void Illegal_arguments_are_an_error_without_a_key_too(string command, string error)
    {
        using EngineHost host = new();
        host.Check(command, error);
    }

    // CVE-2021-32761: offsets near and beyond every power of two that once overflowed.
    [Theory]
    [InlineData("SETBIT k {0} 1")]
    [InlineData("GETBIT k {0}")]
    [InlineData("BITFIELD k SET u8 {0} 1")]
    [InlineData("BITFIELD k INCRBY i64 #{0} 1")]
    [InlineData("BITFIELD k GET u63 #{0}")]
    [InlineData("BITFIELD_RO k GET i64 #{0}")]
    public void No_offset_leaves_the_longest_string(string command)
    {
        using EngineHost host = new();
        string[] offsets =
        [
            "4294967296", "68719476736", "288230376151711744", "2305843009213693952",
            "4611686018427387904", "9223372036854775800", "9223372036854775807",
            "9223372036854775808", "-1", "-9223372036854775808",
        ];
        foreach (string offset in offsets)
        {
            host.Check(
                string.Format(null, CompositeFormat.Parse(command), offset), OffsetError);
        }

        host.Check("EXISTS k", ":0");
        host.Check("BITPOS k 0 9223372036854775807 -9223372036854775808 BIT", ":0");
    }

    [Fact]
    public void The_limit_of_a_string_is_the_setting()
    {
        using EngineHost host = new(config => config.ProtoMaxBulkLen = 1 << 20);
        host.Check("SETBIT k 8388607 1", ":0");
        host.Check("SETBIT k 8388608 1", OffsetError);
        host.Check("STRLEN k", ":1048576");
        host.Check("BITCOUNT k", ":1");
        host.Check("BITPOS k 1", ":8388607");
    }

    [Fact]
    public void A_field_that_is_only_read_needs_no_right_to_write()
    {
        using EngineHost host = new();
        host.Check(
            "COMMAND GETKEYSANDFLAGS BITFIELD k GET u8 0", "*1 *2 $k *2 +RO +access");
        host.Check(
            "COMMAND GETKEYSANDFLAGS BITFIELD k GET u8 0 SET u8 0 1",
            "*1 *2 $k *3 +RW +access +update");
    }

    [Fact]
    public void A_destination_alone_is_a_key_of_pfmerge()
    {
        using EngineHost host = new();
        host.Check("COMMAND GETKEYS PFMERGE d", "*1 $d");
        host.Check("COMMAND GETKEYS PFMERGE d a b", "*3 $d $a $b");
    }

    [Fact]
    public void The_overflow_of_a_sparse_value_is_refused_by_every_command()
    {
        using EngineHost host = new();
        byte[] value = new byte[16 + (131_073 * 2) + 1];
        Encoding.ASCII.GetBytes("HYLL\x01").CopyTo(value, 0);
        for (int i = 16; i < value.Length - 1; i += 2) (value[i], value[i + 1]) = (0x7F, 0xFF);
        value[15] = 0x80;
        value[^1] = 0x80;
        host.Send([.. Words.Split("SET k"), value]);
        foreach (string command in (string[])["PFADD k a", "PFCOUNT k", "PFMERGE k", "PFMERGE d k",
            "PFCOUNT d k", "PFDEBUG TODENSE k", "PFDEBUG GETREG k", "PFDEBUG DECODE k"])
        {
            host.Check(command, Corrupt);
            Assert.Empty(host.Effects);
        }

        host.Check("EXISTS k d", ":1");
        host.Check("STRLEN k", ":262163");
        host.Engine.CheckInvariants();
    }

    // What PFADD raised before it found the value corrupt must not be there for us alone.
    [Fact]
    public void An_add_that_fails_in_its_middle_changes_nothing()
    {
        using EngineHost host = new();
        host.Send("PFADD k a b c");
        host.Send("PFCOUNT k");
        string before = host.Send("GET k");
        host.Send("APPEND k x");
        host.Send("SETRANGE k 16 \"\\x00\\x00\"");
        before = host.Send("GET k");
        host.Check("PFADD k one two three four five", Corrupt);
        Assert.Empty(host.Effects);
        host.Check("GET k", before);
    }

    [Fact]
    public void A_count_that_is_kept_is_propagated_once()
    {
        using EngineHost host = new();
        host.Send("PFADD k a b");
        host.Check("PFCOUNT k", ":2");
        Assert.Equal("PFCOUNT k", Effect.Of(host));
        host.Check("PFCOUNT k", ":2");
        Assert.Empty(host.Effects);
    }

    [Fact]
    public void A_debugged_value_has_all_its_registers()
    {
        using EngineHost host = new();
        host.Send("PFADD k a b c");
        string registers = host.Send("PFDEBUG GETREG k");
        Assert.Equal(16_384, registers.Split(' ').Count(word => word[0] == ':'));
        host.Check("PFDEBUG ENCODING k", "+dense");
        host.Check("PFSELFTEST", "+OK");
    }
}
