using System;

namespace Rotom.Engine.Memory;

// What a snapshot does with a table, whatever its elements are: it numbers itself there, is told
// before buckets change (those of collections; a KeyTable has an observer of its own), and marks
// those it has saved. Marks have 16 bits, so every 65,535th snapshot has the same; a table that no
// snapshot came to for that long has its marks wiped first. Numbers have 30 bits.

/// <summary>A table whose buckets a snapshot saves one at a time.</summary>
internal readonly unsafe struct TableWatch
{
    private readonly TableRoot* _root;

    /// <summary>The table with this root.</summary>
    internal TableWatch(Handle root) => _root = (TableRoot*)root.Address;

    /// <summary>The table's root.</summary>
    internal Handle Root => new((nint)_root);

    /// <summary>Buckets there are now.</summary>
    internal uint BucketCount => _root->Buckets;

    /// <summary>The mark of a snapshot with this number, from 1 on; never 0.</summary>
    internal static ushort MarkOf(uint snapshot) =>
        (ushort)(((snapshot - 1) % ushort.MaxValue) + 1);

    /// <summary>From now on changes are told to the heap's holder, and merges held.</summary>
    /// <param name="snapshot">Number of the snapshot.</param>
    internal void Begin(uint snapshot)
    {
        Invariant.Require(!_root->IsWatched);
        Number(snapshot);
        _root->Flags |= TableRoot.WatchedFlag | TableRoot.HoldFlag;
    }

    /// <summary>From now on no bucket has the mark of this snapshot but by it.</summary>
    internal void Number(uint snapshot)
    {
        uint last = _root->Flags >> TableRoot.NumberShift;
        if (last != 0 && snapshot - last >= ushort.MaxValue)
        {
            for (uint i = 0; i < _root->Buckets; i++) Mark(i, 0);
        }

        _root->Flags = (snapshot << TableRoot.NumberShift)
            | (_root->Flags & (TableRoot.WatchedFlag | TableRoot.HoldFlag));
    }

    /// <summary>It is an ordinary table again.</summary>
    internal void End() => _root->Flags &= ~(TableRoot.WatchedFlag | TableRoot.HoldFlag);

    /// <summary>True when a bucket has this mark.</summary>
    internal bool IsMarked(uint bucket, ushort mark) =>
        (ushort)(_root->BucketAt(bucket)[TableRoot.LinkSlot] >> 48) == mark;

    /// <summary>Marks a bucket.</summary>
    internal void Mark(uint bucket, ushort mark)
    {
        ulong* link = _root->BucketAt(bucket) + TableRoot.LinkSlot;
        *link = (*link & TableRoot.AddressMask) | ((ulong)mark << 48);
    }
}
