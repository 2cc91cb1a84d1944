using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

using Rotom.Resp.Batch;

using Xunit;

namespace Rotom.Engine.Tests.CommandTable;

public sealed class KeyExtractorTests
{
    private const Access Store = Access.OW | Access.Update;

    private static readonly Dictionary<string, CommandSpec> s_specs = new CommandSpec[]
    {
        Spec("PING"),
        Spec("GET", Index(1)),
        Spec("SET", Index(1)),
        Spec("DEL", Range(1, -1, 1)),
        Spec("MSET", Range(1, -1, 2)),
        Spec("BLPOP", Range(1, -2, 1)),
        Spec("RENAME", Index(1), Index(2)),
        Spec("LCS", Range(1, 1, 1)),
        Spec("EVAL", KeyNum(2)),
        Spec("ZUNIONSTORE", Index(1), KeyNum(2)),
        Spec("XREAD", Keyword("STREAMS", 1, -1, 2)),
        Spec("COPYTO", Index(1), Keyword("STORE", 2, 0, 0)),
        Spec("MOVE", Keyword("KEYS", -2, -1, 0)),
        Spec("SPUBLISH", Index(1) with { Access = Access.NotKey }),
        Spec("SORT_RO", Index(1), Unknown()),
        Spec("SORT", Index(1), Unknown(), Unknown()),
        Spec("GEORADIUS", Index(1), Keyword("STORE", 6, 0, 0), Keyword("STOREDIST", 6, 0, 0)),
        Spec("BITFIELD", Index(1)),
        Spec("MIGRATE", Index(3), Keyword("KEYS", -2, -1, 0)),
    }.ToDictionary(spec => spec.Name);

    private readonly KeyPositions _keys = new();

    // "!" stands for words that do not fit the command.
    [Theory]
    [InlineData("PING", "")]
    [InlineData("GET k", "1")]
    [InlineData("GET", "!")]
    [InlineData("DEL a b c", "1 2 3")]
    [InlineData("DEL", "!")]
    [InlineData("MSET a 1 b 2", "1 3")]
    [InlineData("MSET a 1 b", "1 3")]
    [InlineData("BLPOP a b 0", "1 2")]
    [InlineData("BLPOP 0", "!")]
    [InlineData("RENAME a b", "1 2")]
    [InlineData("RENAME a", "!")]
    [InlineData("LCS a b LEN", "1 2")]
    [InlineData("EVAL s 2 a b c", "3 4")]
    [InlineData("EVAL s 0 a", "!")]
    [InlineData("EVAL s -1 a", "!")]
    [InlineData("EVAL s 3 a b", "!")]
    [InlineData("EVAL s 9223372036854775807 a b", "!")]
    [InlineData("EVAL s many a b", "!")]
    [InlineData("EVAL s 1", "!")]
    [InlineData("EVAL s", "!")]
    [InlineData("ZUNIONSTORE d 2 a b WEIGHTS 1 2", "1 3 4")]
    [InlineData("ZUNIONSTORE d 0", "!")]
    [InlineData("XREAD STREAMS a b 1 2", "2 3")]
    [InlineData("XREAD count 1 streams a 1", "4")]
    [InlineData("XREAD STREAMS a b 1", "2")]
    [InlineData("XREAD STREAMS a", "!")]
    [InlineData("XREAD STREAMS", "")]
    [InlineData("XREAD COUNT 1", "")]
    [InlineData("COPYTO a x store d", "1 4")]
    [InlineData("COPYTO a x STORE", "1")]
    [InlineData("COPYTO STORE d", "1")]
    [InlineData("MOVE h KEYS a b", "3 4")]
    [InlineData("MOVE h KEYS KEYS b", "4")]
    [InlineData("SPUBLISH c m", "")]
    [InlineData("SORT_RO k BY x", "1")]
    public void Keys_are_where_the_specification_says(string words, string expected) =>
        Assert.Equal(expected, Extract(words));

    [Theory]
    [InlineData("SORT k BY x GET y LIMIT 0 1 ALPHA", "1")]
    [InlineData("SORT k STORE d", "1 3")]
    [InlineData("SORT k STORE a DESC store b", "1 6")]
    [InlineData("SORT k GET STORE", "1")]
    [InlineData("SORT k BY STORE STORE d", "1 5")]
    [InlineData("SORT k LIMIT STORE", "1")]
    [InlineData("SORT k STORE", "1")]
    [InlineData("SORT", "")]
    [InlineData("GEORADIUS k 1 2 3 m", "1")]
    [InlineData("GEORADIUS k 1 2 3 m STORE d", "1 7")]
    [InlineData("GEORADIUS k 1 2 3 m STORE STOREDIST", "1 7")]
    [InlineData("GEORADIUS k 1 2 3 m STORE d COUNT 1 STOREDIST e", "1 11")]
    [InlineData("MIGRATE h p k 0 10", "3")]
    [InlineData("MIGRATE h p k 0 10 AUTH KEYS", "3")]
    [InlineData("MIGRATE h p \"\" 0 10 COPY KEYS a b", "8 9")]
    [InlineData("MIGRATE h p \"\" 0 10 AUTH2 KEYS KEYS KEYS a", "10")]
    [InlineData("MIGRATE h p k 0 10 KEYS a b", "")]
    [InlineData("MIGRATE h p", "")]
    public void Keys_that_no_specification_states_are_found(string words, string expected) =>
        Assert.Equal(expected, Extract(words));

    [Theory]
    [InlineData("SET k v", Store)]
    [InlineData("SET k v NX get", Access.RW | Access.Get | Access.Update)]
    [InlineData("SET k GET", Store)]
    [InlineData("BITFIELD k GET u8 0 OVERFLOW SAT GET u8 8", Access.Read)]
    [InlineData("BITFIELD k GET u8 0 SET u8 0 1", Access.RW | Access.Get | Access.Update)]
    [InlineData("BITFIELD k GET u8", Access.RW | Access.Get | Access.Update)]
    public void What_is_done_with_a_key_may_depend_on_the_words(string words, Access expected)
    {
        Assert.Equal("1", Extract(words));
        Assert.Equal(expected, _keys.Items[0].Access);
    }

    [Fact]
    public void Every_key_carries_its_specifications_access()
    {
        Assert.Equal("1 4", Extract("COPYTO a x STORE d"));
        Assert.Equal(Access.Read, _keys.Items[0].Access);
        Assert.Equal(Store, _keys.Items[1].Access);
    }

    [Fact]
    public void Words_at_random_never_lead_past_their_end()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        string[] vocabulary =
        [
            "a", "0", "1", "2", "3", "-1", "9223372036854775807", "\"\"", "STREAMS", "KEYS",
            "STORE", "STOREDIST", "GET", "BY", "LIMIT", "AUTH", "AUTH2", "OVERFLOW",
        ];
        CommandSpec[] specs = [.. s_specs.Values, .. GeneratedCommands.Create()];
        for (int i = 0; i < 20_000; i++)
        {
            CommandSpec spec = specs[random.Next(specs.Length)];
            string words = spec.Name + string.Concat(Enumerable.Range(0, random.Next(10))
                .Select(_ => " " + vocabulary[random.Next(vocabulary.Length)]));
            ArgView view = View(words);
            bool fits = KeyExtractor.TryExtract(spec, view, _keys);
            Assert.True(fits || _keys.Count == 0, $"seed {seed}: {words}");
            Assert.True(_keys.Count == KeyExtractor.Count(spec, view), $"seed {seed}: {words}");
            for (int n = 0; n < _keys.Count; n++)
            {
                int at = _keys.Items[n].At;
                Assert.True(at > 0 && at < view.Count, $"seed {seed}: {words}");
                Assert.True(at == KeyExtractor.Position(spec, view, n), $"seed {seed}: {words}");
            }

            int none = KeyExtractor.Position(spec, view, _keys.Count);
            Assert.True(none == -1, $"seed {seed}: {words}");
        }
    }

    [Fact]
    public void Finding_keys_allocates_nothing()
    {
        ArgView view = View("ZUNIONSTORE d 3 a b c");
        CommandSpec spec = s_specs["ZUNIONSTORE"];
        int sum = 0;
        long before = 0;
        for (int i = 0; i < 200; i++)
        {
            if (i == 100) before = GC.GetAllocatedBytesForCurrentThread();
            KeyExtractor.TryExtract(spec, view, _keys);
            sum += KeyExtractor.Position(spec, view, 2) + KeyExtractor.Count(spec, view);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(200 * 8, sum);
    }

    private string Extract(string words)
    {
        ArgView view = View(words);
        CommandSpec spec = s_specs[words.Split(' ')[0]];
        return KeyExtractor.TryExtract(spec, view, _keys)
            ? string.Join(' ', _keys.Items.ToArray().Select(key => key.At))
            : "!";
    }

    private static ArgView View(string words)
    {
        var batch = new CommandBatch(4096);
        foreach (string word in words.Split(' '))
            batch.AddCopy(Encoding.ASCII.GetBytes(word == "\"\"" ? "" : word));
        return new ArgView(batch, batch.Args);
    }

    private static CommandSpec Spec(string name, params KeySpec[] keys) =>
        new() { Name = name, Handler = null, Arity = -1, Keys = keys };

    private static KeySpec Index(int at) => Range(at, 0, 1);

    private static KeySpec Range(int first, int last, int step) =>
        new(KeySearch.Index, first, "", KeyFind.Range, last, step, 0, Access.Read);

    private static KeySpec KeyNum(int at) =>
        new(KeySearch.Index, at, "", KeyFind.KeyNum, 0, 1, 0, Access.Read);

    private static KeySpec Keyword(string token, int start, int last, int limit) =>
        new(KeySearch.Keyword, start, token, KeyFind.Range, last, 1, limit, Store);

    private static KeySpec Unknown() =>
        new(KeySearch.Unknown, 0, "", KeyFind.Unknown, 0, 1, 0, Access.Read);
}
