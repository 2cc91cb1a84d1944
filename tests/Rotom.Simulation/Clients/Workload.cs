using System;
using System.Collections.Generic;

namespace Rotom.Simulation.Clients;

// Workload: what clients ask. A row a form of a command, with its weight: to simulate one more
// command, add a row here and its handler to the model.

/// <summary>Draws commands.</summary>
internal sealed partial class Workload
{
    private static readonly string[] s_policies =
    [
        "noeviction", "allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-lru",
        "volatile-lfu", "volatile-random", "volatile-ttl",
    ];

    private readonly Draws _draws;
    private readonly bool _blocks;
    private readonly bool _fails;
    private readonly bool _lacksMemory;
    private readonly bool _hasUsers;
    private readonly List<(int Upto, Func<Draws, string[]> Make)> _plain = [];
    private readonly List<(int Upto, Func<Draws, string[]> Make)> _session = [];

    /// <param name="draws">Where words come from.</param>
    /// <param name="plan">What is a part of it.</param>
    internal Workload(Draws draws, SimulationPlan plan)
    {
        _draws = draws;
        _blocks = plan.Blocks;
        _fails = plan.KeyspaceFails;
        _lacksMemory = plan.LimitsMemory;
        _hasUsers = plan.HasUsers;
        HasOperators = plan.Pauses;
        if (plan.Journal is not null || plan.SwitchesJournal)
            Row(_plain, 1, _ => ["BGREWRITEAOF"]);
        if (plan.SwitchesJournal)
            Row(_session, 6, d => ["CONFIG", "SET", "appendonly", d.Random.Pick(["yes", "no"])]);
        if (plan.Saves) Row(_session, 4, _ => ["BGSAVE"]);
        if (plan.Saves) Row(_session, 1, _ => ["LASTSAVE"]);
        if (plan.LimitsMemory) MemoryRows();
        StringRows();
        KeyRows();
        ExpiryRows();
        ListRows();
        CollectionRows();
        LargeRows();
        if (_blocks) BlockingRows();
        Row(_plain, 3, d => ["PUBLISH", d.Channel(), d.Value()]);
        Row(_plain, 1, d => ["SELECT", d.Database()]);
        Row(_plain, 2, d => ["ECHO", d.Value()]);
        Row(_plain, 1, _ => ["TIME"]);
        Row(_plain, 1, d => ["INFO", d.Random.Pick(["clients", "keyspace", "replication"])]);
        Row(_plain, 1, _ => ["NOSUCH", "a", "b"]);
        Row(_plain, 1, _ => ["GET"]);
        Row(_plain, 1, _ => ["OBJECT", "NOSUCH", "x"]);
        SessionRows();
        if (plan.Caches) CachingRows();
        if (plan.Pauses) PauseRows();
        if (plan.HasUsers) UserRows();
    }

    /// <summary>
    /// Some clients change nothing, so that a pause of those who do leaves them free to end it.
    /// </summary>
    internal bool HasOperators { get; }

    /// <summary>The next command of a client that changes nothing.</summary>
    internal string[] Operate() => _draws.Random.Below(10) switch
    {
        0 => ["PING"],
        1 => ["CLIENT", "PAUSE", _draws.Milliseconds(), "WRITE"],
        2 or 3 => ["CLIENT", "UNPAUSE"],
        _ => ["GET", _draws.Key()],
    };

    /// <summary>The next commands of a client: one, or a transaction.</summary>
    internal List<string[]> Next(Func<string> address, bool faults)
    {
        int kind = _draws.Random.Below(1000);
        if (kind < 70) return Transaction(faults);
        if (kind < 200) return [Draw(_session)];
        if (kind < 206) return [Kill(address)];
        if (faults && kind < 209) return [["SIM.FAIL", "command"]];
        if (faults && _fails && kind < 211) return [["SIM.FAIL", "keyspace"]];
        return [Draw(_plain)];
    }

    private static void Row(
        List<(int Upto, Func<Draws, string[]> Make)> rows,
        int weight,
        Func<Draws, string[]> make) =>
        rows.Add(((rows.Count == 0 ? 0 : rows[^1].Upto) + weight, make));

    private string[] Draw(List<(int Upto, Func<Draws, string[]> Make)> rows)
    {
        int at = _draws.Random.Below(rows[^1].Upto);
        string[] words = rows.Find(row => at < row.Upto).Make(_draws);
        words[0] = _draws.Name(words[0]);
        return words;
    }

    private List<string[]> Transaction(bool faults)
    {
        List<string[]> block = [];
        bool watches = _draws.Random.PerMille(500);
        if (watches) block.Add(["WATCH", .. _draws.Keys(3)]);
        // What is watched may have to go.
        if (watches && _lacksMemory && _draws.Random.PerMille(300))
            block.AddRange([["CONFIG", "SET", "maxmemory", _draws.MemoryLimit()], Draw(_plain)]);
        if (_draws.Random.PerMille(100)) block.Add(["UNWATCH"]);
        block.Add(["MULTI"]);
        if (_draws.Random.PerMille(30)) block.Add(["MULTI"]);
        if (_draws.Random.PerMille(30)) block.Add(["WATCH", _draws.Key()]);
        if (_hasUsers && _draws.Random.PerMille(300))
        {
            string user = _draws.User();
            block.Add(["ACL", "SETUSER", user, .. _draws.Rules()]);
            block.Add(["AUTH", user, "x"]);
        }

        for (int i = _draws.Random.Below(6); i > 0; i--) block.Add(Draw(_plain));
        if (faults && _draws.Random.PerMille(20)) block.Add(["SIM.FAIL", "command"]);
        if (faults && _fails && _draws.Random.PerMille(10)) block.Add(["SIM.FAIL", "keyspace"]);
        bool executes = _draws.Random.PerMille(850);
        block.Add([executes ? "EXEC" : _draws.Random.Pick(["DISCARD", "RESET"])]);
        return block;
    }

    private string[] Kill(Func<string> address) => _draws.Random.Below(5) switch
    {
        0 => ["CLIENT", "KILL", address()],
        1 => ["CLIENT", "KILL", "TYPE", "PUBSUB", "ADDR", address()],
        2 => ["CLIENT", "KILL", "ADDR", address(), "SKIPME", "NO"],
        _ => ["CLIENT", "KILL", "ADDR", address()],
    };

    private void StringRows()
    {
        Row(_plain, 20, d => ["GET", d.Key()]);
        Row(_plain, 18, d => ["SET", d.Key(), d.Value()]);
        Row(_plain, 8, d => SetWithOptions(d));
        Row(_plain, 2, d => ["SET", d.FloatKey(), d.Quarter()]);
        Row(_plain, 2, d => ["SETNX", d.Key(), d.Value()]);
        Row(_plain, 2, d => ["SETEX", d.Key(), d.SecondsOr("0"), d.Value()]);
        Row(_plain, 2, d => ["PSETEX", d.Key(), d.Milliseconds(), d.Value()]);
        Row(_plain, 2, d => ["GETSET", d.Key(), d.Value()]);
        Row(_plain, 2, d => ["GETDEL", d.Key()]);
        Row(_plain, 3, d => GetEx(d));
        Row(_plain, 2, d => ["STRLEN", d.Key()]);
        Row(_plain, 5, d => ["APPEND", d.Key(), d.Value()]);
        Row(_plain, 4, d => ["MGET", .. d.Keys(6)]);
        Row(_plain, 3, d => Pairs(d, "MSET"));
        Row(_plain, 2, d => Pairs(d, "MSETNX"));
        Row(_plain, 1, d => ["MSET", d.Key(), d.Value(), d.Key()]);
        Row(_plain, 4, d => ["GETRANGE", d.Key(), d.Small(), d.Small()]);
        Row(_plain, 1, d => ["SUBSTR", d.Key(), d.Integer(), d.Integer()]);
        Row(_plain, 4, d => ["SETRANGE", d.Key(), d.Small(), d.Value()]);
        Row(_plain, 6, d => ["INCR", d.Key()]);
        Row(_plain, 3, d => ["DECR", d.Key()]);
        Row(_plain, 3, d => ["INCRBY", d.Key(), d.Integer()]);
        Row(_plain, 3, d => ["DECRBY", d.Key(), d.Integer()]);
        Row(_plain, 3, d => ["INCRBYFLOAT", d.FloatKey(), d.Quarter()]);
        Row(_plain, 1, d => ["INCRBYFLOAT", d.FloatKey(), "abc"]);
    }

    private void KeyRows()
    {
        Row(_plain, 5, d => ["DEL", .. d.Keys(3)]);
        Row(_plain, 3, d => ["UNLINK", .. d.Keys(3)]);
        Row(_plain, 1, d => ["DEL", d.FloatKey()]);
        Row(_plain, 3, d => ["EXISTS", .. d.Keys(4)]);
        Row(_plain, 2, d => ["TOUCH", .. d.Keys(4)]);
        Row(_plain, 2, d => ["TYPE", d.Key()]);
        Row(_plain, 2, _ => ["RANDOMKEY"]);
        Row(_plain, 2, d => ["KEYS", d.Random.Pick(["*", "k*", "?1", "[kf]1", "k1?", "none"])]);
        Row(_plain, 3, d => ["SCAN", "0", "COUNT", "1000"]);
        Row(_plain, 2, d => ["SCAN", Draws.Number(d.Random.Below(40)), "MATCH", "k*"]);
        Row(_plain, 1, d => ["SCAN", "0", "TYPE", d.Random.Pick(["string", "list"])]);
        Row(_plain, 3, d => ["RENAME", d.Key(), d.Key()]);
        Row(_plain, 2, d => ["RENAMENX", d.Key(), d.Key()]);
        Row(_plain, 3, d => ["COPY", d.Key(), d.Key()]);
        Row(_plain, 2, d => ["COPY", d.Key(), d.Key(), "DB", d.Database(), "REPLACE"]);
        Row(_plain, 2, d => ["MOVE", d.Key(), d.Database()]);
        if (!_blocks) Row(_plain, 1, d => ["SWAPDB", d.Database(), d.Database()]);
        Row(_plain, 2, _ => ["DBSIZE"]);
        Row(_plain, 3, d => ["OBJECT", "ENCODING", d.Key()]);
        Row(_plain, 1, d => d.Random.Below(6) switch
        {
            0 => ["FLUSHALL"],
            1 => ["FLUSHDB"],
            2 => ["FLUSHDB", "ASYNC"],
            3 => ["FLUSHALL", "NEVER"],
            _ => ["DBSIZE"],
        });
    }

    private void ListRows()
    {
        Row(_plain, 10, d => ["RPUSH", d.ListKey(), d.Element(), d.Element()]);
        Row(_plain, 6, d => ["LPUSH", d.ListKey(), d.Element()]);
        Row(_plain, 1, d => ["LPUSHX", d.ListKey(), d.Element()]);
        Row(_plain, 4, d => ["LPOP", d.ListKey()]);
        Row(_plain, 4, d => ["RPOP", d.ListKey(), Draws.Number(d.Random.Below(4))]);
        Row(_plain, 3, d => ["LRANGE", d.ListKey(), d.Small(), d.Small()]);
        Row(_plain, 2, d => ["LLEN", d.ListKey()]);
        Row(_plain, 2, d =>
            ["LREM", d.ListKey(), Draws.Number(d.Random.Below(5) - 2), d.Element()]);
        Row(_plain, 2, d => ["LTRIM", d.ListKey(), "0", Draws.Number(d.Random.Below(12))]);
        Row(_plain, 2, d =>
            ["LINSERT", d.ListKey(), d.Random.Pick(["BEFORE", "AFTER"]), d.Element(), d.Element()]);
        Row(_plain, 3, d => ["LMOVE", d.ListKey(), d.ListKey(), d.Side(), d.Side()]);
        Row(_plain, 1, d => ["RPOPLPUSH", d.ListKey(), d.ListKey()]);
        Row(_plain, 2, d => ["RENAME", d.ListKey(), d.ListKey()]);
        Row(_plain, 2, d => ["COPY", d.ListKey(), d.ListKey(), "REPLACE"]);
        Row(_plain, 1, d => ["LPUSH", d.HashKey(), d.Element()]);
    }

    private void CollectionRows()
    {
        Row(_plain, 6, d =>
            ["HSET", d.HashKey(), d.Element(), d.Element(), d.Element(), d.Small()]);
        Row(_plain, 2, d => ["HGET", d.HashKey(), d.Element()]);
        Row(_plain, 2, d => ["HDEL", d.HashKey(), d.Element(), d.Element()]);
        Row(_plain, 2, d => ["HGETALL", d.HashKey()]);
        Row(_plain, 2, d => ["HINCRBY", d.HashKey(), d.Element(), d.Small()]);
        Row(_plain, 1, d => ["HLEN", d.HashKey()]);
        Row(_plain, 6, d => ["SADD", d.SetKey(), d.Element(), d.Small()]);
        Row(_plain, 3, d => ["SREM", d.SetKey(), d.Element(), d.Small()]);
        Row(_plain, 1, d => ["SISMEMBER", d.SetKey(), d.Element()]);
        Row(_plain, 2, d => ["SMEMBERS", d.SetKey()]);
        Row(_plain, 1, d => ["SUNION", d.SetKey(), d.SetKey()]);
        Row(_plain, 6, d => ["ZADD", d.SortedKey(), d.Small(), d.Element()]);
        Row(_plain, 2, d =>
            ["ZINCRBY", d.SortedKey(), Draws.Number(1 + d.Random.Below(5)), d.Element()]);
        Row(_plain, 2, d => ["ZREM", d.SortedKey(), d.Element()]);
        Row(_plain, 1, d => ["ZSCORE", d.SortedKey(), d.Element()]);
        Row(_plain, 1, d => ["ZRANK", d.SortedKey(), d.Element()]);
        Row(_plain, 2, d => ["ZRANGE", d.SortedKey(), "0", "-1", "WITHSCORES"]);
        Row(_plain, 3, d => [d.Random.Pick(["ZPOPMIN", "ZPOPMAX"]), d.SortedKey()]);
        Row(_plain, 3, d => ["DEL", d.AnyKey(), d.AnyKey()]);
        Row(_plain, 2, d => ["TYPE", d.AnyKey()]);
        Row(_plain, 2, d => ["PEXPIRE", d.AnyKey(), d.Milliseconds()]);
        Row(_plain, 1, d => ["PERSIST", d.AnyKey()]);
        Row(_plain, 1, d =>
            ["SCAN", "0", "COUNT", "1000", "TYPE", d.Random.Pick(["hash", "zset"])]);
        Row(_plain, 1, d => ["MOVE", d.AnyKey(), d.Database()]);
    }

    private void BlockingRows()
    {
        Row(_plain, 8, d => ["BLPOP", d.ListKey(), d.ListKey(), d.Timeout()]);
        Row(_plain, 4, d => ["BRPOP", d.ListKey(), d.Timeout()]);
        Row(_plain, 5, d =>
            ["BLMOVE", d.ListKey(), d.ListKey(), d.Side(), d.Side(), d.Timeout()]);
        Row(_plain, 5, d => [d.Random.Pick(["BZPOPMIN", "BZPOPMAX"]), d.SortedKey(),
            d.SortedKey(), d.Timeout()]);
        Row(_plain, 1, d => ["BLPOP", d.HashKey(), d.Timeout()]);
        Row(_plain, 3, d => ["RENAME", d.Collection(), d.Collection()]);
    }

    private void MemoryRows()
    {
        Row(_plain, 4, d => ["CONFIG", "SET", "maxmemory", d.MemoryLimit()]);
        Row(_plain, 3, d => ["CONFIG", "SET", "maxmemory-policy", d.Random.Pick(s_policies)]);
        Row(_plain, 1, d =>
            ["CONFIG", "SET", "maxmemory-eviction-tenacity", d.Random.Pick(["0", "10", "100"])]);
        Row(_plain, 1, d =>
            ["CONFIG", "SET", "lazyfree-lazy-eviction", d.Random.Pick(["yes", "no"])]);
    }

    private void ExpiryRows()
    {
        Row(_plain, 3, d => ["EXPIRE", d.Key(), d.SecondsOr(d.Integer())]);
        Row(_plain, 3, d => ["PEXPIRE", d.Key(), d.Milliseconds()]);
        Row(_plain, 2, d =>
            ["PEXPIRE", d.Key(), d.Milliseconds(), d.Random.Pick(["NX", "XX", "GT", "LT", "ZZ"])]);
        Row(_plain, 1, d => ["EXPIRE", d.Key(), d.Seconds(), "NX", d.Random.Pick(["XX", "GT"])]);
        Row(_plain, 1, d =>
            ["EXPIREAT", d.Key(), d.Random.Pick(["1", "1800000010", "99999999999"])]);
        Row(_plain, 1, d => ["PEXPIREAT", d.Key(), d.Random.Pick(["1", "1800000009999", "x"])]);
        Row(_plain, 3, d => ["TTL", d.Key()]);
        Row(_plain, 3, d => ["PTTL", d.Key()]);
        Row(_plain, 1, d => ["EXPIRETIME", d.Key()]);
        Row(_plain, 1, d => ["PEXPIRETIME", d.Key()]);
        Row(_plain, 2, d => ["PERSIST", d.Key()]);
    }

    private void CachingRows()
    {
        Row(_session, 12, _ => ["HELLO", "3"]);
        Row(_session, 8, _ => ["CLIENT", "TRACKING", "ON"]);
        Row(_session, 4, _ => ["CLIENT", "TRACKING", "ON", "NOLOOP"]);
        Row(_session, 2, _ => ["CLIENT", "TRACKING", "OFF"]);
        Row(_session, 3, _ => ["CLIENT", "TRACKING", "ON", "BCAST"]);
        Row(_session, 2, _ => ["CLIENT", "TRACKING", "ON", "BCAST", "NOLOOP"]);
        Row(_session, 4, d => ["CLIENT", "TRACKING", "ON", "PREFIX",
            d.Random.Pick(["k", "k1", "h", "z"]), "BCAST"]);
        Row(_session, 1, _ => ["CLIENT", "TRACKING", "ON", "PREFIX", "k"]);
    }

    private void PauseRows()
    {
        Row(_session, 2, d => ["CLIENT", "PAUSE", d.Milliseconds(), "WRITE"]);
        Row(_session, 1, d => ["CLIENT", "PAUSE", d.Milliseconds()]);
        Row(_session, 1, d => ["CLIENT", "PAUSE", d.Milliseconds(), "ALL"]);
        Row(_session, 3, _ => ["CLIENT", "UNPAUSE"]);
    }

    private void UserRows()
    {
        Row(_session, 20, d => ["AUTH", d.User(), "x"]);
        Row(_session, 12, d => ["ACL", "SETUSER", d.User(), .. d.Rules()]);
        Row(_session, 1, d => ["ACL", "SETUSER", d.User(), "off"]);
        Row(_session, 1, d => ["ACL", "DELUSER", d.User()]);
        Row(_session, 3, _ => ["ACL", "WHOAMI"]);
        // As one who may do little, and then as one who may do more or less.
        Row(_plain, 6, d => ["AUTH", d.User(), "x"]);
        Row(_plain, 6, d => ["ACL", "SETUSER", d.User(), .. d.Rules()]);
    }

    private void SessionRows()
    {
        Row(_session, 8, _ => ["PING"]);
        Row(_session, 4, d => ["WATCH", d.Key(), d.AnyKey(), d.Key()]);
        Row(_session, 3, d => ["PING", d.Value()]);
        Row(_session, 6, d => ["SUBSCRIBE", d.Channel(), d.Channel()]);
        Row(_session, 4, d => ["PSUBSCRIBE", d.Pattern()]);
        Row(_session, 4, _ => ["UNSUBSCRIBE"]);
        Row(_session, 2, d => ["UNSUBSCRIBE", d.Channel()]);
        Row(_session, 3, _ => ["PUNSUBSCRIBE"]);
        Row(_session, 2, d => ["PUNSUBSCRIBE", d.Pattern()]);
        Row(_session, 3, _ => ["RESET"]);
        Row(_session, 5, d => ["HELLO", d.Random.Pick(["2", "3", "3", "4", "x"])]);
        Row(_session, 1, d => ["HELLO", "3", "SETNAME", "n" + d.Database()]);
        Row(_session, 2, d => ["CLIENT", "REPLY", d.Random.Pick(["OFF", "SKIP", "SKIP", "ON"])]);
        Row(_session, 5, _ => ["CLIENT", "REPLY", "ON"]);
        Row(_session, 2, _ => ["CLIENT", "ID"]);
        Row(_session, 2, d => ["CLIENT", "SETNAME", d.Random.Pick(["w1", "w2", "", "a b"])]);
        Row(_session, 2, _ => ["CLIENT", "GETNAME"]);
        Row(_session, 1, _ => ["CLIENT", "INFO"]);
        Row(_session, 1, _ => ["CLIENT", "LIST"]);
        Row(_session, 1, d => ["CLIENT", "NO-EVICT", d.Random.Pick(["ON", "OFF", "x"])]);
        Row(_session, 1, d => ["CLIENT", "NO-TOUCH", d.Random.Pick(["ON", "OFF"])]);
        Row(_session, 1, _ => ["CLIENT"]);
        Row(_session, 1, d => d.Random.PerMille(200) ? ["QUIT"] : ["PING"]);
    }

    private static string[] SetWithOptions(Draws d)
    {
        List<string> words = ["SET", d.Key(), d.Value()];
        if (d.Random.PerMille(300)) words.Add(d.Random.Pick(["NX", "XX"]));
        if (d.Random.PerMille(300)) words.Add("get");
        switch (d.Random.Below(8))
        {
            case 0:
            case 1:
                words.AddRange(["EX", d.Seconds()]);
                break;
            case 2:
            case 3:
                words.AddRange(["px", d.Milliseconds()]);
                break;
            case 4:
                words.AddRange(["PXAT", d.Random.Pick(["1", "1800000005000", "0", "x"])]);
                break;
            case 5:
                words.Add("KEEPTTL");
                break;
            case 6:
                words.AddRange(
                    d.Random.Pick<string[]>([["NX", "XX"], ["KEEPTTL", "EX", "5"], ["EX"]]));
                break;
            default:
                break;
        }

        return [.. words];
    }

    private static string[] GetEx(Draws d) => d.Random.Below(5) switch
    {
        0 => ["GETEX", d.Key()],
        1 => ["GETEX", d.Key(), "PERSIST"],
        2 => ["GETEX", d.Key(), "PXAT", "1"],
        3 => ["GETEX", d.Key(), "EX", d.Random.PerMille(900) ? d.Seconds() : "-1"],
        _ => ["GETEX", d.Key(), "PX", d.Milliseconds()],
    };

    private static string[] Pairs(Draws d, string name)
    {
        List<string> words = [name];
        foreach (string key in d.Keys(4)) words.AddRange([key, d.Value()]);
        return [.. words];
    }
}
