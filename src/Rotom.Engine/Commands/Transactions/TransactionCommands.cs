using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>MULTI EXEC DISCARD WATCH UNWATCH.</summary>
internal static class TransactionCommands
{
    private const CommandFlags Common = CommandFlags.NoScript | CommandFlags.Loading
        | CommandFlags.Stale | CommandFlags.AllowBusy;

    /// <summary>Starts a transaction.</summary>
    [Command("MULTI", Arity = 1, Since = "1.2.0", Complexity = "O(1)", Group = Group.Transactions,
        Flags = Common | CommandFlags.Fast | CommandFlags.RunsInMulti, Acl = Acl.Transaction)]
    internal static void Multi(ref CommandContext c)
    {
        if (c.Client.Has(ClientGate.Multi))
        {
            c.Error("ERR MULTI calls can not be nested"u8);
            return;
        }

        c.Client.Set(ClientGate.Multi, true);
        c.Reply.Ok();
    }

    /// <summary>Discards a transaction.</summary>
    [Command("DISCARD", Arity = 1, Since = "2.0.0",
        Complexity = "O(N), when N is the number of queued commands", Group = Group.Transactions,
        Flags = Common | CommandFlags.Fast | CommandFlags.RunsInMulti, Acl = Acl.Transaction)]
    internal static void Discard(ref CommandContext c)
    {
        if (!c.Client.Has(ClientGate.Multi))
        {
            c.Error("ERR DISCARD without MULTI"u8);
            return;
        }

        c.Client.DropQueue();
        c.Engine.Unwatch(c.Client);
        c.Engine.Account(c.Client);
        c.Reply.Ok();
    }

    /// <summary>Executes all commands in a transaction.</summary>
    [Command("EXEC", Arity = 1, Since = "1.2.0",
        Complexity = "Depends on commands in the transaction",
        Group = Group.Transactions,
        Flags = CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale
            | CommandFlags.SkipSlowlog | CommandFlags.RunsInMulti,
        Acl = Acl.Transaction)]
    internal static void Exec(ref CommandContext c)
    {
        Client client = c.Client;
        if (!client.Has(ClientGate.Multi))
        {
            c.Error("ERR EXEC without MULTI"u8);
            return;
        }

        bool refused = client.Has(ClientGate.DirtyExec);
        bool changed = client.Has(ClientGate.DirtyCas) || c.Engine.WatchedKeyExpired(client);
        if (refused || changed)
        {
            client.DropQueue();
            c.Engine.Unwatch(client);
            c.Engine.Account(client);
            if (refused) c.Error(Errors.ExecAbort);
            else c.Reply.NullArray();
            return;
        }

        // Unwatched first: the transaction's own changes must not mark its client.
        c.Engine.Unwatch(client);
        client.Set(ClientGate.Multi, false);
        client.Set(ClientGate.InExec, true);
        c.PropagateNothing();
        try
        {
            c.Engine.RunQueued(client, c.Reply);
        }
        finally
        {
            client.Set(ClientGate.InExec, false);
            client.DropQueue();
            c.Engine.Account(client);
        }
    }

    /// <summary>Monitors changes to keys to determine the execution of a transaction.</summary>
    [Command("WATCH", Arity = -2, Since = "2.2.0", Complexity = "O(1) for every key.",
        Group = Group.Transactions,
        Flags = Common | CommandFlags.Fast | CommandFlags.RunsInMulti, Acl = Acl.Transaction,
        Syntax = "key...")]
    [Keys(1, -1, 1, Access.RO)]
    internal static void Watch(ref CommandContext c)
    {
        if (c.Client.Has(ClientGate.Multi))
        {
            c.Error("ERR WATCH inside MULTI is not allowed"u8);
            return;
        }

        if (!c.Client.Has(ClientGate.DirtyCas))
        {
            for (int i = 0; i < c.KeyCount; i++)
            {
                c.Engine.Watch(c.Client, c.Database, c.Key(i).Bytes);
            }
        }

        c.Reply.Ok();
    }

    /// <summary>Forgets about watched keys of a transaction.</summary>
    [Command("UNWATCH", Arity = 1, Since = "2.2.0", Complexity = "O(1)",
        Group = Group.Transactions, Flags = Common | CommandFlags.Fast, Acl = Acl.Transaction)]
    internal static void Unwatch(ref CommandContext c)
    {
        c.Engine.Unwatch(c.Client);
        c.Client.Set(ClientGate.DirtyCas, false);
        c.Reply.Ok();
    }
}
