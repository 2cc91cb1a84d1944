using System;
using System.Collections;

namespace Rotom.Engine.Commands;

// Longest common subsequence of two strings, by the usual table of lengths over all pairs of
// prefixes. The length alone needs one row of it. The way back from the end needs to know for each
// pair only whether to drop the last byte of the first string or of the second, so one bit a pair
// is kept: a 32nd of the table itself. Ties go to the second string, as in Redis: clients see which
// of several longest subsequences is answered.
//
// Whoever calls has bounded the product of the lengths.

/// <summary>A run of bytes that both strings have in common, ends included.</summary>
internal readonly record struct LcsMatch(int StartA, int StartB, int Length)
{
    internal int EndA => StartA + Length - 1;

    internal int EndB => StartB + Length - 1;
}

/// <summary>The longest common subsequence of two strings.</summary>
internal readonly ref struct Lcs
{
    private readonly ReadOnlySpan<byte> _a;
    private readonly ReadOnlySpan<byte> _b;

    /// <summary>Set where the first string's last byte is dropped, else the second's.</summary>
    private readonly BitArray? _dropsA;

    /// <summary>Computes the length, and the way back if it is asked for.</summary>
    internal Lcs(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, bool wayBack)
    {
        _a = a;
        _b = b;
        if (wayBack) _dropsA = new BitArray(checked(a.Length * b.Length));
        int[] row = new int[b.Length + 1];
        for (int i = 0; i < a.Length; i++) FillRow(i, row);
        Length = row[^1];
    }

    /// <summary>How long it is.</summary>
    internal int Length { get; }

    /// <summary>Writes the subsequence itself; there is room for its length.</summary>
    internal void CopyTo(Span<byte> text)
    {
        int end = Length;
        Cursor cursor = From(_a.Length, _b.Length);
        while (TryPrevious(ref cursor, out LcsMatch match))
        {
            end -= match.Length;
            _a.Slice(match.StartA, match.Length).CopyTo(text[end..]);
        }
    }

    /// <summary>Where to look for matches: in front of both ends.</summary>
    internal static Cursor From(int endA, int endB) => new(endA, endB);

    /// <summary>The next match towards the beginning of the strings.</summary>
    internal bool TryPrevious(ref Cursor cursor, out LcsMatch match)
    {
        int i = cursor.A;
        int j = cursor.B;
        while (i > 0 && j > 0 && _a[i - 1] != _b[j - 1])
        {
            if (_dropsA![Bit(i - 1, j - 1)]) i--;
            else j--;
        }

        int length = 0;
        while (i > length && j > length && _a[i - length - 1] == _b[j - length - 1]) length++;
        cursor = new Cursor(i - length, j - length);
        match = new LcsMatch(i - length, j - length, length);
        return length > 0;
    }

    // Row i + 1 of the table over row i, in place: the element to the upper left is carried along.
    private void FillRow(int i, int[] row)
    {
        byte last = _a[i];
        int upperLeft = 0;
        for (int j = 0; j < _b.Length; j++)
        {
            int upper = row[j + 1];
            if (last == _b[j])
            {
                row[j + 1] = upperLeft + 1;
            }
            else if (upper > row[j])
            {
                _dropsA?.Set(Bit(i, j), true);
            }
            else
            {
                row[j + 1] = row[j];
            }

            upperLeft = upper;
        }
    }

    private int Bit(int i, int j) => (i * _b.Length) + j;

    /// <summary>How far the way back has come.</summary>
    internal readonly record struct Cursor(int A, int B);
}
