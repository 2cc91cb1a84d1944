using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Rotom.Engine.Info;
using Rotom.Net.Transport;

namespace Rotom.Actors.Supervision;

/// <summary>What went wrong, by where.</summary>
internal enum Incident
{
    /// <summary>A command threw.</summary>
    Command,

    /// <summary>The keyspace actor was restarted.</summary>
    Keyspace,

    /// <summary>The journal's actor was lost and made anew.</summary>
    Journal,

    /// <summary>The journal's disk refused a write or a flush, or its files could not be read.
    /// </summary>
    JournalDisk,

    /// <summary>A snapshot could not be made, or its actor was lost.</summary>
    Snapshot,

    /// <summary>A network actor was restarted.</summary>
    Network,

    /// <summary>Work of a disk thread threw.</summary>
    DiskThread,
}

// Incidents: what went wrong so far, counted from any thread; for INFO, the meter and the tests.

/// <summary>Counts what went wrong.</summary>
internal sealed class Incidents
{
    private static readonly string[] s_names =
    [
        "command", "keyspace", "journal", "journal_disk", "snapshot", "network", "disk_thread",
    ];

    private readonly long[] _counts = new long[s_names.Length];

    /// <summary>Names of the kinds, in their order.</summary>
    internal static ReadOnlySpan<string> Names => s_names;

    /// <summary>How often the keyspace was made anew from its journal or snapshot.</summary>
    internal long Recoveries { get; private set; }

    /// <summary>How long the last time took, from the failure on; microseconds.</summary>
    internal long LastRecoveryMicros { get; private set; }

    /// <summary>How long the longest took.</summary>
    internal long LongestRecoveryMicros { get; private set; }

    internal void Count(Incident kind) => Interlocked.Increment(ref _counts[(int)kind]);

    internal long Of(Incident kind) => Interlocked.Read(ref _counts[(int)kind]);

    /// <summary>The keyspace serves again.</summary>
    internal void Recovered(long nanos)
    {
        Recoveries++;
        LastRecoveryMicros = nanos / 1000;
        LongestRecoveryMicros = Math.Max(LongestRecoveryMicros, LastRecoveryMicros);
    }

    /// <summary>Writes the lines of INFO.</summary>
    /// <param name="w">Where.</param>
    /// <param name="loopErrors">Exceptions that the loops caught.</param>
    /// <param name="transports">They count when memory was refused, and who did not read.</param>
    internal void Write(InfoWriter w, long loopErrors, IReadOnlyList<INetTransport> transports)
    {
        for (int i = 0; i < s_names.Length; i++)
        {
            w.Line("incidents_" + s_names[i], Of((Incident)i));
        }

        w.Line("incidents_loop", loopErrors);
        w.Line("incidents_out_of_memory", transports.Sum(one => one.Statistics.Starvations));
        w.Line("incidents_unread", transports.Sum(one => one.Statistics.Reminders));
        w.Line("keyspace_recoveries", Recoveries);
        w.Line("keyspace_last_recovery_usec", LastRecoveryMicros);
        w.Line("keyspace_longest_recovery_usec", LongestRecoveryMicros);
    }
}
