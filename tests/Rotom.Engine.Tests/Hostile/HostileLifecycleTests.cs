using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Hostile;

/// <summary>Who owns what while clients come, wait and are closed.</summary>
public sealed class HostileLifecycleTests
{
    // CVE-2026-23479, CVE-2026-130822, redis#15594: kills between pushes and wake-ups.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void CVE_2026_23479_each_waiter_has_data_once_or_is_closed_and_no_element_is_lost(
        int seed)
    {
        Random random = new(seed);
        using EngineHost host = new();
        for (int round = 0; round < 40; round++) Play(host, random, round);
        host.Engine.CheckInvariants();
    }

    private static void Play(EngineHost host, Random random, int round)
    {
        int waiters = random.Next(2, 30);
        string[] names = [.. Enumerable.Range(0, waiters).Select(i => $"w{round}.{i}")];
        HashSet<string> poppers = [];
        string[] waits =
        [
            "BLPOP q 0", "BRPOP other q 0", "BLMOVE q taken LEFT RIGHT 0", "BLMPOP 0 1 q LEFT",
            "BRPOPLPUSH q q 0",
        ];
        foreach (string name in names)
        {
            int wait = random.Next(waits.Length);
            host.Check(waits[wait], "", name);
            if (wait is 0 or 1 or 3) poppers.Add(name);
        }

        int pushed = random.Next(1, 40);
        long[] ids = [.. names.Select(name => host.ClientOf(name).Link.Id)];
        string[] pipeline =
        [
            .. Enumerable.Range(0, random.Next(1, 5)).Select(_ =>
                $"CLIENT KILL ID {ids[random.Next(ids.Length)]}"),
            .. Enumerable.Range(0, pushed).Select(i => $"RPUSH q e{i}"),
        ];
        random.Shuffle(pipeline);
        host.Pipeline(pipeline);
        Assert.All(host.Pushes, push => Assert.Equal(1, Count(push.Value)));
        int popped = host.Pushes.Count(push => poppers.Contains(push.Key));
        int moved = int.Parse(host.Send("LLEN taken")[1..], CultureInfo.InvariantCulture);
        int left = int.Parse(host.Send("LLEN q")[1..], CultureInfo.InvariantCulture);
        Assert.True(
            popped + moved + left == pushed,
            $"round {round}: {pushed} pushed, {popped} popped, {moved} moved, {left} left");
        foreach (string name in names) host.Disconnect(name);
        host.Send("DEL q taken");
        host.Engine.CheckInvariants();
    }

    private static int Count(string pushes) =>
        pushes.Split(' ').Count(word => word.StartsWith("$e", StringComparison.Ordinal));

    // redis#11854, valkey#3459: whatever empties a database is seen by who watches its keys.
    [Theory]
    [InlineData("FLUSHALL")]
    [InlineData("FLUSHALL ASYNC")]
    [InlineData("FLUSHDB")]
    [InlineData("SWAPDB 0 1")]
    public void Redis_11854_a_flush_is_seen_by_who_watches_many_keys(string flush)
    {
        using EngineHost host = new();
        for (int i = 0; i < 1_000; i++) host.Send($"SET k{i} v");
        for (int i = 0; i < 1_000; i += 10)
        {
            host.Check(
                "WATCH " + string.Join(' ', Enumerable.Range(i, 10).Select(n => $"k{n}")), "+OK",
                "watcher");
        }

        host.Send(flush);
        host.Check("MULTI", "+OK", "watcher");
        host.Check("SET k1 w", "+QUEUED", "watcher");
        host.Check("EXEC", "*-1", "watcher");
    }

    // The race of the slow log (4.0): what it and monitors hold are copies.
    [Fact]
    public void Slowlog_and_monitors_show_no_bytes_of_values_that_were_freed()
    {
        using EngineHost host = new(config => config.SlowlogLogSlowerThan = 0);
        host.Send("MONITOR", "monitor");
        for (int i = 0; i < 50; i++)
        {
            host.Send($"SET key{i} {new string((char)('a' + (i % 26)), 5_000)}");
            host.Send("FLUSHALL ASYNC");
            host.Advance(10);
        }

        string log = host.Send("SLOWLOG GET 100");
        Assert.DoesNotContain("\\xdd", log, StringComparison.Ordinal);
        Assert.Contains("$SET $key49 $" + new string('x', 50), log, StringComparison.Ordinal);
    }

    // valkey#3973: RESET makes a client like a new one.
    [Theory]
    [InlineData("HELLO 3")]
    [InlineData("MULTI")]
    [InlineData("SUBSCRIBE c")]
    [InlineData("PSUBSCRIBE c*")]
    [InlineData("SSUBSCRIBE c")]
    [InlineData("MONITOR")]
    [InlineData("CLIENT NO-EVICT ON")]
    [InlineData("CLIENT REPLY OFF")]
    [InlineData("CLIENT REPLY SKIP")]
    [InlineData("CLIENT TRACKING ON")]
    [InlineData("CLIENT TRACKING ON BCAST PREFIX a")]
    [InlineData("CLIENT SETNAME name")]
    [InlineData("SELECT 3")]
    [InlineData("WATCH k")]
    [InlineData("READONLY")]
    [InlineData("CLIENT NO-TOUCH ON")]
    [InlineData("CLIENT SETINFO LIB-NAME x")]
    public void Valkey_3973_reset_makes_a_client_like_a_new_one(string mode)
    {
        using EngineHost host = new();
        host.Send("PING", "fresh");
        host.Send(mode, "used");
        host.Send("RESET", "used");
        string[] used = Line(host, "used");
        string[] fresh = Line(host, "fresh");
        // The library's name says what speaks, which does not change; Redis keeps it, too.
        string[] same = ["name", "db", "sub", "psub", "ssub", "multi", "flags", "user", "redir",
            "resp"];
        foreach (string field in same)
        {
            string ours = used.First(f => f.StartsWith(field + "=", StringComparison.Ordinal));
            Assert.Contains(ours, fresh);
        }

        host.Check("PING", "+PONG", "used");
        host.Check("PUBLISH c x", ":0");
        host.Send("SET k v");
        host.Check("PING", "+PONG", "used");
    }

    private static string[] Line(EngineHost host, string name)
    {
        long id = host.ClientOf(name).Link.Id;
        return host.Send($"CLIENT LIST ID {id}").Split(' ');
    }

    // valkey 9.1.2: pushes to oneself and replies are whole, whatever their size.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Valkey_9_1_2_a_large_message_to_oneself_is_whole_in_a_transaction_too(bool multi)
    {
        using EngineHost host = new();
        string big = new('m', 1 << 20);
        host.Send("HELLO 3");
        host.Send("SUBSCRIBE c");
        string[] calls = multi
            ? ["MULTI", $"PUBLISH c {big}", "PING", "EXEC", "PING"]
            : [$"PUBLISH c {big}", "PING", $"PUBLISH c {big}"];
        host.Pipeline(calls);
        int frames = StrictResp.Count(host.ReplyBytes, true);
        Assert.Equal(multi ? 6 : 5, frames);
    }

    // Redis 8.6.1, CVE-2025-67733: what a client sent never becomes a line of its own.
    [Theory]
    [InlineData("\"a\\r\\n+OK\"")]
    [InlineData("\"a\\x00b\"")]
    [InlineData("GET \"k\\r\\n:1\" x y")]
    [InlineData("CONFIG \"x\\r\\n+OK\"")]
    [InlineData("CONFIG SET \"x\\r\\n+OK\" y")]
    [InlineData("CONFIG SET maxmemory \"x\\r\\n+OK\"")]
    [InlineData("CLIENT KILL \"x\\r\\n+OK\" y")]
    [InlineData("ACL SETUSER u \"x\\r\\n+OK\"")]
    [InlineData("ACL DRYRUN \"u\\r\\n+OK\" GET")]
    [InlineData("OBJECT \"x\\r\\n+OK\" k")]
    [InlineData("DEBUG \"x\\r\\n+OK\"")]
    [InlineData("CLIENT SETNAME \"x\\r\\n+OK\"")]
    [InlineData("HELLO \"3\\r\\n+OK\"")]
    [InlineData("SELECT \"3\\r\\n+OK\"")]
    [InlineData("EVAL \"x\\r\\n+OK\" 0")]
    [InlineData("COMMAND GETKEYS \"x\\r\\n+OK\" 0")]
    [InlineData("LATENCY \"x\\r\\n+OK\"")]
    public void CVE_2025_67733_an_error_is_one_line(string call)
    {
        using EngineHost host = new();
        Assert.StartsWith("-", host.Send(call), StringComparison.Ordinal);
        byte[] reply = host.ReplyBytes;
        Assert.Equal(1, StrictResp.Count(reply, false));
        Assert.Equal(-1, reply.AsSpan(0, reply.Length - 2).IndexOfAny((byte)'\r', (byte)'\n'));
        host.Check("PING", "+PONG");
    }
}
