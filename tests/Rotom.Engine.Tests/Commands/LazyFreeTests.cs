using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>Big values are freed in slices, or at once where the settings say so.</summary>
/// <remarks>
/// The clock of the tests ticks by a microsecond each time it is read, and it is read once a slice:
/// how much is freed by one call is therefore the same in every run.
/// </remarks>
public sealed class LazyFreeTests
{
    /// <summary>Slices of a turn's 100 us, each of some dozen blocks.</summary>
    private const int TurnBytesMax = 100 * 64 * 9_000;

    private const string Value = "a-value-of-forty-bytes-that-is-not-short-";

    // Commands that make a large value of every type there is; those not known are left out.
    public static TheoryData<string, string> Makers() => new()
    {
        { "RPUSH", "RPUSH big" },
        { "SADD", "SADD big" },
        { "HSET", "HSET big" },
        { "ZADD", "ZADD big" },
    };

    [Theory]
    [MemberData(nameof(Makers))]
    public void An_unlinked_value_goes_slice_by_slice(string command, string make)
    {
        using EngineHost host = new();
        if (!Fill(host, command, make, 60_000)) return;
        long full = host.Engine.UsedMemory;
        host.Check("UNLINK big", ":1");
        Assert.Equal("UNLINK big", Effect.Of(host));
        host.Check("EXISTS big", ":0");
        Assert.Equal(1, host.Engine.LazyFreePending);
        Assert.Equal(full, host.Engine.UsedMemory, full * 0.01);
        int turns = 0;
        for (; host.Engine.LazyFreePending > 0; turns++)
        {
            long before = host.Engine.UsedMemory;
            host.Engine.EndTurn();
            Assert.InRange(before - host.Engine.UsedMemory, 1, TurnBytesMax);
            host.Engine.CheckInvariants();
        }

        Assert.InRange(turns, 1, 10_000);
        Assert.Equal(1, host.Engine.Stats.LazyFreedObjects);
        Assert.InRange(host.Engine.UsedMemory, 0, host.Engine.StartupMemory + 4_096);
    }

    [Theory]
    [MemberData(nameof(Makers))]
    public void Delete_waits_for_all_of_it_unless_the_setting_says_otherwise(
        string command, string make)
    {
        using EngineHost host = new();
        if (!Fill(host, command, make, 20_000)) return;
        host.Check("DEL big", ":1");
        Assert.Equal(0, host.Engine.LazyFreePending);
        Assert.InRange(host.Engine.UsedMemory, 0, host.Engine.StartupMemory + 4_096);
        Fill(host, command, make, 20_000);
        host.Send("CONFIG SET lazyfree-lazy-user-del yes");
        host.Check("DEL big", ":1");
        Assert.Equal(1, host.Engine.LazyFreePending);
    }

    [Theory]
    [InlineData("SET big v", "lazyfree-lazy-server-del")]
    [InlineData("RENAME other big", "lazyfree-lazy-server-del")]
    [InlineData("COPY other big REPLACE", "lazyfree-lazy-server-del")]
    [InlineData("BITOP NOT big other", "lazyfree-lazy-server-del")]
    public void What_overwrites_frees_at_once_by_default(string command, string setting)
    {
        using EngineHost host = new();
        Fill(host, "RPUSH", "RPUSH big", 20_000);
        host.Send("SET other v");
        host.Send($"CONFIG SET {setting} no");
        Assert.NotEqual('-', host.Send(command)[0]);
        Assert.Equal(0, host.Engine.LazyFreePending);
        Assert.InRange(host.Engine.UsedMemory, 0, host.Engine.StartupMemory + 4_096);
    }

    [Fact]
    public void An_expired_value_is_put_off_if_the_setting_says_so()
    {
        using EngineHost host = new();
        host.Send("CONFIG SET lazyfree-lazy-expire yes");
        Fill(host, "RPUSH", "RPUSH big", 20_000);
        host.Send("PEXPIRE big 10");
        host.Clock.Advance(20);
        host.Check("EXISTS big", ":0");
        Assert.Equal("UNLINK big", Effect.Of(host));
        Assert.Equal(1, host.Engine.LazyFreePending);
    }

    [Theory]
    [InlineData("FLUSHDB ASYNC", true)]
    [InlineData("FLUSHALL ASYNC", true)]
    [InlineData("FLUSHDB SYNC", false)]
    [InlineData("FLUSHALL SYNC", false)]
    [InlineData("FLUSHALL", false)]
    public void A_flush_waits_or_does_not(string command, bool lazy)
    {
        using EngineHost host = new();
        Fill(host, "RPUSH", "RPUSH big", 40_000);
        for (int i = 0; i < 5_000; i++) host.Send($"SET key:{i} {Value}");
        for (int i = 0; i < 50; i++) Fill(host, "RPUSH", $"RPUSH list:{i}", 900);
        host.Check(command, "+OK");
        host.Check("DBSIZE", ":0");
        Assert.Equal(lazy ? 5_051 : 0, host.Engine.LazyFreePending);
        while (host.Engine.LazyFreePending > 0)
        {
            long before = host.Engine.UsedMemory, pending = host.Engine.LazyFreePending;
            host.Engine.EndTurn();
            Assert.InRange(before - host.Engine.UsedMemory, 1, TurnBytesMax);
            Assert.InRange(host.Engine.LazyFreePending, 0, pending);
        }

        if (lazy) Assert.Equal(5_051, host.Engine.Stats.LazyFreedObjects);
        Assert.InRange(host.Engine.UsedMemory, 0, host.Engine.StartupMemory + 4_096);
        host.Send("SET k v");
        host.Engine.CheckInvariants();
    }

    [Fact]
    public void A_small_value_is_freed_faster_than_it_is_put_off()
    {
        using EngineHost host = new();
        host.Send("RPUSH small a b c");
        host.Send("SET text " + new string('x', 100_000));
        host.Check("UNLINK small text", ":2");
        Assert.Equal(0, host.Engine.LazyFreePending);
        Assert.Equal(0, host.Engine.Stats.LazyFreedObjects);
    }

    [Fact]
    public void Idle_time_is_used_until_nothing_waits()
    {
        using EngineHost host = new();
        Fill(host, "RPUSH", "RPUSH big", 40_000);
        host.Send("UNLINK big");
        int times = 0;
        for (; host.Engine.HasIdleWork; times++) host.Engine.WorkInIdleTime();
        Assert.InRange(times, 1, 1_000);
        Assert.Equal(0, host.Engine.LazyFreePending);
    }

    private static bool Fill(EngineHost host, string command, string make, int elements)
    {
        if (host.Engine.Commands.Find(Encoding.ASCII.GetBytes(command)) is null) return false;
        for (int first = 0; first < elements; first += 1_000)
        {
            List<byte[]> words = [.. Words.Split(make)];
            for (int i = first; i < first + 1_000 && i < elements; i++)
            {
                string number = i.ToString(CultureInfo.InvariantCulture);
                if (command == "HSET") words.Add(Encoding.ASCII.GetBytes("field:" + number));
                if (command == "ZADD") words.Add(Encoding.ASCII.GetBytes(number));
                words.Add(Encoding.ASCII.GetBytes(Value + number));
            }

            Assert.StartsWith(":", host.Send([.. words]), StringComparison.Ordinal);
        }

        return true;
    }
}
