using System;
using System.Collections.Generic;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// CustomValues: the values of the host's types, and the types. A key's handle names a small block
// that holds the value's place in a table of managed objects; so the entry looks like that of any
// collection, and nothing that moves entries knows the difference.
//
// Invariants: a place is in use by one block or is free; Bytes is the sum of what the types said
// when they were last asked.

/// <summary>The values of the host's types.</summary>
internal sealed class CustomValues(NativeHeap heap) : PayloadKind
{
    private const int BlockBytes = sizeof(int);

    private readonly List<CustomType> _types = [];
    private readonly List<Place> _places = [];
    private readonly Stack<int> _free = [];

    private record struct Place(CustomType? Type, object? Value, long Bytes);

    /// <summary>What all values take, as their types say.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Hears what a type did wrong where nobody can be answered.</summary>
    internal Action<string>? Complain { get; set; }

    /// <summary>Number of values.</summary>
    internal int Count => _places.Count - _free.Count;

    /// <summary>Adds a type.</summary>
    internal void Register(CustomType type)
    {
        if (Find(type.Id) is not null)
        {
            throw new ArgumentException($"There is a type '{type.Name}' already.");
        }

        _types.Add(type);
    }

    /// <summary>The type that an identifier names, in whatever version.</summary>
    internal CustomType? Find(ulong id) =>
        _types.Find(type => CustomTypeId.AreOfOneType(type.Id, id));

    /// <summary>Takes a value over.</summary>
    internal Handle Add(CustomType type, object value)
    {
        Invariant.Require(_types.Contains(type));
        long bytes = Measured(type, value);
        Place place = new(type, value, bytes);
        if (_free.TryPop(out int at))
        {
            _places[at] = place;
        }
        else
        {
            at = _places.Count;
            _places.Add(place);
        }

        Bytes += bytes;
        Handle payload = heap.Allocate(BlockBytes);
        heap.At<int>(payload, 0) = at;
        return payload;
    }

    /// <summary>True when a type is known here.</summary>
    internal bool Knows(CustomType type) => _types.Contains(type);

    /// <summary>A value's type.</summary>
    internal CustomType TypeOf(Handle payload) => At(payload).Type!;

    /// <summary>A value.</summary>
    internal object ValueOf(Handle payload) => At(payload).Value!;

    /// <summary>A value has changed: asks its type how large it is.</summary>
    internal void Measure(Handle payload)
    {
        int at = heap.At<int>(payload, 0);
        Place place = _places[at];
        long bytes = Measured(place.Type!, place.Value!);
        Bytes += bytes - place.Bytes;
        _places[at] = place with { Bytes = bytes };
    }

    /// <inheritdoc/>
    internal override bool FreeSome(ObjectEncoding encoding, Handle payload)
    {
        Place place = At(payload);
        try
        {
            if (!place.Type!.FreeSomeOf(place.Value!)) return false;
        }
        catch (Exception fault) when (fault is not InvariantException)
        {
            // The key is gone in any case, and whose command that was has done nothing wrong.
            Complain?.Invoke(
                $"A value of the type '{place.Type!.Name}' could not be freed: {fault}");
        }

        int at = heap.At<int>(payload, 0);
        Bytes -= place.Bytes;
        _places[at] = default;
        _free.Push(at);
        heap.Free(payload);
        return true;
    }

    /// <inheritdoc/>
    internal override Handle Copy(ObjectEncoding encoding, PackBlock payload)
    {
        Place place = At(payload.Block);
        return Add(place.Type!, place.Type!.CopyValue(place.Value!));
    }

    /// <inheritdoc/>
    internal override long MemoryBytes(ObjectEncoding encoding, PackBlock payload) =>
        heap.BlockBytes(payload.Block) + At(payload.Block).Bytes;

    /// <inheritdoc/>
    internal override bool IsWorthPuttingOff(ObjectEncoding encoding, Handle payload)
    {
        Place place = At(payload);
        return place.Type!.IsSlow(place.Value!);
    }

    /// <inheritdoc/>
    internal override void Digest(DatasetDigest digest, ObjectEncoding encoding, PackBlock payload)
    {
        Place place = At(payload.Block);
        DatasetDigest whole = new();
        place.Type!.DigestValue(place.Value!, new CustomDigest(whole));
        digest.Add(whole);
    }

    /// <inheritdoc/>
    internal override long CompactCost(ObjectEncoding encoding, Handle payload) => 1;

    /// <inheritdoc/>
    internal override Handle Compact(
        ObjectEncoding encoding, Handle payload, ref CompactPlace place, int elements)
    {
        _ = heap.TryMove(ref payload);
        place.IsDone = true;
        return payload;
    }

    /// <inheritdoc/>
    internal override void DeepCheck(ObjectEncoding encoding, PackBlock payload)
    {
        Place place = At(payload.Block);
        Invariant.Require(place.Type is not null && place.Value is not null);
        Invariant.Require(_types.Contains(place.Type));
    }

    /// <summary>Proves that the books are right.</summary>
    internal void DeepCheck()
    {
        long bytes = 0;
        int count = 0;
        foreach (Place place in _places)
        {
            if (place.Type is null) continue;
            bytes += place.Bytes;
            count++;
        }

        Invariant.Require(bytes == Bytes);
        Invariant.Require(count == Count);
    }

    private static long Measured(CustomType type, object value)
    {
        long bytes = type.BytesOf(value);
        return bytes >= 0
            ? bytes
            : throw new InvalidOperationException($"A '{type.Name}' of {bytes} bytes.");
    }

    private Place At(Handle payload)
    {
        int at = heap.At<int>(payload, 0);
        Invariant.Require((uint)at < (uint)_places.Count);
        return _places[at];
    }
}
