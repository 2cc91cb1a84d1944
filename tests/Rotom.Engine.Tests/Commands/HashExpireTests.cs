using System;
using System.Linq;
using Rotom.Engine.Config;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>Times to live of fields of hashes, as Redis 7.4 and 8.0 document them.</summary>
public sealed class HashExpireTests
{
    private const long Now = 1_800_000_000_000;

    [Theory]
    [InlineData("HEXPIRE h 10 FIELDS 2 a no", "*2 :1 :-2")]
    [InlineData("HEXPIRE no 10 FIELDS 2 a b", "*2 :-2 :-2")]
    [InlineData("HPEXPIRE h 10 FIELDS 1 a", "*1 :1")]
    [InlineData("HEXPIREAT h 1800000100 FIELDS 1 a", "*1 :1")]
    [InlineData("HPEXPIREAT h 1800000000001 FIELDS 1 a", "*1 :1")]
    [InlineData("HEXPIRE h 0 FIELDS 2 a t", "*2 :2 :2")]
    [InlineData("HEXPIREAT h 1 FIELDS 1 a", "*1 :2")]
    [InlineData("HEXPIRE h 10 NX FIELDS 2 a t", "*2 :1 :0")]
    [InlineData("HEXPIRE h 10 xx FIELDS 2 a t", "*2 :0 :1")]
    [InlineData("HEXPIRE h 10 GT FIELDS 2 a t", "*2 :0 :0")]
    [InlineData("HEXPIRE h 1000 GT FIELDS 2 a t", "*2 :0 :1")]
    [InlineData("HEXPIRE h 10 LT FIELDS 2 a t", "*2 :1 :1")]
    [InlineData("HEXPIRE h 1000 LT FIELDS 2 a t", "*2 :1 :0")]
    [InlineData("HTTL h FIELDS 3 a t no", "*3 :-1 :100 :-2")]
    [InlineData("HPTTL h FIELDS 1 t", "*1 :100000")]
    [InlineData("HEXPIRETIME h FIELDS 2 a t", "*2 :-1 :1800000100")]
    [InlineData("HPEXPIRETIME h FIELDS 1 t", "*1 :1800000100000")]
    [InlineData("HTTL no FIELDS 2 a b", "*2 :-2 :-2")]
    [InlineData("HPERSIST h FIELDS 3 a t no", "*3 :-1 :1 :-2")]
    [InlineData("HPERSIST no FIELDS 1 a", "*1 :-2")]
    [InlineData("HGETEX h FIELDS 2 a no", "*2 $1 $-1")]
    [InlineData("HGETEX no EX 10 FIELDS 1 a", "*1 $-1")]
    [InlineData("HGETEX h PX 10 FIELDS 2 a t", "*2 $1 $2")]
    [InlineData("HSETEX h FNX FIELDS 1 a 5", ":0")]
    [InlineData("HSETEX h FNX FIELDS 2 x 5 y 6", ":1")]
    [InlineData("HSETEX h FXX EX 10 FIELDS 2 a 5 t 6", ":1")]
    [InlineData("HSETEX h FXX FIELDS 2 a 5 no 6", ":0")]
    [InlineData("HSETEX no FXX FIELDS 1 a 5", ":0")]
    [InlineData("HGETDEL h FIELDS 3 a a no", "*3 $1 $-1 $-1")]
    [InlineData("HGETDEL no FIELDS 1 a", "*1 $-1")]
    public void Each_field_is_answered_for(string command, string reply)
    {
        foreach (int entriesMax in (int[])[512, 0])
        {
            using EngineHost host = Host(entriesMax);
            host.Check(command, reply);
            host.Engine.CheckInvariants();
        }
    }

    [Theory]
    [InlineData("HEXPIRE s 1 FIELDS 1 a",
        "-WRONGTYPE Operation against a key holding the wrong kind of value")]
    [InlineData("HTTL s FIELDS 1 a",
        "-WRONGTYPE Operation against a key holding the wrong kind of value")]
    [InlineData("HPERSIST s FIELDS 1 a",
        "-WRONGTYPE Operation against a key holding the wrong kind of value")]
    [InlineData("HEXPIRE h -1 FIELDS 1 a", "-ERR invalid expire time, must be >= 0")]
    [InlineData("HEXPIRE h x FIELDS 1 a", "-ERR value is not an integer or out of range")]
    [InlineData("HEXPIRE h 9223372036854775807 FIELDS 1 a",
        "-ERR invalid expire time in 'hexpire' command")]
    [InlineData("HPEXPIRE h 9223372036854775807 FIELDS 1 a",
        "-ERR invalid expire time in 'hpexpire' command")]
    [InlineData("HPEXPIREAT h 70368744177664 FIELDS 1 a",
        "-ERR invalid expire time in 'hpexpireat' command")]
    [InlineData("HEXPIRE h 1 FIELD 1 a",
        "-ERR Mandatory argument FIELDS is missing or not at the right position")]
    [InlineData("HEXPIRE h 1 FIELDS 0 a", "-ERR Parameter `numFields` should be greater than 0")]
    [InlineData("HEXPIRE h 1 FIELDS x a", "-ERR Parameter `numFields` should be greater than 0")]
    [InlineData("HTTL h FIELDS 2 a",
        "-ERR The `numfields` parameter must match the number of arguments")]
    [InlineData("HTTL h FIELDS 1 a b",
        "-ERR The `numfields` parameter must match the number of arguments")]
    [InlineData("HTTL h FIELDS 9223372036854775807 a",
        "-ERR Parameter `numFields` should be greater than 0")]
    [InlineData("HSETEX h FIELDS 2 a 1",
        "-ERR The `numfields` parameter must match the number of arguments")]
    [InlineData("HSETEX h EX 1 KEEPTTL FIELDS 1 a 1",
        "-ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified")]
    [InlineData("HSETEX h FNX FXX FIELDS 1 a 1",
        "-ERR Only one of FXX or FNX arguments can be specified")]
    [InlineData("HGETEX h EX 1 PERSIST FIELDS 1 a",
        "-ERR Only one of EX, PX, EXAT, PXAT or PERSIST arguments can be specified")]
    [InlineData("HGETEX h NOSUCH FIELDS 1 a", "-ERR unknown argument: NOSUCH")]
    public void Errors_change_nothing(string command, string error)
    {
        using EngineHost host = Host(512);
        host.Check(command, error);
        host.Check("HTTL h FIELDS 2 a t", "*2 :-1 :100");
    }

    [Theory]
    [InlineData("HEXPIRE h 10 FIELDS 2 a b", "HPEXPIREAT h 1800000010000 FIELDS 2 a b",
        "hexpire h")]
    [InlineData("HEXPIRE h 0 FIELDS 1 a", "HDEL h a", "hdel h")]
    [InlineData("HPERSIST h FIELDS 1 t", "HPERSIST h FIELDS 1 t", "hpersist h")]
    [InlineData("HPERSIST h FIELDS 1 a", "", "")]
    [InlineData("HGETEX h FIELDS 1 a", "", "")]
    [InlineData("HGETEX h PERSIST FIELDS 2 a t", "HPERSIST h FIELDS 1 t", "hpersist h")]
    [InlineData("HGETEX h EX 10 FIELDS 1 a", "HPEXPIREAT h 1800000010000 FIELDS 1 a", "hexpire h")]
    [InlineData("HGETDEL h FIELDS 3 a b t", "HDEL h a; HDEL h b; HDEL h t", "hdel h; del h")]
    [InlineData("HSETEX h EX 10 FIELDS 1 a 5", "HSETEX h PXAT 1800000010000 FIELDS 1 a 5",
        "hset h; hexpire h")]
    [InlineData("HSETEX h KEEPTTL FIELDS 1 t 5", "HSETEX h KEEPTTL FIELDS 1 t 5", "hset h")]
    [InlineData("HSETEX h EXAT 1 FIELDS 1 a 5", "HDEL h a", "hset h; hdel h")]
    [InlineData("HINCRBYFLOAT h t 1", "HSETEX h KEEPTTL FIELDS 1 t 3", "hincrbyfloat h")]
    public void Effects_say_the_moment_and_events_what_happened(
        string command, string effects, string events)
    {
        using EngineHost host = Host(512);
        EventEar ear = new(host);
        host.Send(command);
        Assert.Equal(effects, string.Join("; ", host.Effects.Where(
            e => e is not ("SELECT 0" or "MULTI" or "EXEC"))));
        Assert.Equal(events, ear.Heard());
    }

    [Theory]
    [InlineData("HGET h t", "$-1")]
    [InlineData("HMGET h t a", "*2 $-1 $1")]
    [InlineData("HEXISTS h t", ":0")]
    [InlineData("HSTRLEN h t", ":0")]
    [InlineData("HGETALL h", "*4 $a $1 $b $x")]
    [InlineData("HLEN h", ":2")]
    [InlineData("HRANDFIELD h 10", "*2 $a $b")]
    [InlineData("HSETNX h t 5", ":1")]
    [InlineData("HDEL h t", ":0")]
    [InlineData("HINCRBY h t 1", ":1")]
    [InlineData("HSET h t 5", ":1")]
    [InlineData("HTTL h FIELDS 1 t", "*1 :-2")]
    [InlineData("HPERSIST h FIELDS 1 t", "*1 :-2")]
    [InlineData("HEXPIRE h 5 FIELDS 1 t", "*1 :-2")]
    public void A_field_past_its_time_is_gone_for_whoever_looks(string command, string reply)
    {
        using EngineHost host = Host(512);
        EventEar ear = new(host);
        host.Clock.Advance(100_001);
        host.Check(command, reply);
        Assert.StartsWith("hexpired h", ear.Heard());
        Assert.Contains("HDEL h t", host.Effects);
        Assert.Equal(1, host.Engine.Stats.ExpiredFields);
        host.Engine.CheckInvariants();
    }

    [Fact]
    public void A_scan_leaves_out_fields_past_their_time()
    {
        using EngineHost host = Host(0);
        host.Clock.Advance(100_001);
        host.Check("HSCAN h 0 MATCH t", "*2 $0 *0");
    }

    [Fact]
    public void With_the_last_field_the_key_goes()
    {
        using EngineHost host = new(EventEar.AllClasses);
        EventEar ear = new(host);
        host.Send("HSET h a 1");
        host.Send("HPEXPIRE h 5 FIELDS 1 a");
        host.Clock.Advance(6);
        host.Check("HGET h a", "$-1");
        Assert.Equal("hexpired h; del h", ear.Heard());
        host.Check("EXISTS h", ":0");
        Assert.Equal(0, host.Engine.Payloads.Hashes.Count);
    }

    [Theory]
    [InlineData(512)]
    [InlineData(0)]
    public void The_periodic_work_finds_fields_wherever_their_key_went(int entriesMax)
    {
        using EngineHost host = Host(entriesMax);
        host.Send("COPY h c");
        host.Send("RENAME h i");
        host.Send("EXPIRE i 10000");
        host.Send("MOVE i 1");
        host.Send("SWAPDB 1 2");
        host.Send("HSET gone a 1");
        host.Send("HEXPIRE gone 100 FIELDS 1 a");
        host.Send("UNLINK gone");
        host.Engine.CheckInvariants();
        host.Advance(100_001);
        Assert.Equal(2, host.Engine.Stats.ExpiredFields);
        string effects = string.Join("; ", host.Effects);
        Assert.Contains("SELECT 0; HDEL c t", effects, StringComparison.Ordinal);
        Assert.Contains("SELECT 2; HDEL i t", effects, StringComparison.Ordinal);
        host.Check("HLEN c", ":2");
        host.Send("SELECT 2");
        host.Check("HLEN i", ":2");
        host.Engine.Payloads.Hashes.DeepCheck();
        Assert.Equal(0, host.Engine.Payloads.Hashes.Count);
        host.Engine.CheckInvariants();
    }

    [Fact]
    public void Flushing_forgets_the_fields_and_their_times()
    {
        using EngineHost host = Host(0);
        host.Send("FLUSHALL ASYNC");
        host.Advance(100_001);
        for (int i = 0; i < 10; i++) host.Engine.EndTurn();
        Assert.Equal(0, host.Engine.Payloads.Hashes.Count);
        Assert.Equal(0, host.Engine.Stats.ExpiredFields);
    }

    [Fact]
    public void Many_fields_expire_in_slices()
    {
        using EngineHost host = new(config => config.Hz = 500);
        for (int i = 0; i < 50; i++)
        {
            string names = string.Concat(Enumerable.Range(i * 1000, 1000).Select(n => $" {n}"));
            host.Send("HSET h" + names.Replace(" ", " v ")[2..] + " v");
            host.Send("HPEXPIRE h 5 FIELDS 1000" + names);
        }

        host.Send("HSET h stays 1");
        host.Advance(6);
        long first = host.Engine.Stats.ExpiredFields;
        Assert.InRange(first, 64, 49_999);
        for (int i = 0; i < 10_000 && host.Engine.Stats.ExpiredFields < 50_000; i++)
            host.Engine.EndTurn();
        host.Check("HLEN h", ":1");
        host.Engine.CheckInvariants();
    }

    [Fact]
    public void Setting_a_field_takes_its_time_away_and_counting_does_not()
    {
        using EngineHost host = Host(512);
        host.Check("OBJECT ENCODING h", "$listpackex");
        host.Send("HINCRBY h t 1");
        host.Check("HTTL h FIELDS 1 t", "*1 :100");
        host.Send("HINCRBYFLOAT h t 0.5");
        host.Check("HTTL h FIELDS 1 t", "*1 :100");
        host.Send("HSETEX h KEEPTTL FIELDS 1 t 9");
        host.Check("HTTL h FIELDS 1 t", "*1 :100");
        host.Send("HSET h t 5");
        host.Check("HTTL h FIELDS 1 t", "*1 :-1");
        // The index of hashes by their next time knows it too.
        host.Engine.CheckInvariants();
        host.Send("HEXPIRE h 7 FIELDS 1 t");
        host.Send("HSET h long " + new string('x', 100));
        host.Check("OBJECT ENCODING h", "$hashtable");
        host.Check("HTTL h FIELDS 2 t a", "*2 :7 :-1");
    }

    [Theory]
    [InlineData(512)]
    [InlineData(0)]
    public void A_payload_of_DUMP_brings_the_times_back(int entriesMax)
    {
        using EngineHost host = Host(entriesMax);
        host.Send("DUMP h");
        byte[] payload = host.ReplyBytes[(host.ReplyBytes.AsSpan().IndexOf("\r\n"u8) + 2)..^2];
        byte[][] restore = ["RESTORE"u8.ToArray(), "r"u8.ToArray(), "0"u8.ToArray(), payload];
        Assert.Equal("+OK", host.Send(restore));
        host.Check("HPEXPIRETIME r FIELDS 2 a t", "*2 :-1 :1800000100000");
        host.Check("HMGET r a b t", "*3 $1 $x $2");
        host.Engine.CheckInvariants();
        host.Advance(100_001);
        host.Check("HLEN r", ":2");
    }

    // A hash of three fields, the last with 100 seconds to live.
    private static EngineHost Host(int entriesMax)
    {
        EngineHost host = new(config =>
        {
            EventEar.AllClasses(config);
            config.HashMaxListpackEntries = entriesMax;
        });
        Assert.Equal(Now, host.Clock.UnixTimeMs);
        host.Send("SET s v");
        host.Send("HSET h a 1 b x t 2");
        host.Check("HEXPIRE h 100 FIELDS 1 t", "*1 :1");
        return host;
    }
}
