using System;
using System.Globalization;
using System.Linq;
using Rotom.Engine.Config;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>MEMORY, and what of DEBUG shows how values are kept.</summary>
public sealed class MemoryTests
{
    [Theory]
    [InlineData("MEMORY USAGE nokey", "$-1")]
    [InlineData("MEMORY USAGE", "-ERR wrong number of arguments for 'memory|usage' command")]
    [InlineData("MEMORY USAGE k x", "-ERR syntax error")]
    [InlineData("MEMORY USAGE k SAMPLES", "-ERR syntax error")]
    [InlineData("MEMORY USAGE k SAMPLES -1", "-ERR syntax error")]
    [InlineData("MEMORY USAGE k SAMPLES x", "-ERR value is not an integer or out of range")]
    [InlineData("MEMORY NOSUCH", "-ERR unknown subcommand 'NOSUCH'. Try MEMORY HELP.")]
    [InlineData("MEMORY PURGE", "+OK")]
    public void Replies_are_those_of_redis(string command, string reply)
    {
        using EngineHost host = new();
        host.Send("SET k v");
        host.Check(command, reply);
    }

    [Theory]
    [InlineData("SET k 1")]
    [InlineData("SET k abcdefgh EX 100")]
    [InlineData("SETRANGE k 100000 x")]
    [InlineData("RPUSH k a b c")]
    public void Usage_of_a_key_is_what_it_adds_to_used_memory(string command)
    {
        using EngineHost host = new();
        host.Send("SET other v EX 100");
        long before = host.Engine.UsedMemory;
        host.Send(command);
        long added = host.Engine.UsedMemory - before;
        // A slot of the table is there whether or not it is used.
        long slots = command.Contains("EX", StringComparison.Ordinal) ? 16 : 8;
        Assert.Equal(added + slots, Integer(host, "MEMORY USAGE k SAMPLES 0"));
    }

    [Fact]
    public void Usage_of_a_large_list_is_estimated_from_samples()
    {
        using EngineHost host = new();
        for (int i = 0; i < 3_000; i++) host.Send($"RPUSH l {new string('x', 100)}{i}");
        long all = Integer(host, "MEMORY USAGE l SAMPLES 0");
        Assert.InRange(Integer(host, "MEMORY USAGE l"), all * 0.9, all * 1.1);
        Assert.InRange(all, 300_000, 400_000);
    }

    [Fact]
    public void Stats_add_up()
    {
        using EngineHost host = new();
        for (int i = 0; i < 500; i++) host.Send($"SET key:{i} value EX 1000");
        host.Send("SELECT 3");
        host.Send("SET k v");
        string[] words = host.Send("MEMORY STATS").Split(' ');
        long Figure(string name) => long.Parse(
            words[Array.IndexOf(words, "$" + name) + 1][1..], CultureInfo.InvariantCulture);

        Assert.Equal("*58", words[0]);
        Assert.Equal(host.Engine.AccountedMemory, Figure("total.allocated"));
        Assert.Equal(501, Figure("keys.count"));
        Assert.Equal(host.Engine.UsedMemory, Figure("allocator.allocated"));
        Assert.Equal(host.Engine.AllocatorResidentBytes, Figure("allocator.resident"));
        Assert.InRange(
            Figure("allocator.active"), Figure("allocator.allocated"),
            Figure("allocator.resident"));
        Assert.Contains("$db.0", words);
        Assert.Contains("$db.3", words);
        long resident = host.Engine.AccountedMemory + 1_000_000;
        host.Engine.ProcessMemory = () => resident;
        words = host.Send("MEMORY STATS").Split(' ');
        Assert.Equal(resident - host.Engine.AccountedMemory, Figure("fragmentation.bytes"));
        host.Send("HELLO 3");
        Assert.StartsWith("%29 $peak.allocated", host.Send("MEMORY STATS"));
    }

    [Fact]
    public void The_doctor_finds_what_is_wrong_and_nothing_else()
    {
        using EngineHost host = new();
        Assert.Contains("next to nothing", host.Send("MEMORY DOCTOR"), StringComparison.Ordinal);
        for (int i = 0; i < 400; i++) host.Send($"SETRANGE key:{i} 20000 x");
        Assert.Contains("No problem", host.Send("MEMORY DOCTOR"), StringComparison.Ordinal);
        host.Engine.Cron();
        host.Engine.ProcessMemory = () => 1L << 40;
        Assert.Contains("* Process:", host.Send("MEMORY DOCTOR"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_allocator_shows_its_blocks_by_size()
    {
        using EngineHost host = new();
        for (int i = 0; i < 100; i++) host.Send($"SETRANGE key:{i} 3500 x");
        host.Send("SETRANGE huge 5000000 x");
        string report = host.Send("MEMORY MALLOC-STATS");
        Assert.Matches(@" 3584 +\d+ +100 ", report);
        Assert.Contains("5001216", report, StringComparison.Ordinal);
        Assert.Contains("+MALLOC-STATS", host.Send("MEMORY HELP"), StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_given_back_is_no_longer_mapped()
    {
        using EngineHost host = new();
        for (int i = 0; i < 3_000; i++) host.Send($"SETRANGE key:{i} 30000 x");
        host.Send("FLUSHALL");
        long before = host.Engine.AllocatorBytes;
        host.Check("MEMORY PURGE", "+OK");
        Assert.InRange(host.Engine.AllocatorBytes, 0, before - (32 << 20));
        host.Send("SET k v");
        host.Engine.CheckInvariants();
    }

    [Theory]
    [InlineData("DEBUG HTSTATS x", "-ERR value is not an integer or out of range")]
    [InlineData("DEBUG HTSTATS 16", "-ERR Out of range database")]
    [InlineData("DEBUG HTSTATS -1", "-ERR Out of range database")]
    [InlineData("DEBUG HTSTATS-KEY nokey", "-ERR no such key")]
    [InlineData("DEBUG HTSTATS-KEY k",
        "-ERR The value stored at the specified key is not represented using an hash table")]
    [InlineData("DEBUG LISTPACK k", "-ERR Not a listpack encoded object.")]
    [InlineData("DEBUG LISTPACK l", "+Listpack structure printed on stdout")]
    [InlineData("DEBUG REPLYBUFFER RESIZING 0", "+OK")]
    [InlineData("DEBUG REPLYBUFFER PEAK-RESET-TIME never", "+OK")]
    [InlineData("DEBUG REPLYBUFFER PEAK-RESET-TIME 100", "+OK")]
    [InlineData("DEBUG REPLYBUFFER PEAK-RESET-TIME x",
        "-ERR value is not an integer or out of range")]
    [InlineData("DEBUG REPLYBUFFER NOSUCH 1", "-ERR syntax error")]
    [InlineData("DEBUG SET-DISABLE-DENY-SCRIPTS 1", "+OK")]
    [InlineData("DEBUG CHANGE-REPL-ID", "+OK")]
    [InlineData("DEBUG STRINGMATCH-LEN 5 a*", ":1")]
    [InlineData("DEBUG STRINGMATCH-LEN 5 a?", ":0")]
    public void Debug_looks_into_values(string command, string reply)
    {
        using EngineHost host = Debugging();
        host.Send("SET k v");
        host.Send("RPUSH l a b");
        host.Check(command, reply);
    }

    [Fact]
    public void Debug_shows_how_full_a_database_is()
    {
        using EngineHost host = Debugging();
        for (int i = 0; i < 1_000; i++) host.Send($"SET key:{i} v");
        string report = host.Send("DEBUG HTSTATS 0");
        Assert.Contains("number of elements: 1000", report, StringComparison.Ordinal);
        Assert.Contains("No stats available", report, StringComparison.Ordinal);
        Assert.Matches(@"table size: (1\d\d|2\d\d)\\x0a", report);
    }

    [Fact]
    public void A_set_of_many_members_is_looked_into_and_estimated()
    {
        using EngineHost host = Debugging();
        for (int i = 0; i < 2_000; i++) host.Send($"SADD s {new string('x', 40)}{i}");
        Assert.Contains(
            "number of elements: 2000", host.Send("DEBUG HTSTATS-KEY s"), StringComparison.Ordinal);
        long all = Integer(host, "MEMORY USAGE s SAMPLES 0");
        Assert.InRange(Integer(host, "MEMORY USAGE s"), all * 0.9, all * 1.1);
        host.Send("SADD ints 1 2 3");
        Assert.StartsWith("-ERR The value stored", host.Send("DEBUG HTSTATS-KEY ints"));
    }

    [Fact]
    public void Debug_object_knows_collections()
    {
        using EngineHost host = Debugging();
        host.Send("RPUSH l a b");
        Assert.Matches("encoding:listpack serializedlength:[1-9]", host.Send("DEBUG OBJECT l"));
    }

    [Fact]
    public void Paused_periodic_work_leaves_expired_keys()
    {
        using EngineHost host = Debugging();
        host.Send("SET k v PX 5");
        host.Check("DEBUG PAUSE-CRON 1", "+OK");
        host.Advance(1_000);
        host.Check("DBSIZE", ":1");
        host.Check("DEBUG PAUSE-CRON 0", "+OK");
        host.Advance(1_000);
        host.Check("DBSIZE", ":0");
        string help = host.Send("DEBUG HELP");
        Assert.Contains("+HTSTATS <dbid>", help, StringComparison.Ordinal);
        Assert.Equal("+HELP", help.Split(" +").Select(l => "+" + l).Last(l => l == "+HELP"));
    }

    private static long Integer(EngineHost host, string command) =>
        long.Parse(host.Send(command)[1..], CultureInfo.InvariantCulture);

    private static EngineHost Debugging() =>
        new(config => config.EnableDebugCommand = DangerousAccess.Yes);
}
