using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>EXPIRE and its kin, TTL and its kin, PERSIST.</summary>
public sealed class KeysExpireTests
{
    private const string Invalid = "-ERR invalid expire time in ";

    // The clock stands at 1,800,000,000,000 ms; t has 100 s to live, p none.
    [Theory]
    [InlineData("EXPIRE p 10", ":1", "PEXPIREAT p 1800000010000", "expire p")]
    [InlineData("PEXPIRE p 10", ":1", "PEXPIREAT p 1800000000010", "expire p")]
    [InlineData("EXPIREAT p 1800000010", ":1", "PEXPIREAT p 1800000010000", "expire p")]
    [InlineData("PEXPIREAT p 1800000000010", ":1", "PEXPIREAT p 1800000000010", "expire p")]
    [InlineData("EXPIRE nokey 10", ":0", "", "")]
    [InlineData("EXPIRE p 0", ":1", "DEL p", "del p")]
    [InlineData("EXPIRE p -1", ":1", "DEL p", "del p")]
    [InlineData("PEXPIRE p -9223372036854775808", ":1", "DEL p", "del p")]
    [InlineData("EXPIREAT p 1", ":1", "DEL p", "del p")]
    [InlineData("PEXPIREAT p 1800000000000", ":1", "DEL p", "del p")]
    [InlineData("PEXPIREAT p 9223372036854775807", ":1", "PEXPIREAT p 9223372036854775807",
        "expire p")]
    [InlineData("EXPIRE t 10 NX", ":0", "", "")]
    [InlineData("EXPIRE p 10 NX", ":1", "PEXPIREAT p 1800000010000", "expire p")]
    [InlineData("EXPIRE p 10 xx", ":0", "", "")]
    [InlineData("EXPIRE t 10 xx", ":1", "PEXPIREAT t 1800000010000", "expire t")]
    [InlineData("EXPIRE t 100 GT", ":0", "", "")]
    [InlineData("EXPIRE t 101 GT", ":1", "PEXPIREAT t 1800000101000", "expire t")]
    [InlineData("EXPIRE p 101 GT", ":0", "", "")]
    [InlineData("EXPIRE t 100 LT", ":0", "", "")]
    [InlineData("EXPIRE t 99 LT", ":1", "PEXPIREAT t 1800000099000", "expire t")]
    [InlineData("EXPIRE p 99 LT", ":1", "PEXPIREAT p 1800000099000", "expire p")]
    [InlineData("EXPIRE p 99 LT XX", ":0", "", "")]
    [InlineData("EXPIRE t 99 XX LT", ":1", "PEXPIREAT t 1800000099000", "expire t")]
    [InlineData("EXPIRE t -1 LT", ":1", "DEL t", "del t")]
    [InlineData("EXPIRE p 1 nx nx", ":1", "PEXPIREAT p 1800000001000", "expire p")]
    [InlineData("EXPIRE p 10 NX GT",
        "-ERR NX and XX, GT or LT options at the same time are not compatible", "", "")]
    [InlineData("EXPIRE p 10 XX NX",
        "-ERR NX and XX, GT or LT options at the same time are not compatible", "", "")]
    [InlineData("EXPIRE p 10 GT LT",
        "-ERR GT and LT options at the same time are not compatible", "", "")]
    [InlineData("EXPIRE p 10 NOSUCH", "-ERR Unsupported option NOSUCH", "", "")]
    [InlineData("EXPIRE p x NOSUCH", "-ERR Unsupported option NOSUCH", "", "")]
    [InlineData("EXPIRE p 10 \"\\r\\nx\"", "-ERR Unsupported option   x", "", "")]
    [InlineData("EXPIRE p 10 \"a\\x00b\"", "-ERR Unsupported option a", "", "")]
    [InlineData("EXPIRE p x", "-ERR value is not an integer or out of range", "", "")]
    [InlineData("EXPIRE p 1.5", "-ERR value is not an integer or out of range", "", "")]
    [InlineData("PERSIST t", ":1", "PERSIST t", "persist t")]
    [InlineData("PERSIST p", ":0", "", "")]
    [InlineData("PERSIST nokey", ":0", "", "")]
    [InlineData("GETEX t EXAT 1", "$v", "DEL t", "del t")]
    public void A_time_is_set_propagated_and_notified_as_redis(
        string command, string reply, string effects, string events)
    {
        using EngineHost host = new(EventEar.AllClasses);
        EventEar ear = new(host);
        host.Send("SET p v");
        host.Send("SET t v EX 100");
        host.Check(command, reply);
        Assert.Equal(effects, Effect.Of(host));
        Assert.Equal(events, ear.Heard());
        host.Engine.CheckInvariants();
    }

    // "expiry family" of the list of security fixes: no overflow, and the key is as it was.
    [Theory]
    [InlineData("EXPIRE p 9223372036854775807", "'expire' command")]
    [InlineData("EXPIRE p -9223372036854775808", "'expire' command")]
    [InlineData("EXPIRE p 9223372036854775", "'expire' command")]
    [InlineData("EXPIRE p 9223372036854776", "'expire' command")]
    [InlineData("PEXPIRE p 9223372036854775807", "'pexpire' command")]
    [InlineData("PEXPIRE p 9223370236854775808", "'pexpire' command")]
    [InlineData("EXPIREAT p 9223372036854775807", "'expireat' command")]
    [InlineData("EXPIREAT p -9223372036854776", "'expireat' command")]
    [InlineData("SET p w EX 9223372036854775807", "'set' command")]
    [InlineData("SET p w EX -9223372036854775808", "'set' command")]
    [InlineData("SET p w PX 9223372036854775807", "'set' command")]
    [InlineData("SET p w EX 0", "'set' command")]
    [InlineData("SETEX p 9223372036854775807 w", "'setex' command")]
    [InlineData("PSETEX p -1 w", "'psetex' command")]
    [InlineData("GETEX p EX 9223372036854775807", "'getex' command")]
    [InlineData("GETEX p EXAT 0", "'getex' command")]
    public void A_time_out_of_range_is_refused_and_changes_nothing(string command, string what)
    {
        using EngineHost host = new();
        host.Send("SET p v");
        host.Check(command, Invalid + what);
        Assert.Empty(host.Effects);
        host.Check("GET p", "$v");
        host.Check("TTL p", ":-1");
    }

    [Theory]
    [InlineData("TTL nokey", ":-2")]
    [InlineData("PEXPIRETIME nokey", ":-2")]
    [InlineData("PTTL p", ":-1")]
    [InlineData("EXPIRETIME p", ":-1")]
    [InlineData("TTL t", ":2")]
    [InlineData("PTTL t", ":1500")]
    [InlineData("EXPIRETIME t", ":1800000002")]
    [InlineData("PEXPIRETIME t", ":1800000001500")]
    [InlineData("TTL u", ":1")]
    [InlineData("TTL far", ":9223370236854776")]
    [InlineData("EXPIRETIME far", ":9223372036854776")]
    [InlineData("PEXPIRETIME far", ":9223372036854775807")]
    public void A_time_is_answered_to_the_nearest_second(string command, string reply)
    {
        using EngineHost host = new();
        host.Send("SET p v");
        host.Send("SET t v PX 1500");
        host.Send("SET u v PX 1499");
        host.Send("SET far v");
        host.Send("PEXPIREAT far 9223372036854775807");
        host.Check(command, reply);
    }

    [Fact]
    public void A_key_lives_through_the_millisecond_it_was_given()
    {
        using EngineHost host = new();
        host.Send("SET k v PX 10");
        host.Clock.Advance(10);
        host.Check("PTTL k", ":0");
        host.Clock.Advance(1);
        host.Check("PTTL k", ":-2");
    }

    [Fact]
    public void Lazy_expire_propagates_a_past_time_as_unlink()
    {
        using EngineHost host = new(config => config.LazyfreeLazyExpire = true);
        host.Send("SET k v");
        host.Check("EXPIRE k -1", ":1");
        Assert.Equal("UNLINK k", Effect.Of(host));
    }

    [Fact]
    public void While_the_data_is_loaded_a_past_time_is_kept_and_no_key_is_deleted()
    {
        using EngineHost host = new();
        host.Send("SET k v");
        byte[] past = "*3\r\n$9\r\nPEXPIREAT\r\n$1\r\nk\r\n$2\r\n-5\r\n"u8.ToArray();
        host.Engine.BeginReplay();
        host.Engine.IsLoading = true;
        Assert.Null(host.Engine.Replay(past, past.Length));
        host.Engine.EndReplay();
        host.Engine.IsLoading = false;
        host.Check("DBSIZE", ":1");
        host.Check("GET k", "$-1");
        host.Engine.CheckInvariants();
    }

    [Fact]
    public void A_transaction_of_times_is_replayed_as_one()
    {
        using EngineHost host = new();
        host.Send("SET k v");
        host.Send("MULTI");
        host.Send("EXPIRE k 10");
        host.Send("EXPIRE k 10 NX");
        host.Send("PERSIST k");
        host.Check("EXEC", "*3 :1 :0 :1");
        Assert.Equal("MULTI; PEXPIREAT k 1800000010000; PERSIST k; EXEC", Effect.Of(host));
    }
}
