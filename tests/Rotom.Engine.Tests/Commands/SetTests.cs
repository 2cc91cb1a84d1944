using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rotom.Engine.Config;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>What a transcript of replies does not show of the set commands.</summary>
public sealed class SetTests
{
    [Theory]
    [InlineData("SADD s a b x y", "SADD s a b x y")]
    [InlineData("SADD s a b", "")]
    [InlineData("SREM s a nosuch", "SREM s a nosuch")]
    [InlineData("SREM s nosuch", "")]
    [InlineData("SPOP one", "SREM one x")]
    [InlineData("SPOP one 1", "DEL one")]
    [InlineData("SPOP s 100", "DEL s")]
    [InlineData("SPOP s 0", "")]
    [InlineData("SPOP no", "")]
    [InlineData("SMOVE s t a", "SMOVE s t a")]
    [InlineData("SMOVE s s a", "")]
    [InlineData("SMOVE s t nosuch", "")]
    [InlineData("SINTERSTORE d s one", "")]
    [InlineData("SUNIONSTORE d s one", "SUNIONSTORE d s one")]
    [InlineData("SDIFFSTORE one no", "SDIFFSTORE one no")]
    [InlineData("SRANDMEMBER s 2", "")]
    public void Commands_propagate_what_they_did(string command, string effect)
    {
        using EngineHost host = new();
        host.Send("SADD s a b c");
        host.Send("SADD one x");
        host.Send(command);
        Assert.Equal(effect, Effect.Of(host));
    }

    [Theory]
    [InlineData("SADD s x y a", 2)]
    [InlineData("SREM s a b z", 2)]
    [InlineData("SPOP s 2", 2)]
    [InlineData("SPOP s 9", 3)]
    [InlineData("SPOP s", 1)]
    [InlineData("SMOVE s t a", 2)]
    [InlineData("SUNIONSTORE d s", 1)]
    public void Changes_are_counted_by_member(string command, long changes)
    {
        using EngineHost host = new();
        host.Send("SADD s a b c");
        long before = host.Engine.Dirty;
        host.Send(command);
        Assert.Equal(changes, host.Engine.Dirty - before);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("m")]
    public void What_is_popped_is_what_is_answered_and_what_a_replay_removes(string prefix)
    {
        using EngineHost host = new();
        using EngineHost copy = new();
        List<string> members =
            [.. Enumerable.Range(10, 3_000).Select(i => prefix + i.ToString(
                CultureInfo.InvariantCulture))];
        foreach (EngineHost each in (EngineHost[])[host, copy])
            each.Send("SADD s " + string.Join(' ', members));
        foreach (int count in (int[])[1, 100, 2_050, 700])
        {
            string[] popped = host.Send($"SPOP s {count}").Split(' ');
            Assert.Equal($"*{count}", popped[0]);
            foreach (string effect in host.Effects) copy.Send(effect);
            foreach (string member in popped.Skip(1)) Assert.True(members.Remove(member[1..]));
            Assert.Equal(host.Send("SCARD s"), copy.Send("SCARD s"));
        }

        string left = string.Join(' ', members);
        Assert.Equal($"*{members.Count}", copy.Send("SMISMEMBER s " + left).Split(' ')[0]);
        copy.Check("SUNIONSTORE t s", $":{members.Count}");
        copy.Check("SREM t " + left, $":{members.Count}");
        host.Engine.CheckInvariants();
    }

    // As Redis 7.2 converts: 7.0 knows no listpack.
    [Fact]
    public void The_encoding_follows_the_limits_one_way()
    {
        using EngineHost host = new(config =>
        {
            config.SetMaxIntsetEntries = 3;
            config.SetMaxListpackEntries = 5;
            config.SetMaxListpackValue = 10;
        });
        Encoding(host, "SADD a 1 2 3", "intset");
        Encoding(host, "SADD a 4", "hashtable");
        Encoding(host, "SADD b 1 2 3", "intset");
        Encoding(host, "SADD b x", "listpack");
        Encoding(host, "SADD b y", "listpack");
        Encoding(host, "SADD b z", "hashtable");
        Encoding(host, "SADD c x", "listpack");
        Encoding(host, "SADD c 01234567890", "hashtable");
        Encoding(host, "SADD d 0123456789", "listpack");
        Encoding(host, "SADD e 1 2 3 4", "listpack");
        Encoding(host, "SADD f a b c d e g", "hashtable");
        Encoding(host, "SADD g 12345678901 1", "intset");
        Encoding(host, "SADD g x", "hashtable");
        Encoding(host, "SADD h x 1", "listpack");
        Encoding(host, "SREM h x", "listpack");
        Encoding(host, "SUNIONSTORE i h", "intset");
        Encoding(host, "SADD j 1", "intset");
        Encoding(host, "SREM f a b c d e", "hashtable");
        host.Engine.CheckInvariants();
    }

    [Theory]
    [InlineData("SADD s 1 2 3", "intset")]
    [InlineData("SADD s 1 2 x", "listpack")]
    [InlineData("SADD s 1 2 {big}", "hashtable")]
    public void Copying_renaming_moving_and_deleting_keep_or_free_all_of_it(
        string add, string encoding)
    {
        using EngineHost host = new();
        long empty = host.Engine.UsedMemory;
        host.Send(add.Replace("{big}", new string('x', 9_000), StringComparison.Ordinal));
        host.Check("COPY s t", ":1");
        host.Check("OBJECT ENCODING t", "$" + encoding);
        host.Check("SADD t 9", ":1");
        host.Check("SCARD s", ":3");
        host.Check("RENAME s u", "+OK");
        host.Check("MOVE u 1", ":1");
        host.Check("SUNIONSTORE v t no", ":4");
        host.Check("SDIFFSTORE t v v", ":0");
        host.Check("SET v v", "+OK");
        host.Send("SELECT 1");
        host.Check("COPY u w", ":1");
        host.Check("UNLINK u", ":1");
        host.Engine.CheckInvariants();
        host.Send("SPOP w 3");
        host.Send("SELECT 0");
        host.Send("DEL v");
        host.Engine.EndTurn();
        Assert.Equal(0, host.Engine.LazyFreePending);
        Assert.InRange(host.Engine.UsedMemory, 0, empty + 200);
    }

    [Fact]
    public void A_set_that_waits_to_be_freed_goes_in_several_turns()
    {
        using EngineHost host = new();
        for (int i = 0; i < 100; i++)
        {
            host.Send("SADD s " + string.Join(
                ' ', Enumerable.Range(i * 1000, 1000).Select(n => $"m{n}")));
        }

        long full = host.Engine.UsedMemory;
        host.Check("UNLINK s", ":1");
        Assert.Equal(1, host.Engine.LazyFreePending);
        host.Engine.EndTurn();
        Assert.InRange(host.Engine.UsedMemory, full / 10, full - 1_000);
        for (int i = 0; i < 10_000 && host.Engine.LazyFreePending > 0; i++) host.Engine.EndTurn();
        Assert.Equal(0, host.Engine.LazyFreePending);
    }

    [Fact]
    public void The_digest_is_the_one_redis_computes()
    {
        using EngineHost host = new(
            config => config.EnableDebugCommand = DangerousAccess.Yes);
        host.Send("SADD s a 1 -5 \"\" abc");
        host.Send("SADD n 1 2 30000");
        host.Check("DEBUG DIGEST", "+3f9bc1da26142f783355f26198b221e74dd6e717");
    }

    [Fact]
    public void A_reply_beyond_the_clients_limit_is_not_made_to_its_end()
    {
        using EngineHost host = new(config => config.ClientOutputBufferLimits =
            OutputBufferLimits.Default with { Normal = new OutputBufferLimit(100_000, 0, 0) });
        host.Send("SADD s a");
        host.Send("SRANDMEMBER s -1000000000");
        Assert.Empty(host.ReplyBytes);
        host.Check("PING", "+PONG", "other");
    }

    private static void Encoding(EngineHost host, string command, string encoding)
    {
        host.Send(command);
        host.Check("OBJECT ENCODING " + command.Split(' ')[1], "$" + encoding);
    }
}
