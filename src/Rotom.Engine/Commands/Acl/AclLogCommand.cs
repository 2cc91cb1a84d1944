using Rotom.Engine.Config;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine.Commands;

/// <summary>ACL LOG.</summary>
internal static class AclLogCommand
{
    /// <summary>Lists recent security events generated due to ACL rules.</summary>
    [Command("ACL|LOG", Arity = -2, Since = "6.0.0",
        Complexity = "O(N) with N being the number of entries shown.", Group = Group.Server,
        Flags = AclCommands.Common | CommandFlags.Admin,
        Syntax = "[operation:<count:integer | RESET>]")]
    internal static void Log(ref CommandContext c)
    {
        long count = 10;
        if (c.ArgCount > 3)
        {
            Errors.UnknownSubcommandOrArity(c.Engine.DraftError(), "ACL"u8, c[1]);
            c.Error(c.Engine.DraftedError);
            return;
        }

        if (c.ArgCount == 3)
        {
            if (c.Is(2, "RESET"u8))
            {
                c.Engine.AclLog.Reset();
                c.Reply.Ok();
                return;
            }

            if (!c.TryInt64(2, out count)) return;
        }

        AclLog log = c.Engine.AclLog;
        log.Trim(c.Engine.Config.AclLogMaxLen);
        int shown = (int)long.Clamp(count, 0, log.Entries.Count);
        c.Reply.ArrayHeader(shown);
        for (int i = 1; i <= shown; i++) Write(c.Reply, log.Entries[^i], c.NowMs);
    }

    private static void Write(ReplyBatch reply, AclLogEntry entry, long nowMs)
    {
        reply.MapHeader(10);
        reply.Bulk("count"u8);
        reply.Integer(entry.Count);
        reply.Bulk("reason"u8);
        reply.Bulk(entry.Reason switch
        {
            AclVerdict.Command => "command"u8,
            AclVerdict.Key => "key"u8,
            AclVerdict.Channel => "channel"u8,
            _ => "auth"u8,
        });
        reply.Bulk("context"u8);
        reply.Bulk(entry.Context switch
        {
            AclContext.TopLevel => "toplevel"u8,
            AclContext.Multi => "multi"u8,
            _ => "lua"u8,
        });
        reply.Bulk("object"u8);
        reply.Bulk(entry.Object);
        reply.Bulk("username"u8);
        reply.Bulk(ByteText.ToBytes(entry.User));
        reply.Bulk("age-seconds"u8);
        reply.Double((nowMs - entry.UpdatedMs) / 1000.0);
        reply.Bulk("client-info"u8);
        reply.Bulk(ByteText.ToBytes(entry.Client));
        reply.Bulk("entry-id"u8);
        reply.Integer(entry.Id);
        reply.Bulk("timestamp-created"u8);
        reply.Integer(entry.CreatedMs);
        reply.Bulk("timestamp-last-updated"u8);
        reply.Integer(entry.UpdatedMs);
    }
}
