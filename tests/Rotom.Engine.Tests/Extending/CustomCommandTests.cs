using System;
using System.Collections.Generic;
using System.Text;
using Rotom.Engine.Tests.Support;
using Rotom.Resp;
using Xunit;

namespace Rotom.Engine.Tests.Extending;

public sealed class CustomCommandTests
{
    [Fact]
    public void A_registered_command_is_called_with_its_words()
    {
        using EngineHost host = new();
        host.Engine.Register("HELLO.WORLD", -1, (ref CommandContext c) =>
            c.Reply.Bulk("Hello, "u8, c.ArgCount > 1 ? c[1] : "world"u8));
        host.Check("hello.world", "$Hello, world");
        host.Check("HELLO.WORLD you", "$Hello, you");
    }

    [Fact]
    public void Its_arity_is_checked()
    {
        using EngineHost host = new();
        host.Engine.Register("ONE", 2, (ref CommandContext c) => c.Reply.Ok());
        host.Check("ONE", "-ERR wrong number of arguments for 'one' command");
        host.Check("ONE 1 2", "-ERR wrong number of arguments for 'one' command");
        host.Check("ONE 1", "+OK");
    }

    [Fact]
    public void Command_info_docs_getkeys_and_list_know_it()
    {
        using EngineHost host = new();
        host.Engine.Register(Touch());
        host.Check(
            "COMMAND INFO app.touch",
            "*1 *10 $app.touch :-2 *2 +write +denyoom :1 :-1 :1 *2 +@write +@slow *0 "
            + "*1 *6 $flags *2 +RW +update $begin_search *4 $type $index $spec *2 $index :1 "
            + "$find_keys *4 $type $range $spec *6 $lastkey :-1 $keystep :1 $limit :0 *0");
        host.Check("COMMAND GETKEYS APP.TOUCH a b", "*2 $a $b");
        Assert.Contains("module", host.Send("COMMAND DOCS app.touch"), StringComparison.Ordinal);
        Assert.Contains("app.touch", host.Send("COMMAND LIST"), StringComparison.Ordinal);
    }

    [Fact]
    public void Info_counts_its_calls()
    {
        using EngineHost host = new();
        host.Engine.Register("ONE", 1, (ref CommandContext c) => c.Reply.Ok());
        host.Check("ONE", "+OK");
        host.Check("ONE", "+OK");
        Assert.Contains(
            "cmdstat_one:calls=2,", host.Send("INFO commandstats"), StringComparison.Ordinal);
    }

    [Fact]
    public void Rights_hold_for_it_by_name_by_category_and_by_key()
    {
        using EngineHost host = new();
        host.Check("ACL SETUSER joe on nopass ~mine:* +@all -@write", "+OK");
        host.Check("AUTH joe x", "+OK", "joe");
        host.Engine.Register(Touch());
        const string noCommand = "-NOPERM this user has no permissions to run the 'app.touch' "
            + "command";
        // +@all is a right to what comes later too; -@write was said of what there was.
        host.Check("APP.TOUCH mine:1", "+OK", "joe");
        host.Check("ACL SETUSER joe -@write", "+OK");
        host.Check("APP.TOUCH mine:1", noCommand, "joe");
        host.Check("ACL SETUSER joe +app.touch", "+OK");
        host.Check("APP.TOUCH mine:1", "+OK", "joe");
        host.Check(
            "APP.TOUCH mine:1 yours",
            "-NOPERM this user has no permissions to access one of the keys used as arguments",
            "joe");
    }

    [Fact]
    public void It_is_queued_in_a_transaction()
    {
        using EngineHost host = new();
        host.Engine.Register("ONE", 1, (ref CommandContext c) => c.Reply.Integer(1));
        host.Check("MULTI", "+OK");
        host.Check("ONE", "+QUEUED");
        host.Check("EXEC", "*1 :1");
    }

    [Fact]
    public void What_is_declared_wrongly_is_refused()
    {
        using EngineHost host = new();
        CommandHandler nothing = (ref CommandContext c) => c.Reply.Ok();
        foreach (string name in new[] { "", "two words", "a|b", "GET", new string('x', 65) })
        {
            Assert.Throws<ArgumentException>(() => host.Engine.Register(name, 1, nothing));
        }

        Assert.Throws<ArgumentException>(() => host.Engine.Register("ok", 0, nothing));
        Assert.Throws<ArgumentException>(() => host.Engine.Register(Touch() with { Arity = 1 }));
        Assert.Throws<ArgumentException>(() => host.Engine.Register(Touch() with
        {
            Flags = CommandFlags.Write | CommandFlags.ReadOnly,
        }));
        host.Check("ok", "-ERR unknown command 'ok', with args beginning with: ");
    }

    [Fact]
    public void A_handler_that_throws_is_answered_and_the_engine_goes_on()
    {
        using EngineHost host = new();
        host.Engine.Register("BAD", 1, (ref CommandContext c) =>
        {
            c.Reply.Integer(1);
            throw new FormatException("no");
        });
        host.Check("BAD", "-ERR internal error: the command 'bad' failed; see the log");
        host.Check("PING", "+PONG");
    }

    [Fact]
    public void The_store_gets_sets_expires_and_deletes_with_effects_that_replay()
    {
        using EngineHost host = new();
        List<string> seen = [];
        host.Engine.Register("PLAY", 2, (ref CommandContext c) =>
        {
            KeyStore store = c.Store;
            store.Set("a"u8, c[1]);
            store.Set("b"u8, "1"u8, TimeSpan.FromSeconds(10));
            store.Set("c"u8, "2"u8);
            seen.Add(Encoding.ASCII.GetString(store.Get("a"u8)!) + store.TypeOf("b"u8)
                + store.TimeToLive("b"u8)!.Value.TotalSeconds + store.Exists("nope"u8));
            store.Expire("a"u8, TimeSpan.FromSeconds(5));
            store.Persist("b"u8);
            store.Delete("c"u8);
            c.Reply.Integer(store.Count);
        }, CommandFlags.Write);
        host.Check("PLAY x", ":2");
        Assert.Equal(["xstring10False"], seen);
        long now = host.Clock.UnixTimeMs;
        Assert.Equal(
            [
                "MULTI", "SELECT 0", "SET a x", $"SET b 1 PXAT {now + 10_000}", "SET c 2",
                $"PEXPIREAT a {now + 5000}", "PERSIST b", "DEL c", "EXEC",
            ],
            host.Effects);
        host.Check("PTTL a", ":5000");
        host.Check("TTL b", ":-1");
    }

    [Fact]
    public void What_the_store_changes_watchers_and_events_hear_of()
    {
        using EngineHost host = new(c => c.NotifyKeyspaceEvents = NotifyClass.Keyevent
            | NotifyClass.String);
        host.Engine.Register(
            "PUT", 2, (ref CommandContext c) =>
            {
                c.Store.Set(c[1], "1"u8);
                c.Reply.Ok();
            },
            CommandFlags.Write);
        host.Check("SUBSCRIBE __keyevent@0__:set", "*3 $subscribe $__keyevent@0__:set :1", "ear");
        host.Check("WATCH k", "+OK", "watcher");
        host.Check("MULTI", "+OK", "watcher");
        host.Check("PUT k", "+OK");
        Assert.Equal("*3 $message $__keyevent@0__:set $k", host.Pushes["ear"]);
        host.Check("EXEC", "*-1", "watcher");
    }

    [Fact]
    public void The_store_answers_wrongtype_and_refuses_writes_of_commands_that_only_read()
    {
        using EngineHost host = new();
        host.Engine.Register("READ", 2, (ref CommandContext c) =>
            c.Reply.Bulk(c.Store.Get(c[1]) ?? []));
        host.Engine.Register("SNEAK", 1, (ref CommandContext c) => c.Store.Set("k"u8, "v"u8));
        host.Check("RPUSH list 1", ":1");
        host.Check(
            "READ list", "-WRONGTYPE Operation against a key holding the wrong kind of value");
        host.Check("SNEAK", "-ERR internal error: the command 'sneak' failed; see the log");
        host.Check("EXISTS k", ":0");
    }

    [Fact]
    public void Iterate_shows_every_key_and_lets_the_visitor_delete()
    {
        using EngineHost host = new();
        for (int i = 0; i < 500; i++) host.Check($"SET key:{i} x", "+OK");
        host.Check("SET other x", "+OK");
        host.Engine.Register("PURGE", 2, (ref CommandContext c) =>
        {
            int count = 0;
            ulong cursor = 0;
            List<byte[]> found = [];
            do cursor = c.Store.Iterate(cursor, key => found.Add(key.ToArray()), c[1]);
            while (cursor != 0);
            foreach (byte[] key in found) count += c.Store.Delete(key) ? 1 : 0;
            c.Reply.Integer(count);
        }, CommandFlags.Write);
        host.Check("PURGE key:*", ":500");
        host.Check("DBSIZE", ":1");
    }

    [Fact]
    public void Commands_called_by_a_command_answer_it_and_propagate_once()
    {
        using EngineHost host = new();
        host.Engine.Register("BOTH", 2, (ref CommandContext c) =>
        {
            byte[] key = c[1].ToArray();
            c.Call("HSETNX", "h", key, 1);
            long length = c.Call("RPUSH", "l", key, "x").AsInteger();
            c.Reply.ArrayHeader(3);
            c.Reply.Integer(length);
            c.Answer(c.Call("LRANGE", "l", 0, -1));
            c.Answer(c.Call("INCR", "l"));
        }, CommandFlags.Write);
        host.Check(
            "BOTH k",
            "*3 :2 *2 $k $x -WRONGTYPE Operation against a key holding the wrong kind of value");
        Assert.Contains("RPUSH l k x", host.Effects);
        Assert.DoesNotContain(
            host.Effects, effect => effect.StartsWith("BOTH", StringComparison.Ordinal));
    }

    [Fact]
    public void What_may_not_be_called_is_an_error_value()
    {
        using EngineHost host = new();
        host.Engine.Register("TRY", -2, (ref CommandContext c) =>
        {
            List<RespArgument> words = [];
            for (int i = 1; i < c.ArgCount; i++) words.Add(c[i].ToArray());
            c.Answer(c.Call(words.ToArray()));
        });
        host.Check("TRY SET k v", "-ERR 'try' calls 'set' and is not flagged Write");
        host.Check("TRY MULTI", "-ERR 'multi' can't be called by a command");
        host.Check("TRY GET", "-ERR wrong number of arguments for 'get' command");
        host.Check("TRY NOPE", "-ERR unknown command called by a command");
        host.Check("TRY ECHO x", "$x");
        host.Check("GET k", "$-1");
    }

    [Fact]
    public void Commands_that_call_themselves_end()
    {
        using EngineHost host = new();
        host.Engine.Register("LOOP", 1, (ref CommandContext c) => c.Answer(c.Call("LOOP")));
        host.Check("LOOP", "-ERR commands call one another too deeply");
        host.Check("PING", "+PONG");
    }

    [Fact]
    public void A_deferred_command_is_answered_later_and_what_follows_waits()
    {
        using EngineHost host = new();
        DeferredReply? waiting = null;
        host.Engine.Register("LATER", 1, (ref CommandContext c) => waiting = c.Defer());
        Assert.Equal("", host.Pipeline("LATER", "PING"));
        Assert.True(host.Engine.Complete(waiting!, (_, reply) => reply.Integer(7)));
        Assert.Equal(":7 +PONG", host.DrainFor("main"));
        Assert.False(host.Engine.Complete(waiting!, (_, reply) => reply.Integer(7)));
    }

    [Fact]
    public void The_end_of_a_deferred_client_is_told()
    {
        using EngineHost host = new();
        int ended = 0;
        host.Engine.Register(
            "LATER", -1, (ref CommandContext c) => c.Defer(c.ArgCount > 1 ? 5 : 0, () => ended++));
        Assert.Equal("", host.Send("LATER", "gone"));
        host.Disconnect("gone");
        Assert.Equal(1, ended);
        Assert.Equal("", host.Send("LATER soon", "slow"));
        host.Advance(100);
        Assert.Equal("$-1", host.Pushes["slow"]);
        Assert.Equal(2, ended);
    }

    private static CustomCommand Touch() => new()
    {
        Name = "APP.TOUCH",
        Arity = -2,
        Flags = CommandFlags.Write | CommandFlags.DenyOom,
        Keys = [CustomCommand.KeysOf(1, Access.RW | Access.Update, last: -1)],
        Summary = "Touches keys.",
        Syntax = "key...",
        Handler = (ref CommandContext c) => c.Reply.Ok(),
    };
}
