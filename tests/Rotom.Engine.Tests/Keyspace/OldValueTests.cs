using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Rotom.Engine.Config;
using Rotom.Engine.Tests.Extending;
using Rotom.Engine.Tests.Support;
using Rotom.Resp;
using Xunit;

namespace Rotom.Engine.Tests.Keyspace;

/// <summary>What a key held that expires or is evicted, in the event for the host.</summary>
public sealed class OldValueTests
{
    private const long Hour = 3_600_000;

    /// <summary>How a key goes.</summary>
    public enum End
    {
        /// <summary>The expire cycle finds it.</summary>
        ActiveExpiry,

        /// <summary>A command looks for it.</summary>
        LazyExpiry,

        /// <summary>There is no room.</summary>
        Eviction,
    }

    /// <summary>The encoding, how to read the value, the commands that make it.</summary>
    public static TheoryData<string, string, string[]> Values()
    {
        string many = string.Join(' ', Enumerable.Range(0, 700).Select(i => $"e{i * 7}"));
        string pairs = string.Join(' ', Enumerable.Range(0, 600).Select(i => $"f{i} v{i * 3}"));
        string scores = string.Join(
            ' ', Enumerable.Range(0, 300).Select(i => $"{(i * 37 % 100) - 50}.5 m{i}"));
        string large = new('L', 9000);
        string huge = new('H', 40_000);
        return new TheoryData<string, string, string[]>
        {
            { "embstr", "GET k", ["SET k value"] },
            { "int", "GET k", ["SET k -1234567890123"] },
            { "int", "GET k", ["SET k 7"] },
            { "embstr", "GET k", ["SET k \"\""] },
            { "raw", "GET k", ["SET k " + huge] },
            { "raw", "GET k", ["SET k \"\\x00\\xff\\r\\n\"", "APPEND k 1"] },
            { "listpack", "LRANGE k 0 -1", ["RPUSH k a 1 -500 \"\" 99999999999"] },
            { "quicklist", "LRANGE k 0 -1", ["RPUSH k " + many, "RPUSH k " + large, "LPUSH k x"] },
            {
                "quicklist", "LRANGE k 0 -1",
                ["CONFIG SET list-compress-depth 1 list-max-listpack-size 64", "RPUSH k " + many]
            },
            { "listpack", "HGETALL k", ["HSET k a 1 b -2 c \"\" 4 text"] },
            { "hashtable", "HGETALL k", ["HSET k " + pairs] },
            { "hashtable", "HGETALL k", ["HSET k f " + large] },
            { "listpackex", "HGETALL k", ["HSET k a 1 b 2", "HPEXPIRE k 90000000 FIELDS 1 b"] },
            { "hashtable", "HGETALL k", ["HSET k " + pairs, "HPEXPIRE k 90000000 FIELDS 1 f3"] },
            { "intset", "SMEMBERS k", ["SADD k 1 -70000 5000000000 3"] },
            { "listpack", "SMEMBERS k", ["SADD k 1 two three"] },
            { "hashtable", "SMEMBERS k", ["SADD k " + many] },
            { "listpack", "ZRANGE k 0 -1 WITHSCORES", ["ZADD k 1 a 2.5 b -inf c 7 12"] },
            { "skiplist", "ZRANGE k 0 -1 WITHSCORES", ["ZADD k " + scores, "ZADD k inf last"] },
        };
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Every_type_and_encoding_is_told_however_it_goes(
        string encoding, string read, string[] make)
    {
        foreach (End end in Enum.GetValues<End>())
        {
            using EngineHost host = Host();
            FeedEar ear = new(host.Engine, NotifyClass.Expired | NotifyClass.Evicted);
            foreach (string command in make)
            {
                Assert.DoesNotContain("-ERR", host.Send(command), StringComparison.Ordinal);
            }

            host.Check("OBJECT ENCODING k", "$" + encoding);
            List<string> held = Read(host, read);
            byte[] dump = Value(host, "DUMP k").Bytes.ToArray();
            OldValue old = Gone(host, ear, end);
            Assert.Equal(OldValueState.Whole, old.State);
            Assert.Equal(held, Told(old));
            Assert.Equal(dump, old.ToDump());
            Assert.Equal(held, Told(old));
            host.Engine.CheckInvariants();
        }
    }

    [Fact]
    public void A_custom_type_is_loaded_by_whoever_hears_of_it()
    {
        foreach (End end in Enum.GetValues<End>())
        {
            using EngineHost host = Inventory.Extend(Host());
            FeedEar ear = new(host.Engine, NotifyClass.Expired | NotifyClass.Evicted);
            host.Check("INV.ADD k rope 2", ":2");
            host.Check("INV.ADD k lamp 7", ":7");
            OldValue old = Gone(host, ear, end);
            Assert.Equal(("inventory", -1), (old.Type, old.Length));
            Assert.Equal("[lamp, 7] [rope, 2]", old.AsCustom(Inventory.Type).ToString());
            Assert.Throws<InvalidOperationException>(old.AsBytes);
            Assert.Equal(7, old.ToDump()[0]);
        }
    }

    [Fact]
    public void A_custom_type_that_fails_to_write_it_loses_the_value_and_nothing_else()
    {
        using EngineHost host = Inventory.Extend(Host());
        FeedEar ear = new(host.Engine, NotifyClass.Expired);
        host.Engine.Propagation.Enabled = false;
        host.Check("INV.ADD k unspeakable 1", ":1");
        OldValue old = Gone(host, ear, End.ActiveExpiry);
        Assert.Equal(("inventory", OldValueState.Unreadable), (old.Type, old.State));
        Assert.Throws<InvalidOperationException>(() => old.AsCustom(Inventory.Type));
        Assert.Throws<InvalidOperationException>(old.ToDump);
        host.Engine.CheckInvariants();
    }

    [Theory]
    [InlineData("SET k 0123456789012345678901234567890123456789", "string", 40, 40, 0)]
    [InlineData("RPUSH k 0123456789012345678901234567890123456789 b c", "list", 3, 40, 100)]
    [InlineData("RPUSH k a b c", "list", 3, 1000, 2)]
    [InlineData("SADD k 0123456789012345678901234567890123456789 b", "set", 2, 40, 100)]
    [InlineData("SADD k 1 2 3", "set", 3, 1000, 2)]
    [InlineData("HSET k f 0123456789012345678901234567890123456789", "hash", 1, 40, 100)]
    [InlineData("ZADD k 1 0123456789012345678901234567890123456789", "zset", 1, 40, 100)]
    [InlineData("INV.ADD k x 1", "inventory", -1, 150, 100)]
    public void A_value_beyond_the_limit_is_told_as_too_large(
        string make, string type, int length, int bytes, int elements)
    {
        foreach (int packed in (int[])[512, 0])
        {
            using EngineHost host = Inventory.Extend(Host(packed));
            FeedEar ear = new(host.Engine, NotifyClass.Expired)
            {
                Limit = new OldValueLimit(bytes, elements),
            };
            host.Send(make);
            OldValue old = Gone(host, ear, End.LazyExpiry);
            Assert.Equal((type, (long)length, OldValueState.TooLarge),
                (old.Type, old.Length, old.State));
            Assert.Equal(0, old.PayloadBytes);
            Assert.Throws<InvalidOperationException>(old.ToDump);

            // One that fits comes whole again, and is too large for whoever wants less.
            ear.Limit = OldValueLimit.Default;
            host.Send(make);
            OldValue whole = Gone(host, ear, End.LazyExpiry);
            Assert.True(whole.IsWhole);
            Assert.Same(whole, whole.Within(OldValueLimit.Default));
            OldValue less = whole.Within(new OldValueLimit(4, 100));
            Assert.Equal((OldValueState.TooLarge, whole.Length), (less.State, less.Length));
        }
    }

    [Fact]
    public void A_large_collection_is_not_walked_beyond_the_limit()
    {
        const int members = 100_000;
        using EngineHost host = Host();
        FeedEar ear = new(host.Engine, NotifyClass.Expired)
        {
            Limit = new OldValueLimit(1 << 20, int.MaxValue),
        };
        string tail = new('x', 100);
        for (int i = 0; i < members; i += 1000)
        {
            host.Send("SADD k " + string.Join(
                ' ', Enumerable.Range(i, 1000).Select(n => n + tail)));
        }

        OldValue old = Gone(host, ear, End.LazyExpiry);
        Assert.Equal((OldValueState.TooLarge, (long)members), (old.State, old.Length));
        Assert.Equal(0, host.Engine.CaptureCost);
    }

    [Fact]
    public void Fields_past_their_time_are_no_part_of_it()
    {
        foreach (int packed in (int[])[512, 0])
        {
            using EngineHost host = Host(packed);
            FeedEar ear = new(host.Engine, NotifyClass.Expired);
            host.Check("HSET k a 1 b 2 c 3", ":3");
            host.Check("HPEXPIRE k 100 FIELDS 1 a", "*1 :1");
            host.Check($"HPEXPIRE k {2 * Hour} FIELDS 1 b", "*1 :1");
            OldValue old = Gone(host, ear, End.LazyExpiry);
            Assert.Equal(["b=2+", "c=3"], old.AsHash()
                .Select(field => Text(field.Name) + "=" + Text(field.Value)
                    + (field.ExpiresAt is null ? "" : "+"))
                .Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Only_keys_of_which_it_is_wanted_are_written_down()
    {
        using EngineHost host = Host();
        FeedEar ear = new(host.Engine, NotifyClass.Expired) { Only = "k" };
        host.Check("SET k 1 PX 10", "+OK");
        host.Check("SET other 1 PX 10", "+OK");
        host.Advance(20);
        host.Advance(20);
        List<FedEvent> heard = ear.Heard();
        Assert.Equal(2, heard.Count);
        Assert.Null(heard.Single(told => told.Key == "other").Old);
        Assert.Equal("1", heard.Single(told => told.Key == "k").Old!.AsText());
        // Nobody is asked about what no event is fed of.
        int asked = ear.Asked;
        host.Check("SET k 1", "+OK");
        host.Check("CONFIG SET maxmemory 1 maxmemory-policy allkeys-random", "+OK");
        host.Check("EXISTS k", ":0");
        Assert.Equal(asked, ear.Asked);
    }

    [Fact]
    public void Without_a_listener_nothing_is_written_down_or_allocated()
    {
        using EngineHost host = Host();
        Expire(host, 2000);
        long without = Expire(host, 2000);
        long again = Expire(host, 2000);
        FeedEar ear = new(host.Engine, NotifyClass.Evicted);
        long elsewhere = Expire(host, 2000);
        Assert.Equal(0, ear.Asked);
        Assert.Equal(0, host.Engine.CaptureCost);
        Assert.Equal(without, again);
        Assert.Equal(without, elsewhere);
    }

    /// <summary>Lets keys expire; what that allocates on the managed heap.</summary>
    private static long Expire(EngineHost host, int keys)
    {
        host.Engine.Propagation.Enabled = false;
        for (int i = 0; i < keys; i++) host.Send($"HSET k{i:D5} field value");
        for (int i = 0; i < keys; i++) host.Send($"PEXPIRE k{i:D5} 1000");
        host.Clock.Advance(1001);
        long before = GC.GetAllocatedBytesForCurrentThread();
        host.Engine.ExpireAllDue();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        host.Check("DBSIZE", ":0");
        return allocated;
    }

    private static EngineHost Host(int packed = 512) => new(config =>
    {
        config.RdbCompression = false;
        config.MaxMemoryPolicy = MaxMemoryPolicy.AllKeysRandom;
        if (packed > 0) return;
        config.HashMaxListpackEntries = 0;
        config.SetMaxListpackEntries = 0;
        config.SetMaxIntsetEntries = 0;
        config.ZsetMaxListpackEntries = 0;
    });

    private static OldValue Gone(EngineHost host, FeedEar ear, End end)
    {
        if (end == End.Eviction)
        {
            host.Check("CONFIG SET maxmemory 1", "+OK");
            host.Check("CONFIG SET maxmemory 0", "+OK");
        }
        else
        {
            host.Check($"PEXPIRE k {Hour}", ":1");
            if (end == End.LazyExpiry)
            {
                host.Clock.Advance(Hour + 1);
                host.Check("EXISTS k", ":0");
            }
            else
            {
                host.Advance(Hour + 1);
            }
        }

        FedEvent told = Assert.Single(ear.Heard());
        Assert.Equal(end == End.Eviction ? "evicted" : "expired", told.Name);
        Assert.Equal(("k", 0), (told.Key, told.Database));
        Assert.NotNull(told.Old);
        return told.Old;
    }

    // The value as its reading command answers it; what has no order is put into one.
    private static List<string> Read(EngineHost host, string read)
    {
        RespValue reply = Value(host, read);
        if (read.StartsWith("GET", StringComparison.Ordinal)) return [Text(reply.Bytes.ToArray())];
        List<string> items = [.. reply.Items.Select(item => Text(item.Bytes.ToArray()))];
        if (read.StartsWith('L')) return items;
        if (read.StartsWith('S')) return [.. items.Order(StringComparer.Ordinal)];
        List<string> paired = [];
        for (int i = 0; i < items.Count; i += 2) paired.Add(items[i] + "=" + items[i + 1]);
        return read.StartsWith('Z') ? paired : [.. paired.Order(StringComparer.Ordinal)];
    }

    private static List<string> Told(OldValue old) => old.Type switch
    {
        "string" => [Text(old.AsBytes())],
        "list" => [.. old.AsList().Select(Text)],
        "set" => [.. old.AsSet().Select(Text).Order(StringComparer.Ordinal)],
        "zset" => [.. old.AsSortedSet().Select(m => Text(m.Member) + "=" + Score(m.Score))],
        _ => [.. old.AsHash().Select(f => Text(f.Name) + "=" + Text(f.Value))
            .Order(StringComparer.Ordinal)],
    };

    private static string Score(double score) => double.IsInfinity(score)
        ? score > 0 ? "inf" : "-inf"
        : score.ToString(CultureInfo.InvariantCulture);

    private static RespValue Value(EngineHost host, string command)
    {
        host.Send(command);
        RespReader reader = new();
        Assert.Equal(RespReadResult.Value, reader.Read(host.ReplyBytes, out _));
        return reader.Value;
    }

    private static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);
}
