using Rotom.Engine.Abstractions;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>BGREWRITEAOF.</summary>
internal static class AofCommands
{
    /// <summary>Asynchronously rewrites the append-only file to disk.</summary>
    [Command("BGREWRITEAOF", Arity = 1, Since = "1.0.0", Complexity = "O(1)",
        Group = Group.Server,
        Flags = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.NoAsyncLoading,
        Acl = Acl.None)]
    internal static void BgRewriteAof(ref CommandContext c)
    {
        IJournalKeeper? keeper = c.Engine.Journal;
        if (keeper is null)
        {
            c.Error("ERR This server keeps no journal"u8);
        }
        else if (keeper.IsRewriting)
        {
            c.Error("ERR Background append only file rewriting already in progress"u8);
        }
        else if (c.Engine.Snapshot is not null || c.Client.Has(ClientGate.InExec))
        {
            // As for BGSAVE: one walk at a time, and no cut inside a transaction.
            keeper.IsScheduled = true;
            c.Reply.Simple("Background append only file rewriting scheduled"u8);
        }
        else if (keeper.BeginRewrite())
        {
            c.Reply.Simple("Background append only file rewriting started"u8);
        }
        else
        {
            c.Error("ERR Can't execute an AOF background rewriting. Please check the server logs "
                + "for more information.");
        }
    }
}
