using System;
using System.Collections.Generic;

namespace Rotom.Engine;

/// <summary>Where a refused command was met.</summary>
internal enum AclContext
{
    TopLevel,
    Multi,
    Lua,
}

/// <summary>One line of ACL LOG: what was refused, how often.</summary>
internal sealed class AclLogEntry
{
    internal required long Id { get; init; }

    internal required AclVerdict Reason { get; init; }

    internal required AclContext Context { get; init; }

    /// <summary>Command, key or channel, as bytes.</summary>
    internal required byte[] Object { get; init; }

    /// <summary>User in byte text.</summary>
    internal required string User { get; init; }

    internal required long CreatedMs { get; init; }

    /// <summary>The client as CLIENT LIST shows it; the last one's.</summary>
    internal required string Client { get; set; }

    internal long UpdatedMs { get; set; }

    internal long Count { get; set; } = 1;

    internal bool IsSame(AclLogEntry other) =>
        Reason == other.Reason && Context == other.Context && User == other.User
        && Object.AsSpan().SequenceEqual(other.Object);
}

/// <summary>What was refused lately, the newest first (ACL LOG).</summary>
internal sealed class AclLog
{
    // As Redis: what repeats within a minute, among the ten newest entries, is one entry.
    private const int LookBack = 10;
    private const long SameWithinMs = 60_000;

    private readonly List<AclLogEntry> _entries = [];

    /// <summary>The entries, the newest last.</summary>
    internal IReadOnlyList<AclLogEntry> Entries => _entries;

    /// <summary>The id that the next entry gets.</summary>
    internal long NextId { get; private set; }

    /// <summary>Adds an entry, or counts one like it up; keeps so many at the most.</summary>
    internal void Add(AclLogEntry entry, int max)
    {
        for (int i = _entries.Count - 1; i >= 0 && i >= _entries.Count - LookBack; i--)
        {
            AclLogEntry known = _entries[i];
            if (!known.IsSame(entry) || entry.UpdatedMs - known.UpdatedMs > SameWithinMs) continue;
            known.Count++;
            known.UpdatedMs = entry.UpdatedMs;
            known.Client = entry.Client;
            _entries.RemoveAt(i);
            _entries.Add(known);
            return;
        }

        NextId++;
        _entries.Add(entry);
        Trim(max);
    }

    /// <summary>Drops the oldest beyond so many.</summary>
    internal void Trim(int max)
    {
        if (_entries.Count > max) _entries.RemoveRange(0, _entries.Count - max);
    }

    /// <summary>Forgets all entries.</summary>
    internal void Reset() => _entries.Clear();
}
