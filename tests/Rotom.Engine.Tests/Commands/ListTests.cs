using System;
using System.Linq;
using Rotom.Engine.Config;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>What a transcript of replies does not show of the list commands.</summary>
public sealed class ListTests
{
    [Theory]
    [InlineData("LMPOP 2 no l LEFT COUNT 10", "LPOP l 3")]
    [InlineData("LMPOP 1 l RIGHT", "RPOP l 1")]
    [InlineData("LPOP l 2", "LPOP l 2")]
    [InlineData("LMOVE l m LEFT RIGHT", "LMOVE l m LEFT RIGHT")]
    [InlineData("RPOPLPUSH l l", "RPOPLPUSH l l")]
    [InlineData("LTRIM l 0 -1", "")]
    [InlineData("LTRIM l 1 -1", "LTRIM l 1 -1")]
    [InlineData("LREM l 0 nosuch", "")]
    [InlineData("LPOP l 0", "")]
    [InlineData("LINSERT l BEFORE nosuch x", "")]
    [InlineData("LSET l 9 x", "")]
    [InlineData("LPUSHX no x", "")]
    [InlineData("LMPOP 1 no LEFT", "")]
    public void Commands_propagate_what_they_did(string command, string effect)
    {
        using EngineHost host = new();
        host.Send("RPUSH l a b c");
        host.Send(command);
        Assert.Equal(effect, Effect.Of(host));
    }

    [Theory]
    [InlineData("RPUSH l x y z", 3)]
    [InlineData("LPOP l 2", 2)]
    [InlineData("LTRIM l 1 1", 2)]
    [InlineData("LREM l 0 a", 1)]
    [InlineData("LMOVE l m LEFT LEFT", 1)]
    public void Changes_are_counted_by_element(string command, long changes)
    {
        using EngineHost host = new();
        host.Send("RPUSH l a b c");
        long before = host.Engine.Dirty;
        host.Send(command);
        Assert.Equal(changes, host.Engine.Dirty - before);
    }

    [Theory]
    [InlineData("0", "+OK")]
    [InlineData("1b", "+OK")]
    [InlineData("100B", "+OK")]
    [InlineData("-1", "-ERR argument must be a memory value bigger than 1 and smaller than 4gb")]
    [InlineData("x", "-ERR argument must be a memory value bigger than 1 and smaller than 4gb")]
    public void Debug_says_from_which_size_an_element_has_a_node_for_itself(
        string threshold, string reply)
    {
        using EngineHost host = new(config =>
        {
            config.EnableDebugCommand = DangerousAccess.Yes;
            config.ListMaxListpackSize = 2;
        });
        host.Check($"DEBUG QUICKLIST-PACKED-THRESHOLD {threshold}", reply);
        host.Send("RPUSH l one two three four");
        host.Send("LINSERT l AFTER two between");
        host.Send("LSET l 0 first");
        host.Check("LRANGE l 0 -1", "*5 $first $two $between $three $four");
        host.Check("LREM l 0 three", ":1");
        host.Check("LMOVE l l LEFT RIGHT", "$first");
        host.Check("LPOP l 4", "*4 $two $between $four $first");
        host.Engine.CheckInvariants();
    }

    // As Redis 7.2 converts: 7.0 calls every list quicklist.
    [Fact]
    public void The_encoding_follows_the_limit_up_and_half_of_it_down()
    {
        using EngineHost host = new(config => config.ListMaxListpackSize = 4);
        host.Send("RPUSH l a b c d");
        host.Check("OBJECT ENCODING l", "$listpack");
        host.Send("RPUSH l e");
        host.Check("OBJECT ENCODING l", "$quicklist");
        host.Send("RPOP l");
        host.Send("RPOP l");
        host.Check("OBJECT ENCODING l", "$quicklist");
        host.Send("LPOP l");
        host.Check("OBJECT ENCODING l", "$listpack");
        host.Send("LINSERT l AFTER b x");
        host.Send("LINSERT l AFTER b y");
        host.Send("LINSERT l AFTER b z");
        host.Check("OBJECT ENCODING l", "$quicklist");
        host.Check("LRANGE l 0 -1", "*5 $b $z $y $x $c");
        host.Send("LTRIM l 2 3");
        host.Check("OBJECT ENCODING l", "$listpack");
        host.Engine.CheckInvariants();
    }

    [Theory]
    [InlineData("RPUSH l a b c", "listpack")]
    [InlineData("RPUSH l {big} {big} a", "quicklist")]
    public void Copying_renaming_moving_and_deleting_keep_or_free_all_of_it(
        string push, string encoding)
    {
        using EngineHost host = new();
        string big = new('x', 9_000);
        long empty = host.Engine.UsedMemory;
        host.Send(push.Replace("{big}", big, StringComparison.Ordinal));
        host.Check("COPY l m", ":1");
        host.Check("OBJECT ENCODING m", "$" + encoding);
        host.Check("RPUSH m x", ":4");
        host.Check("LLEN l", ":3");
        host.Check("RENAME l n", "+OK");
        host.Check("MOVE n 1", ":1");
        host.Check("SET m v", "+OK");
        host.Send("SELECT 1");
        host.Check("COPY n o", ":1");
        host.Check("UNLINK n", ":1");
        host.Engine.CheckInvariants();
        host.Send("DEL o");
        host.Send("SELECT 0");
        host.Send("DEL m");
        host.Engine.EndTurn();
        Assert.Equal(0, host.Engine.LazyFreePending);
        Assert.InRange(host.Engine.UsedMemory, 0, empty + 200);
    }

    [Fact]
    public void A_list_that_waits_to_be_freed_goes_in_several_turns()
    {
        using EngineHost host = new(config => config.ListMaxListpackSize = 1);
        for (int i = 0; i < 200; i++)
        {
            host.Send("RPUSH l" + string.Concat(Enumerable.Repeat(" x", 500)));
        }

        long full = host.Engine.UsedMemory;
        host.Check("UNLINK l", ":1");
        Assert.Equal(1, host.Engine.LazyFreePending);
        host.Engine.EndTurn();
        long left = host.Engine.UsedMemory;
        Assert.InRange(left, full / 10, full - 100_000);
        for (int i = 0; i < 100 && host.Engine.LazyFreePending > 0; i++) host.Engine.EndTurn();
        Assert.Equal(0, host.Engine.LazyFreePending);
        Assert.Equal(1, host.Engine.Stats.LazyFreedObjects);
    }

    [Fact]
    public void The_digest_is_the_one_redis_computes()
    {
        using EngineHost host = new(
            config => config.EnableDebugCommand = DangerousAccess.Yes);
        host.Send("RPUSH l a 1 -5 \"\" abc");
        host.Check("DEBUG DIGEST", "+f2b56126b0d2087bf2296ee597680c84d2aa5f92");
    }
}
