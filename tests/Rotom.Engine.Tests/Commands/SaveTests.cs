using System.Collections.Generic;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

public sealed class SaveTests
{
    private const string Misconf = "-MISCONF Redis is configured to save RDB snapshots, but it's "
        + "currently unable to persist to disk. Commands that may modify the data set are "
        + "disabled, because this instance is configured to report errors during writes if RDB "
        + "snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs "
        + "for details about the RDB error.";

    [Fact]
    public void Save_and_bgsave_answer_as_Redis_does()
    {
        using EngineHost host = new();
        Keeper keeper = new(host.Engine);
        long now = host.Clock.UnixTimeMs / 1000;
        host.Check("LASTSAVE", $":{now}");
        host.Clock.Advance(60_000);
        host.Check("SAVE", "+OK");
        host.Check("LASTSAVE", $":{now + 60}");
        host.Check("BGSAVE x", "-ERR syntax error");
        host.Check("BGSAVE SCHEDULE x", "-ERR syntax error");
        host.Check("BGSAVE", "+Background saving started");
        host.Check("BGSAVE", "-ERR Background save already in progress");
        host.Check("SAVE", "-ERR Background save already in progress");
        keeper.End(true);
        host.Check("BGSAVE SCHEDULE", "+Background saving started");
        keeper.End(true);
        keeper.Fails = true;
        host.Check("SAVE", "-ERR");
    }

    [Fact]
    public void Bgsave_waits_for_the_end_of_a_transaction_or_a_rewrite()
    {
        using EngineHost host = new();
        Keeper keeper = new(host.Engine);
        host.Send("MULTI");
        host.Send("BGSAVE");
        host.Check("EXEC", "*1 +Background saving scheduled");
        Assert.Empty(keeper.Calls);
        host.Advance(100);
        Assert.Equal(["begin"], keeper.Calls);
        keeper.End(true);
        host.Engine.BeginSnapshot(isBase: true);
        host.Check("BGSAVE", "-ERR Another child process is active (AOF?): can't BGSAVE right now. "
            + "Use BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible.");
        host.Check("BGSAVE SCHEDULE", "+Background saving scheduled");
        host.Advance(100);
        Assert.Equal(["begin"], keeper.Calls);
        host.Engine.EndSnapshot();
        host.Advance(100);
        Assert.Equal(["begin", "begin"], keeper.Calls);
    }

    [Fact]
    public void Save_points_begin_a_snapshot_when_they_are_due()
    {
        using EngineHost host = new(config => config.Save = [new SavePoint(60, 2)]);
        Keeper keeper = new(host.Engine);
        host.Send("SET a 1");
        host.Advance(61_000);
        Assert.Empty(keeper.Calls);
        host.Send("SET b 1");
        host.Advance(0);
        Assert.Equal(["begin"], keeper.Calls);
        host.Send("SET c 1");
        keeper.End(true);
        Assert.Equal(1, host.Engine.Dirty);
        host.Send("SET d 1");
        host.Advance(59_000);
        Assert.Equal(["begin"], keeper.Calls);
        host.Advance(3_000);
        Assert.Equal(["begin", "begin"], keeper.Calls);
    }

    [Fact]
    public void After_a_failure_writers_hear_of_it_until_a_snapshot_succeeds()
    {
        using EngineHost host = new(config => config.Save = [new SavePoint(60, 1)]);
        Keeper keeper = new(host.Engine);
        host.Send("SET a 1");
        host.Send("BGSAVE");
        keeper.End(false);
        host.Check("SET a 2", Misconf);
        host.Check("PING", Misconf);
        host.Check("GET a", "$1");
        host.Check("CONFIG SET stop-writes-on-bgsave-error no", "+OK");
        host.Check("SET a 2", "+OK");
        host.Check("CONFIG SET stop-writes-on-bgsave-error yes", "+OK");
        host.Check("SET a 3", Misconf);
        host.Advance(4_000);
        Assert.Equal(["begin"], keeper.Calls);
        host.Advance(60_000);
        Assert.Equal(["begin", "begin"], keeper.Calls);
        keeper.End(true);
        host.Check("SET a 3", "+OK");
    }

    [Fact]
    public void Flushall_empties_what_is_kept_and_gives_up_what_is_under_way()
    {
        using EngineHost host = new(config => config.Save = [new SavePoint(60, 1)]);
        Keeper keeper = new(host.Engine);
        host.Send("SET a 1");
        host.Send("BGSAVE");
        host.Check("FLUSHALL", "+OK");
        Assert.Equal(["begin", "stop", "save"], keeper.Calls);
        host.Check("CONFIG SET save \"\"", "+OK");
        host.Check("FLUSHALL", "+OK");
        Assert.Equal(["begin", "stop", "save", "stop"], keeper.Calls);
    }

    [Theory]
    [InlineData("SHUTDOWN", true, "stop save")]
    [InlineData("SHUTDOWN", false, "stop")]
    [InlineData("SHUTDOWN SAVE", false, "stop save")]
    [InlineData("SHUTDOWN NOSAVE", true, "stop")]
    [InlineData("SHUTDOWN NOW", true, "stop save")]
    public void Shutdown_saves_what_it_has_to(string command, bool points, string calls)
    {
        using EngineHost host = new(config =>
            config.Save = points ? [new SavePoint(60, 1)] : []);
        Keeper keeper = new(host.Engine);
        Assert.Equal("", host.Send(command));
        Assert.Equal(calls, string.Join(' ', keeper.Calls));
        // What is done now would be lost, so nobody is answered.
        Assert.Equal("", host.Send("SET a 1"));
        Assert.Equal("", host.Send("SET a 1", "newcomer"));
    }

    [Fact]
    public void Shutdown_does_not_end_a_server_that_cannot_save()
    {
        using EngineHost host = new(config => config.Save = [new SavePoint(60, 1)]);
        Keeper keeper = new(host.Engine) { Fails = true };
        host.Check("SHUTDOWN", "-ERR Errors trying to SHUTDOWN. Check logs.");
        Assert.True(host.Engine.Outbox.TryTake(out OutboxItem? item));
        Assert.Equal("Error trying to save the DB, can't exit.", item!.Argument);
        Assert.False(host.Engine.Outbox.TryTake(out _));
        host.Check("SET a b", "+OK");
        Assert.Equal("", host.Send("SHUTDOWN FORCE"));
        Assert.True(host.Engine.Outbox.TryTake(out item));
        Assert.Equal("Error trying to save the DB, forcing exit.", item!.Argument);
        Assert.True(host.Engine.Outbox.TryTake(out item));
        Assert.Equal(OutboxKind.Shutdown, item!.Kind);
        Assert.Equal(2, keeper.Calls.FindAll(call => call == "save").Count);
    }

    /// <summary>Keeps nothing, and notes what it was asked for.</summary>
    internal sealed class Keeper : ISnapshotKeeper
    {
        private readonly RotomEngine _engine;

        internal Keeper(RotomEngine engine)
        {
            _engine = engine;
            engine.Snapshots = this;
        }

        public bool IsSaving { get; private set; }

        internal bool Fails { get; set; }

        internal List<string> Calls { get; } = [];

        public bool Save()
        {
            Calls.Add("save");
            _engine.SavingBegan();
            if (Fails) _engine.SavingStopped();
            else _engine.SavingEnded(succeeded: true);
            return !Fails;
        }

        public bool BeginSaving()
        {
            Calls.Add("begin");
            _engine.SavingBegan();
            return IsSaving = true;
        }

        public void StopSaving()
        {
            Calls.Add("stop");
            IsSaving = false;
        }

        public bool Load(bool merge) => false;

        internal void End(bool succeeded)
        {
            IsSaving = false;
            _engine.SavingEnded(succeeded);
        }
    }
}
