using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>What commands ask of the journal's keeper.</summary>
public sealed class AofCommandTests
{
    [Fact]
    public void A_rewrite_begins_once_or_is_scheduled()
    {
        using EngineHost host = new();
        host.Check("BGREWRITEAOF", "-ERR This server keeps no journal");
        Keeper keeper = new();
        host.Engine.Journal = keeper;
        host.Check("BGREWRITEAOF", "+Background append only file rewriting started");
        keeper.IsRewriting = true;
        host.Check(
            "BGREWRITEAOF", "-ERR Background append only file rewriting already in progress");
        keeper.IsRewriting = false;
        host.Engine.BeginSnapshot(isBase: false);
        host.Check("BGREWRITEAOF", "+Background append only file rewriting scheduled");
        Assert.True(keeper.IsScheduled);
        host.Engine.EndSnapshot();
        keeper.Works = false;
        host.Check(
            "BGREWRITEAOF", "-ERR Can't execute an AOF background rewriting. Please check the "
            + "server logs for more information.");
    }

    // A restart would find an older journal, or none.
    [Theory]
    [InlineData("SHUTDOWN", -1, false)]
    [InlineData("SHUTDOWN NOSAVE NOW", -1, false)]
    [InlineData("SHUTDOWN FORCE", -1, true)]
    [InlineData("SHUTDOWN", 0, true)]
    public void A_server_whose_journal_has_no_base_yet_does_not_end(
        string command, long durable, bool ends)
    {
        using EngineHost host = new(c => c.AppendOnly = true);
        host.Engine.Journal = new Keeper { DurableSeq = durable };
        host.Check(command, ends ? "" : "-ERR Errors trying to SHUTDOWN. Check logs.");
        bool ended = false;
        while (host.Engine.Outbox.TryTake(out OutboxItem? item))
        {
            ended |= item!.Kind == OutboxKind.Shutdown;
        }

        Assert.Equal(ends, ended);
    }

    [Theory]
    [InlineData("SHUTDOWN SAVE", 1)]
    [InlineData("SHUTDOWN NOSAVE", 0)]
    public void A_rewrite_is_in_nobodys_way_who_saves_at_the_end(string command, int putOff)
    {
        using EngineHost host = new(c => c.AppendOnly = true);
        Keeper keeper = new() { DurableSeq = 1, IsRewriting = true };
        host.Engine.Journal = keeper;
        host.Engine.Snapshots = new SaveTests.Keeper(host.Engine);
        host.Send(command);
        Assert.Equal(putOff, keeper.PutOff);
    }

    [Fact]
    public void The_files_are_loaded_when_the_keeper_can()
    {
        using EngineHost host = new(c => c.EnableDebugCommand = DangerousAccess.Yes);
        host.Engine.Journal = new Keeper();
        host.Check("DEBUG LOADAOF", "+OK");
        host.Engine.Journal = null;
        host.Check(
            "DEBUG LOADAOF", "-ERR Error trying to load the AOF files, check server logs");
    }

    [Fact]
    public void Waitaof_waits_for_what_the_client_wrote_and_not_for_others()
    {
        using EngineHost host = new(c => c.AppendOnly = true);
        Keeper keeper = new() { TurnSeq = 7, DurableSeq = 6 };
        host.Engine.Journal = keeper;
        host.Check("WAITAOF 1 0 0", "*2 :1 :0");
        host.Check("SET k v", "+OK", "a");
        host.Check("GET k", "$v", "b");
        host.Check("WAITAOF 0 0 0", "*2 :0 :0", "a");
        host.Check("WAITAOF 1 0 0", "", "a");
        host.Check("WAITAOF 1 0 0", "*2 :1 :0", "b");
        Assert.True(keeper.IsAwaited);
        host.Engine.JournalFlushed();
        Assert.Equal("", host.DrainFor("a"));
        keeper.DurableSeq = 7;
        host.Engine.JournalFlushed();
        Assert.Equal("*2 :1 :0", host.DrainFor("a"));
        Assert.False(keeper.IsAwaited);
        host.Check("WAITAOF 1 0 0", "*2 :1 :0", "a");
    }

    [Fact]
    public void Waitaof_says_when_its_time_is_over_how_much_is_kept()
    {
        using EngineHost host = new(c => c.AppendOnly = true);
        Keeper keeper = new() { TurnSeq = 7, DurableSeq = 6 };
        host.Engine.Journal = keeper;
        host.Check("SET k v", "+OK", "a");
        host.Check("WAITAOF 1 0 100", "", "a");
        host.Check("WAITAOF 1 1 200", "", "b");
        host.Advance(100);
        Assert.Equal("*2 :0 :0", host.Pushes["a"]);
        // As Redis: inside a transaction it does not wait.
        host.Send("MULTI", "a");
        host.Send("WAITAOF 1 0 0", "a");
        host.Check("EXEC", "*1 *2 :0 :0", "a");
        // The replica that never comes is waited for though the disk has it all.
        keeper.DurableSeq = 7;
        host.Engine.JournalFlushed();
        Assert.Equal("", host.DrainFor("b"));
        host.Advance(100);
        Assert.Equal("*2 :1 :0", host.Pushes["b"]);
        Assert.False(keeper.IsAwaited);
    }

    [Fact]
    public void Who_waits_hears_that_the_journal_was_switched_off()
    {
        using EngineHost host = new(c => c.AppendOnly = true);
        host.Engine.Journal = new Keeper { TurnSeq = 7, DurableSeq = 6 };
        host.Check("SET k v", "+OK", "a");
        host.Check("WAITAOF 1 0 0", "", "a");
        host.Check("WAITAOF 0 1 0", "", "b");
        host.Engine.JournalEnded();
        Assert.Equal(
            "-ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.",
            host.DrainFor("a"));
        Assert.Equal("", host.DrainFor("b"));
    }

    private sealed class Keeper : IJournalKeeper
    {
        public long TurnSeq { get; set; }

        public long DurableSeq { get; set; }

        public bool IsAwaited { get; private set; }

        public void AwaitFlush(bool awaits) => IsAwaited = awaits;

        public bool Works { get; set; } = true;

        public bool IsEnabled => true;

        public bool IsRewriting { get; set; }

        public bool IsScheduled { get; set; }

        public int PutOff { get; private set; }

        public bool BeginRewrite() => Works;

        public void PutOffRewrite() => PutOff++;

        public bool Reload() => Works;
    }
}
