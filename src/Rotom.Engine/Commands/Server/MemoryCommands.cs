using System;
using System.Collections.Generic;
using System.Text;
using Rotom.Engine.Info;
using Rotom.Engine.Memory;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine.Commands;

// MEMORY: what takes how much. All figures are the allocator's own and exact, but for the resident
// size of the process, which the owner of the engine tells, and for USAGE of a collection when only
// some of its elements are looked at.

/// <summary>MEMORY: USAGE STATS DOCTOR PURGE MALLOC-STATS HELP.</summary>
internal static class MemoryCommands
{
    private const string Tips = "nondeterministic_output request_policy:all_shards "
        + "response_policy:special";

    /// <summary>Same as Redis' default of SAMPLES.</summary>
    private const int DefaultSamples = 5;

    /// <summary>What a key costs in its table besides its block: a slot.</summary>
    private const int SlotBytes = 8;

    /// <summary>Estimates the memory usage of a key.</summary>
    [Command("MEMORY|USAGE", Arity = -3, Since = "4.0.0",
        Complexity = "O(N) where N is the number of samples.", Group = Group.Server,
        Flags = CommandFlags.ReadOnly, Acl = Acl.None,
        Syntax = "key [SAMPLES count:integer]")]
    [Key(2, Access.RO)]
    internal static void Usage(ref CommandContext c)
    {
        long samples = DefaultSamples;
        for (int i = 3; i < c.ArgCount; i += 2)
        {
            if (!c.Is(i, "SAMPLES"u8) || i + 1 == c.ArgCount)
            {
                c.SyntaxError();
                return;
            }

            if (!c.TryInt64(i + 1, out samples)) return;
            if (samples < 0)
            {
                c.SyntaxError();
                return;
            }
        }

        Entry entry = c.Database.LookupForObject(c.Key(0));
        if (entry.IsNull) c.Reply.Null();
        else c.Reply.Integer(BytesOf(c.Engine, entry, samples));
    }

    /// <summary>Returns details about memory usage.</summary>
    [Command("MEMORY|STATS", Arity = 2, Since = "4.0.0", Complexity = "O(1)",
        Group = Group.Server, Acl = Acl.None, Tips = Tips)]
    internal static void Stats(ref CommandContext c)
    {
        MemoryFigures m = new(c.Engine);
        List<Database> used = [];
        foreach (Database database in c.Engine.AllDatabases)
        {
            if (database.Count > 0) used.Add(database);
        }

        ReplyBatch reply = c.Reply;
        reply.MapHeader(27 + used.Count);
        Line(reply, "peak.allocated"u8, m.Peak);
        Line(reply, "total.allocated"u8, m.Used);
        Line(reply, "startup.allocated"u8, m.Startup);
        Line(reply, "replication.backlog"u8, 0);
        Line(reply, "clients.slaves"u8, 0);
        Line(reply, "clients.normal"u8, m.Clients);
        Line(reply, "cluster.links"u8, 0);
        Line(reply, "aof.buffer"u8, c.Engine.Propagation.TurnBytes);
        Line(reply, "lua.caches"u8, 0);
        Line(reply, "functions.caches"u8, 0);
        foreach (Database database in used) Tables(reply, database);
        Line(reply, "overhead.total"u8, m.Overhead);
        Line(reply, "keys.count"u8, m.Keys);
        Line(reply, "keys.bytes-per-key"u8, m.Keys == 0 ? 0 : (m.Used - m.Startup) / m.Keys);
        Line(reply, "dataset.bytes"u8, m.Dataset);
        Ratio(reply, "dataset.percentage"u8, m.DatasetPercent);
        Ratio(reply, "peak.percentage"u8, m.PeakPercent);
        Line(reply, "allocator.allocated"u8, m.Allocated);
        Line(reply, "allocator.active"u8, m.Active);
        Line(reply, "allocator.resident"u8, m.Held);
        Ratio(reply, "allocator-fragmentation.ratio"u8, MemoryFigures.Over(m.Active, m.Allocated));
        Line(reply, "allocator-fragmentation.bytes"u8, m.Active - m.Allocated);
        Ratio(reply, "allocator-rss.ratio"u8, MemoryFigures.Over(m.Held, m.Active));
        Line(reply, "allocator-rss.bytes"u8, m.Held - m.Active);
        Ratio(reply, "rss-overhead.ratio"u8, MemoryFigures.Over(m.Resident, m.Held));
        Line(reply, "rss-overhead.bytes"u8, m.Resident - m.Held);
        Ratio(reply, "fragmentation"u8, MemoryFigures.Over(m.Resident, m.Used));
        Line(reply, "fragmentation.bytes"u8, m.Resident - m.Used);
    }

    /// <summary>Outputs a memory problems report.</summary>
    [Command("MEMORY|DOCTOR", Arity = 2, Since = "4.0.0", Complexity = "O(1)",
        Group = Group.Server, Acl = Acl.None, Tips = Tips)]
    internal static void Doctor(ref CommandContext c)
    {
        string report = new MemoryFigures(c.Engine).Diagnose();
        c.Reply.Verbatim("txt"u8, Encoding.ASCII.GetBytes(report));
    }

    /// <summary>Asks the allocator to release memory.</summary>
    [Command("MEMORY|PURGE", Arity = 2, Since = "4.0.0",
        Complexity = "Depends on how much memory is allocated, could be slow",
        Group = Group.Server, Acl = Acl.None,
        Tips = "request_policy:all_shards response_policy:all_succeeded")]
    internal static void Purge(ref CommandContext c)
    {
        // What is free already goes at once; what has to be moved for it, in slices between turns.
        c.Engine.Heap.Trim();
        c.Engine.Defragmenter.Purge();
        c.Reply.Ok();
    }

    /// <summary>Returns the allocator statistics.</summary>
    [Command("MEMORY|MALLOC-STATS", Arity = 2, Since = "4.0.0",
        Complexity = "Depends on how much memory is allocated, could be slow",
        Group = Group.Server, Acl = Acl.None, Tips = Tips)]
    internal static void MallocStats(ref CommandContext c) =>
        c.Reply.Verbatim("txt"u8, Encoding.ASCII.GetBytes(HeapReport.Of(c.Engine.Heap)));

    /// <summary>Returns helpful text about the different subcommands.</summary>
    [Command("MEMORY|HELP", Arity = 2, Since = "4.0.0", Complexity = "O(1)", Group = Group.Server,
        Flags = CommandFlags.Loading | CommandFlags.Stale, Acl = Acl.None)]
    internal static void Help(ref CommandContext c) => c.HelpText();

    private static long BytesOf(RotomEngine engine, Entry entry, long samples)
    {
        long bytes = entry.MemoryBytes + (entry.HasExpiry ? 2 * SlotBytes : SlotBytes);
        if (entry.Type == ObjectType.String) return bytes;
        return bytes + engine.Payloads.MemoryBytes(
            entry.Type, entry.Encoding, entry.Payload, samples);
    }

    private static void Tables(ReplyBatch reply, Database database)
    {
        reply.Bulk(Encoding.ASCII.GetBytes($"db.{database.Index}"));
        reply.MapHeader(3);
        Line(reply, "overhead.hashtable.main"u8, database.Table.KeysBytes);
        Line(reply, "overhead.hashtable.expires"u8, database.Table.ExpiringBytes);
        Line(reply, "overhead.hashtable.slot-to-keys"u8, 0);
    }

    private static void Line(ReplyBatch reply, ReadOnlySpan<byte> name, long value)
    {
        reply.Bulk(name);
        reply.Integer(value);
    }

    private static void Ratio(ReplyBatch reply, ReadOnlySpan<byte> name, double value)
    {
        reply.Bulk(name);
        reply.Double(value);
    }
}
