using System;
using System.Collections.Generic;
using System.Linq;
using Rotom.Compat.Server;
using Rotom.Compat.Wire;
using Xunit;

namespace Rotom.Compat.Differential;

/// <summary>
/// COMMAND on both servers, for every command that both have: shapes and types in both protocols,
/// and the figures that clients route by. What is said in prose is each server's own.
/// </summary>
public sealed class CommandTableTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    // Elements of a row: 0 name, 1 arity, 2 flags, 3-5 key range, 6 categories, 7 tips, 8 keys,
    // 9 sub-commands.
    private const int Arity = 1, Flags = 2, Categories = 6, Tips = 7, KeySpecs = 8, Subcommands = 9;

    // name, element, why ours is not Redis'.
    private static readonly (string Name, int Element, string Why)[] s_differences =
    [
        ("cluster", Flags, "one handler says for all sub-commands that there is no cluster"),
        ("cluster", Subcommands, "as flags"),
        ("zrank", Arity, "redis 7.2 added WITHSCORE"),
        ("zrevrank", Arity, "as zrank"),
    ];

    // Commands as arguments of GETKEYS; those that one of the servers has not are left out.
    private static readonly string[] s_calls =
    [
        "GET k", "SET k v", "SET k v NX GET", "MSET a 1 b 2", "MSET a 1 b", "DEL a b c", "PING x",
        "RENAME a b", "COPY a b", "OBJECT ENCODING k", "OBJECT NOSUCH k", "NOSUCH a", "GET a b",
        "WATCH a b", "LCS a b LEN", "BLPOP a b 0", "LMPOP 2 a b LEFT", "LMPOP 3 a b LEFT",
        "ZUNIONSTORE d 2 a b", "ZUNIONSTORE d 0 a", "ZUNION -1 a", "ZUNION 9223372036854775807 a",
        "XREAD STREAMS a b 1 2", "XREAD COUNT 1 STREAMS a 1", "XREAD STREAMS a b 1",
        "EVAL s 0 a", "EVAL s 2 a b c", "EVAL s 3 a b", "FCALL f 0", "SORT k",
        "SORT k BY STORE STORE d", "SORT k STORE a STORE b", "SORT_RO k BY x",
        "GEORADIUS k 1 2 3 m STORE d", "BITFIELD k GET u8 0", "BITFIELD k SET u8 0 1",
        "MIGRATE h 1 k 0 10", "SPUBLISH c m", "SSUBSCRIBE c", "PUBLISH c m", "SINTERCARD 1 a",
        "CONFIG GET x", "XGROUP CREATE k g 0", "MEMORY USAGE k", "COMMAND GETKEYS GET k",
    ];

    [TheoryWith(Need.RedisServer)]
    [InlineData(2)]
    [InlineData(3)]
    public void Info_is_that_of_redis(int protocol)
    {
        using ServerProcess reference = ServerProcess.StartProgram("redis-server", []);
        using RespConnection theirs = Connect(reference, protocol);
        using RespConnection ours = Connect(fixture.Server, protocol);
        var wrong = new List<string>();
        foreach (string name in Shared(theirs, ours))
        {
            RespReply[] their = theirs.Call("COMMAND", "INFO", name).Items[0].Items;
            RespReply[] our = ours.Call("COMMAND", "INFO", name).Items[0].Items;
            Assert.Equal(their.Length, our.Length);
            for (int i = 0; i < our.Length; i++)
            {
                if (s_differences.Any(d => d.Name == name && d.Element == i))
                    continue;
                if (our[i].Type != their[i].Type)
                    wrong.Add($"{name} [{i}]: type {our[i].Type}, redis has {their[i].Type}");
                if (i <= KeySpecs && !Same(i, their[i], our[i]))
                    wrong.Add($"{name} [{i}]: {our[i]}\n  redis: {their[i]}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [TheoryWith(Need.RedisServer)]
    [InlineData(2)]
    [InlineData(3)]
    public void Docs_have_the_shape_of_redis(int protocol)
    {
        using ServerProcess reference = ServerProcess.StartProgram("redis-server", []);
        using RespConnection theirs = Connect(reference, protocol);
        using RespConnection ours = Connect(fixture.Server, protocol);
        Dictionary<string, string> known = FieldTypes(theirs.Call("COMMAND", "DOCS"));
        var wrong = new SortedSet<string>();
        foreach ((string field, string type) in FieldTypes(ours.Call("COMMAND", "DOCS")))
        {
            if (known.GetValueOrDefault(field) != type)
                wrong.Add($"{field} is {type}, redis has {known.GetValueOrDefault(field)}");
        }

        foreach (string name in Shared(theirs, ours))
        {
            RespReply their = theirs.Call("COMMAND", "DOCS", name).Items[1];
            RespReply our = ours.Call("COMMAND", "DOCS", name).Items[1];
            foreach (string field in new[] { "since", "group" })
            {
                if (our.Field(field)!.Text != their.Field(field)!.Text)
                    wrong.Add($"{name} {field}: {our.Field(field)}, not {their.Field(field)}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [TheoryWith(Need.RedisServer)]
    [InlineData(2)]
    [InlineData(3)]
    public void Keys_are_found_where_redis_finds_them(int protocol)
    {
        using ServerProcess reference = ServerProcess.StartProgram("redis-server", []);
        using RespConnection theirs = Connect(reference, protocol);
        using RespConnection ours = Connect(fixture.Server, protocol);
        HashSet<string> shared = [.. Shared(theirs, ours), "nosuch"];
        foreach (string call in s_calls)
        {
            string[] words = call.Split(' ');
            if (!shared.Contains(words[0].ToLowerInvariant()))
                continue;
            string[] question = ["COMMAND", "GETKEYSANDFLAGS", .. words];
            Assert.Equal($"{call}: {theirs.Call(question)}", $"{call}: {ours.Call(question)}");
            question[1] = "GETKEYS";
            Assert.Equal($"{call}: {theirs.Call(question)}", $"{call}: {ours.Call(question)}");
        }
    }

    // Sets are compared without order. Remarks are prose. Later versions gave more commands tips.
    private static bool Same(int element, RespReply theirs, RespReply ours)
    {
        switch (element)
        {
            case Flags or Categories:
                return theirs.Items.Select(item => item.ToString())
                    .ToHashSet().SetEquals(ours.Items.Select(item => item.ToString()));
            case Tips:
                return !theirs.Items.Select(item => item.Text)
                    .Except(ours.Items.Select(item => item.Text)).Any();
            case KeySpecs:
                return theirs.Items.Length == ours.Items.Length
                    && theirs.Items.Zip(ours.Items).All(pair => SameKey(pair.First, pair.Second));
            default:
                return theirs.ToString() == ours.ToString();
        }
    }

    private static bool SameKey(RespReply theirs, RespReply ours) =>
        Same(Flags, theirs.Field("flags")!, ours.Field("flags")!)
        && theirs.Field("begin_search")!.ToString() == ours.Field("begin_search")!.ToString()
        && theirs.Field("find_keys")!.ToString() == ours.Field("find_keys")!.ToString();

    private static IEnumerable<string> Shared(RespConnection theirs, RespConnection ours) =>
        Names(theirs).Intersect(Names(ours)).Order(StringComparer.Ordinal).ToArray();

    private static IEnumerable<string> Names(RespConnection connection) =>
        connection.Call("COMMAND", "LIST").Items.Select(item => item.Text);

    // The type byte of every field of every map in COMMAND DOCS, sub-commands and arguments too.
    private static Dictionary<string, string> FieldTypes(RespReply docs)
    {
        var types = new Dictionary<string, string>();
        var maps = new Stack<RespReply>(docs.Items.Where((_, i) => i % 2 == 1));
        while (maps.TryPop(out RespReply? map))
        {
            for (int i = 0; i < map.Items.Length; i += 2)
            {
                string field = map.Items[i].Text;
                RespReply value = map.Items[i + 1];
                types[field] = $"{map.Type} {map.Items[i].Type} {value.Type}";
                if (field == "flags" || field == "doc_flags")
                    types[field] += " " + value.Items[0].Type;
                IEnumerable<RespReply> below = field == "arguments" ? value.Items
                    : field == "subcommands" ? value.Items.Where((_, n) => n % 2 == 1) : [];
                foreach (RespReply child in below)
                    maps.Push(child);
            }
        }

        return types;
    }

    private static RespConnection Connect(ServerProcess server, int protocol)
    {
        RespConnection connection = server.Connect();
        connection.Call("HELLO", protocol.ToString());
        return connection;
    }
}
