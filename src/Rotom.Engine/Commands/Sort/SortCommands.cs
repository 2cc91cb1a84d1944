using System;
using System.Collections.Generic;
using Rotom.Engine.Memory;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine.Commands;

// SORT copies the elements into a SortTable, finds what each is compared by, sorts places in the
// copy, and answers or stores from it.
//
//   SortOptions.cs   the words of the command       SortTable.cs   the elements and their order
//   SortSource.cs    reading the value sorted       SortPattern.cs BY and GET: values of other keys
//
// The keys that patterns lead to are in no key specification but the "unknown" one, so whoever
// checks rights must ask for the right to read every key when BY or GET has a pattern.

/// <summary>SORT SORT_RO.</summary>
internal static class SortCommands
{
    private const string Complexity =
        "O(N+M*log(M)) where N is the number of elements in the list or set to sort, and M the "
        + "number of returned elements. When the elements are not sorted, complexity is O(N).";

    private const string ReadSyntax =
        "key [BY by-pattern:pattern] [LIMIT offset:integer count:integer] "
        + "[GET get-pattern:pattern]... [order:<ASC | DESC>] [ALPHA]";

    private const Acl Categories = Acl.Set | Acl.SortedSet | Acl.List | Acl.Dangerous;

    private const string UnknownKeys =
        "For the optional BY/GET keyword. It is marked 'unknown' because the key names derive "
        + "from the content of the key we sort";

    /// <summary>Sorts the elements in a list, a set, or a sorted set, optionally storing the
    /// result.</summary>
    [Command("SORT", Arity = -2, Since = "1.0.0", Complexity = Complexity, Group = Group.Generic,
        Flags = CommandFlags.Write | CommandFlags.DenyOom, Acl = Categories,
        Syntax = ReadSyntax + " [STORE destination:key]")]
    [Key(1, Access.Read)]
    [KeysUnknown(Access.Read, Notes = UnknownKeys)]
    [KeysUnknown(Access.OW | Access.Update, Notes = "For the optional STORE keyword. It is marked "
        + "'unknown' because the keyword can appear anywhere in the argument array")]
    internal static void Sort(ref CommandContext c) => Run(ref c, readOnly: false);

    /// <summary>Returns the sorted elements of a list, a set, or a sorted set.</summary>
    [Command("SORT_RO", Arity = -2, Since = "7.0.0", Complexity = Complexity,
        Group = Group.Generic, Flags = CommandFlags.ReadOnly, Acl = Categories,
        Syntax = ReadSyntax)]
    [Key(1, Access.Read)]
    [KeysUnknown(Access.Read, Notes = UnknownKeys)]
    internal static void SortReadOnly(ref CommandContext c) => Run(ref c, readOnly: true);

    private static void Run(ref CommandContext c, bool readOnly)
    {
        SortOptions options = new();
        if (!options.Read(ref c, readOnly)) return;
        Entry entry = c.Database.LookupRead(c.Key(0), c.Client);
        if (!entry.IsNull && !SortSource.CanBeSorted(entry.Type))
        {
            c.Error(Errors.WrongType);
            return;
        }

        // A set has no order of its own, but what is stored must be the same at a replay.
        if (!options.Sorts && options.StoreArg != 0 && !entry.IsNull
            && entry.Type == ObjectType.Set)
        {
            options.SortByText();
        }

        bool hasOrder = !entry.IsNull && entry.Type != ObjectType.Set;
        SortTable table = new(options.Alpha, options.Descending, hasOrder);
        if (!entry.IsNull && !TryFill(ref c, entry, ref options, table)) return;
        int first = 0;
        int end = table.Count;
        if (options.Sorts)
        {
            (first, end) = options.Range(table.Count);
            table.Sort(options.ByArg != 0, first, end);
        }

        if (options.StoreArg == 0) Answer(ref c, in options, table, first, end);
        else Store(ref c, in options, table, first, end);
    }

    /// <summary>Copies the elements and finds their weights; false after an error.</summary>
    private static bool TryFill(
        ref CommandContext c, Entry entry, ref SortOptions options, SortTable table)
    {
        SortSource.Copy(in c, entry, in options, table);
        if (!options.Sorts) return true;
        ReadOnlySpan<byte> pattern = options.ByArg == 0 ? default : c[options.ByArg];
        bool allNumbers = true;
        for (int i = 0; i < table.Count; i++)
        {
            if (options.ByArg == 0)
            {
                allNumbers &= options.Alpha || table.WeighBySelf(i);
                continue;
            }

            SortPattern by = new(in c, pattern);
            if (by.TryFind(in c, table.Text(i), out ListpackValue value))
                allNumbers &= table.Weigh(i, value);
        }

        if (allNumbers) return true;
        c.Error("ERR One or more scores can't be converted into double"u8);
        return false;
    }

    private static void Answer(
        ref CommandContext c, in SortOptions options, SortTable table, int first, int end)
    {
        ReplyBatch reply = c.Reply;
        List<int> gets = options.GetArgs;
        reply.ArrayHeader((long)(end - first) * Math.Max(1, gets.Count));
        for (int i = first; i < end; i++)
        {
            ReadOnlySpan<byte> text = table.Ordered(i);
            if (gets.Count == 0) reply.Bulk(text);
            foreach (int arg in gets)
            {
                if (new SortPattern(in c, c[arg]).TryFind(in c, text, out ListpackValue value))
                    value.Reply(c.Reply);
                else
                    c.Reply.Null();
            }
        }
    }

    private static void Store(
        ref CommandContext c, in SortOptions options, SortTable table, int first, int end)
    {
        Key target = c.Key(1);
        List<int> gets = options.GetArgs;
        long count = (long)(end - first) * Math.Max(1, gets.Count);
        if (count == 0)
        {
            SetValue.DeleteTarget(in c, target);
            c.Reply.Integer(0);
            return;
        }

        ListValue.OpenToWrite(in c, target, default, out Quicklist list);
        for (int i = first; i < end; i++)
        {
            ReadOnlySpan<byte> text = table.Ordered(i);
            if (gets.Count == 0) Push(ref list, text);
            foreach (int arg in gets)
            {
                // What is not there is stored as an empty element.
                if (!new SortPattern(in c, c[arg]).TryFind(in c, text, out ListpackValue value))
                    value = ListpackValue.Verbatim(default);
                Push(ref list, value);
            }
        }

        list.Save();
        c.Database.SetPayload(target, ObjectType.List, list.Encoding, list.Payload);
        c.Changed(target, NotifyClass.List, "sortstore"u8);
        c.Engine.Dirty += count - 1;
        c.Reply.Integer(count);
    }

    private static void Push(ref Quicklist list, ListpackValue value)
    {
        list.Grow(value.TextLength, 1);
        list.Push(value, head: false);
    }
}
