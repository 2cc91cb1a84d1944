using System.Collections.Generic;
using Rotom.Engine.Config;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

public sealed class ServerTests
{
    [Fact]
    public void Time_is_the_clocks_in_seconds_and_microseconds()
    {
        using EngineHost host = new();
        host.Clock.Advance(1234);
        host.Check("TIME", "*2 $1800000001 $234000");
    }

    [Fact]
    public void A_renamed_command_answers_to_its_new_name_only()
    {
        using EngineHost host = new(config => config.RenamedCommands.AddRange(
        [
            new RenamedCommand("set", "put"), new RenamedCommand("GET", "set"),
            new RenamedCommand("FLUSHALL", ""),
        ]));
        host.Check("PUT k v", "+OK");
        host.Check("SET k", "$v");
        host.Check("GET k", "-ERR unknown command 'GET', with args beginning with: 'k' ");
        host.Check("FLUSHALL", "-ERR unknown command 'FLUSHALL', with args beginning with: ");
        host.Check("COMMAND INFO flushall get", "*2 $-1 $-1");
        host.Check("PUT k", "-ERR wrong number of arguments for 'set' command");
    }

    [Fact]
    public void Flushdb_empties_the_selected_database_only()
    {
        using EngineHost host = new();
        host.Send("SET a 1");
        host.Send("SELECT 1");
        host.Send("SET b 1");
        host.Check("FLUSHDB ASYNC", "+OK");
        Assert.Equal(new List<string> { "FLUSHDB ASYNC" }, host.Effects);
        host.Check("DBSIZE", ":0");
        host.Send("SELECT 0");
        host.Check("DBSIZE", ":1");
        host.Check("FLUSHDB NOW", "-ERR syntax error");
        host.Check("DBSIZE", ":1");
    }

    [Fact]
    public void Flushall_empties_every_database_and_spoils_what_is_watched()
    {
        using EngineHost host = new();
        host.Send("SET a 1");
        host.Send("SELECT 1");
        host.Send("SET b 1");
        host.Send("SELECT 1", "watcher");
        host.Send("WATCH b", "watcher");
        host.Check("FLUSHALL SYNC", "+OK");
        host.Check("DBSIZE", ":0");
        host.Send("SELECT 0");
        host.Check("DBSIZE", ":0");
        host.Send("MULTI", "watcher");
        host.Send("PING", "watcher");
        host.Check("EXEC", "*-1", "watcher");
    }

    [Fact]
    public void A_flush_of_nothing_is_propagated_all_the_same()
    {
        using EngineHost host = new();
        host.Send("FLUSHALL");
        Assert.Contains("FLUSHALL", host.Effects);
    }

    [Theory]
    [InlineData("SHUTDOWN", "")]
    [InlineData("SHUTDOWN NOSAVE NOW", "nosave")]
    [InlineData("SHUTDOWN FORCE SAVE", "save")]
    public void Shutdown_is_asked_of_the_owner_and_not_answered(string command, string mode)
    {
        using EngineHost host = new();
        host.Check(command, "");
        Assert.True(host.Engine.Outbox.TryTake(out OutboxItem? item));
        Assert.Equal((OutboxKind.Shutdown, mode), (item!.Kind, item.Argument));
    }

    [Theory]
    [InlineData("SHUTDOWN ABORT", "-ERR No shutdown in progress.")]
    [InlineData("SHUTDOWN SAVE NOSAVE", "-ERR syntax error")]
    [InlineData("SHUTDOWN ABORT NOW", "-ERR syntax error")]
    [InlineData("SHUTDOWN LATER", "-ERR syntax error")]
    public void Shutdown_with_bad_words_shuts_nothing_down(string command, string reply)
    {
        using EngineHost host = new();
        host.Check(command, reply);
        Assert.Equal(0, host.Engine.Outbox.Count);
    }

    [Fact]
    public void A_server_alone_is_a_master_without_replicas()
    {
        using EngineHost host = new();
        host.Check("ROLE", "*3 $master :0 *0");
    }

    [Theory]
    [InlineData("CLUSTER INFO")]
    [InlineData("CLUSTER NODES")]
    [InlineData("CLUSTER NOSUCH")]
    [InlineData("READONLY")]
    [InlineData("READWRITE")]
    [InlineData("ASKING")]
    public void Cluster_commands_say_that_there_is_no_cluster(string command)
    {
        using EngineHost host = new();
        host.Check(command, "-ERR This instance has cluster support disabled");
    }
}
