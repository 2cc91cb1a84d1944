using System;
using System.Collections.Generic;
using System.Text;

namespace Rotom.Engine.Stats;

/// <summary>The counters of one engine, as INFO shows them. CONFIG RESETSTAT zeroes most.</summary>
public sealed class ServerStats
{
    // The longest word that is told apart; ours are shorter.
    private const int WordMax = 64;

    private readonly Dictionary<string, long> _errors = new(StringComparer.Ordinal);

    /// <summary>total_commands_processed.</summary>
    public long CommandsProcessed { get; internal set; }

    /// <summary>total_error_replies.</summary>
    public long ErrorReplies { get; internal set; }

    /// <summary>keyspace_hits.</summary>
    public long KeyspaceHits { get; internal set; }

    /// <summary>keyspace_misses.</summary>
    public long KeyspaceMisses { get; internal set; }

    /// <summary>expired_keys.</summary>
    public long ExpiredKeys { get; internal set; }

    /// <summary>expired_subkeys: fields of hashes.</summary>
    public long ExpiredFields { get; internal set; }

    /// <summary>expired_stale_perc, in percent.</summary>
    public double ExpiredStalePercent { get; internal set; }

    /// <summary>expired_time_cap_reached_count.</summary>
    public long ExpiredTimeCapReached { get; internal set; }

    /// <summary>expire_cycle_cpu_milliseconds, kept in nanoseconds.</summary>
    public long ExpireCycleNanos { get; internal set; }

    /// <summary>evicted_keys.</summary>
    public long EvictedKeys { get; internal set; }

    /// <summary>evicted_clients.</summary>
    public long EvictedClients { get; internal set; }

    /// <summary>total_eviction_exceeded_time, kept in nanoseconds.</summary>
    public long EvictionExceededNanos { get; internal set; }

    /// <summary>Incidents: commands that threw and were answered with an internal error.</summary>
    public long InternalErrors { get; internal set; }

    /// <summary>lazyfreed_objects.</summary>
    public long LazyFreedObjects { get; internal set; }

    /// <summary>Error replies by their first word, for INFO errorstats.</summary>
    public IReadOnlyDictionary<string, long> Errors => _errors;

    internal void CountError(ReadOnlySpan<byte> text)
    {
        // As Redis: the first word counts when the text is "-WORD ..."; otherwise it is ERR.
        ErrorReplies++;
        int end = text.IndexOf((byte)' ');
        ReadOnlySpan<byte> word = end < 0 ? text : text[..end];
        // Looked up without a string: whoever is refused a million times a second shall make no
        // work for the collector.
        Span<char> code = stackalloc char[WordMax];
        code = code[..Encoding.ASCII.GetChars(word[..Math.Min(word.Length, WordMax)], code)];
        Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> errors =
            _errors.GetAlternateLookup<ReadOnlySpan<char>>();
        // A client can choose no more than Redis lets it: 128 different errors are kept.
        if (errors.TryGetValue(code, out long n) || _errors.Count < 128) errors[code] = n + 1;
    }

    internal void Reset()
    {
        CommandsProcessed = ErrorReplies = KeyspaceHits = KeyspaceMisses = 0;
        ExpiredKeys = ExpiredFields = ExpiredTimeCapReached = EvictedKeys = LazyFreedObjects = 0;
        ExpiredStalePercent = 0;
        ExpireCycleNanos = EvictionExceededNanos = EvictedClients = 0;
        _errors.Clear();
    }
}
