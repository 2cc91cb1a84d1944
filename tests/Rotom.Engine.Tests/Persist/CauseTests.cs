using System.Collections.Generic;
using System.Linq;
using Rotom.Engine.Config;
using Rotom.Engine.Tests.Support;
using Rotom.Resp.Batch;
using Xunit;

namespace Rotom.Engine.Tests.Persist;

/// <summary>The journal says of a deletion that nobody asked for why it was written.</summary>
public sealed class CauseTests
{
    [Fact]
    public void Expiry_eviction_and_fields_are_marked_and_commands_are_not()
    {
        using EngineHost host = Host();
        host.Check("SET k v PX 10", "+OK");
        host.Advance(20);
        Assert.Equal("#EXPIRED; DEL k", Effect.Of(host));
        host.Check("HSET h a 1 b 2", ":2");
        host.Check("HPEXPIRE h 10 FIELDS 1 a", "*1 :1");
        host.Advance(20);
        Assert.Equal("#EXPIRED; HDEL h a", Effect.Of(host));
        host.Check("UNLINK h", ":1");
        Assert.Equal("UNLINK h", Effect.Of(host));
        host.Check("SET k v", "+OK");
        host.Check("CONFIG SET maxmemory 1 lazyfree-lazy-eviction yes", "+OK");
        Assert.Equal("#EVICTED; UNLINK k", Effect.Of(host));
    }

    [Fact]
    public void It_stands_behind_SELECT_and_within_a_transaction()
    {
        using EngineHost host = Host();
        host.Check("SELECT 1", "+OK");
        host.Check("SET k v PX 10", "+OK");
        host.Check("SELECT 0", "+OK");
        host.Check("SET l v PX 10", "+OK");
        host.Clock.Advance(20);
        host.Check("SELECT 1", "+OK");
        host.Check("MULTI", "+OK");
        host.Check("SET n 1", "+QUEUED");
        host.Check("GET k", "+QUEUED");
        host.Check("EXEC", "*2 +OK $-1");
        Assert.Equal("MULTI; SELECT 1; SET n 1; #EXPIRED; DEL k; EXEC", Effect.Of(host));
    }

    [Fact]
    public void A_journal_for_readers_without_annotations_has_none()
    {
        using EngineHost host = new();
        host.Check("SET k v PX 10", "+OK");
        host.Advance(20);
        Assert.Equal("DEL k", Effect.Of(host));
    }

    [Fact]
    public void Replayed_to_whoever_asks_they_are_told_as_what_they_were()
    {
        using EngineHost host = Host();
        List<byte> journal = [];
        string[] turns =
        [
            "RPUSH list a b", "SET k v", "HSET h a 1 b 2", "HPEXPIRE h 10 FIELDS 1 a",
            "PEXPIRE list 10", "SET no v", "DEL no",
        ];
        foreach (string turn in turns) Take(turn);
        host.Advance(20);
        journal.AddRange(host.EffectBytes);
        Take("DEL h");
        Take("CONFIG SET maxmemory 1");
        Take("CONFIG SET maxmemory 0");
        Take("SET last 1");

        using EngineHost past = Host();
        FeedEar ear = new(past.Engine, NotifyClass.All);
        past.Engine.FeedsWhileLoading = true;
        past.Engine.IsLoading = true;
        past.Engine.BeginReplay();
        byte[] bytes = [.. journal];
        byte[] room = [.. bytes, .. new byte[CommandBatch.Slack]];
        Assert.Null(past.Engine.Replay(room, bytes.Length));
        // The journal may still be on its way to the disk.
        Assert.Equal(bytes, room[..bytes.Length]);
        past.Engine.EndReplay();
        Assert.Equal(0, past.Engine.ReplayErrors);
        List<FedEvent> heard = ear.Heard();
        Assert.Equal(
            [
                "rpush list", "set k", "hset h", "hexpire h", "expire list", "set no", "del no",
                "expired list", "hexpired h", "del h", "evicted k", "set last",
            ],
            heard.Select(told => $"{told.Name} {told.Key}"));
        Assert.Equal(2, heard.Single(told => told.Name == "expired").Old!.AsList().Count);
        Assert.Equal("v", heard.Single(told => told.Name == "evicted").Old!.AsText());
        past.Engine.IsLoading = false;
        Assert.Equal(host.Send("DEBUG DIGEST"), past.Send("DEBUG DIGEST"));
        past.Engine.CheckInvariants();

        void Take(string command)
        {
            host.Send(command);
            journal.AddRange(host.EffectBytes);
        }
    }

    private static EngineHost Host()
    {
        EngineHost host = new(config =>
        {
            config.MaxMemoryPolicy = MaxMemoryPolicy.AllKeysRandom;
            config.EnableDebugCommand = DangerousAccess.Yes;
        });
        host.Engine.Propagation.MarksCauses = true;
        return host;
    }
}
