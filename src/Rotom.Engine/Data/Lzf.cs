using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace Rotom.Engine;

// LZF, the compression of strings in RDB files and of nodes inside a list: fast rather than good.
// The format is that of LibLZF, so that Redis reads what is written here:
//
//   000nnnnn                     n + 1 literal bytes follow
//   nnnooooo oooooooo            copy n + 2 bytes (n 1 to 6) from so far back, less one
//   111ooooo nnnnnnnn oooooooo   copy n + 9 bytes from so far back, less one
//
// A copy may reach into what it is writing. Where a sequence of three bytes was seen last is kept
// in a table by a hash of it; a wrong guess costs compression, never correctness, as the bytes are
// compared. Nothing outside the spans is touched, whatever the input.

/// <summary>Compresses and expands bytes.</summary>
internal static class Lzf
{
    private const int LiteralsMax = 32;
    private const int DistanceMax = 1 << 13;
    private const int LengthMax = 264;

    // Bits of the table: small for short input, as clearing it costs more than it finds.
    private const int BitsMin = 8;
    internal const int BitsMax = 14;
    private const int StackBitsMax = 11;

    /// <summary>Compresses; 0 when the result would not fit.</summary>
    /// <param name="input">What to compress.</param>
    /// <param name="output">Where to, not overlapping.</param>
    /// <returns>Bytes of the result.</returns>
    public static int Compress(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int bits = Math.Clamp(BitOperations.Log2((uint)input.Length | 1) + 1, BitsMin, BitsMax);
        if (bits <= StackBitsMax)
        {
            Span<int> small = stackalloc int[1 << StackBitsMax];
            return Compress(input, output, small[..(1 << bits)], bits);
        }

        int[] table = ArrayPool<int>.Shared.Rent(1 << bits);
        int length = Compress(input, output, table.AsSpan(0, 1 << bits), bits);
        ArrayPool<int>.Shared.Return(table);
        return length;
    }

    /// <summary>
    /// Expands into exactly the output; false when the input is broken or does not fill it.
    /// </summary>
    public static bool TryDecompress(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int from = 0;
        int to = 0;
        while (from < input.Length)
        {
            int control = input[from++];
            if (control < LiteralsMax)
            {
                int count = control + 1;
                if (count > input.Length - from || count > output.Length - to) return false;
                input.Slice(from, count).CopyTo(output[to..]);
                from += count;
                to += count;
                continue;
            }

            int length = control >> 5;
            int needed = length == 7 ? 2 : 1;
            if (needed > input.Length - from) return false;
            if (length == 7) length += input[from++];
            length += 2;
            int distance = (((control & 31) << 8) | input[from++]) + 1;
            if (distance > to || length > output.Length - to) return false;
            Copy(output, to, distance, length);
            to += length;
        }

        return to == output.Length;
    }

    private static void Copy(Span<byte> output, int to, int distance, int length)
    {
        if (distance >= length)
        {
            output.Slice(to - distance, length).CopyTo(output[to..]);
            return;
        }

        for (int i = 0; i < length; i++) output[to + i] = output[to - distance + i];
    }

    private static int Compress(
        ReadOnlySpan<byte> input, Span<byte> output, Span<int> table, int bits)
    {
        table.Clear();
        LzfState state = default;
        Go(input, output, table, bits, input.Length, ref state);
        return state.Length;
    }

    /// <summary>
    /// Compresses on until a place in the input; behind its end, until all is done. Places in the
    /// table are one more than they are, 0 is none.
    /// </summary>
    internal static void Go(
        ReadOnlySpan<byte> input, Span<byte> output, Span<int> table, int bits, int until,
        ref LzfState state)
    {
        int at = state.At;
        int literalsFrom = state.LiteralsFrom;
        int to = state.Length;
        int last = Math.Min(input.Length - 4, until - 1);
        while (at <= last)
        {
            uint next = BinaryPrimitives.ReadUInt32LittleEndian(input[at..]) << 8;
            ref int seen = ref table[(int)(unchecked(next * 0x9E3779B1u) >> (32 - bits))];
            int before = seen - 1;
            seen = at + 1;
            if (before < 0 || at - before > DistanceMax
                || BinaryPrimitives.ReadUInt32LittleEndian(input[before..]) << 8 != next)
            {
                at++;
                continue;
            }

            int length = 3 + input[(at + 3)..].CommonPrefixLength(
                input.Slice(before + 3, Math.Min(input.Length - at, LengthMax) - 3));
            if (!TryLiterals(input[literalsFrom..at], output, ref to)
                || !TryReference(output, ref to, at - before - 1, length))
            {
                state = new LzfState { IsDone = true };
                return;
            }

            at += length;
            literalsFrom = at;
        }

        state.At = at;
        state.LiteralsFrom = literalsFrom;
        state.Length = to;
        if (until < input.Length) return;
        state.IsDone = true;
        if (TryLiterals(input[literalsFrom..], output, ref to)) state.Length = to;
        else state.Length = 0;
    }

    private static bool TryLiterals(
        ReadOnlySpan<byte> literals, Span<byte> output, ref int to)
    {
        while (!literals.IsEmpty)
        {
            int count = Math.Min(literals.Length, LiteralsMax);
            if (count + 1 > output.Length - to) return false;
            output[to++] = (byte)(count - 1);
            literals[..count].CopyTo(output[to..]);
            to += count;
            literals = literals[count..];
        }

        return true;
    }

    private static bool TryReference(Span<byte> output, ref int to, int back, int length)
    {
        length -= 2;
        if (output.Length - to < 3) return false;
        if (length < 7)
        {
            output[to++] = (byte)((length << 5) | (back >> 8));
        }
        else
        {
            output[to++] = (byte)((7 << 5) | (back >> 8));
            output[to++] = (byte)(length - 7);
        }

        output[to++] = (byte)back;
        return true;
    }
}

/// <summary>How far a compression is.</summary>
internal struct LzfState
{
    /// <summary>Where in the input it is.</summary>
    public int At;

    /// <summary>The input from here to there is not in the output yet.</summary>
    public int LiteralsFrom;

    /// <summary>Bytes of output; 0 when done and it would not fit.</summary>
    public int Length;

    /// <summary>True when there is no more to do.</summary>
    public bool IsDone;
}

/// <summary>Compresses a long input in steps.</summary>
/// <param name="length">Length of the input.</param>
internal sealed class LzfRun(int length)
{
    private int[] _table = [];
    private LzfState _state;

    /// <summary>Bytes of output; 0 when done and it would not fit.</summary>
    public int Length => _state.Length;

    /// <summary>
    /// Goes on for so many bytes of the input, which is the same at every call, as is what is in
    /// the output already; true when all is done.
    /// </summary>
    public bool Step(ReadOnlySpan<byte> input, Span<byte> output, int bytes)
    {
        Invariant.Require(input.Length == length && !_state.IsDone);
        if (_table.Length == 0)
        {
            _table = ArrayPool<int>.Shared.Rent(1 << Lzf.BitsMax);
            _table.AsSpan().Clear();
        }

        int until = Math.Min(length, _state.At + bytes);
        Lzf.Go(input, output, _table.AsSpan(0, 1 << Lzf.BitsMax), Lzf.BitsMax, until, ref _state);
        return _state.IsDone;
    }

    /// <summary>Gives its memory back.</summary>
    public void Release()
    {
        if (_table.Length > 0) ArrayPool<int>.Shared.Return(_table);
        _table = [];
    }
}
