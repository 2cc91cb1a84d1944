using System;
using System.Collections.Generic;
using System.Text;
using Rotom.Engine.Stats;
using Rotom.Resp.Batch;

namespace Rotom.Engine.Commands;

/// <summary>LATENCY: HISTORY LATEST RESET GRAPH DOCTOR HISTOGRAM HELP.</summary>
internal static class LatencyCommands
{
    private const CommandFlags Common = CommandFlags.Admin | CommandFlags.NoScript
        | CommandFlags.Loading | CommandFlags.Stale;

    private const string Tips =
        "nondeterministic_output request_policy:all_nodes response_policy:special";

    /// <summary>Returns timestamp-latency samples for an event.</summary>
    [Command("LATENCY|HISTORY", Arity = 3, Since = "2.8.13", Complexity = "O(1)",
        Group = Group.Server, Flags = Common, Acl = Acl.None, Syntax = "event", Tips = Tips)]
    internal static void History(ref CommandContext c)
    {
        LatencyEvent? row = c.Engine.Latency.Find(Encoding.Latin1.GetString(c[2]));
        c.Reply.ArrayHeader(row?.Count ?? 0);
        for (int i = 0; i < (row?.Count ?? 0); i++)
        {
            c.Reply.ArrayHeader(2);
            c.Reply.Integer(row![i].UnixSeconds);
            c.Reply.Integer(row[i].Milliseconds);
        }
    }

    /// <summary>Returns the latest latency samples for all events.</summary>
    [Command("LATENCY|LATEST", Arity = 2, Since = "2.8.13", Complexity = "O(1)",
        Group = Group.Server, Flags = Common, Acl = Acl.None, Tips = Tips)]
    internal static void Latest(ref CommandContext c)
    {
        c.Reply.ArrayHeader(c.Engine.Latency.Events.Count);
        foreach (LatencyEvent row in c.Engine.Latency.Events)
        {
            c.Reply.ArrayHeader(4);
            c.Reply.Bulk(row.Name);
            c.Reply.Integer(row.Last.UnixSeconds);
            c.Reply.Integer(row.Last.Milliseconds);
            c.Reply.Integer(row.MaxMilliseconds);
        }
    }

    /// <summary>Resets the latency data for one or more events.</summary>
    [Command("LATENCY|RESET", Arity = -2, Since = "2.8.13", Complexity = "O(1)",
        Group = Group.Server, Flags = Common, Acl = Acl.None, Syntax = "[event...]",
        Tips = "request_policy:all_nodes response_policy:all_succeeded")]
    internal static void Reset(ref CommandContext c)
    {
        int count = c.ArgCount == 2 ? c.Engine.Latency.Reset() : 0;
        for (int i = 2; i < c.ArgCount; i++)
        {
            if (c.Engine.Latency.Reset(Encoding.Latin1.GetString(c[i]))) count++;
        }

        c.Reply.Integer(count);
    }

    /// <summary>Returns a latency graph for an event.</summary>
    [Command("LATENCY|GRAPH", Arity = 3, Since = "2.8.13", Complexity = "O(1)",
        Group = Group.Server, Flags = Common, Acl = Acl.None, Syntax = "event", Tips = Tips)]
    internal static void Graph(ref CommandContext c)
    {
        string name = Encoding.Latin1.GetString(c[2]);
        if (c.Engine.Latency.Find(name) is not { } row)
        {
            c.Error($"ERR No samples available for event '{name}'");
            return;
        }

        string graph = LatencyGraph.Draw(row, c.NowMs / 1000);
        c.Reply.Verbatim("txt"u8, Encoding.ASCII.GetBytes(graph));
    }

    /// <summary>Returns a human-readable latency analysis report.</summary>
    [Command("LATENCY|DOCTOR", Arity = 2, Since = "2.8.13", Complexity = "O(1)",
        Group = Group.Server, Flags = Common, Acl = Acl.None, Tips = Tips)]
    internal static void Doctor(ref CommandContext c)
    {
        string report = LatencyDoctor.Report(c.Engine.Latency, c.Engine.Config);
        c.Reply.Verbatim("txt"u8, Encoding.ASCII.GetBytes(report));
    }

    /// <summary>
    /// Returns the cumulative distribution of latencies of a subset or all commands.
    /// </summary>
    [Command("LATENCY|HISTOGRAM", Arity = -2, Since = "7.0.0",
        Complexity = "O(N) where N is the number of commands with latency information being "
            + "retrieved.",
        Group = Group.Server, Flags = Common, Acl = Acl.None, Syntax = "[command...]",
        Tips = Tips)]
    internal static void Histogram(ref CommandContext c)
    {
        List<Command> commands = [];
        if (c.ArgCount == 2)
        {
            foreach (Command command in c.Engine.Commands.All) AddWithSubs(commands, command);
        }

        for (int i = 2; i < c.ArgCount; i++)
        {
            if (c.Engine.Commands.FindFull(c[i]) is { } command) AddWithSubs(commands, command);
        }

        c.Reply.MapHeader(commands.Count);
        foreach (Command command in commands)
        {
            c.Reply.Bulk(command.FullNameBytes);
            WriteHistogram(c.Reply, command.Latency!);
        }
    }

    /// <summary>Returns helpful text about the different subcommands.</summary>
    [Command("LATENCY|HELP", Arity = 2, Since = "2.8.13", Complexity = "O(1)",
        Group = Group.Server, Flags = CommandFlags.Loading | CommandFlags.Stale, Acl = Acl.None)]
    internal static void Help(ref CommandContext c) => c.HelpText();

    private static void AddWithSubs(List<Command> to, Command command)
    {
        if (command.Latency is { Count: > 0 }) to.Add(command);
        foreach (Command sub in command.Subcommands?.All ?? [])
        {
            if (sub.Latency is { Count: > 0 }) to.Add(sub);
        }
    }

    private static void WriteHistogram(ReplyBatch reply, LatencyHistogram histogram)
    {
        List<(long Micros, long Count)> steps = histogram.Cumulative();
        reply.MapHeader(2);
        reply.Bulk("calls"u8);
        reply.Integer(histogram.Count);
        reply.Bulk("histogram_usec"u8);
        reply.MapHeader(steps.Count);
        foreach ((long micros, long count) in steps)
        {
            reply.Integer(micros);
            reply.Integer(count);
        }
    }
}
