using Rotom.Engine.Abstractions;

namespace Rotom.Engine.Commands;

/// <summary>DEBUG RELOAD: what is saved is what comes back.</summary>
internal static class DebugReload
{
    internal static void Run(ref CommandContext c)
    {
        bool save = true, flush = true, merge = false;
        for (int i = 2; i < c.ArgCount; i++)
        {
            if (c.Is(i, "MERGE"u8)) merge = true;
            else if (c.Is(i, "NOFLUSH"u8)) flush = false;
            else if (c.Is(i, "NOSAVE"u8)) save = false;
            else
            {
                c.Error("ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.");
                return;
            }
        }

        ISnapshotKeeper? keeper = c.Engine.Snapshots;
        if (keeper is null)
        {
            c.Error("ERR This server keeps no snapshots");
            return;
        }

        keeper.StopSaving();
        if (save && !c.Engine.TrySave())
        {
            c.Error("ERR"u8);
            return;
        }

        if (flush)
        {
            foreach (Database database in c.Engine.Databases) c.Engine.Flush(database, lazy: false);
        }

        if (keeper.Load(merge)) c.Reply.Ok();
        else c.Error("ERR Error trying to load the RDB dump, check server logs."u8);
    }
}
