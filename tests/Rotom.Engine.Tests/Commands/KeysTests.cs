using System;
using System.Linq;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>DEL UNLINK EXISTS TOUCH TYPE RANDOMKEY RENAME RENAMENX COPY MOVE SWAPDB.</summary>
public sealed class KeysTests
{
    // Command; reply; effects; events. What every row starts with: a, b, x; t with a time to live;
    // d past its time; a in database 1.
    private static readonly string[][] s_rows =
    [
        ["DEL a b a nokey", ":2", "DEL a b a nokey", "del a; del b"],
        ["DEL nokey", ":0", "", ""],
        ["DEL d", ":0", "DEL d", "expired d"],
        ["DEL a d", ":1", "MULTI; DEL d; DEL a d; EXEC", "del a; expired d"],
        ["UNLINK a nokey", ":1", "UNLINK a nokey", "del a"],
        ["EXISTS a a b nokey", ":3", "", "keymiss nokey"],
        ["EXISTS d", ":0", "DEL d", "expired d; keymiss d"],
        ["TOUCH a nokey b", ":2", "", "keymiss nokey"],
        ["TYPE a", "+string", "", ""],
        ["TYPE nokey", "+none", "", "keymiss nokey"],
        ["TYPE d", "+none", "DEL d", "expired d; keymiss d"],
        ["RENAME a b", "+OK", "RENAME a b", "new b; rename_from a; rename_to b"],
        ["RENAME a c", "+OK", "RENAME a c", "new c; rename_from a; rename_to c"],
        ["RENAME a a", "+OK", "", ""],
        ["RENAME nokey nokey", "-ERR no such key", "", ""],
        ["RENAME nokey a", "-ERR no such key", "", ""],
        ["RENAME d a", "-ERR no such key", "DEL d", "expired d"],
        ["RENAMENX a b", ":0", "", ""],
        ["RENAMENX a a", ":0", "", ""],
        ["RENAMENX nokey a", "-ERR no such key", "", ""],
        ["RENAMENX a c", ":1", "RENAMENX a c", "new c; rename_from a; rename_to c"],
        ["RENAMENX a d", ":1", "MULTI; DEL d; RENAMENX a d; EXEC",
            "expired d; new d; rename_from a; rename_to d"],
        ["COPY a b", ":0", "", ""],
        ["COPY a b REPLACE", ":1", "COPY a b REPLACE", "new b; copy_to b"],
        ["COPY a c", ":1", "COPY a c", "new c; copy_to c"],
        ["COPY a d", ":1", "MULTI; DEL d; COPY a d; EXEC", "expired d; new d; copy_to d"],
        ["COPY a a", "-ERR source and destination objects are the same", "", ""],
        ["COPY a a REPLACE", "-ERR source and destination objects are the same", "", ""],
        ["COPY a a DB 1", ":0", "", ""],
        ["copy a a db 1 replace", ":1", "copy a a db 1 replace", "new a@1; copy_to a@1"],
        ["COPY a b DB 2 DB 1", ":1", "COPY a b DB 2 DB 1", "new b@1; copy_to b@1"],
        ["COPY nokey c", ":0", "", "keymiss nokey"],
        ["COPY a c DB 16", "-ERR DB index is out of range", "", ""],
        ["COPY a c DB -1", "-ERR DB index is out of range", "", ""],
        ["COPY a c DB x", "-ERR value is not an integer or out of range", "", ""],
        ["COPY a c DB 2147483648",
            "-ERR value is out of range, value must between -2147483648 and 2147483647", "", ""],
        ["COPY a c DB", "-ERR syntax error", "", ""],
        ["COPY a c NOSUCH", "-ERR syntax error", "", ""],
        ["MOVE a 1", ":0", "", ""],
        ["MOVE b 1", ":1", "MOVE b 1", "new b@1; move_from b; move_to b@1"],
        ["MOVE nokey 1", ":0", "", ""],
        ["MOVE a 0", "-ERR source and destination objects are the same", "", ""],
        ["MOVE a 16", "-ERR DB index is out of range", "", ""],
        ["MOVE a x", "-ERR value is not an integer or out of range", "", ""],
        ["SWAPDB 0 1", "+OK", "SWAPDB 0 1", ""],
        ["SWAPDB 0 0", "+OK", "SWAPDB 0 0", ""],
        ["SWAPDB x 1", "-ERR invalid first DB index", "", ""],
        ["SWAPDB 0 x", "-ERR invalid second DB index", "", ""],
        ["SWAPDB 2147483648 0", "-ERR invalid first DB index", "", ""],
        ["SWAPDB 0 16", "-ERR DB index is out of range", "", ""],
        ["SWAPDB -1 0", "-ERR DB index is out of range", "", ""],
    ];

    public static TheoryData<string, string, string, string> Rows()
    {
        TheoryData<string, string, string, string> rows = [];
        foreach (string[] row in s_rows) rows.Add(row[0], row[1], row[2], row[3]);
        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_key_command_answers_propagates_and_notifies_as_redis(
        string command, string reply, string effects, string events)
    {
        using EngineHost host = new(EventEar.AllClasses);
        EventEar ear = new(host);
        foreach (string setup in (string[])["SET a 1", "SET b text", "SET x x", "SET t v PX 5000",
            "SELECT 1", "SET a one", "SELECT 0", "SET d v PX 10"]) host.Send(setup);
        host.Clock.Advance(11);
        long dirty = host.Engine.Dirty;
        Assert.Equal(reply, host.Send(command));
        Assert.Equal(effects, Effect.Of(host));
        Assert.Equal(Sorted(events), Sorted(ear.Heard()));
        // A key that expires is no change for save points.
        bool changed = reply != ":0" && effects.Contains(command, StringComparison.Ordinal);
        Assert.Equal(changed, host.Engine.Dirty > dirty);
        host.Engine.CheckInvariants();
    }

    [Fact]
    public void Rename_takes_value_time_and_encoding_along()
    {
        using EngineHost host = new();
        host.Send("SET a 5 PX 5000");
        host.Send("SET b old");
        host.Check("RENAME a b", "+OK");
        host.Check("GET b", "$5");
        host.Check("PTTL b", ":5000");
        host.Check("OBJECT ENCODING b", "$int");
        host.Check("EXISTS a", ":0");
        host.Send("SET c v");
        host.Check("RENAME c b", "+OK");
        host.Check("PTTL b", ":-1");
        host.Check("DBSIZE", ":1");
    }

    [Theory]
    [InlineData("SET s 12345", "int")]
    [InlineData("SET s text", "embstr")]
    [InlineData("APPEND s text", "raw")]
    public void A_copy_has_the_encoding_and_time_of_its_source_and_its_own_value(
        string last, string encoding)
    {
        using EngineHost host = new();
        host.Send("SET s x");
        host.Send(last);
        host.Send("PEXPIRE s 5000");
        string value = host.Send("GET s");
        host.Check("COPY s t", ":1");
        host.Check("OBJECT ENCODING t", "$" + encoding);
        host.Check("PTTL t", ":5000");
        host.Send("APPEND s more");
        host.Check("GET t", value);
        host.Send("DEL s");
        host.Check("GET t", value);
    }

    [Fact]
    public void A_long_value_is_copied_and_moved_whole()
    {
        using EngineHost host = new();
        string text = new('x', 200_000);
        host.Send("SET s " + text);
        host.Check("COPY s t", ":1");
        host.Check("MOVE t 3", ":1");
        host.Check("SETRANGE s 0 y", ":200000");
        host.Send("SELECT 3");
        host.Check("GET t", "$" + text);
        host.Engine.CheckInvariants();
    }

    [Fact]
    public void Swapped_databases_keep_times_to_live()
    {
        using EngineHost host = new();
        host.Send("SET a 1 PX 1000");
        host.Send("SET b 2");
        host.Check("SWAPDB 0 5", "+OK");
        host.Check("DBSIZE", ":0");
        host.Send("SELECT 5");
        host.Check("PTTL a", ":1000");
        host.Advance(1001);
        host.Check("DBSIZE", ":1");
        Assert.Equal(0, host.Engine.AllDatabases[5].ExpiresCount);
    }

    [Theory]
    [InlineData("WATCH here", "SWAPDB 0 1", false)]
    [InlineData("WATCH there", "SWAPDB 0 1", false)]
    [InlineData("WATCH nowhere", "SWAPDB 0 1", true)]
    [InlineData("WATCH here", "SWAPDB 1 2", true)]
    [InlineData("WATCH here", "MOVE here 2", false)]
    [InlineData("WATCH here", "RENAME here x", false)]
    [InlineData("WATCH nowhere", "RENAME here nowhere", false)]
    [InlineData("WATCH nowhere", "COPY here nowhere", false)]
    [InlineData("WATCH here", "COPY here nowhere", true)]
    [InlineData("WATCH here", "TOUCH here", true)]
    [InlineData("WATCH here", "EXPIRE here 10", false)]
    [InlineData("WATCH here", "EXPIRE here 10 XX", true)]
    [InlineData("WATCH here", "PERSIST here", true)]
    [InlineData("WATCH nowhere", "DEL nowhere", true)]
    public void A_watched_key_is_marked_by_what_changes_it(string watch, string change, bool kept)
    {
        using EngineHost host = new();
        host.Send("SET here 1");
        host.Send("SELECT 1", "other");
        host.Send("SET there 1", "other");
        host.Send("SELECT 0", "other");
        host.Send(watch);
        host.Send(change, "other");
        host.Send("MULTI");
        host.Send("PING");
        host.Check("EXEC", kept ? "*1 +PONG" : "*-1");
    }

    [Fact]
    public void Randomkey_answers_live_keys_only()
    {
        using EngineHost host = new();
        host.Check("RANDOMKEY", "$-1");
        host.Send("SET live 1");
        for (int i = 0; i < 50; i++) host.Send($"SET dead{i} 1 PX 5");
        host.Clock.Advance(6);
        host.Check("RANDOMKEY", "$live");
        host.Send("DEL live");
        host.Check("RANDOMKEY", "$-1");
        host.Check("DBSIZE", ":0");
    }

    [Fact]
    public void Looking_at_keys_counts_hits_and_misses()
    {
        using EngineHost host = new();
        host.Send("SET a 1");
        foreach (string look in (string[])["EXISTS a x", "TYPE a", "TYPE x", "TTL a", "TTL x",
            "OBJECT ENCODING a", "OBJECT ENCODING x", "TOUCH a x", "COPY x y"]) host.Send(look);
        // A write looks without counting.
        foreach (string write in (string[])["DEL x", "EXPIRE x 1", "PERSIST a", "MOVE x 1"])
            host.Send(write);
        Assert.Equal(5, host.Engine.Stats.KeyspaceHits);
        Assert.Equal(6, host.Engine.Stats.KeyspaceMisses);
    }

    private static string Sorted(string events) => string.Join("; ", events.Split("; ").Order());
}
