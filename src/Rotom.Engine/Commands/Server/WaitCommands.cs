using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine.Commands;

// There are no replicas yet, so what is asked of none is acknowledged at once and what is asked of
// some never is: the client waits until its time is over. Whoever brings replicas answers the
// waiters of BlockOnAcknowledgement when enough have acknowledged. This server's own disk is in
// RotomEngine.Journal.

/// <summary>WAIT WAITAOF.</summary>
internal static class WaitCommands
{
    /// <summary>Blocks until the asynchronous replication of all preceding write commands sent by
    /// the connection is completed.</summary>
    [Command("WAIT", Arity = 3, Since = "3.0.0", Complexity = "O(1)", Group = Group.Generic,
        Flags = CommandFlags.NoScript, Acl = Acl.Connection,
        Syntax = "numreplicas:integer timeout:integer",
        Tips = "request_policy:all_shards response_policy:agg_min")]
    internal static void Wait(ref CommandContext c)
    {
        if (!c.TryInt64(1, out long replicas)) return;
        if (!c.TryTimeoutMs(2, out long timeoutMs)) return;
        if (replicas > 0 && RotomEngine.MayBlock(c.Client))
        {
            c.Engine.BlockOnAcknowledgement(
                in c, timeoutMs, static (_, _, reply) => reply.Integer(0));
            return;
        }

        c.Reply.Integer(0);
    }

    /// <summary>Blocks until all of the preceding write commands sent by the connection are written
    /// to the append-only file of the master and/or replicas.</summary>
    [Command("WAITAOF", Arity = 4, Since = "7.2.0", Complexity = "O(1)", Group = Group.Generic,
        Flags = CommandFlags.NoScript, Acl = Acl.Connection,
        Syntax = "numlocal:integer numreplicas:integer timeout:integer",
        Tips = "request_policy:all_shards response_policy:agg_min")]
    internal static void WaitAof(ref CommandContext c)
    {
        if (!c.TryRange(1, 0, 1, out long local)) return;
        if (!c.TryRange(2, 0, long.MaxValue, out long replicas)) return;
        if (!c.TryTimeoutMs(3, out long timeoutMs)) return;
        if (local > 0 && !c.Engine.Config.AppendOnly)
        {
            c.Error(Errors.WaitAofWithoutAof);
            return;
        }

        bool waits = replicas > 0 || (local > 0 && !c.Engine.IsDurable(c.Client));
        if (waits && RotomEngine.MayBlock(c.Client))
        {
            c.Engine.BlockOnJournal(in c, timeoutMs, local > 0, replicas, Acknowledged);
            return;
        }

        Acknowledged(c.Engine, c.Client, c.Reply);
    }

    private static void Acknowledged(RotomEngine engine, Client client, ReplyBatch reply)
    {
        reply.ArrayHeader(2);
        reply.Integer(engine.IsDurable(client) ? 1 : 0);
        reply.Integer(0);
    }
}
