using System;

namespace Rotom.Engine;

// The sparse form: runs of registers of equal rank, in order, 1 to 2 bytes each.
//
//   00llllll                zero in l + 1 registers
//   01llllll llllllll       zero in l + 1 registers
//   1vvvvvll                v + 1 in l + 1 registers: ranks up to 32, 4 registers at most
//
// To raise a register its run is cut into up to three, and then equal neighbours are made one where
// they fit, from the run before on and over five runs, no more: the same bytes as Redis writes for
// the same elements. A rank over 32, or more bytes than hll-sparse-max-bytes, make the value dense.
//
// A walk stops at the first run that goes beyond the last register, or when the bytes end before
// it; both mean that the value is corrupt (CVE-2025-32023 was a walk that went on).

internal static partial class HyperLogLog
{
    /// <summary>
    /// More bytes than any sparse value has that is not corrupt: two for each register.
    /// </summary>
    internal const int SparseBytesMax = HeadBytes + (2 * Registers);

    private const int SparseRankMax = 32;
    private const int ValueRunMax = 4;
    private const int ZeroRunMax = 64;

    /// <summary>How far beyond a change equal neighbours are looked for; as Redis.</summary>
    private const int MergeScan = 5;

    /// <summary>What came of raising a register.</summary>
    internal enum Raised
    {
        /// <summary>It holds as much already.</summary>
        No,

        /// <summary>It was raised.</summary>
        Yes,

        /// <summary>It cannot be in the sparse form.</summary>
        NeedsDense,

        /// <summary>The value is corrupt.</summary>
        Corrupt,
    }

    /// <summary>One run as it was read.</summary>
    private readonly ref struct Run
    {
        public Run(ReadOnlySpan<byte> at)
        {
            byte first = at[0];
            Bytes = 1;
            if ((first & 0x80) != 0)
            {
                Rank = (first >> 2 & 31) + 1;
                Length = (first & 3) + 1;
            }
            else if ((first & 0x40) == 0)
            {
                Length = (first & 63) + 1;
            }
            else if (at.Length > 1)
            {
                Bytes = 2;
                Length = ((first & 63) << 8 | at[1]) + 1;
            }
            else
            {
                // Cut off in the middle: longer than any walk accepts.
                Length = Registers + 1;
            }
        }

        /// <summary>0 where the registers are zero.</summary>
        public int Rank { get; }

        public int Length { get; }

        public int Bytes { get; }
    }

    /// <summary>
    /// Raises a register of a sparse value, which has 3 bytes of room behind its length.
    /// </summary>
    internal static Raised RaiseSparse(
        Span<byte> value, ref int length, int register, int rank, long bytesMax)
    {
        if (rank > SparseRankMax) return Raised.NeedsDense;
        int at = HeadBytes, before = -1, first = 0;
        Run run = default;
        while (at < length)
        {
            run = new Run(value[at..length]);
            if (first + run.Length > Registers) return Raised.Corrupt;
            if (register < first + run.Length) break;
            before = at;
            at += run.Bytes;
            first += run.Length;
        }

        if (at >= length) return Raised.Corrupt;
        if (run.Rank >= rank) return Raised.No;
        if (run.Length == 1 && run.Bytes == 1)
        {
            value[at] = ValueRun(rank, 1);
        }
        else if (!TrySplit(value, ref length, at, first, run, register, rank, bytesMax))
        {
            return Raised.NeedsDense;
        }

        MergeNeighbours(value, ref length, before < 0 ? HeadBytes : before);
        Invalidate(value);
        return Raised.Yes;
    }

    /// <summary>Writes the dense form of a sparse value; false when that is corrupt.</summary>
    internal static bool TryMakeDense(ReadOnlySpan<byte> sparse, Span<byte> dense)
    {
        dense = dense[..DenseBytes];
        sparse[..HeadBytes].CopyTo(dense);
        dense[EncodingAt] = Dense;
        dense[HeadBytes..].Clear();
        int first = 0;
        for (ReadOnlySpan<byte> rest = sparse[HeadBytes..]; !rest.IsEmpty;)
        {
            Run run = new(rest);
            if (first + run.Length > Registers) return false;
            for (int i = 0; run.Rank != 0 && i < run.Length; i++)
            {
                SetDense(dense, first + i, run.Rank);
            }

            first += run.Length;
            rest = rest[run.Bytes..];
        }

        return first == Registers;
    }

    /// <summary>The runs of a sparse value one after another, for PFDEBUG DECODE.</summary>
    internal static bool TryDescribe(ReadOnlySpan<byte> sparse, System.Text.StringBuilder text)
    {
        int first = 0;
        for (ReadOnlySpan<byte> rest = sparse[HeadBytes..]; !rest.IsEmpty;)
        {
            Run run = new(rest);
            if (first + run.Length > Registers) return false;
            char kind = run.Rank != 0 ? 'v' : run.Bytes == 1 ? 'z' : 'Z';
            text.Append(first == 0 ? "" : " ").Append(kind).Append(':');
            if (run.Rank != 0) text.Append(run.Rank).Append(',');
            text.Append(run.Length);
            first += run.Length;
            rest = rest[run.Bytes..];
        }

        return first == Registers;
    }

    private static bool TryMergeSparse(ReadOnlySpan<byte> sparse, Span<byte> registers)
    {
        int first = 0;
        for (ReadOnlySpan<byte> rest = sparse[HeadBytes..]; !rest.IsEmpty;)
        {
            Run run = new(rest);
            if (first + run.Length > Registers) return false;
            for (int i = 0; run.Rank != 0 && i < run.Length; i++)
            {
                Raise(ref registers[first + i], run.Rank);
            }

            first += run.Length;
            rest = rest[run.Bytes..];
        }

        return first == Registers;
    }

    private static bool TryCountSparse(ReadOnlySpan<byte> sparse, Span<int> histogram)
    {
        int first = 0;
        for (ReadOnlySpan<byte> rest = sparse[HeadBytes..]; !rest.IsEmpty;)
        {
            Run run = new(rest);
            if (first + run.Length > Registers) return false;
            histogram[run.Rank] += run.Length;
            first += run.Length;
            rest = rest[run.Bytes..];
        }

        return first == Registers;
    }

    // Puts up to three runs in the place of one; false when that makes too many bytes.
    private static bool TrySplit(
        Span<byte> value, ref int length, int at, int first, Run run, int register, int rank,
        long bytesMax)
    {
        Span<byte> cut = stackalloc byte[5];
        int bytes = 0;
        int left = register - first;
        int right = first + run.Length - 1 - register;
        if (left > 0) bytes += WriteRun(cut, run.Rank, left);
        cut[bytes++] = ValueRun(rank, 1);
        if (right > 0) bytes += WriteRun(cut[bytes..], run.Rank, right);
        int more = bytes - run.Bytes;
        if (more > 0 && length + more > bytesMax) return false;
        value[(at + run.Bytes)..length].CopyTo(value[(at + bytes)..]);
        cut[..bytes].CopyTo(value[at..]);
        length += more;
        return true;
    }

    private static void MergeNeighbours(Span<byte> value, ref int length, int at)
    {
        for (int scan = MergeScan; scan > 0 && at < length; scan--)
        {
            Run run = new(value[at..length]);
            bool pair = run.Rank != 0 && at + 1 < length;
            if (pair)
            {
                Run next = new(value[(at + 1)..length]);
                int both = run.Length + next.Length;
                if (next.Rank == run.Rank && both <= ValueRunMax)
                {
                    value[at + 1] = ValueRun(run.Rank, both);
                    value[(at + 1)..length].CopyTo(value[at..]);
                    length--;
                    continue;
                }
            }

            at += run.Bytes;
        }
    }

    private static int WriteRun(Span<byte> to, int rank, int length)
    {
        if (rank == 0) return WriteZeros(to, length);
        to[0] = ValueRun(rank, length);
        return 1;
    }

    private static int WriteZeros(Span<byte> to, int length)
    {
        int stored = length - 1;
        if (length <= ZeroRunMax)
        {
            to[0] = (byte)stored;
            return 1;
        }

        to[0] = (byte)(0x40 | (stored >> 8));
        to[1] = (byte)stored;
        return 2;
    }

    private static byte ValueRun(int rank, int length) =>
        (byte)(0x80 | ((rank - 1) << 2) | (length - 1));
}
