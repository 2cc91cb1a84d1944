using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// DueHeap: handles ordered by a time, the earliest first: a binary heap in one block.
//
// A hash keeps those of its fields that have a time to live in one, and the engine keeps those
// hashes in another, by their earliest field. So the fields that are due are found without looking
// at any that is not. Each owner is told its place whenever that changes, and can be moved or taken
// out by it in O(log n).
//
// The block doubles when it is full and halves when three quarters are empty. Blocks this large are
// grown by remapping, not by copying, so a million times are no pause either.
//
// Invariants (DeepCheck): no time is earlier than its parent's, and every owner knows its place.

/// <summary>Is told where a handle is now.</summary>
internal interface IDueOwner
{
    /// <summary>The handle is at this place; -1 when it was taken out.</summary>
    void SetPlace(Handle owner, int place);

    /// <summary>The place the handle was told last.</summary>
    int GetPlace(Handle owner);
}

/// <summary>State of one heap, kept by its owner.</summary>
internal struct DueState
{
    /// <summary>The block of items, 0 while there are none.</summary>
    public ulong Items;

    /// <summary>Number of items.</summary>
    public int Count;
}

/// <summary>A time and whose it is.</summary>
internal struct DueItem
{
    /// <summary>Bytes in a heap's block.</summary>
    public const int Bytes = 16;

    /// <summary>The time, unix milliseconds.</summary>
    public long AtMs;

    /// <summary>Bits of the handle.</summary>
    public ulong Owner;
}

/// <summary>A heap being worked on; all state is in the <see cref="DueState"/>.</summary>
internal readonly ref struct DueHeap<TOwner> where TOwner : struct, IDueOwner
{
    private const int FirstCapacity = 4;

    private readonly NativeHeap _heap;
    private readonly ref DueState _state;
    private readonly TOwner _owner;

    public DueHeap(NativeHeap heap, ref DueState state, TOwner owner)
    {
        _heap = heap;
        _state = ref state;
        _owner = owner;
    }

    /// <summary>Number of items.</summary>
    public int Count => _state.Count;

    /// <summary>The item with the earliest time; there is one.</summary>
    public DueItem First => Item(0);

    /// <summary>Bytes of the block, as counted in UsedBytes.</summary>
    public long MemoryBytes => _state.Items == 0 ? 0 : _heap.BlockBytes(Block);

    private Handle Block => Handle.FromBits(_state.Items);

    /// <summary>The item at a place.</summary>
    public ref DueItem Item(int place)
    {
        Invariant.Require((uint)place < (uint)_state.Count);
        return ref _heap.At<DueItem>(Block, place * DueItem.Bytes);
    }

    /// <summary>Adds a handle that is not in.</summary>
    public void Add(Handle owner, long atMs)
    {
        MakeRoom();
        int place = _state.Count++;
        Item(place) = new DueItem { AtMs = atMs, Owner = owner.Bits };
        Rise(place);
    }

    /// <summary>Gives the handle at a place another time.</summary>
    public void Change(int place, long atMs)
    {
        long before = Item(place).AtMs;
        Item(place).AtMs = atMs;
        if (atMs < before) Rise(place);
        else if (atMs > before) Sink(place);
    }

    /// <summary>Takes out the handle at a place.</summary>
    public void Remove(int place)
    {
        _owner.SetPlace(Handle.FromBits(Item(place).Owner), -1);
        int last = _state.Count - 1;
        DueItem moved = Item(last);
        _state.Count = last;
        if (place != last)
        {
            long before = Item(place).AtMs;
            Item(place) = moved;
            if (moved.AtMs < before) Rise(place);
            else Sink(place);
        }

        Shrink();
    }

    /// <summary>Moves the block if its slab is to be emptied.</summary>
    public void Compact()
    {
        if (_state.Items == 0) return;
        Handle block = Block;
        if (_heap.TryMove(ref block)) _state.Items = block.Bits;
    }

    /// <summary>Frees the block; the handles are not told.</summary>
    public void Free()
    {
        if (_state.Items != 0) _heap.Free(Block);
        _state = default;
    }

    /// <summary>Proves order and places.</summary>
    public void DeepCheck()
    {
        Invariant.Require((_state.Items == 0) == (_state.Count == 0));
        for (int i = 0; i < _state.Count; i++)
        {
            DueItem item = Item(i);
            Invariant.Require(i == 0 || Item((i - 1) / 2).AtMs <= item.AtMs);
            Invariant.Require(_owner.GetPlace(Handle.FromBits(item.Owner)) == i);
        }
    }

    private void Rise(int place)
    {
        DueItem item = Item(place);
        while (place > 0)
        {
            int parent = (place - 1) / 2;
            DueItem above = Item(parent);
            if (above.AtMs <= item.AtMs) break;
            Put(place, above);
            place = parent;
        }

        Put(place, item);
    }

    private void Sink(int place)
    {
        DueItem item = Item(place);
        int count = _state.Count;
        while (place < count / 2)
        {
            int child = (place * 2) + 1;
            if (child + 1 < count && Item(child + 1).AtMs < Item(child).AtMs) child++;
            DueItem below = Item(child);
            if (below.AtMs >= item.AtMs) break;
            Put(place, below);
            place = child;
        }

        Put(place, item);
    }

    private void Put(int place, DueItem item)
    {
        Item(place) = item;
        _owner.SetPlace(Handle.FromBits(item.Owner), place);
    }

    private void MakeRoom()
    {
        if (_state.Items == 0)
        {
            _state.Items = _heap.Allocate(FirstCapacity * DueItem.Bytes).Bits;
            return;
        }

        int capacity = _heap.UsableBytes(Block) / DueItem.Bytes;
        if (_state.Count < capacity) return;
        _state.Items = _heap.Resize(Block, checked(capacity * 2 * DueItem.Bytes)).Bits;
    }

    private void Shrink()
    {
        if (_state.Count == 0)
        {
            Free();
            return;
        }

        int capacity = _heap.UsableBytes(Block) / DueItem.Bytes;
        if (capacity <= FirstCapacity || _state.Count * 4 > capacity) return;
        _state.Items = _heap.Resize(Block, capacity / 2 * DueItem.Bytes).Bits;
    }
}
