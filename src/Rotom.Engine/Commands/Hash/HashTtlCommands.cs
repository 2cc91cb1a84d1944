using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Commands;

/// <summary>HTTL HPTTL HEXPIRETIME HPEXPIRETIME.</summary>
internal static class HashTtlCommands
{
    private const CommandFlags Common = CommandFlags.ReadOnly | CommandFlags.Fast;
    private const string Cost = "O(N) where N is the number of specified fields";
    private const string Words = "key FIELDS numfields:integer field...";

    /// <summary>Returns the time to live of fields of a hash in seconds.</summary>
    [Command("HTTL", Arity = -5, Since = "7.4.0", Complexity = Cost, Group = Group.Hash,
        Flags = Common, Acl = Acl.Hash, Syntax = Words, Tips = "nondeterministic_output")]
    [Key(1, Access.Read)]
    internal static void HTtl(ref CommandContext c) => Answer(ref c, c.NowMs, 1000);

    /// <summary>Returns the time to live of fields of a hash in milliseconds.</summary>
    [Command("HPTTL", Arity = -5, Since = "7.4.0", Complexity = Cost, Group = Group.Hash,
        Flags = Common, Acl = Acl.Hash, Syntax = Words, Tips = "nondeterministic_output")]
    [Key(1, Access.Read)]
    internal static void HPTtl(ref CommandContext c) => Answer(ref c, c.NowMs, 1);

    /// <summary>Returns the Unix time in seconds at which fields of a hash end.</summary>
    [Command("HEXPIRETIME", Arity = -5, Since = "7.4.0", Complexity = Cost, Group = Group.Hash,
        Flags = Common, Acl = Acl.Hash, Syntax = Words)]
    [Key(1, Access.Read)]
    internal static void HExpireTime(ref CommandContext c) => Answer(ref c, 0, 1000);

    /// <summary>Returns the Unix time in milliseconds at which fields of a hash end.</summary>
    [Command("HPEXPIRETIME", Arity = -5, Since = "7.4.0", Complexity = Cost, Group = Group.Hash,
        Flags = Common, Acl = Acl.Hash, Syntax = Words)]
    [Key(1, Access.Read)]
    internal static void HPExpireTime(ref CommandContext c) => Answer(ref c, 0, 1);

    // Seconds that have begun count, so a field that is there never has none left.
    private static void Answer(ref CommandContext c, long from, long unit)
    {
        if (!FieldsArgument.TryRead(ref c, 2, out FieldsArgument fields)) return;
        if (!HashValue.TryRead(ref c, out Entry entry, fields.First)) return;
        FieldMap map = entry.IsNull ? default : c.Database.OpenHash(entry);
        c.Reply.ArrayHeader(fields.Count);
        for (int i = 0; i < fields.Count; i++)
        {
            FieldAt at = entry.IsNull ? default : map.Find(c[fields.At(i)]);
            long time = at.IsNull ? -1 : map.ExpireAt(at);
            if (at.IsNull) c.Reply.Integer(FieldReply.NoField);
            else if (time < 0) c.Reply.Integer(FieldReply.NoTime);
            else c.Reply.Integer((time - from + unit - 1) / unit);
        }
    }
}
