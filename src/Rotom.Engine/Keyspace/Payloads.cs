using System;
using Rotom.Engine.Config;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// What a key's handle stands for, when its value is not in the entry itself. Each type of value
// has its PayloadKind here; the keyspace knows no other way to copy, free or prove a collection.

/// <summary>Where moving a value's blocks is to go on.</summary>
internal struct CompactPlace
{
    /// <summary>Elements of a bucket, on average.</summary>
    internal const int FieldsPerBucket = 5;

    /// <summary>A number of the kind's own: a bucket, a rank.</summary>
    internal long At;

    /// <summary>A sorted set's tree is done.</summary>
    internal bool InTable;

    /// <summary>Nothing is left.</summary>
    internal bool IsDone;
}

/// <summary>The memory behind the values of one type.</summary>
internal abstract class PayloadKind
{
    /// <summary>Frees all of a value.</summary>
    internal virtual void Free(ObjectEncoding encoding, Handle payload)
    {
        while (!FreeSome(encoding, payload))
        {
        }
    }

    /// <summary>
    /// Frees some of a value that nobody holds any more, well under 100 us of work; true when all
    /// of it is gone. What is left stays behind the same handle.
    /// </summary>
    internal abstract bool FreeSome(ObjectEncoding encoding, Handle payload);

    /// <summary>A copy of a value (COPY).</summary>
    internal abstract Handle Copy(ObjectEncoding encoding, PackBlock payload);

    /// <summary>
    /// Bytes of a value's blocks (MEMORY USAGE), its key's block left out.
    /// </summary>
    internal abstract long MemoryBytes(ObjectEncoding encoding, PackBlock payload);

    /// <summary>
    /// About the same, from so many of its elements only; a kind whose walk is long overrides it.
    /// </summary>
    internal virtual long MemoryBytes(
        ObjectEncoding encoding, PackBlock payload, long samples) =>
        MemoryBytes(encoding, payload);

    /// <summary>
    /// False for a value that is freed faster than it is put off (UNLINK): a few blocks.
    /// </summary>
    internal virtual bool IsWorthPuttingOff(ObjectEncoding encoding, Handle payload) =>
        encoding is not (ObjectEncoding.Listpack or ObjectEncoding.Intset);

    /// <summary>How full the hash table of a value is; null when it has none.</summary>
    internal virtual TableReport? Report(ObjectEncoding encoding, PackBlock payload) => null;

    /// <summary>Mixes what a value holds into a digest, as DEBUG DIGEST wants it.</summary>
    internal abstract void Digest(
        DatasetDigest digest, ObjectEncoding encoding, PackBlock payload);

    /// <summary>What moving a value's blocks costs at most, in elements of a table.</summary>
    internal abstract long CompactCost(ObjectEncoding encoding, Handle payload);

    /// <summary>
    /// Moves blocks of a value out of slabs that are to be emptied.
    /// </summary>
    /// <param name="encoding">How the value is kept.</param>
    /// <param name="payload">What its key holds.</param>
    /// <param name="place">Where to go on; its default is the beginning.</param>
    /// <param name="elements">About how many elements to look at.</param>
    /// <returns>What the key is to hold from now on.</returns>
    internal abstract Handle Compact(
        ObjectEncoding encoding, Handle payload, ref CompactPlace place, int elements);

    /// <summary>Proves a value's invariants.</summary>
    internal abstract void DeepCheck(ObjectEncoding encoding, PackBlock payload);
}

/// <summary>Frees the memory behind values that have blocks of their own.</summary>
/// <remarks>Strings out of line are one block, which the table frees by itself.</remarks>
internal sealed class Payloads : IPayloads
{
    private readonly NativeHeap _heap;
    private readonly ServerConfig _config;
    private readonly PayloadKind?[] _kinds = new PayloadKind?[(int)ObjectType.Stream + 1];

    internal Payloads(NativeHeap heap, HashSeed seed, ServerConfig config)
    {
        _heap = heap;
        _config = config;
        Sets = new SetHome(heap, seed, config);
        Hashes = new HashStore(heap, seed, config);
        Customs = new CustomValues(heap);
        _kinds[(int)ObjectType.Module] = Customs;
        _kinds[(int)ObjectType.Hash] = new HashPayload(Hashes);
        _kinds[(int)ObjectType.List] = new ListPayload(heap, config);
        _kinds[(int)ObjectType.Set] = new SetPayload(Sets);
        _kinds[(int)ObjectType.SortedSet] = new ZsetPayload(heap, seed, config);
    }

    /// <summary>Frees a value in slices, between turns; null where nobody does.</summary>
    internal Action<DetachedValue>? FreeLater { get; set; }

    /// <summary>What opens a set.</summary>
    internal SetHome Sets { get; }

    /// <summary>What all hashes share.</summary>
    internal HashStore Hashes { get; }

    /// <summary>The values of the host's types.</summary>
    internal CustomValues Customs { get; }

    /// <summary>What TYPE answers.</summary>
    internal ReadOnlySpan<byte> TypeName(Entry entry) => entry.Type == ObjectType.Module
        ? Customs.TypeOf(entry.Payload.Block).NameBytes
        : ObjectNames.TypeName(entry.Type);

    /// <inheritdoc/>
    public void Free(ObjectType type, ObjectEncoding encoding, Handle payload)
    {
        if (_heap.Holder?.TryKeep(new DetachedValue(type, encoding, payload)) == true) return;
        if (type == ObjectType.String) _heap.Free(payload);
        else Kind(type).Free(encoding, payload);
    }

    /// <inheritdoc/>
    public void FreeOverwritten(ObjectType type, ObjectEncoding encoding, Handle payload)
    {
        bool later = _config.LazyfreeLazyServerDel && FreeLater is not null
            && Kind(type).IsWorthPuttingOff(encoding, payload);
        if (later) FreeLater!(new DetachedValue(type, encoding, payload));
        else Free(type, encoding, payload);
    }

    /// <summary>Copies a collection (COPY).</summary>
    internal Handle Copy(ObjectType type, ObjectEncoding encoding, PackBlock payload) =>
        Kind(type).Copy(encoding, payload);

    /// <summary>Bytes of a collection's blocks.</summary>
    internal long MemoryBytes(ObjectType type, ObjectEncoding encoding, PackBlock payload) =>
        Kind(type).MemoryBytes(encoding, payload);

    /// <summary>The same from so many of its elements, 0 standing for all.</summary>
    internal long MemoryBytes(
        ObjectType type, ObjectEncoding encoding, PackBlock payload, long samples) => samples == 0
        ? Kind(type).MemoryBytes(encoding, payload)
        : Kind(type).MemoryBytes(encoding, payload, samples);

    /// <summary>False for a collection that is freed faster than it is put off.</summary>
    internal bool IsWorthPuttingOff(ObjectType type, ObjectEncoding encoding, Handle payload) =>
        Kind(type).IsWorthPuttingOff(encoding, payload);

    /// <summary>How full a collection's hash table is; null when it has none.</summary>
    internal TableReport? Report(
        ObjectType type, ObjectEncoding encoding, PackBlock payload) =>
        Kind(type).Report(encoding, payload);

    /// <summary>Mixes what a collection holds into a digest.</summary>
    internal void Digest(
        DatasetDigest digest, ObjectType type, ObjectEncoding encoding, PackBlock payload) =>
        Kind(type).Digest(digest, encoding, payload);

    /// <summary>What moving a collection's blocks costs, in elements.</summary>
    internal long CompactCost(ObjectType type, ObjectEncoding encoding, Handle payload) =>
        Kind(type).CompactCost(encoding, payload);

    /// <summary>Moves some of a collection's blocks; what its key is to hold.</summary>
    internal Handle Compact(
        ObjectType type, ObjectEncoding encoding, Handle payload, ref CompactPlace place,
        int elements) => Kind(type).Compact(encoding, payload, ref place, elements);

    /// <summary>True when a collection in an entry is as long as the entry says.</summary>
    internal bool IsWhole(Entry entry) =>
        PackBytes(entry.Encoding, entry.Payload) == entry.Header.InlineLength;

    /// <summary>Length of a collection that is a listpack or an intset.</summary>
    internal int PackBytes(ObjectEncoding encoding, PackBlock payload) =>
        encoding == ObjectEncoding.Intset
            ? Intset.View(_heap, payload).Length
            : payload.FirstWord(_heap);

    /// <summary>Proves a collection's invariants.</summary>
    internal void DeepCheck(ObjectType type, ObjectEncoding encoding, PackBlock payload) =>
        Kind(type).DeepCheck(encoding, payload);

    /// <summary>
    /// Frees some of a value that was taken out of its table; true when all is gone.
    /// </summary>
    internal bool FreeSome(DetachedValue value)
    {
        if (value.Type != ObjectType.String)
        {
            return Kind(value.Type).FreeSome(value.Encoding, value.Payload);
        }

        _heap.Free(value.Payload);
        return true;
    }

    private PayloadKind Kind(ObjectType type)
    {
        PayloadKind? kind = _kinds[(int)type];
        Invariant.Require(kind is not null);
        return kind;
    }
}
