using System;
using System.Collections.Generic;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

// COMMAND INFO's row of ten elements, as Redis 7.0 writes it:
//
//   name, arity, flags, first key, last key, step, ACL categories, tips, key specs, sub-commands
//
// First key, last key and step are what clients older than key specifications read: the keys that a
// single range can state. Where it cannot state them all, the flag movablekeys says so.
internal static class CommandInfoReply
{
    /// <summary>Writes a command's row; its sub-commands' rows are the last element.</summary>
    internal static void Write(RespWriter reply, Command command)
    {
        CommandSpec spec = command.Spec;
        (int first, int last, int step) = LegacyRange(spec.Keys);
        reply.ArrayHeader(10);
        reply.Bulk(command.FullNameBytes);
        reply.Integer(spec.Arity);
        WriteFlags(reply, CommandNames.Flags, spec.Flags);
        reply.Integer(first);
        reply.Integer(last);
        reply.Integer(step);
        reply.SetHeader(CommandNames.CountNamed(CommandNames.Categories, spec.Acl));
        foreach (FlagName<Acl> category in CommandNames.Categories)
        {
            if ((spec.Acl & category.Flag) != 0) reply.Simple(category.AtBytes);
        }

        reply.SetHeader(spec.Tips.Count);
        foreach (string tip in spec.Tips) reply.Bulk(tip);
        reply.SetHeader(spec.Keys.Count);
        foreach (KeySpec key in spec.Keys) WriteKeySpec(reply, key);
        if (command.Subcommands is null)
        {
            reply.SetHeader(0);
            return;
        }

        reply.ArrayHeader(command.Subcommands.All.Count);
        foreach (Command sub in command.Subcommands.All) Write(reply, sub);
    }

    /// <summary>Writes the flags that have a name in the protocol.</summary>
    internal static void WriteFlags<T>(RespWriter reply, ReadOnlySpan<FlagName<T>> names, T flags)
        where T : struct, Enum
    {
        reply.SetHeader(CommandNames.CountNamed(names, flags));
        foreach (FlagName<T> name in names)
        {
            if (flags.HasFlag(name.Flag)) reply.Simple(name.Bytes);
        }
    }

    // A single range is taken as it is. Of several, those of one key after the other are joined;
    // what is left out can be seen only in the specifications.
    internal static (int First, int Last, int Step) LegacyRange(IReadOnlyList<KeySpec> keys)
    {
        int first = 0, last = 0;
        foreach (KeySpec key in keys)
        {
            if (key.Search != KeySearch.Index || key.Find != KeyFind.Range) continue;
            int keyLast = key.LastKey < 0 ? key.LastKey : key.Begin + key.LastKey;
            if (keys.Count == 1) return (key.Begin, keyLast, key.Step);
            if (key.Step != 1 || (last != 0 && last != key.Begin - 1)) continue;
            if (first == 0) first = key.Begin;
            last = keyLast;
        }

        return (first, last, first == 0 ? 0 : 1);
    }

    private static void WriteKeySpec(RespWriter reply, KeySpec key)
    {
        reply.MapHeader(key.Notes.Length == 0 ? 3 : 4);
        if (key.Notes.Length > 0)
        {
            reply.Bulk("notes"u8);
            reply.Bulk(key.Notes);
        }

        reply.Bulk("flags"u8);
        WriteFlags(reply, CommandNames.Accesses, key.Access);
        reply.Bulk("begin_search"u8);
        switch (key.Search)
        {
            case KeySearch.Index:
                OpenSpec(reply, "index"u8, 1);
                Number(reply, "index"u8, key.Begin);
                break;
            case KeySearch.Keyword:
                OpenSpec(reply, "keyword"u8, 2);
                reply.Bulk("keyword"u8);
                reply.Bulk(key.Keyword);
                Number(reply, "startfrom"u8, key.Begin);
                break;
            default:
                OpenSpec(reply, "unknown"u8, 0);
                break;
        }

        reply.Bulk("find_keys"u8);
        switch (key.Find)
        {
            case KeyFind.Range:
                OpenSpec(reply, "range"u8, 3);
                Number(reply, "lastkey"u8, key.LastKey);
                Number(reply, "keystep"u8, key.Step);
                Number(reply, "limit"u8, key.Limit);
                break;
            case KeyFind.KeyNum:
                OpenSpec(reply, "keynum"u8, 3);
                Number(reply, "keynumidx"u8, 0);
                Number(reply, "firstkey"u8, 1);
                Number(reply, "keystep"u8, key.Step);
                break;
            default:
                OpenSpec(reply, "unknown"u8, 0);
                break;
        }
    }

    private static void OpenSpec(RespWriter reply, ReadOnlySpan<byte> type, int pairs)
    {
        reply.MapHeader(2);
        reply.Bulk("type"u8);
        reply.Bulk(type);
        reply.Bulk("spec"u8);
        reply.MapHeader(pairs);
    }

    private static void Number(RespWriter reply, ReadOnlySpan<byte> name, int value)
    {
        reply.Bulk(name);
        reply.Integer(value);
    }
}
