using System;
using System.Collections.Generic;
using System.Linq;
using Rotom.Engine.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Rotom.Engine.Tests.Keyspace;

/// <summary>Memory is refused while effects are gathered: the journal stays whole.</summary>
public sealed class RefusedEffectsTests(ITestOutputHelper output)
{
    // Each needs more memory than those before; SPOP tells of all members at once, by itself.
    private static readonly string[] s_commands =
    [
        "SET first " + Text(5), "SADD s a" + Text(20), "SADD s b" + Text(20),
        "SADD s c" + Text(20), "SADD s 1", "SPOP s 3",
        "MULTI", "SET second " + Text(100), "SADD t 1 2 3", "RPUSH l 1 2 " + Text(100), "EXEC",
        $"MSET m {Text(200)} n {Text(200)}", "HSET h f " + Text(500), "SPOP t 2",
        "SET third 1", "APPEND first y",
    ];

    private static string Text(int kilobytes) => new('x', kilobytes * 1000);

    [Fact]
    public void A_command_is_in_the_journal_whole_or_not_at_all()
    {
        int told = 0;
        int points = 0;
        while (Refuse(points, out bool failed))
        {
            if (failed) told++;
            points++;
        }

        output.WriteLine($"{points} places where memory is needed, {told} failed the turn");
        Assert.InRange(points, 8, 1000);
        // The rest failed a command only.
        Assert.InRange(told, 1, points - 1);
    }

    // False when memory is asked for less often.
    private static bool Refuse(int at, out bool failed)
    {
        int asked = 0;
        using EngineHost host = new();
        host.Engine.Propagation.Growing = () =>
        {
            if (asked++ == at) throw new OutOfMemoryException("refused");
        };
        host.StarvingPipeline(out failed, s_commands);
        List<string> replies = ShortForm.Replies(host.ReplyBytes);
        List<byte> journal = [.. host.EffectBytes];
        host.Engine.Propagation.Growing = null;
        host.Check("SET last 1", "+OK");
        journal.AddRange(host.EffectBytes);

        using EngineHost other = new();
        Assert.Null(other.Engine.Replay(journal.ToArray(), journal.Count));
        other.Check("GET last", "$1");
        other.Check("GET third", "$1");
        if (replies[0] == "+OK") other.Check("EXISTS first", ":1");
        // An EXEC is there with all it did, or not at all; so is MSET.
        other.Check("EXISTS l", other.Send("EXISTS second"));
        other.Check("EXISTS m", other.Send("EXISTS n"));
        Assert.Equal(s_commands.Length, replies.Count);
        int errors = replies.Count(reply => reply.Contains("-ERR internal error"));
        Assert.Equal(asked > at ? 1 : 0, errors);
        return asked > at;
    }
}
