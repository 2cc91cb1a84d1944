using System.Collections.Generic;
using System.Linq;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

// What time, limits and the end of clients do to client-side caches; the rest is in the transcript.
public sealed class ClientCachingTests
{
    private const string Start = "CLIENT TRACKING ON";

    [Fact]
    public void A_key_that_expires_is_told_of_by_the_cycle_and_by_a_lookup()
    {
        using EngineHost host = new();
        host.Send("HELLO 3", "a");
        host.Send(Start, "a");
        host.Send("SET k v PX 10");
        host.Send("GET k", "a");
        host.Advance(1000);
        Assert.Equal(">2 $invalidate *1 $k", host.Pushes["a"]);
        host.Engine.ExpireCycle.Enabled = false;
        host.Send("SET k v PX 10");
        host.Send("GET k", "a");
        host.Clock.Advance(20);
        host.Check("GET k", "_ >2 $invalidate *1 $k", "a");
    }

    // As in Redis 7.0.15: the end is as good as a change of its own, and the key is forgotten.
    [Fact]
    public void Who_wants_no_loop_does_not_hear_of_an_end_that_its_own_command_meets()
    {
        using EngineHost host = new();
        host.Engine.ExpireCycle.Enabled = false;
        host.Send("HELLO 3", "a");
        host.Send(Start + " NOLOOP", "a");
        host.Send("SET k v PX 10");
        host.Send("GET k", "a");
        host.Clock.Advance(20);
        host.Check("SCAN 0", "*2 $0 *0", "a");
        host.Send("SET k w PX 10");
        Assert.Empty(host.Pushes);
        host.Send("GET k", "a");
        host.Clock.Advance(20);
        // It reads that there is nothing, and caches that.
        host.Check("GET k", "_", "a");
        host.Send("SET k x");
        Assert.Equal(">2 $invalidate *1 $k", host.Pushes["a"]);
    }

    [Fact]
    public void A_broadcast_key_that_expires_is_told_to_who_set_it_though_it_wants_no_loop()
    {
        using EngineHost host = new();
        host.Send("HELLO 3", "a");
        host.Send(Start + " BCAST NOLOOP", "a");
        host.Send("SET k v PX 10", "a");
        host.Advance(1000);
        Assert.Equal(">2 $invalidate *1 $k", host.Pushes["a"]);
        host.Send("MULTI", "a");
        host.Send("SET k v PX 1", "a");
        host.Send("EXEC", "a");
        host.Clock.Advance(20);
        host.Check("GET k", "_ >2 $invalidate *1 $k", "a");
    }

    [Fact]
    public void The_table_holds_no_more_keys_than_the_setting_says()
    {
        using EngineHost host = new(config => config.TrackingTableKeysMax = 2);
        host.Send("HELLO 3", "a");
        host.Send(Start, "a");
        host.Send("GET k1", "a");
        host.Send("GET k2", "a");
        string reply = host.Send("GET k3", "a");
        Assert.Matches(@"^_ >2 \$invalidate \*1 \$k[123]$", reply);
        Assert.Contains("tracking_total_keys:2", host.Send("INFO stats"));
        host.Check("CONFIG SET tracking-table-max-keys 1", "+OK");
        Assert.Matches(@"^>2 \$invalidate \*1 \$k[123]$", host.Pushes["a"]);
        host.Check("CONFIG SET tracking-table-max-keys 0", "+OK");
        host.Send("MGET k1 k2 k3 k4 k5", "a");
        Assert.Contains("tracking_total_keys:5", host.Send("INFO stats"));
    }

    [Fact]
    public void The_figures_are_those_of_keys_readers_and_prefixes()
    {
        using EngineHost host = new();
        host.Send(Start, "a");
        host.Send(Start, "b");
        host.Send(Start + " BCAST PREFIX x PREFIX y", "c");
        host.Send("MGET k l", "a");
        host.Send("GET k", "b");
        string info = host.Send("INFO everything");
        Assert.Contains("tracking_clients:3", info);
        Assert.Contains("tracking_total_keys:2", info);
        Assert.Contains("tracking_total_items:3", info);
        Assert.Contains("tracking_total_prefixes:2", info);
        string list = host.Send("CLIENT LIST");
        Assert.Contains("flags=tB", list);
        Assert.Contains("redir=0", list);
        foreach (string name in new[] { "a", "b", "c" })
        {
            host.Engine.CloseClient(host.ClientOf(name).Link);
        }

        Assert.Null(host.Engine.CacheTracker);
        Assert.Contains("tracking_total_keys:0", host.Send("INFO stats"));
        host.Engine.CheckInvariants();
    }

    [Fact]
    public void A_client_that_is_gone_is_not_told()
    {
        using EngineHost host = new();
        host.Send("HELLO 3", "a");
        host.Send(Start, "a");
        host.Send("HELLO 3", "b");
        host.Send(Start, "b");
        host.Send("GET k", "a");
        host.Send("GET k", "b");
        host.Send("CLIENT KILL ID 1", "c");
        host.Send("SET k v", "c");
        Assert.Equal(["b"], host.Pushes.Keys);
    }

    [Fact]
    public void Messages_of_a_pipeline_keep_the_order_of_its_commands()
    {
        using EngineHost host = new();
        host.Send("HELLO 3");
        host.Send(Start);
        string replies = host.Pipeline("GET k", "SET k 1", "GET k", "INCR k", "PING");
        Assert.Equal(
            "_ +OK >2 $invalidate *1 $k $1 :2 >2 $invalidate *1 $k +PONG", replies);
    }

    [Fact]
    public void A_flush_of_all_databases_is_told_once_in_the_words_of_who_hears_it()
    {
        using EngineHost host = new();
        host.Send("HELLO 3", "r");
        long id = host.ClientOf("r").Id;
        host.Send($"{Start} REDIRECT {id}", "a");
        host.Send("GET k", "a");
        host.Send("FLUSHALL");
        Assert.Equal(">2 $invalidate _", host.Pushes["r"]);
    }

    [Fact]
    public void Every_length_of_prefix_that_begins_a_key_is_told()
    {
        using EngineHost host = new();
        string[] prefixes = ["", "u", "us", "user", "user:1", "user:10", "v"];
        foreach (string prefix in prefixes)
        {
            host.Send("HELLO 3", "c" + prefix);
            host.Send($"{Start} BCAST PREFIX \"{prefix}\"", "c" + prefix);
        }

        host.Send("SET user:1 x");
        string[] told = [.. host.Pushes.Keys.Order(System.StringComparer.Ordinal)];
        Assert.Equal(["c", "cu", "cus", "cuser", "cuser:1"], told);
        host.Send("CLIENT TRACKING OFF", "cuser");
        host.Send("SET user:1 x");
        Assert.Equal(4, host.Pushes.Count);
    }

    [Fact]
    public void Commands_cost_nothing_more_once_nobody_caches()
    {
        using EngineHost host = new();
        host.Send(Start, "a");
        host.Send("GET k", "a");
        Assert.NotNull(host.Engine.CacheTracker);
        host.Send("RESET", "a");
        Assert.Null(host.Engine.CacheTracker);
        Assert.Equal(ClientGate.None, host.ClientOf("a").Gate);
        List<string> before = [.. host.Pushes.Keys];
        host.Send("SET k v");
        Assert.Empty(before);
    }
}
