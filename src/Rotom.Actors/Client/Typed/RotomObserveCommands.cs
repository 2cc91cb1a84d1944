using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>A command that was slow.</summary>
/// <param name="Id">Its number; higher is later.</param>
/// <param name="Time">When it was executed.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Words">Its words, long ones shortened.</param>
/// <param name="Address">Who sent it.</param>
/// <param name="ClientName">The client's name.</param>
public sealed record SlowCommand(
    long Id, DateTimeOffset Time, TimeSpan Duration, byte[][] Words, string Address,
    string ClientName);

/// <summary>A delay of an event.</summary>
/// <param name="Time">When.</param>
/// <param name="Duration">How long, in milliseconds.</param>
public readonly record struct LatencySample(DateTimeOffset Time, TimeSpan Duration);

/// <summary>The delays of an event.</summary>
/// <param name="Event">Its name.</param>
/// <param name="Last">The last one.</param>
/// <param name="Max">The longest.</param>
public sealed record LatencyEvent(string Event, LatencySample Last, TimeSpan Max);

/// <summary>How long a command takes.</summary>
/// <param name="Calls">How often it was executed.</param>
/// <param name="Microseconds">How many took at most so long, by microseconds.</param>
public sealed record LatencyDistribution(
    long Calls, IReadOnlyDictionary<long, long> Microseconds);

/// <summary>Commands that watch the server: SLOWLOG, LATENCY, MEMORY.</summary>
public static class RotomObserveCommands
{
    /// <summary>SLOWLOG GET: the latest, 10 unless said otherwise, -1 for all.</summary>
    [Calls("SLOWLOG|GET")]
    public static ValueTask<SlowCommand[]> SlowlogGetAsync(
        this IRotomCommands client, long? count = null) =>
        count is { } most
            ? client.Call(static reply => Reply.Array(reply, Slow), Word.Slowlog, Word.Get, most)
            : client.Call(static reply => Reply.Array(reply, Slow), Word.Slowlog, Word.Get);

    /// <summary>SLOWLOG LEN.</summary>
    [Calls("SLOWLOG|LEN")]
    public static ValueTask<long> SlowlogLengthAsync(this IRotomCommands client) =>
        client.Call(Reply.Integer, Word.Slowlog, Word.Len);

    /// <summary>SLOWLOG RESET.</summary>
    [Calls("SLOWLOG|RESET")]
    public static ValueTask SlowlogResetAsync(this IRotomCommands client) =>
        client.CallForOk(Word.Slowlog, Word.Reset);

    /// <summary>LATENCY LATEST: all events that were too late once.</summary>
    [Calls("LATENCY|LATEST")]
    public static ValueTask<LatencyEvent[]> LatencyLatestAsync(this IRotomCommands client) =>
        client.Call(static reply => Reply.Array(reply, Event), Word.Latency, Word.Latest);

    /// <summary>LATENCY HISTORY: the delays of an event, the oldest first.</summary>
    [Calls("LATENCY|HISTORY")]
    public static ValueTask<LatencySample[]> LatencyHistoryAsync(
        this IRotomCommands client, RespArgument name) =>
        client.Call(static reply => Reply.Array(reply, Sample), Word.Latency, Word.History, name);

    /// <summary>LATENCY RESET: forgets these events, all when none is named; how many.</summary>
    [Calls("LATENCY|RESET")]
    public static ValueTask<long> LatencyResetAsync(
        this IRotomCommands client, params ReadOnlySpan<RespArgument> names) =>
        WordList.Of(Word.Latency, Word.Reset, names).Send(client, Reply.Integer);

    /// <summary>LATENCY GRAPH: the delays of an event as a picture of letters.</summary>
    [Calls("LATENCY|GRAPH")]
    public static ValueTask<string> LatencyGraphAsync(
        this IRotomCommands client, RespArgument name) =>
        client.Call(Reply.Text, Word.Latency, Word.Graph, name);

    /// <summary>LATENCY DOCTOR: a report in words.</summary>
    [Calls("LATENCY|DOCTOR")]
    public static ValueTask<string> LatencyDoctorAsync(this IRotomCommands client) =>
        client.Call(Reply.Text, Word.Latency, Word.Doctor);

    /// <summary>LATENCY HISTOGRAM: how long commands take, of those that were executed.</summary>
    [Calls("LATENCY|HISTOGRAM")]
    public static ValueTask<Dictionary<string, LatencyDistribution>> LatencyHistogramAsync(
        this IRotomCommands client, params ReadOnlySpan<RespArgument> commands) =>
        WordList.Of(Word.Latency, Word.Histogram, commands)
            .Send(client, static reply => Reply.ByText(reply, Distribution));

    /// <summary>MEMORY STATS: figures by their names; those of a database as
    /// <c>db.0.overhead.hashtable.main</c>.</summary>
    [Calls("MEMORY|STATS")]
    public static ValueTask<Dictionary<string, double>> MemoryStatisticsAsync(
        this IRotomCommands client) =>
        client.Call(Figures, Word.Memory, Word.Stats);

    /// <summary>MEMORY DOCTOR: a report in words.</summary>
    [Calls("MEMORY|DOCTOR")]
    public static ValueTask<string> MemoryDoctorAsync(this IRotomCommands client) =>
        client.Call(Reply.Text, Word.Memory, Word.Doctor);

    /// <summary>MEMORY MALLOC-STATS: the allocator's own report.</summary>
    [Calls("MEMORY|MALLOC-STATS")]
    public static ValueTask<string> MemoryAllocatorAsync(this IRotomCommands client) =>
        client.Call(Reply.Text, Word.Memory, Word.MallocStats);

    /// <summary>MEMORY PURGE: gives memory back to the system.</summary>
    [Calls("MEMORY|PURGE")]
    public static ValueTask MemoryPurgeAsync(this IRotomCommands client) =>
        client.CallForOk(Word.Memory, Word.Purge);

    private static SlowCommand Slow(RespValue reply)
    {
        IReadOnlyList<RespValue> items = Reply.Items(reply, 6);
        return new SlowCommand(
            items[0].AsInteger(), Reply.UnixSeconds(items[1]),
            TimeSpan.FromMicroseconds(items[2].AsInteger()), Reply.BytesArray(items[3]),
            Reply.Text(items[4]), Reply.Text(items[5]));
    }

    private static LatencySample Sample(RespValue reply)
    {
        IReadOnlyList<RespValue> items = Reply.Items(reply, 2);
        return new LatencySample(
            Reply.UnixSeconds(items[0]), TimeSpan.FromMilliseconds(items[1].AsInteger()));
    }

    private static LatencyEvent Event(RespValue reply)
    {
        IReadOnlyList<RespValue> items = Reply.Items(reply, 4);
        return new LatencyEvent(
            Reply.Text(items[0]),
            new LatencySample(
                Reply.UnixSeconds(items[1]), TimeSpan.FromMilliseconds(items[2].AsInteger())),
            TimeSpan.FromMilliseconds(items[3].AsInteger()));
    }

    private static LatencyDistribution Distribution(RespValue reply)
    {
        ReplyParts parts = Reply.Parts(reply);
        Dictionary<long, long> microseconds = [];
        foreach ((long most, long count) in Reply.Pairs(
            parts["histogram_usec"], static (most, count) => (most.AsInteger(), count.AsInteger())))
        {
            microseconds[most] = count;
        }

        return new LatencyDistribution(parts["calls"].AsInteger(), microseconds);
    }

    private static Dictionary<string, double> Figures(RespValue reply)
    {
        Dictionary<string, double> figures = [];
        foreach ((string name, RespValue value) in Reply.ByText(reply, static value => value))
        {
            if (value.Kind is not (RespKind.Map or RespKind.Array))
            {
                figures[name] = value.AsDouble();
                continue;
            }

            foreach ((string part, double figure) in Reply.ByText(value, Reply.Double))
            {
                figures[$"{name}.{part}"] = figure;
            }
        }

        return figures;
    }
}
