using System;
using System.Collections.Generic;

namespace Rotom.Engine;

// BroadcastPrefixes: who wants to hear of all keys that begin so (CLIENT TRACKING BCAST).
//
// A changed key is looked up by each length that a prefix has, not against each prefix: ten
// thousand prefixes of two lengths are two look-ups. What changed is gathered until the end of the
// turn and goes out as one message a prefix, so a key that changes a thousand times in a pipeline
// is told once; with it is kept who changed it last, for those who do not want to hear of their own
// changes. Empty between turns; owned by the keyspace turn.

/// <summary>The prefixes that clients are told of, and what changed below them.</summary>
internal sealed class BroadcastPrefixes
{
    private readonly Dictionary<Sds, Prefix> _prefixes = new(SdsComparer.Instance);
    private readonly Dictionary<Sds, Prefix>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;
    private readonly SortedDictionary<int, int> _lengths = [];
    private readonly List<Prefix> _changed = [];
    private int[] _lengthsUsed = [];

    internal BroadcastPrefixes() =>
        _bySpan = _prefixes.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>tracking_total_prefixes.</summary>
    internal int Count => _prefixes.Count;

    /// <summary>True when keys have changed that nobody was told of.</summary>
    internal bool HasChanges => _changed.Count > 0;

    /// <summary>Tells a client of what begins with a prefix from now on.</summary>
    internal void Add(Sds prefix, Client client)
    {
        if (!_prefixes.TryGetValue(prefix, out Prefix? row))
        {
            _prefixes[prefix] = row = new Prefix(prefix);
            CountLength(prefix.Length, 1);
        }

        if (!row.Clients.Contains(client)) row.Clients.Add(client);
    }

    /// <summary>Tells a client no more of a prefix.</summary>
    internal void Remove(Sds prefix, Client client)
    {
        if (!_prefixes.TryGetValue(prefix, out Prefix? row)) return;
        row.Clients.Remove(client);
        if (row.Clients.Count > 0) return;
        _prefixes.Remove(prefix);
        _changed.Remove(row);
        CountLength(prefix.Length, -1);
    }

    /// <summary>Notes that a key changed, and by whom.</summary>
    internal void Note(ReadOnlySpan<byte> key, Client? by)
    {
        foreach (int length in _lengthsUsed)
        {
            if (length > key.Length) return;
            if (!_bySpan.TryGetValue(key[..length], out Prefix? row)) continue;
            if (row.Changes.Count == 0) _changed.Add(row);
            row.Changes[new Sds(key)] = by;
        }
    }

    /// <summary>
    /// Shows the changes of each prefix, keys in order, to each of its clients, and forgets them.
    /// </summary>
    internal void Tell(Action<Client, List<Sds>> tell)
    {
        _changed.Sort(static (a, b) => a.Name.Span.SequenceCompareTo(b.Name.Span));
        List<Sds> others = [];
        foreach (Prefix prefix in _changed)
        {
            List<Sds> keys = [.. prefix.Changes.Keys];
            keys.Sort(static (a, b) => a.Span.SequenceCompareTo(b.Span));
            foreach (Client client in prefix.Clients)
            {
                if (client.Caching is not { } caching) continue;
                if (!caching.Has(TrackingOptions.NoLoop))
                {
                    tell(client, keys);
                    continue;
                }

                others.Clear();
                foreach (Sds key in keys)
                {
                    if (!ReferenceEquals(prefix.Changes[key], client)) others.Add(key);
                }

                if (others.Count > 0) tell(client, others);
            }

            // As after a burst elsewhere: what grew big is not kept.
            prefix.Changes = prefix.Changes.Count > 1024 ? NewChanges() : Emptied(prefix.Changes);
        }

        _changed.Clear();
    }

    private static Dictionary<Sds, Client?> NewChanges() => new(SdsComparer.Instance);

    private static Dictionary<Sds, Client?> Emptied(Dictionary<Sds, Client?> changes)
    {
        changes.Clear();
        return changes;
    }

    private void CountLength(int length, int by)
    {
        _lengths.TryGetValue(length, out int count);
        if (count + by == 0) _lengths.Remove(length);
        else _lengths[length] = count + by;
        if (count == 0 || count + by == 0) _lengthsUsed = [.. _lengths.Keys];
    }

    private sealed class Prefix(Sds name)
    {
        public Sds Name { get; } = name;

        public List<Client> Clients { get; } = [];

        public Dictionary<Sds, Client?> Changes { get; set; } = NewChanges();
    }
}
