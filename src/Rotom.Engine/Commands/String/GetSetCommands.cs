using System;
using Rotom.Engine.Memory;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine.Commands;

/// <summary>GET and SET.</summary>
internal static class GetSetCommands
{
    /// <summary>Returns the string value of a key.</summary>
    [Command("GET", Arity = 2, Since = "1.0.0", Complexity = "O(1)", Group = Group.String,
        Flags = CommandFlags.ReadOnly | CommandFlags.Fast, Acl = Acl.String, Syntax = "key")]
    [Key(1, Access.Read)]
    internal static void Get(ref CommandContext c)
    {
        if (!c.TryRead(c.Key(0), ObjectType.String, out Entry entry)) return;
        c.ReplyString(entry);
    }

    /// <summary>GET for whoever is shown the value.</summary>
    internal static readonly CommandHandler Showing = Show;

    private static void Show(ref CommandContext c)
    {
        if (!c.TryRead(c.Key(0), ObjectType.String, out Entry entry)) return;
        if (entry.IsNull) c.Reply.Null();
        else c.Engine.Show(StringValue.Bytes(entry, stackalloc byte[20]), c.Reply);
    }

    /// <summary>Sets the string value of a key, ignoring its type. The key is created if it doesn't
    /// exist.</summary>
    [Command("SET", Arity = -3, Since = "1.0.0", Complexity = "O(1)", Group = Group.String,
        Flags = CommandFlags.Write | CommandFlags.DenyOom, Acl = Acl.String,
        Syntax = "key value [NX | XX | IFEQ@8.4.0 ifeq-value | "
            + "IFNE@8.4.0 ifne-value | IFDEQ@8.4.0 ifdeq-digest | IFDNE@8.4.0 ifdne-digest] "
            + "[GET] [EX seconds:integer | PX milliseconds:integer | "
            + "EXAT unix-time-seconds:unix-time | PXAT unix-time-milliseconds:unix-time | "
            + "KEEPTTL]")]
    [Key(1, Access.RW | Access.Get | Access.Update | Access.VariableFlags)]
    internal static void Set(ref CommandContext c)
    {
        if (c.ArgCount == 3)
        {
            Key key = c.Key(0);
            c.Database.SetString(key, c[2]);
            c.Changed(key, NotifyClass.String, "set"u8);
            c.Reply.Ok();
            return;
        }

        SetOptions options = default;
        if (!options.Read(ref c, 3, SetOptions.Allowed.Set)) return;
        if (options.TryExpireAt(ref c, out long expireAtMs)) SetGeneric(ref c, options, expireAtMs);
    }

    private static void SetGeneric(ref CommandContext c, SetOptions options, long expireAtMs)
    {
        Key key = c.Key(0);
        Entry old = default;
        if (options.Get)
        {
            if (!c.TryRead(key, ObjectType.String, out old)) return;
            c.ReplyString(old);
        }

        if (options.OnlyIfAbsent || options.OnlyIfPresent)
        {
            bool exists = options.Get ? !old.IsNull : !c.Database.LookupWrite(key).IsNull;
            if (exists == options.OnlyIfAbsent)
            {
                if (!options.Get) c.Reply.Null();
                return;
            }
        }
        else if (options.Condition.IsGiven)
        {
            if (!options.Get && !c.TryWrite(key, ObjectType.String, out old)) return;
            if (!options.Condition.IsMet(in c, old))
            {
                if (!options.Get) c.Reply.Null();
                return;
            }
        }

        Entry entry = c.Database.SetString(key, c[2], options.KeepTtl);
        c.Changed(key, NotifyClass.String, "set"u8);
        if (options.HasExpiry)
        {
            c.Database.SetExpire(entry, key, expireAtMs);
            c.Notify(NotifyClass.Generic, "expire"u8, key);
            c.PropagateInstead(5).Word("SET"u8).Word(key.Bytes).Word(c[2]).Word("PXAT"u8)
                .Word(expireAtMs);
        }
        else if (options.Get || options.OnlyIfAbsent || options.OnlyIfPresent
            || options.Condition.IsGiven)
        {
            // What was decided is not decided again by a replay.
            EffectWriter effect = c.PropagateInstead(options.KeepTtl ? 4 : 3)
                .Word("SET"u8).Word(key.Bytes).Word(c[2]);
            if (options.KeepTtl) effect.Word("KEEPTTL"u8);
        }

        if (!options.Get) c.Reply.Ok();
    }
}
