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

    private sealed class Keeper : IJournalKeeper
    {
        public bool Works { get; set; } = true;

        public bool IsEnabled => true;

        public bool IsRewriting { get; set; }

        public bool IsScheduled { get; set; }

        public bool BeginRewrite() => Works;

        public bool Reload() => Works;
    }
}
