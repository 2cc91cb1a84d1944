using System;
using System.Collections.Generic;

namespace Rotom.Simulation.World;

// The parts of the simulated disk: what is durable, what is not yet, what a crash makes of it.

/// <summary>A file's bytes.</summary>
internal sealed class SimNode
{
    private const int SectorBytes = 512;

    private readonly List<Change> _unsynced = [];
    private byte[] _durable;
    private byte[] _current;
    private int _length;

    // The arrays belong to another node too, or to each other: they are copied before a change.
    private bool _isDurableShared;
    private bool _isCurrentShared;

    internal SimNode()
        : this([])
    {
    }

    internal SimNode(byte[] durable)
    {
        _durable = _current = durable;
        _length = durable.Length;
        _isDurableShared = _isCurrentShared = true;
    }

    // A truncation has no bytes; Doomed: an fsync that was to cover it failed.
    private readonly record struct Change(long Offset, byte[]? Bytes, bool Doomed);

    /// <summary>What is read now.</summary>
    internal ReadOnlySpan<byte> Bytes => _current.AsSpan(0, _length);

    internal void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        _unsynced.Add(new Change(offset, bytes.ToArray(), Doomed: false));
        OwnCurrent();
        Apply(ref _current, ref _length, offset, bytes);
    }

    internal void Truncate(long size)
    {
        _unsynced.Add(new Change(size, null, Doomed: false));
        OwnCurrent();
        Cut(ref _current, ref _length, size);
    }

    internal void Sync()
    {
        if (_unsynced.Count == 0) return;
        if (_isDurableShared) _durable = [.. _durable];
        _isDurableShared = false;
        // What a failed fsync was to cover is not covered by this one.
        int length = _durable.Length;
        List<Change> kept = [];
        foreach (Change change in _unsynced)
        {
            if (change.Doomed)
            {
                kept.Add(change);
                continue;
            }

            // What is written over it now is on the disk, whatever became of it.
            kept.RemoveAll(old => change.Bytes is null
                ? old.Offset >= change.Offset
                : old.Offset < change.Offset + change.Bytes.Length
                    && change.Offset < old.Offset + (old.Bytes?.Length ?? 0));
            Do(ref _durable, ref length, change);
        }

        Array.Resize(ref _durable, length);
        _unsynced.Clear();
        _unsynced.AddRange(kept);
    }

    internal void Doom()
    {
        for (int i = 0; i < _unsynced.Count; i++)
        {
            _unsynced[i] = _unsynced[i] with { Doomed = true };
        }
    }

    internal SimNode AfterCrash(SimRandom random)
    {
        if (_unsynced.Count == 0)
        {
            _isDurableShared = true;
            return new SimNode(_durable);
        }

        byte[] bytes = [.. _durable];
        int length = bytes.Length;
        // Mostly what file systems do, an order kept up to a point; else anything that is legal.
        int whole = random.Below(2) == 0 ? random.Below(_unsynced.Count + 1) : -1;
        for (int i = 0; i < _unsynced.Count; i++)
        {
            Change change = _unsynced[i];
            int fate = whole >= 0 ? (i < whole ? 0 : i == whole ? 2 : 1) : random.Below(3);
            if (fate == 1) continue;
            if (fate == 2 && change.Bytes is { Length: > 0 } torn)
            {
                // Sector by sector, as the device has them.
                int toBoundary = SectorBytes - (int)(change.Offset % SectorBytes);
                int cuts = (torn.Length + SectorBytes - 1) / SectorBytes;
                long cut = toBoundary + (random.Below(cuts) * SectorBytes);
                if (random.Below(4) == 0) cut -= SectorBytes;
                cut = Math.Clamp(cut, 0, torn.Length);
                change = change with { Bytes = torn[..(int)cut] };
            }

            Do(ref bytes, ref length, change);
        }

        Array.Resize(ref bytes, length);
        return new SimNode(bytes);
    }

    private void OwnCurrent()
    {
        if (_isCurrentShared) _current = [.. _current];
        _isCurrentShared = false;
    }

    private static void Do(ref byte[] bytes, ref int length, Change change)
    {
        if (change.Bytes is { } written) Apply(ref bytes, ref length, change.Offset, written);
        else Cut(ref bytes, ref length, change.Offset);
    }

    private static void Apply(
        ref byte[] bytes, ref int length, long offset, ReadOnlySpan<byte> written)
    {
        int end = checked((int)offset + written.Length);
        if (written.IsEmpty) return;
        if (end > bytes.Length) Array.Resize(ref bytes, Math.Max(end, bytes.Length * 2));
        if (offset > length) bytes.AsSpan(length, (int)offset - length).Clear();
        written.CopyTo(bytes.AsSpan((int)offset));
        length = Math.Max(length, end);
    }

    private static void Cut(ref byte[] bytes, ref int length, long size)
    {
        int to = (int)size;
        if (to > bytes.Length) Array.Resize(ref bytes, to);
        if (to > length) bytes.AsSpan(length, to - length).Clear();
        length = to;
    }
}

/// <summary>A directory's names.</summary>
internal sealed class SimDirectory
{
    private readonly List<Action<Dictionary<string, SimNode>>> _unsynced = [];
    private readonly Dictionary<string, SimNode> _durable = [];

    /// <summary>What is found now.</summary>
    internal Dictionary<string, SimNode> Names { get; } = [];

    internal void Set(string name, SimNode node) => Change(names => names[name] = node);

    internal void Remove(string name) => Change(names => names.Remove(name));

    internal void Rename(string from, string to)
    {
        SimNode moved = Names[from];
        Change(names =>
        {
            // The name may be there or not, when what made it was lost; the rename carries it.
            names.Remove(from);
            names[to] = moved;
        });
    }

    internal void Sync()
    {
        foreach (Action<Dictionary<string, SimNode>> change in _unsynced) change(_durable);
        _unsynced.Clear();
    }

    internal SimDirectory AfterCrash(SimRandom random, Dictionary<SimNode, SimNode> survivors)
    {
        // Names of one directory change in one order on the file systems there are: a journal of
        // them is cut somewhere. Half the time each is drawn for itself, which POSIX allows.
        Dictionary<string, SimNode> names = new(_durable);
        bool ordered = random.Below(2) == 0;
        int kept = random.Below(_unsynced.Count + 1);
        for (int i = 0; i < _unsynced.Count; i++)
        {
            if (ordered ? i < kept : random.Below(2) == 0) _unsynced[i](names);
        }

        SimDirectory after = new();
        foreach ((string name, SimNode node) in names)
        {
            if (!survivors.TryGetValue(node, out SimNode? survivor))
            {
                survivors[node] = survivor = node.AfterCrash(random);
            }

            after.Set(name, survivor);
        }

        after.Sync();
        return after;
    }

    private void Change(Action<Dictionary<string, SimNode>> change)
    {
        change(Names);
        _unsynced.Add(change);
    }
}
