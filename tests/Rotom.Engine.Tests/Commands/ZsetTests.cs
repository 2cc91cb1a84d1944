using System;
using System.Collections.Generic;
using System.Linq;
using Rotom.Engine.Config;
using Rotom.Engine.Tests.Memory;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>What a transcript of replies does not show of the commands on sorted sets.</summary>
public sealed class ZsetTests
{
    [Theory]
    [InlineData("ZADD z 5 a 1 b", "ZADD z 5 a 1 b")]
    [InlineData("ZADD z INCR 2.5 a", "ZADD z INCR 2.5 a")]
    [InlineData("ZADD z 1 a", "")]
    [InlineData("ZADD z NX 7 a", "")]
    [InlineData("ZINCRBY z 2 a", "ZINCRBY z 2 a")]
    [InlineData("ZINCRBY z 0 a", "")]
    [InlineData("ZPOPMIN z", "ZPOPMIN z")]
    [InlineData("ZPOPMAX z 2", "ZPOPMAX z 2")]
    [InlineData("ZPOPMAX z 0", "")]
    [InlineData("ZMPOP 2 no z MIN COUNT 10", "ZPOPMIN z 3")]
    [InlineData("ZMPOP 1 z MAX", "ZPOPMAX z 1")]
    [InlineData("ZREM z nosuch", "")]
    [InlineData("ZREMRANGEBYSCORE z 1 2", "ZREMRANGEBYSCORE z 1 2")]
    [InlineData("ZREMRANGEBYRANK z 7 8", "")]
    [InlineData("ZUNIONSTORE t 1 z", "ZUNIONSTORE t 1 z")]
    [InlineData("ZUNIONSTORE t 1 no", "")]
    [InlineData("ZRANDMEMBER z 2", "")]
    [InlineData("GEOADD g NX 0 0 a 13.361389 38.115556 b",
        "ZADD g NX 3377699720527872 a 3479099956230698 b")]
    [InlineData("GEOADD g XX 0 0 a", "")]
    [InlineData("GEOSEARCHSTORE t z FROMLONLAT 0 0 BYRADIUS 1 m", "")]
    public void Commands_propagate_what_they_did(string command, string effect)
    {
        using EngineHost host = new();
        host.Send("ZADD z 1 a 2 b 3 c");
        host.Send(command);
        Assert.Equal(effect, Effect.Of(host));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_difference_is_the_same_whichever_way_it_is_found(int seed)
    {
        TestRandom random = new(seed);
        for (int round = 0; round < 60; round++)
        {
            using EngineHost host = new(config => config.ZsetMaxListpackEntries = 8);
            // Many small others: removing from a copy is cheaper; one large one: looking up is.
            int others = 1 + random.Below(12);
            HashSet<int> left = Fill(host, random, "z0", 1 + random.Below(40));
            for (int i = 1; i <= others; i++)
                left.ExceptWith(Fill(host, random, $"z{i}", random.Below(round % 2 == 0 ? 6 : 90)));
            string keys = string.Join(' ', Enumerable.Range(0, others + 1).Select(i => $"z{i}"));
            string members = string.Concat(left.Order().Select(m => $" $m{m:D3} ${m}"));
            host.Check($"ZDIFFSTORE d {others + 1} {keys}", $":{left.Count}");
            host.Check("ZRANGE d 0 -1 WITHSCORES", $"*{left.Count * 2}{members}");
            if (left.Count > 0)
            {
                host.Check("OBJECT ENCODING d", left.Count > 8 ? "$skiplist" : "$listpack");
            }

            host.Engine.CheckInvariants();
        }
    }

    private static HashSet<int> Fill(EngineHost host, TestRandom random, string key, int count)
    {
        HashSet<int> members = [];
        for (int i = 0; i < count; i++)
        {
            int member = random.Below(100);
            members.Add(member);
            host.Send(key == "z2"
                ? $"SADD {key} m{member:D3}"
                : $"ZADD {key} {member} m{member:D3}");
        }

        return members;
    }

    [Theory]
    [InlineData("ZADD z 1 a 9 b 4 d", 2)]
    [InlineData("ZPOPMIN z 2", 2)]
    [InlineData("ZREM z a b x", 2)]
    [InlineData("ZREMRANGEBYRANK z 0 -1", 3)]
    [InlineData("ZUNIONSTORE t 1 z", 1)]
    [InlineData("ZRANGESTORE t z 0 -1", 1)]
    public void Changes_are_counted_by_member(string command, long changes)
    {
        using EngineHost host = new();
        host.Send("ZADD z 1 a 2 b 3 c");
        long before = host.Engine.Dirty;
        host.Send(command);
        Assert.Equal(changes, host.Engine.Dirty - before);
    }

    [Theory]
    [InlineData("BZPOPMIN z 0", "*3 $z $a $1", "ZPOPMIN z")]
    [InlineData("BZPOPMAX no z 0", "*3 $z $b $2", "ZPOPMAX z")]
    [InlineData("BZMPOP 0 2 no z MIN COUNT 9", "*2 $z *2 *2 $a $1 *2 $b $2", "ZPOPMIN z 2")]
    [InlineData("BZMPOP 0 1 z MAX", "*2 $z *1 *2 $b $2", "ZPOPMAX z 1")]
    public void What_is_there_is_popped_at_once_as_later(
        string command, string reply, string effect)
    {
        using EngineHost host = new();
        host.Send("ZADD z 1 a 2 b");
        host.Check(command, reply);
        Assert.Equal(effect, Effect.Of(host));
        host.Send("DEL z");

        host.Check(command, "", "waits");
        host.Check("SADD z x", ":1");
        Assert.Empty(host.Pushes);
        host.Check("DEL z", ":1");
        host.Check("ZADD z 1 a 2 b", ":2");
        Assert.Equal(reply, host.Pushes["waits"]);
        Assert.Equal("ZADD z 1 a 2 b; " + effect, Effect.Of(host));
        host.Check("PING", "+PONG", "waits");
    }

    [Theory]
    [InlineData("BZPOPMIN z a", "-ERR timeout is not a float or out of range")]
    [InlineData("BZPOPMIN z -1", "-ERR timeout is negative")]
    [InlineData("BZPOPMAX s 0",
        "-WRONGTYPE Operation against a key holding the wrong kind of value")]
    [InlineData("BZMPOP 0 0 z MIN", "-ERR numkeys should be greater than 0")]
    [InlineData("BZMPOP a 1 z MIN", "-ERR timeout is not a float or out of range")]
    [InlineData("BZMPOP 0 1 z BOTH", "-ERR syntax error")]
    [InlineData("BZMPOP 0 1 z MIN COUNT 0", "-ERR count should be greater than 0")]
    public void Mistakes_do_not_block(string command, string error)
    {
        using EngineHost host = new();
        host.Send("SET s v");
        host.Check(command, error);
    }

    [Fact]
    public void Ranks_come_with_scores()
    {
        using EngineHost host = new();
        host.Send("ZADD z 1 a 2.5 b");
        host.Check("ZRANK z b WITHSCORE", "*2 :1 $2.5");
        host.Check("ZREVRANK z b withscore", "*2 :0 $2.5");
        host.Check("ZRANK z nosuch WITHSCORE", "*-1");
        host.Check("ZRANK no a WITHSCORE", "*-1");
        host.Check("ZRANK z b NOSUCH", "-ERR syntax error");
        host.Check(
            "ZRANK z b WITHSCORE 1", "-ERR wrong number of arguments for 'zrank' command");
        host.Send("HELLO 3");
        host.Check("ZRANK z b WITHSCORE", "*2 :1 ,2.5");
        host.Check("ZRANK z nosuch WITHSCORE", "_");
    }

    [Fact]
    public void A_score_may_be_spelled_at_any_length()
    {
        using EngineHost host = new();
        string digits = string.Concat("17976931348623157", new string('0', 292), ".", new('0', 90));
        host.Check($"ZADD z {digits} a 0{new string('0', 400)}.5 b", ":2");
        host.Check("ZMSCORE z a b", "*2 $1.7976931348623157e+308 $0.5");
        host.Check($"ZCOUNT z {digits} +inf", ":1");
        host.Check($"ZADD z 9{digits} a", "-ERR value is not a valid float");
    }

    // What is freed on the way is of every size the root of a large set may get.
    [Fact]
    public void A_set_may_outgrow_its_listpack_at_any_size()
    {
        for (int limit = 1; limit < 20; limit++)
        {
            using EngineHost host = new(config => config.ZsetMaxListpackEntries = limit);
            string members = string.Concat(Enumerable.Range(0, limit).Select(i => $" {i} m{i}"));
            host.Send("ZADD z 0.5 x");
            host.Check("ZADD z" + members, $":{limit}");
            host.Check("OBJECT ENCODING z", "$skiplist");
            host.Check("ZCARD z", $":{limit + 1}");
            host.Engine.CheckInvariants();
        }
    }

    [Fact]
    public void Plain_sets_count_as_sorted_ones_whose_scores_are_1()
    {
        using EngineHost host = new();
        host.Send("ZADD z 1 a 2.5 b");
        host.Send("SADD s a b 1 zz");
        host.Check("ZUNION 2 s z WITHSCORES", "*8 $1 $1 $zz $1 $a $2 $b $3.5");
        host.Check("ZINTER 2 s z WITHSCORES WEIGHTS 3 1", "*4 $a $4 $b $5.5");
        host.Check("ZDIFF 2 s z WITHSCORES", "*4 $1 $1 $zz $1");
        host.Check("ZINTERCARD 2 s z", ":2");
        host.Check("ZUNIONSTORE t 1 s", ":4");
        host.Check("ZINTERSTORE t 2 s s", ":4");
        host.Check("ZRANGE t 0 -1 WITHSCORES", "*8 $1 $2 $a $2 $b $2 $zz $2");
        host.Send("SADD i 1 2 3");
        host.Check("ZDIFF 2 i s", "*2 $2 $3");
    }

    [Fact]
    public void A_scan_of_a_large_set_shows_each_member_once()
    {
        using EngineHost host = new();
        for (int i = 0; i < 500; i++) host.Send($"ZADD z {i}.5 m{i}");
        host.Check("OBJECT ENCODING z", "$skiplist");
        string cursor = "0";
        int shown = 0;
        do
        {
            string[] reply = host.Send($"ZSCAN z {cursor} COUNT 20").Split(' ');
            cursor = reply[1][1..];
            shown += (reply.Length - 3) / 2;
            Assert.InRange(reply.Length, 3, 150);
        }
        while (cursor != "0");
        Assert.Equal(500, shown);
        host.Check("ZSCAN z 0 MATCH m7 COUNT 10000", "*2 $0 *2 $m7 $7.5");
        host.Send("ZADD z 0.1 m7");
        host.Check("ZSCAN z 0 MATCH m7 COUNT 10000", "*2 $0 *2 $m7 $0.10000000000000001");
        host.Check("ZSCORE z m7", "$0.1");
    }

    [Theory]
    [InlineData(128)]
    [InlineData(0)]
    public void Random_members_are_distinct_where_they_must_be(int packed)
    {
        using EngineHost host = new(config => config.ZsetMaxListpackEntries = packed);
        for (int i = 0; i < 100; i++) host.Send($"ZADD z {i % 7} m{i}");
        foreach (int count in new[] { 1, 5, 30, 40, 90, 99, 100, 200 })
        {
            string[] members = host.Send($"ZRANDMEMBER z {count}").Split(' ')[1..];
            Assert.Equal(Math.Min(count, 100), members.Length);
            Assert.Equal(members.Length, members.Distinct().Count());
        }

        string[] repeated = host.Send("ZRANDMEMBER z -1000").Split(' ')[1..];
        Assert.Equal(1000, repeated.Length);
        Assert.InRange(repeated.Distinct().Count(), 98, 100);
    }

    [Theory]
    [InlineData(128)]
    [InlineData(0)]
    public void The_digest_is_the_one_redis_computes(int packed)
    {
        using EngineHost host = new(config =>
        {
            config.EnableDebugCommand = DangerousAccess.Yes;
            config.ZsetMaxListpackEntries = packed;
        });
        host.Send("ZADD z 1 a 2.1 b -inf 77 1e20 \"\" -0.1 x");
        host.Check("DEBUG DIGEST", "+406d5099fa2f9383e600de8a0838d46eb550b827");
    }

    [Theory]
    [InlineData(5)]
    [InlineData(3000)]
    public void Copying_renaming_moving_and_deleting_keep_or_free_all_of_it(int members)
    {
        using EngineHost host = new();
        long empty = host.Engine.UsedMemory;
        for (int i = 0; i < members; i++) host.Send($"ZADD z {i / 2.0} m{i}");
        host.Check("COPY z y", ":1");
        host.Check("ZADD y 1 new", ":1");
        host.Check("ZCARD z", $":{members}");
        host.Check("RENAME z x", "+OK");
        host.Check("MOVE x 1", ":1");
        host.Check("SET y v", "+OK");
        host.Send("SELECT 1");
        host.Check("COPY x w", ":1");
        host.Engine.CheckInvariants();
        host.Check("UNLINK x", ":1");
        host.Send("DEL w");
        host.Send("SELECT 0");
        host.Send("DEL y");
        for (int i = 0; i < 100 && host.Engine.LazyFreePending > 0; i++) host.Engine.EndTurn();
        Assert.Equal(0, host.Engine.LazyFreePending);
        Assert.InRange(host.Engine.UsedMemory, 0, empty + 200);
    }
}
