using Rotom.Engine.Config;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// HashStore: what the hashes of an engine share: the heap, the seed, the settings, and an index of
// those hashes that have fields with a time to live, by the time of the first.
//
// The index holds roots (HashRoot), not keys, since a root stays where it is while its key is
// renamed, moved, or given a time to live itself. A root says in which key table its key is, by the
// table's number, and the key's hash; that is enough to find the key (Database.KeyOf). Tables that
// are exchanged (SWAPDB) keep their numbers, tables that are thrown away (FLUSHALL) never meet
// theirs again. A root whose key is not found is being freed: it is taken out of the index, if the
// one who frees it has not done so already.

/// <summary>Heap, settings and index of hashes.</summary>
internal sealed class HashStore
{
    private DueState _index;
    private uint _lastTableId;

    internal HashStore(NativeHeap heap, HashSeed seed, ServerConfig config)
    {
        Heap = heap;
        Seed = seed;
        Config = config;
    }

    internal NativeHeap Heap { get; }

    internal HashSeed Seed { get; }

    internal ServerConfig Config { get; }

    /// <summary>Number of hashes that have a field with a time to live.</summary>
    internal int Count => _index.Count;

    /// <summary>The time of the field that is due first of all; there is one.</summary>
    internal long FirstDueMs => Index.First.AtMs;

    /// <summary>The hash it is in.</summary>
    internal Handle FirstRoot => Handle.FromBits(Index.First.Owner);

    private DueHeap<RootOwner> Index => new(Heap, ref _index, new RootOwner(Heap));

    /// <summary>A number for a key table; 0 is none.</summary>
    internal uint NextTableId() => checked(++_lastTableId);

    /// <summary>Where the key of a root is.</summary>
    internal (uint Table, ulong KeyHash) HomeOf(Handle root)
    {
        ref HashRoot at = ref Heap.At<HashRoot>(root, 0);
        return (at.Home, at.KeyHash);
    }

    /// <summary>A key holds this hash now, under this name and in this table.</summary>
    internal void Home(ObjectEncoding encoding, Handle payload, uint table, ulong keyHash)
    {
        if (encoding is not (ObjectEncoding.ListpackEx or ObjectEncoding.HashtableEx)) return;
        ref HashRoot root = ref Heap.At<HashRoot>(payload, 0);
        root.Home = table;
        root.KeyHash = keyHash;
        Reindex(payload, new FieldMap(this, encoding, payload).NextDue);
    }

    /// <summary>The field of a hash that is due next ends at this time; -1: none.</summary>
    internal void Reindex(Handle root, long nextDue)
    {
        ref HashRoot at = ref Heap.At<HashRoot>(root, 0);
        if (at.Home == 0) return;
        if (nextDue < 0) Unindex(root);
        else if (at.Place < 0) Index.Add(root, nextDue);
        else Index.Change(at.Place, nextDue);
    }

    /// <summary>Takes a hash out of the index, if it is in.</summary>
    internal void Unindex(Handle root)
    {
        int place = Heap.At<HashRoot>(root, 0).Place;
        if (place >= 0) Index.Remove(place);
    }

    /// <summary>Moves a root if its slab is to be emptied; where it is now.</summary>
    internal Handle CompactRoot(Handle root)
    {
        if (!Heap.TryMove(ref root)) return root;
        int place = Heap.At<HashRoot>(root, 0).Place;
        if (place >= 0) Index.Item(place).Owner = root.Bits;
        return root;
    }

    /// <summary>Moves the index's block if its slab is to be emptied.</summary>
    internal void CompactIndex() => Index.Compact();

    /// <summary>Proves that a hash is in the index with the right time.</summary>
    internal void CheckIndex(Handle root, long nextDue)
    {
        ref HashRoot at = ref Heap.At<HashRoot>(root, 0);
        if (at.Home == 0 || nextDue < 0)
        {
            Invariant.Require(at.Place == -1);
            return;
        }

        DueItem item = Index.Item(at.Place);
        Invariant.Require(item.Owner == root.Bits && item.AtMs == nextDue);
    }

    /// <summary>Proves the index itself.</summary>
    internal void DeepCheck() => Index.DeepCheck();

    private readonly struct RootOwner(NativeHeap heap) : IDueOwner
    {
        public void SetPlace(Handle owner, int place) =>
            heap.At<HashRoot>(owner, 0).Place = place;

        public int GetPlace(Handle owner) => heap.At<HashRoot>(owner, 0).Place;
    }
}
