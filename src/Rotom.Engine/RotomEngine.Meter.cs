using System;
using System.Runtime.CompilerServices;
using Rotom.Engine.Stats;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

// How long commands take. Reading the clock costs a sixth of a pipelined GET, so O(1) commands of
// one kind that follow each other are measured together, up to 16 of them, and each is booked with
// its share: sums and averages are exact. A command that could be slow (not O(1), a large argument,
// a large reply), or any command while the slow log wants times below a millisecond, is measured
// alone.
public sealed partial class RotomEngine
{
    private const int MeteredMax = 16;

    /// <summary>Arguments and replies above this many bytes are measured alone.</summary>
    private const int QuickBytesMax = 4096;

    /// <summary>Commands are measured together unless the slow log wants less than this.</summary>
    private const long TogetherNanosMin = 1_000_000;

    private Metered _metered;

    /// <summary>
    /// Each command is measured alone: the slow log wants short times, or the latency monitor is on
    /// and must see each of them.
    /// </summary>
    private bool _measuresAlone;

    /// <summary>From this time on slow log or latency monitor want to hear of it.</summary>
    private long _noteNanos = 10_000_000;

    /// <summary>Takes the settings of slow log and latency monitor.</summary>
    private void ReadNoteSettings()
    {
        _slowNanos = Config.SlowlogLogSlowerThan < 0
            ? long.MaxValue
            : Config.SlowlogLogSlowerThan * 1000;
        long threshold = Config.LatencyMonitorThresholdMilliseconds;
        bool monitored = threshold > 0;
        _measuresAlone = monitored || _slowNanos < TogetherNanosMin;
        _noteNanos = monitored ? Math.Min(_slowNanos, threshold * 1_000_000) : _slowNanos;
    }

    /// <summary>O(1) commands in a row whose time is not booked yet.</summary>
    private struct Metered
    {
        public Command? Command;
        public int Count;
    }

    /// <summary>True when it was O(1) and its time will be booked with its neighbours'.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsQuick(
        Command command, ReadOnlySpan<ArgRef> args, ReplyBatch reply, ReplyBatch.Mark mark)
    {
        if (!command.IsQuick || args[^1].Length > QuickBytesMax || _measuresAlone
            || (ulong)reply.WrittenSince(mark) > QuickBytesMax)
        {
            return false;
        }

        if (_metered.Count == 0) _metered.Command = command;
        if (++_metered.Count == MeteredMax) Meter();
        return true;
    }

    /// <summary>Reads the clock and books the commands that were measured together.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Meter()
    {
        long end = Clock.MonotonicNanos;
        Book(_metered.Command!, end - _nowNanos, _metered.Count);
        _nowNanos = end;
        _metered.Count = 0;
    }

    private void Book(Command command, long nanos, int calls)
    {
        command.Nanos += nanos;
        if (!Config.LatencyTracking) return;
        command.Latency ??= new LatencyHistogram();
        command.Latency.Record(nanos / (1000 * calls), calls);
    }
}
