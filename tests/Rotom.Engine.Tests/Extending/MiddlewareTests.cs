using System;
using System.Collections.Generic;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Extending;

public sealed class MiddlewareTests
{
    [Fact]
    public void Middleware_goes_around_every_command_the_first_outermost()
    {
        using EngineHost host = new();
        List<string> seen = [];
        foreach (string name in new[] { "a", "b" })
        {
            host.Engine.Use(next => (ref CommandContext c) =>
            {
                seen.Add($"{name}+{c.Command.FullName}");
                next(ref c);
                seen.Add($"{name}-");
            });
        }

        host.Check("CONFIG GET port", "*2 $port $6379");
        Assert.Equal(["a+config|get", "b+config|get", "b-", "a-"], seen);
    }

    [Fact]
    public void Middleware_of_a_category_leaves_the_others_as_they_were()
    {
        using EngineHost host = new();
        CommandHandler? before = host.Engine.Commands.Find("PING"u8)!.Handler;
        int writes = 0;
        host.Engine.Use(Acl.Write, next => (ref CommandContext c) =>
        {
            writes++;
            next(ref c);
        });
        host.Check("SET k v", "+OK");
        host.Check("GET k", "$v");
        Assert.Equal(1, writes);
        Assert.Same(before, host.Engine.Commands.Find("PING"u8)!.Handler);
    }

    [Fact]
    public void Commands_registered_later_are_wrapped_too()
    {
        using EngineHost host = new();
        int calls = 0;
        host.Engine.Use(
            next => (ref CommandContext c) =>
            {
                calls++;
                next(ref c);
            },
            command => command.Name == "late");
        host.Engine.Register("LATE", 1, (ref CommandContext c) => c.Reply.Ok());
        host.Check("LATE", "+OK");
        Assert.Equal(1, calls);
    }

    [Fact]
    public void Middleware_may_answer_instead_or_change_the_answer()
    {
        using EngineHost host = new();
        host.Engine.Use(next => (ref CommandContext c) =>
        {
            if (c.Command.Name == "flushall")
            {
                c.Error("NOPERM not here");
                return;
            }

            ReplyMark mark = c.MarkReply();
            next(ref c);
            if (!c.HasErrorSince(mark)) return;
            c.TakeBackReply(mark);
            c.Error("ERR something went wrong");
        });
        host.Check("FLUSHALL", "-NOPERM not here");
        host.Check("SET k v", "+OK");
        host.Check("INCR k", "-ERR something went wrong");
        Assert.Equal(
            "+PONG -ERR something went wrong $v", host.Pipeline("PING", "INCR k", "GET k"));
    }

    [Fact]
    public void A_built_in_command_is_wrapped_or_replaced()
    {
        using EngineHost host = new();
        host.Engine.Wrap("get", next => (ref CommandContext c) =>
        {
            if (c[1].SequenceEqual("magic"u8)) c.Reply.Bulk("42"u8);
            else next(ref c);
        });
        host.Engine.Wrap("config|get", _ => (ref CommandContext c) => c.Reply.MapHeader(0));
        host.Check("GET magic", "$42");
        host.Check("GET k", "$-1");
        host.Check("CONFIG GET *", "*0");
        Assert.Throws<ArgumentException>(() => host.Engine.Wrap("nope", next => next));
        Assert.Throws<ArgumentException>(() => host.Engine.Wrap("config|nope", next => next));
    }

    [Fact]
    public void Middleware_around_a_write_keeps_effects_complete_and_in_order()
    {
        using EngineHost host = new();
        host.Engine.Use(Acl.Write, next => (ref CommandContext c) =>
        {
            c.Store.Set("before"u8, "1"u8);
            next(ref c);
            c.Call("DEL", "before");
        });
        host.Check("SET k v", "+OK");
        Assert.Equal(
            ["MULTI", "SELECT 0", "SET before 1", "SET k v", "DEL before", "EXEC"], host.Effects);
    }

    [Fact]
    public void A_host_that_knows_its_clients_lets_them_in_by_middleware()
    {
        using EngineHost host = new(c => c.RequirePass = "secret");
        host.Engine.Register(
            "TICKET", 2,
            (ref CommandContext c) =>
            {
                if (c[1].SequenceEqual("good"u8) && c.TryBecome("default")) c.Reply.Ok();
                else c.Error("WRONGPASS no such ticket");
            },
            CommandFlags.NoAuth | CommandFlags.Fast);
        host.Check("GET k", "-NOAUTH Authentication required.");
        host.Check("TICKET bad", "-WRONGPASS no such ticket");
        host.Check("TICKET good", "+OK");
        host.Check("GET k", "$-1");
    }

    [Fact]
    public void In_a_transaction_middleware_goes_around_each_command()
    {
        using EngineHost host = new();
        List<string> seen = [];
        host.Engine.Use(next => (ref CommandContext c) =>
        {
            seen.Add(c.Command.Name);
            next(ref c);
        });
        host.Pipeline("MULTI", "SET k v", "GET k", "EXEC");
        Assert.Equal(["multi", "exec", "set", "get"], seen);
    }
}
