using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rotom.Engine.Config;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>What a transcript of replies does not show of the hash commands.</summary>
public sealed class HashTests
{
    [Theory]
    [InlineData("HSET h a 2 z 1", "HSET h a 2 z 1")]
    [InlineData("HSETNX h a 2", "")]
    [InlineData("HDEL h a nosuch", "HDEL h a nosuch")]
    [InlineData("HDEL h nosuch", "")]
    [InlineData("HINCRBY h a 2", "HINCRBY h a 2")]
    [InlineData("HINCRBYFLOAT h a 0.5", "HSET h a 1.5")]
    [InlineData("HINCRBY h b 2", "")]
    [InlineData("HRANDFIELD h 3", "")]
    [InlineData("HGETALL h", "")]
    public void Commands_propagate_what_they_did(string command, string effect)
    {
        using EngineHost host = new();
        host.Send("HSET h a 1 b x");
        host.Send(command);
        Assert.Equal(effect, Effect.Of(host));
    }

    [Theory]
    [InlineData("HSET h a 1 x 2 y 3", 3)]
    [InlineData("HDEL h a b nosuch", 2)]
    [InlineData("HSETNX h x 1", 1)]
    [InlineData("HINCRBY h a 1", 1)]
    public void Changes_are_counted_by_field(string command, long changes)
    {
        using EngineHost host = new();
        host.Send("HSET h a 1 b x");
        long before = host.Engine.Dirty;
        host.Send(command);
        Assert.Equal(changes, host.Engine.Dirty - before);
    }

    [Theory]
    [InlineData("listpack", 512)]
    [InlineData("hashtable", 1)]
    public void Copying_renaming_moving_and_deleting_keep_or_free_all_of_it(
        string encoding, int entriesMax)
    {
        using EngineHost host = new(config => config.HashMaxListpackEntries = entriesMax);
        long empty = host.Engine.UsedMemory;
        host.Send("HSET h a 1 b 2 c 3");
        host.Check("OBJECT ENCODING h", "$" + encoding);
        host.Check("COPY h m", ":1");
        host.Check("OBJECT ENCODING m", "$" + encoding);
        host.Check("HSET m d 4", ":1");
        host.Check("HLEN h", ":3");
        host.Check("RENAME h n", "+OK");
        host.Check("MOVE n 1", ":1");
        host.Check("SET m v", "+OK");
        host.Send("SELECT 1");
        host.Check("COPY n o", ":1");
        host.Check("UNLINK n", ":1");
        host.Check("SCAN 0 TYPE hash", "*2 $0 *1 $o");
        host.Engine.CheckInvariants();
        host.Send("DEL o");
        host.Send("SELECT 0");
        host.Send("DEL m");
        host.Engine.EndTurn();
        Assert.Equal(0, host.Engine.LazyFreePending);
        Assert.InRange(host.Engine.UsedMemory, 0, empty + 200);
    }

    [Fact]
    public void A_hash_that_waits_to_be_freed_goes_in_several_turns()
    {
        using EngineHost host = new();
        for (int i = 0; i < 100; i++)
        {
            IEnumerable<string> pairs = Enumerable.Range(i * 1000, 1000).Select(f => $" {f} value");
            host.Send("HSET h" + string.Concat(pairs));
        }

        host.Check("HLEN h", ":100000");
        long full = host.Engine.UsedMemory;
        host.Check("UNLINK h", ":1");
        host.Engine.EndTurn();
        Assert.InRange(host.Engine.UsedMemory, full / 10, full - 10_000);
        for (int i = 0; i < 1000 && host.Engine.LazyFreePending > 0; i++) host.Engine.EndTurn();
        Assert.Equal(0, host.Engine.LazyFreePending);
        Assert.Equal(1, host.Engine.Stats.LazyFreedObjects);
    }

    [Fact]
    public void The_digest_is_the_one_redis_computes()
    {
        using EngineHost host = new(
            config => config.EnableDebugCommand = DangerousAccess.Yes);
        host.Send("HSET h a 1 -5 \"\" z abc n 99");
        host.Check("DEBUG DIGEST", "+d0b594b46fa7ee7214a4254d7a7a34f4790f4580");
        host.Send("CONFIG SET hash-max-ziplist-entries 0");
        host.Send("HSET h new 1");
        host.Send("HDEL h new");
        host.Check("OBJECT ENCODING h", "$hashtable");
        host.Check("DEBUG DIGEST", "+d0b594b46fa7ee7214a4254d7a7a34f4790f4580");
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(512, 100)]
    [InlineData(0, 5)]
    public void Random_fields_are_there_differ_if_they_must_and_are_all_drawn(
        int entriesMax, int count)
    {
        using EngineHost host = new(config => config.HashMaxListpackEntries = entriesMax);
        HashSet<string> names = [];
        for (int i = 0; i < 150; i++)
        {
            host.Send($"HSET h f{i} v{i}");
            names.Add($"$f{i}");
        }

        HashSet<string> drawn = [];
        for (int i = 0; i < 20_000 / count; i++)
        {
            string[] reply = host.Send($"HRANDFIELD h {count}").Split(' ');
            Assert.Equal($"*{count}", reply[0]);
            Assert.Equal(count, reply[1..].Distinct().Count());
            Assert.Empty(reply[1..].Except(names));
            drawn.UnionWith(reply[1..]);
        }

        Assert.Equal(150, drawn.Count);
        string[] pairs = host.Send("HRANDFIELD h -300 WITHVALUES").Split(' ');
        Assert.Equal(601, pairs.Length);
        for (int i = 1; i < pairs.Length; i += 2) Assert.Equal(pairs[i][2..], pairs[i + 1][2..]);
        string[] all = host.Send("HRANDFIELD h 1000").Split(' ');
        Assert.Equal(names.Order(), all[1..].Order());
    }

    [Theory]
    [InlineData("HRANDFIELD h -1000000000")]
    [InlineData("HRANDFIELD h -9223372036854775807")]
    [InlineData("HRANDFIELD h -4000000000000000000 WITHVALUES")]
    public void A_count_beyond_the_output_limit_ends_the_client_not_the_memory(string command)
    {
        using EngineHost host = new(config => config.ClientOutputBufferLimits =
            new(new OutputBufferLimit(100_000, 0, 0), default, default));
        host.Send("HSET h a 1 b 2");
        host.Check(command, "");
        Assert.True(host.ClientOf("main").Has(ClientGate.Closing));
        host.Check("HLEN h", ":2", "other");
    }

    [Fact]
    public void A_scan_of_a_table_shows_every_field_and_may_leave_out_values()
    {
        using EngineHost host = new(config => config.HashMaxListpackEntries = 0);
        for (int i = 0; i < 500; i++) host.Send($"HSET h f{i} v{i}");
        HashSet<string> seen = [];
        string cursor = "0";
        do
        {
            string[] reply = host.Send($"HSCAN h {cursor} COUNT 20 NOVALUES").Split(' ');
            cursor = reply[1][1..];
            int elements = int.Parse(reply[2][1..], CultureInfo.InvariantCulture);
            Assert.Equal(elements, reply.Length - 3);
            Assert.InRange(elements, 1, 60);
            seen.UnionWith(reply[3..]);
        }
        while (cursor != "0");

        Assert.Equal(500, seen.Count);
        string[] some = host.Send("HSCAN h 0 COUNT 10000 MATCH f49?").Split(' ');
        Assert.Equal("*20", some[2]);
    }
}
