using Rotom.Engine.Abstractions;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>SAVE BGSAVE LASTSAVE.</summary>
internal static class SaveCommands
{
    private const CommandFlags Common =
        CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.NoAsyncLoading;

    private const string Busy = "ERR Background save already in progress";

    private const string NobodyKeeps = "ERR This server keeps no snapshots";

    /// <summary>Synchronously saves the database(s) to disk.</summary>
    [Command("SAVE", Arity = 1, Since = "1.0.0",
        Complexity = "O(N) where N is the total number of keys in all databases",
        Group = Group.Server, Flags = Common | CommandFlags.NoMulti, Acl = Acl.None)]
    internal static void Save(ref CommandContext c)
    {
        if (!TryKeeper(ref c, out ISnapshotKeeper? keeper)) return;
        if (keeper!.IsSaving) c.Error(Busy);
        else if (c.Engine.TrySave()) c.Reply.Ok();
        else c.Error("ERR"u8);
    }

    /// <summary>Asynchronously saves the database(s) to disk.</summary>
    [Command("BGSAVE", Arity = -1, Since = "1.0.0", Complexity = "O(1)", Group = Group.Server,
        Flags = Common, Acl = Acl.None, Syntax = "[SCHEDULE@3.2.2]")]
    internal static void BgSave(ref CommandContext c)
    {
        bool schedule = c.ArgCount > 1;
        if (c.ArgCount > 2 || (schedule && !c.Is(1, "SCHEDULE"u8)))
        {
            c.SyntaxError();
            return;
        }

        if (!TryKeeper(ref c, out ISnapshotKeeper? keeper)) return;
        if (keeper!.IsSaving)
        {
            c.Error(Busy);
        }
        else if (c.Engine.Snapshot is not null || c.Client.Has(ClientGate.InExec))
        {
            // A rewrite of the journal walks over the same tables; the cut inside a transaction
            // would be one that no client ever sees.
            if (schedule || c.Client.Has(ClientGate.InExec))
            {
                c.Engine.SnapshotScheduled = true;
                c.Reply.Simple("Background saving scheduled"u8);
            }
            else
            {
                c.Error("ERR Another child process is active (AOF?): can't BGSAVE right now. Use "
                    + "BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible.");
            }
        }
        else if (keeper.BeginSaving())
        {
            c.Reply.Simple("Background saving started"u8);
        }
        else
        {
            c.Error("ERR"u8);
        }
    }

    /// <summary>Get the UNIX time stamp of the last successful save to disk.</summary>
    [Command("LASTSAVE", Arity = 1, Since = "1.0.0", Complexity = "O(1)", Group = Group.Server,
        Flags = CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast,
        Acl = Acl.Admin | Acl.Dangerous, Tips = "nondeterministic_output")]
    internal static void LastSave(ref CommandContext c) =>
        c.Reply.Integer(c.Engine.SnapshotFigures.LastSaveSeconds);

    private static bool TryKeeper(ref CommandContext c, out ISnapshotKeeper? keeper)
    {
        keeper = c.Engine.Snapshots;
        if (keeper is not null) return true;
        c.Error(NobodyKeeps);
        return false;
    }
}
