using System.Collections.Generic;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

public sealed class TransactionTests
{
    [Fact]
    public void Exec_runs_what_was_queued_and_propagates_it_as_one()
    {
        using EngineHost host = new();
        host.Check("MULTI", "+OK");
        host.Check("SET a 1", "+QUEUED");
        host.Check("SET b 2", "+QUEUED");
        host.Check("EXEC", "*2 +OK +OK");
        List<string> expected = ["MULTI", "SELECT 0", "SET a 1", "SET b 2", "EXEC"];
        Assert.Equal(expected, host.Effects);
    }

    [Fact]
    public void A_refused_command_aborts_the_transaction()
    {
        using EngineHost host = new();
        host.Send("MULTI");
        host.Send("GET");
        host.Check(
            "EXEC", "-EXECABORT Transaction discarded because of previous errors.");
        host.Check("EXEC", "-ERR EXEC without MULTI");
    }

    [Fact]
    public void A_watched_key_that_changed_makes_exec_answer_null()
    {
        using EngineHost host = new();
        host.Send("WATCH k");
        host.Send("SET k other", "other");
        host.Send("MULTI");
        host.Send("GET k");
        host.Check("EXEC", "*-1");
    }

    [Fact]
    public void A_watched_key_that_expires_counts_as_changed()
    {
        using EngineHost host = new();
        host.Send("SET k v PX 10");
        host.Send("WATCH k");
        host.Clock.Advance(20);
        host.Send("MULTI");
        host.Send("PING");
        host.Check("EXEC", "*-1");
    }

    [Fact]
    public void A_disk_that_refuses_is_heard_by_writers_by_PING_and_by_EXEC_of_writes()
    {
        const string refusal = "MISCONF Errors writing to the AOF file: No space left on device";
        using EngineHost host = new();
        host.Send("MULTI");
        host.Send("SET k v");
        host.Send("MULTI", "reader");
        host.Send("GET k", "reader");
        host.Engine.DiskError = refusal;
        host.Check("EXEC", $"-EXECABORT Transaction discarded because of: {refusal}");
        host.Check("SET k v", "-" + refusal);
        host.Check("PING", "-" + refusal);
        host.Check("GET k", "$-1");
        host.Check("EXEC", "*1 $-1", "reader");
        host.Engine.DiskError = null;
        host.Check("EXEC", "-ERR EXEC without MULTI");
    }

    [Fact]
    public void Exec_waits_with_what_may_not_be_executed_while_data_is_loaded()
    {
        using EngineHost host = new();
        host.Send("MULTI");
        host.Send("GET k");
        host.Send("MULTI", "other");
        host.Send("ECHO x", "other");
        host.Send("MULTI", "none");
        host.Engine.IsLoading = true;
        host.Check(
            "EXEC", "-EXECABORT Transaction discarded because of: LOADING Redis is loading the "
            + "dataset in memory");
        host.Check("EXEC", "*1 $x", "other");
        host.Check("EXEC", "*0", "none");
    }

    [Fact]
    public void Discard_forgets_what_was_queued_and_watched()
    {
        using EngineHost host = new();
        host.Check("DISCARD", "-ERR DISCARD without MULTI");
        host.Send("WATCH k");
        host.Send("MULTI");
        host.Send("SET k v");
        host.Check("DISCARD", "+OK");
        host.Check("GET k", "$-1");
        host.Send("SET k other", "other");
        host.Send("MULTI");
        host.Send("PING");
        host.Check("EXEC", "*1 +PONG");
    }

    [Fact]
    public void Unwatch_lets_exec_run_though_a_key_changed()
    {
        using EngineHost host = new();
        host.Send("WATCH k");
        host.Send("SET k other", "other");
        host.Check("UNWATCH", "+OK");
        host.Send("MULTI");
        host.Send("GET k");
        host.Check("EXEC", "*1 $other");
    }

    [Theory]
    [InlineData("SWAPDB 0 1", true)]
    [InlineData("FLUSHALL", true)]
    [InlineData("GET x", true)]
    [InlineData("DEL x", true)]
    [InlineData("SET x new", false)]
    public void A_key_that_was_past_its_time_when_watched_changes_only_by_a_new_value(
        string command, bool unchanged)
    {
        using EngineHost host = new();
        host.Engine.ExpireCycle.Enabled = false;
        host.Send("SET x old PX 1");
        host.Clock.Advance(2);
        host.Check("WATCH x", "+OK");
        host.Send(command, "other");
        host.Send("MULTI");
        host.Send("PING");
        host.Check("EXEC", unchanged ? "*1 +PONG" : "*-1");
    }

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(true, false, true)]
    [InlineData(false, true, false)]
    public void An_exchange_of_databases_changes_what_is_not_past_its_time_on_both_sides(
        bool hereStale, bool thereAlive, bool unchanged)
    {
        using EngineHost host = new();
        host.Engine.ExpireCycle.Enabled = false;
        host.Send(thereAlive ? "SET x foo" : "SET x foo PX 1");
        host.Send("SELECT 1", "watches");
        if (hereStale) host.Send("SET x bar PX 1", "watches");
        host.Clock.Advance(2);
        host.Send("WATCH x", "watches");
        host.Send("SWAPDB 0 1", "watches");
        host.Send("MULTI", "watches");
        host.Send("PING", "watches");
        host.Check("EXEC", unchanged ? "*1 +PONG" : "*-1", "watches");
    }
}
