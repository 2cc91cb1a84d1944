using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Commands;

/// <summary>TTL PTTL EXPIRETIME PEXPIRETIME.</summary>
internal static class TtlCommands
{
    private const CommandFlags Common = CommandFlags.ReadOnly | CommandFlags.Fast;

    private const long NoKey = -2;
    private const long NoExpiry = -1;

    /// <summary>Returns the expiration time in seconds of a key.</summary>
    [Command("TTL", Arity = 2, Since = "1.0.0", Complexity = "O(1)", Group = Group.Generic,
        Flags = Common, Acl = Acl.Keyspace, Syntax = "key", Tips = "nondeterministic_output")]
    [Key(1, Access.Read)]
    internal static void Ttl(ref CommandContext c) => Answer(ref c, relative: true, seconds: true);

    /// <summary>Returns the expiration time in milliseconds of a key.</summary>
    [Command("PTTL", Arity = 2, Since = "2.6.0", Complexity = "O(1)", Group = Group.Generic,
        Flags = Common, Acl = Acl.Keyspace, Syntax = "key", Tips = "nondeterministic_output")]
    [Key(1, Access.Read)]
    internal static void PTtl(ref CommandContext c) =>
        Answer(ref c, relative: true, seconds: false);

    /// <summary>Returns the expiration time of a key as a Unix timestamp.</summary>
    [Command("EXPIRETIME", Arity = 2, Since = "7.0.0", Complexity = "O(1)", Group = Group.Generic,
        Flags = Common, Acl = Acl.Keyspace, Syntax = "key")]
    [Key(1, Access.Read)]
    internal static void ExpireTimeOf(ref CommandContext c) =>
        Answer(ref c, relative: false, seconds: true);

    /// <summary>Returns the expiration time of a key as a Unix milliseconds timestamp.</summary>
    [Command("PEXPIRETIME", Arity = 2, Since = "7.0.0", Complexity = "O(1)",
        Group = Group.Generic, Flags = Common, Acl = Acl.Keyspace, Syntax = "key")]
    [Key(1, Access.Read)]
    internal static void PExpireTimeOf(ref CommandContext c) =>
        Answer(ref c, relative: false, seconds: false);

    private static void Answer(ref CommandContext c, bool relative, bool seconds)
    {
        Entry entry = c.Database.LookupNoTouch(c.Key(0));
        if (entry.IsNull || !entry.HasExpiry)
        {
            c.Reply.Integer(entry.IsNull ? NoKey : NoExpiry);
            return;
        }

        long ms = relative ? Math.Max(0, entry.ExpireAtMs - c.NowMs) : entry.ExpireAtMs;
        // Rounded to the nearest second; the largest time plus half a second needs the 64th bit.
        c.Reply.Integer(seconds ? (long)(((ulong)ms + 500) / 1000) : ms);
    }
}
