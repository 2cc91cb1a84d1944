using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Rotom.Engine.Config;
using Rotom.Engine.Tests.Support;
using Rotom.Resp.Batch;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>GET and HGET that show the value where it lies, and are as always otherwise.</summary>
public sealed class ReadingTests
{
    private const string Shown = "+SHOWN";

    [Theory]
    [InlineData("SET k value", "GET k", "value")]
    [InlineData("SET k -123456789012345", "get k", "-123456789012345")]
    [InlineData("SET k 5", "GET k", "5")]
    [InlineData("SET k \"\"", "GET k", "")]
    [InlineData("HSET k f value", "HGET k f", "value")]
    [InlineData("HSET k f 77 g 2", "hget k f", "77")]
    [InlineData("HSET k f -5000000000", "HGET k f", "-5000000000")]
    public void The_value_is_shown_and_the_reply_has_no_copy_of_it(
        string make, string read, string value)
    {
        foreach (int packed in (int[])[512, 0])
        {
            using EngineHost host = new(config => config.HashMaxListpackEntries = packed);
            host.Send(make);
            Eye eye = new();
            Assert.Equal(Shown, host.SendWith("main", (read, eye, null)));
            Assert.Equal([value], eye.Seen);
        }
    }

    [Fact]
    public void A_large_value_is_shown_whole()
    {
        using EngineHost host = new();
        string large = new('x', 3_000_000);
        host.Check($"SET k {large}", "+OK");
        Eye eye = new();
        host.SendWith("main", ("GET k", eye, null));
        Assert.Equal(large, Assert.Single(eye.Seen));
        Assert.Equal("+SHOWN\r\n"u8.ToArray(), host.ReplyBytes);
    }

    [Fact]
    public void Each_command_of_a_pipeline_has_its_own_reader_or_none()
    {
        using EngineHost host = new();
        host.Send("MSET a 1 b 2 c 3");
        Eye first = new();
        Eye second = new();
        Assert.Equal(
            "$1 +SHOWN +OK +SHOWN $-1 $3",
            host.SendWith(
                "main", ("GET a", null, null), ("GET b", first, null), ("SET b 9", null, null),
                ("GET b", second, null), ("GET none", new Eye(), null), ("GET c", null, null)));
        Assert.Equal(["2"], first.Seen);
        Assert.Equal(["9"], second.Seen);
        // The next batch knows nothing of it.
        host.Check("GET b", "$9");
    }

    [Fact]
    public void Everything_else_about_the_command_is_as_without()
    {
        string[] script =
        [
            "SET s v", "SET t v PX 10", "HSET h f 1 g 2", "HPEXPIRE h 10 FIELDS 1 g", "RPUSH l a",
            "?GET s", "?GET none", "?GET l", "?HGET h f", "?HGET h none", "?HGET none f",
            "?HGET s f", "?GET", "!20", "?GET t", "?HGET h g", "CLIENT TRACKING ON", "?GET s",
        ];
        List<string> with = Run(script, shows: true);
        Assert.Contains("keyspace_hits:10", with);
        Assert.Equal(Run(script, shows: false), with);
    }

    [Fact]
    public void Who_may_not_read_it_is_shown_nothing()
    {
        using EngineHost host = new();
        host.Check("SET k v", "+OK");
        host.Check("ACL SETUSER bob on nopass +@all ~other", "+OK");
        host.Check("AUTH bob x", "+OK", "bob");
        Eye eye = new();
        Assert.StartsWith(
            "-NOPERM", host.SendWith("bob", ("GET k", eye, null)), StringComparison.Ordinal);
        Assert.Empty(eye.Seen);
    }

    [Fact]
    public void Where_nothing_can_be_shown_the_reply_has_the_value()
    {
        using EngineHost host = new();
        host.Check("SET k v", "+OK");
        Eye eye = new();
        // In a transaction, for another command, and where the handler is not the command's own.
        Assert.Equal("+OK +QUEUED *1 $v", host.SendWith(
            "main", ("MULTI", null, null), ("GET k", eye, null), ("EXEC", null, null)));
        Assert.Equal("$v", host.SendWith("main", ("GETEX k", eye, null)));
        host.Engine.Wrap("get", next => (ref CommandContext c) => next(ref c));
        Assert.Equal("$v", host.SendWith("main", ("GET k", eye, null)));
        Assert.Empty(eye.Seen);
    }

    [Fact]
    public void A_handler_sees_the_tag_of_its_own_command()
    {
        using EngineHost host = new();
        List<string> seen = [];
        host.Engine.Use(next => (ref CommandContext c) =>
        {
            seen.Add($"{c.Command.FullName} {c.Tag ?? "nothing"}");
            next(ref c);
        });
        host.SendWith(
            "main", ("SET k v", null, "one"), ("GET k", null, null), ("MULTI", null, null),
            ("GET k", null, null), ("EXEC", null, "two"));
        host.Send("GET k");
        Assert.Equal(
            ["set one", "get nothing", "multi nothing", "exec two", "get nothing", "get nothing"],
            seen);
    }

    private static List<string> Run(string[] script, bool shows)
    {
        using EngineHost host = new(config =>
        {
            EventEar.AllClasses(config);
            config.MaxMemoryPolicy = MaxMemoryPolicy.AllKeysLfu;
            config.LfuLogFactor = 0;
        });
        EventEar ear = new(host);
        List<string> told = [];
        foreach (string line in script)
        {
            if (line[0] == '!')
            {
                host.Clock.Advance(long.Parse(line[1..], CultureInfo.InvariantCulture));
                continue;
            }

            Eye? eye = line[0] == '?' && shows ? new Eye() : null;
            string reply = line[0] == '?'
                ? host.SendWith("main", (line[1..], eye, null))
                : host.Send(line);
            told.Add(reply == Shown ? "$" + Assert.Single(eye!.Seen) : reply);
            told.Add(ear.Heard());
            told.Add(Effect.Of(host));
        }

        host.Send("SET s new", "other");
        told.Add(string.Join(' ', host.Pushes.Keys.Order(StringComparer.Ordinal)));
        foreach (string key in (string[])["s", "h", "l"]) told.Add(host.Send("OBJECT FREQ " + key));
        host.Send("INFO everything");
        told.AddRange(Encoding.Latin1.GetString(host.ReplyBytes).Split("\r\n").Where(line =>
            line.StartsWith("keyspace_", StringComparison.Ordinal)
            || line.StartsWith("expired", StringComparison.Ordinal)
            || line.StartsWith("errorstat", StringComparison.Ordinal)
            || line.StartsWith("cmdstat", StringComparison.Ordinal))
            .Select(line => System.Text.RegularExpressions.Regex.Replace(
                line, "usec[^,]*,", "")));
        host.Engine.CheckInvariants();
        return told;
    }

    private sealed class Eye : IValueReader
    {
        internal List<string> Seen { get; } = [];

        public void Read(ReadOnlySpan<byte> value, short ticket)
        {
            Assert.Equal(7, ticket);
            Seen.Add(Encoding.Latin1.GetString(value));
        }
    }
}
