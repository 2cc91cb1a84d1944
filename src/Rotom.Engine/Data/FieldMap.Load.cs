using System;
using System.Runtime.CompilerServices;
using Rotom.Engine.Memory;
using Rotom.Engine.Persist;

namespace Rotom.Engine;

// Filling a hash from a file. How many fields there are to be is known beforehand, and they come
// many at a time: the table gets its buckets once, and those that a row of fields belongs to are
// fetched together before the first field is added. What comes out is what Set would have made.

internal partial struct FieldMap
{
    /// <summary>
    /// So many fields will be set in an empty hash: it takes the form that they will want.
    /// </summary>
    /// <param name="fields">How many there will be.</param>
    /// <param name="reserved">For how many there may be room from the beginning.</param>
    public void Expect(ulong fields, long reserved)
    {
        Invariant.Require(_encoding == ObjectEncoding.Listpack && Count == 0);
        if (fields <= (ulong)_store.Config.HashMaxListpackEntries) return;
        ConvertToTable();
        Table.Reserve((long)Math.Min(fields, (ulong)reserved));
    }

    /// <summary>Adds fields to a table.</summary>
    /// <param name="bytes">What holds their text.</param>
    /// <param name="pairs">Where it is.</param>
    /// <returns>How many were added: fewer than given when the next is there already.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly int Add(ReadOnlySpan<byte> bytes, Span<RdbPair> pairs)
    {
        HandleTable<HashFieldOps> table = Table;
        foreach (ref RdbPair pair in pairs)
        {
            pair.Hash = HashOf(bytes.Slice(pair.NameAt, pair.NameLength));
            table.Prefetch(pair.Hash);
        }

        for (int i = 0; i < pairs.Length; i++)
        {
            RdbPair pair = pairs[i];
            ReadOnlySpan<byte> name = bytes.Slice(pair.NameAt, pair.NameLength);
            if (!table.Find(name, pair.Hash).IsNull) return i;
            ReadOnlySpan<byte> value = bytes.Slice(pair.ValueAt, pair.ValueLength);
            table.AddFast(HashField.Create(_heap, name, value, hasPlace: false), pair.Hash);
        }

        return pairs.Length;
    }
}
