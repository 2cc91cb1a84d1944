using System;

namespace Rotom.Engine;

/// <summary>Where a key stands among the words of a command, and what is done with it.</summary>
internal readonly record struct KeyPosition(int At, Access Access);

/// <summary>
/// The keys of one command at a time; reused, so that finding keys allocates nothing.
/// </summary>
internal sealed class KeyPositions
{
    // A list that was once this long is let go: one DEL of a million keys must not stay for good.
    private const int KeptMax = 1 << 14;

    private KeyPosition[] _items = new KeyPosition[16];
    private int _count;

    /// <summary>Number of keys.</summary>
    internal int Count => _count;

    /// <summary>The keys, in the order of the specifications; valid until the next use.</summary>
    internal ReadOnlySpan<KeyPosition> Items => _items.AsSpan(0, _count);

    internal void Clear()
    {
        _count = 0;
        if (_items.Length > KeptMax) _items = new KeyPosition[16];
    }

    internal void Add(in KeyRange range)
    {
        int count = range.Count;
        if (_items.Length - _count < count)
        {
            Array.Resize(ref _items, int.Max(_items.Length * 2, checked(_count + count)));
        }

        for (int i = 0; i < count; i++)
        {
            _items[_count++] = new KeyPosition(range.At(i), range.Access);
        }
    }
}
