using System;

namespace Rotom.Engine;

// EvictionPool: the best keys to evict that samples have met so far, by Redis' algorithm.
//
// Sixteen places in order of score; the higher the score, the better to be without the key. It
// outlives a single eviction, so that a good candidate that one sample met is not forgotten when a
// better one is evicted. Keys are held by name: who deletes one need not tell the pool, and what
// is taken out may no longer be there (a ghost), which the taker finds out.
//
// Names up to 255 bytes lie in buffers that stay with the places: no garbage for a usual key.

/// <summary>Candidates for eviction, best last.</summary>
internal sealed class EvictionPool
{
    internal const int Places = 16;
    private const int NameBytes = 255;

    private readonly Place[] _places = new Place[Places];

    internal EvictionPool()
    {
        foreach (ref Place place in _places.AsSpan()) place.Buffer = new byte[NameBytes];
    }

    /// <summary>Candidates held.</summary>
    internal int Count { get; private set; }

    /// <summary>Forgets all candidates: scores of another policy say nothing.</summary>
    internal void Clear() => Count = 0;

    /// <summary>True when a key with this score would find a place.</summary>
    internal bool Wants(ulong score) => Count < Places || score > _places[0].Score;

    /// <summary>Adds a candidate; a full pool loses its worst for it, or refuses it.</summary>
    internal void Offer(ulong score, int database, ulong hash, ReadOnlySpan<byte> name)
    {
        if (!Wants(score)) return;
        int at = 0;
        while (at < Count && _places[at].Score < score) at++;
        Place free;
        if (Count == Places)
        {
            free = _places[0];
            Array.Copy(_places, 1, _places, 0, --at);
        }
        else
        {
            free = _places[Count];
            Array.Copy(_places, at, _places, at + 1, Count - at);
            Count++;
        }

        byte[] buffer = name.Length <= NameBytes ? free.Buffer : new byte[name.Length];
        name.CopyTo(buffer);
        _places[at] = new Place
        {
            Score = score,
            Hash = hash,
            Database = database,
            Length = name.Length,
            Buffer = free.Buffer,
            Name = buffer,
        };
    }

    /// <summary>
    /// Takes the best candidate out; its name is valid until the next Offer.
    /// </summary>
    internal bool TryTake(out EvictionCandidate best)
    {
        if (Count == 0)
        {
            best = default;
            return false;
        }

        ref Place place = ref _places[--Count];
        best = new EvictionCandidate(
            place.Score, place.Database, place.Hash, place.Name.AsMemory(0, place.Length));
        // A long name is the pool's only until it is taken.
        place.Name = place.Buffer;
        return true;
    }

    private struct Place
    {
        public ulong Score;
        public ulong Hash;
        public int Database;
        public int Length;

        /// <summary>Stays with the place.</summary>
        public byte[] Buffer;

        /// <summary>The buffer, or an array for a long name.</summary>
        public byte[] Name;
    }
}

/// <summary>A key that a sample found good to evict.</summary>
/// <param name="Score">How good: idle time, rareness of use, or nearness of its end.</param>
/// <param name="Database">Number of its database.</param>
/// <param name="Hash">Hash of its name.</param>
/// <param name="Name">The key.</param>
internal readonly record struct EvictionCandidate(
    ulong Score, int Database, ulong Hash, ReadOnlyMemory<byte> Name);
