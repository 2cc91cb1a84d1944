using System;
using System.Collections.Generic;
using System.Numerics;

namespace Rotom.Engine.Commands;

// The elements of one SORT. Texts lie one behind the other in a few large arrays, so that a million
// elements are a handful of objects; an element is a row of numbers. It all goes with the command.
//
// Order: by weight, then by text, so that it depends on nothing but the data and a replay stores
// the same; only weights that are texts and equal leave the elements of a list as they were, as in
// Redis. An element without a weight has weight 0 among numbers and comes first among texts. Texts
// are compared as bytes, which is what Redis does in the C locale.

/// <summary>Holds elements and puts them in order.</summary>
internal sealed class SortTable(bool alpha, bool descending, bool hasOrder) : IComparer<int>
{
    private const int ChunkBytes = 1 << 16;
    private const int SmallPart = 32;

    private readonly List<byte[]> _chunks = [];
    private int _used = ChunkBytes;
    private Row[] _rows = [];
    private int[] _order = [];
    private bool _byText;

    private readonly record struct Stretch(int Chunk, int At, int Length);

    private struct Row
    {
        public Stretch Text;
        public Stretch ByText;
        public double Weight;
        public bool HasByText;
    }

    /// <summary>Number of elements.</summary>
    internal int Count { get; private set; }

    /// <summary>Adds an element.</summary>
    internal void Add(ListpackValue element)
    {
        if (Count == _rows.Length)
        {
            Array.Resize(ref _rows, Math.Max(16, checked(Count * 2)));
        }

        _rows[Count++].Text = Keep(element);
    }

    /// <summary>The text of an element as it was added.</summary>
    internal ReadOnlySpan<byte> Text(int index) => Bytes(_rows[index].Text);

    /// <summary>The text of an element in the order that Sort made.</summary>
    internal ReadOnlySpan<byte> Ordered(int place) =>
        Text(_order.Length == 0 ? place : _order[place]);

    /// <summary>The element is its own weight; false when it is no number.</summary>
    internal bool WeighBySelf(int index) =>
        TryNumber(Text(index), out _rows[index].Weight);

    /// <summary>Gives an element a weight; false when it must be a number and is none.</summary>
    internal bool Weigh(int index, scoped ListpackValue value)
    {
        ref Row row = ref _rows[index];
        if (alpha)
        {
            row.ByText = Keep(value);
            row.HasByText = true;
            return true;
        }

        if (!value.IsInt) return TryNumber(value.Bytes, out row.Weight);
        row.Weight = value.Int;
        return true;
    }

    /// <summary>Finds the elements of some places, in order; the other places are as they fall.
    /// </summary>
    /// <param name="byPattern">Their weights are what a pattern led to.</param>
    /// <param name="first">The first place wanted.</param>
    /// <param name="end">The place behind the last one wanted.</param>
    internal void Sort(bool byPattern, int first, int end)
    {
        _byText = alpha && byPattern;
        _order = new int[Count];
        for (int i = 0; i < Count; i++) _order[i] = i;
        SortPlaces(0, Count, first, end, cuts: 2 * BitOperations.Log2((uint)Count | 1));
    }

    // Quicksort that leaves alone what holds no place that is wanted. Parts that are wanted whole,
    // are small, or are cut badly too often are sorted as a whole.
    private void SortPlaces(int from, int to, int first, int end, int cuts)
    {
        while (first < to && end > from)
        {
            bool whole = first <= from && end >= to;
            if (whole || to - from <= SmallPart || cuts-- == 0)
            {
                Array.Sort(_order, from, to - from, this);
                return;
            }

            int cut = Cut(from, to);
            SortPlaces(from, cut, first, end, cuts);
            from = cut + 1;
        }
    }

    // Puts the middle one of three elements into its place, what is before it before it and the
    // rest behind it; its place.
    private int Cut(int from, int to)
    {
        IComparer<int> order = this;
        Span<int> part = _order.AsSpan(from, to - from);
        int last = part.Length - 1;
        int middle = part.Length / 2;
        if (order.Compare(part[middle], part[0]) < 0) Swap(ref part[middle], ref part[0]);
        if (order.Compare(part[last], part[0]) < 0) Swap(ref part[last], ref part[0]);
        if (order.Compare(part[middle], part[last]) < 0) Swap(ref part[middle], ref part[last]);
        int pivot = part[last];
        int place = 0;
        int behind = last;
        while (true)
        {
            while (order.Compare(part[place], pivot) < 0) place++;
            do behind--;
            while (behind > place && order.Compare(part[behind], pivot) > 0);
            if (place >= behind) break;
            Swap(ref part[place++], ref part[behind]);
        }

        Swap(ref part[place], ref part[last]);
        return from + place;
    }

    private static void Swap(ref int a, ref int b) => (a, b) = (b, a);

    /// <inheritdoc/>
    int IComparer<int>.Compare(int a, int b)
    {
        ref Row x = ref _rows[a];
        ref Row y = ref _rows[b];
        int order = alpha ? CompareTexts(in x, in y) : x.Weight.CompareTo(y.Weight);
        if (order == 0 && _byText && hasOrder) return a.CompareTo(b);
        if (order == 0) order = Bytes(x.Text).SequenceCompareTo(Bytes(y.Text));
        return descending ? -order : order;
    }

    private int CompareTexts(in Row x, in Row y)
    {
        if (!x.HasByText || !y.HasByText) return x.HasByText.CompareTo(y.HasByText);
        return Bytes(x.ByText).SequenceCompareTo(Bytes(y.ByText));
    }

    // As strtod reads it: up to a NUL, blanks in front are passed over, and nothing at all is 0.
    private static bool TryNumber(ReadOnlySpan<byte> text, out double number)
    {
        number = 0;
        int end = text.IndexOf((byte)0);
        if (end >= 0) text = text[..end];
        ReadOnlySpan<byte> trimmed = text.TrimStart(" \t\n\v\f\r"u8);
        return text.IsEmpty || Numbers.TryParse(trimmed, out number)
            || TryHexPower(trimmed, out number);
    }

    // 0x1p4, which strtod takes too.
    private static bool TryHexPower(ReadOnlySpan<byte> text, out double number)
    {
        number = 0;
        int mark = text.IndexOfAny((byte)'p', (byte)'P');
        if (mark < 0 || text.IndexOfAny((byte)'x', (byte)'X') is < 0 or > 2) return false;
        ReadOnlySpan<byte> power = text[(mark + 1)..];
        if (power is [(byte)'+', >= (byte)'0' and <= (byte)'9', ..]) power = power[1..];
        if (!Numbers.TryParse(power, out long exponent)) return false;
        if (!Numbers.TryParse(text[..mark], out number)) return false;
        // Beyond that any number is zero or infinite already.
        number = Math.ScaleB(number, (int)Math.Clamp(exponent, -10_000, 10_000));
        return double.IsFinite(number);
    }

    private Stretch Keep(scoped ListpackValue value)
    {
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        ReadOnlySpan<byte> text = value.Text(digits);
        if (text.IsEmpty) return default;
        if (text.Length > ChunkBytes)
        {
            _chunks.Add(text.ToArray());
            _used = ChunkBytes;
            return new Stretch(_chunks.Count - 1, 0, text.Length);
        }

        if (ChunkBytes - _used < text.Length)
        {
            _chunks.Add(GC.AllocateUninitializedArray<byte>(ChunkBytes));
            _used = 0;
        }

        Stretch kept = new(_chunks.Count - 1, _used, text.Length);
        text.CopyTo(_chunks[^1].AsSpan(_used));
        _used += text.Length;
        return kept;
    }

    private ReadOnlySpan<byte> Bytes(Stretch at) =>
        at.Length == 0 ? default : _chunks[at.Chunk].AsSpan(at.At, at.Length);
}
