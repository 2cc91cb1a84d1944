using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using Rotom.Engine.Memory;
using ObjectType = Rotom.Engine.Memory.ObjectType;

namespace Rotom.Bench.Memory;

// What the keyspace costs without parser, loop and network: time for one key, with and without
// prefetching a pipeline of 16, bytes a key, and what comes back after deletions. Work is timed in
// slices of a few milliseconds and the tenth percentile of them is reported, since whatever else
// the machine does only ever adds.

/// <summary>Microbenchmark of the heap and the key table.</summary>
internal static class MemoryBench
{
    private const int KeyBytes = 16;
    private const int Pipeline = 16;
    private const int Operations = 1 << 21;
    private const int MeasureMs = 700;
    private const int Slice = 1 << 16;

    private static readonly byte[] Value = "0123456789abcdef"u8.ToArray();

    /// <summary>Runs all of it and prints a line each.</summary>
    public static void Run()
    {
        AllocatorPairs();
        AllocatorChurn();
        Hashing();
        foreach (int keys in new[] { 100_000, 2_000_000 }) KeySpeed(keys);
        BytesPerKey();
    }

    private static double NsEach(Action<int, int> work)
    {
        List<double> slices = [];
        long begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin).TotalMilliseconds < MeasureMs)
        {
            for (int from = 0; from < Operations; from += Slice)
            {
                long start = Stopwatch.GetTimestamp();
                work(from, from + Slice);
                slices.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds / Slice);
            }
        }
        slices.Sort();
        return slices[slices.Count / 10];
    }

    private static unsafe void AllocatorPairs()
    {
        using NativeHeap heap = new();
        foreach (int bytes in new[] { 40, 200, 3000 })
        {
            double ours = NsEach((from, to) =>
            {
                for (int i = from; i < to; i++) heap.Free(heap.Allocate(bytes));
            });
            double libc = NsEach((from, to) =>
            {
                for (int i = from; i < to; i++)
                    NativeMemory.Free(NativeMemory.Alloc((nuint)bytes));
            });
            Console.WriteLine($"allocate+free {bytes,5} B: {ours:F1} ns, malloc {libc:F1} ns");
        }
    }

    // A block of random size replaced at random: a cache of the last free block cannot win here.
    private static unsafe void AllocatorChurn()
    {
        const int live = 200_000;
        using NativeHeap heap = new();
        Handle[] blocks = new Handle[live];
        nint[] pointers = new nint[live];
        Random random = new(3);
        int[] sizes = new int[4096];
        for (int i = 0; i < sizes.Length; i++) sizes[i] = 16 + random.Next(240);
        int[] places = new int[Operations];
        for (int i = 0; i < Operations; i++) places[i] = random.Next(live);
        for (int i = 0; i < live; i++)
        {
            blocks[i] = heap.Allocate(sizes[i & 4095]);
            pointers[i] = (nint)NativeMemory.Alloc((nuint)sizes[i & 4095]);
        }
        double ours = NsEach((from, to) =>
        {
            for (int i = from; i < to; i++)
            {
                heap.Free(blocks[places[i]]);
                blocks[places[i]] = heap.Allocate(sizes[i & 4095]);
            }
        });
        double libc = NsEach((from, to) =>
        {
            for (int i = from; i < to; i++)
            {
                NativeMemory.Free((void*)pointers[places[i]]);
                pointers[places[i]] = (nint)NativeMemory.Alloc((nuint)sizes[i & 4095]);
            }
        });
        Console.WriteLine($"random replace 16-256 B: {ours:F1} ns, malloc {libc:F1} ns");
        foreach (nint pointer in pointers) NativeMemory.Free((void*)pointer);
    }

    private static void Hashing()
    {
        HashSeed seed = new(0x123456789, 0x987654321);
        foreach (int length in new[] { 8, 16, 32, 100 })
        {
            byte[] data = new byte[length + 64];
            ulong sum = 0;
            double ns = NsEach((from, to) =>
            {
                for (int i = from; i < to; i++)
                    sum += KeyHash.Compute(seed, data.AsSpan(i & 63, length));
            });
            Console.WriteLine($"hash {length,3} B: {ns:F2} ns ({sum & 1})");
        }
    }

    private static void KeySpeed(int keys)
    {
        using NativeHeap heap = new();
        KeyTable table = new(heap, new(11, 22), new NoPayloads());
        byte[] names = Names(keys);
        byte[] asked = Asked(names, keys);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < keys; i++)
            table.SetString(Name(names, i), table.HashOf(Name(names, i)), Value);
        double load = Stopwatch.GetElapsedTime(start).TotalNanoseconds / keys;
        long sum = 0;
        double get = NsEach((from, to) =>
        {
            for (int i = from; i < to; i++)
            {
                ReadOnlySpan<byte> key = Name(asked, i);
                sum += table.Find(key, table.HashOf(key)).StringBytes[3];
            }
        });
        double set = NsEach((from, to) =>
        {
            for (int i = from; i < to; i++)
            {
                ReadOnlySpan<byte> key = Name(asked, i);
                table.SetString(key, table.HashOf(key), Value);
            }
        });
        double getAhead = NsEach((from, to) => sum += GetAhead(table, asked, from, to));
        double setAhead = NsEach((from, to) => SetAhead(table, asked, from, to));
        double remove = NsEach((from, to) => Replace(table, asked, from, to));
        Console.WriteLine(
            $"{keys,8} keys: load {load:F0} ns, GET {get:F1}, SET {set:F1}, prefetched GET "
            + $"{getAhead:F1}, SET {setAhead:F1}, DEL+SET {remove:F1} ns ({sum & 1})");
        table.Dispose();
    }

    private static long GetAhead(
        KeyTable table, byte[] asked, int from, int to)
    {
        Span<ulong> hashes = stackalloc ulong[Pipeline];
        long sum = 0;
        for (int i = from; i < to; i += Pipeline)
        {
            Ahead(table, asked, i, hashes);
            for (int j = 0; j < Pipeline; j++)
                sum += table.Find(Name(asked, i + j), hashes[j]).StringBytes[3];
        }
        return sum;
    }

    private static void SetAhead(
        KeyTable table, byte[] asked, int from, int to)
    {
        Span<ulong> hashes = stackalloc ulong[Pipeline];
        for (int i = from; i < to; i += Pipeline)
        {
            Ahead(table, asked, i, hashes);
            for (int j = 0; j < Pipeline; j++)
                table.SetString(Name(asked, i + j), hashes[j], Value);
        }
    }

    private static void Ahead(
        KeyTable table, byte[] asked, int from, Span<ulong> hashes)
    {
        for (int j = 0; j < hashes.Length; j++)
        {
            hashes[j] = table.HashOf(Name(asked, from + j));
            table.Prefetch(hashes[j]);
        }
        for (int j = 0; j < hashes.Length; j++) table.PrefetchEntry(hashes[j]);
    }

    private static void Replace(
        KeyTable table, byte[] asked, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            ReadOnlySpan<byte> key = Name(asked, i);
            ulong hash = table.HashOf(key);
            table.Remove(key, hash);
            table.SetString(key, hash, Value);
        }
    }

    private static void BytesPerKey()
    {
        const int keys = 1_000_000;
        byte[] names = Names(keys);
        long before = ResidentBytes();
        using NativeHeap heap = new();
        KeyTable table = new(heap, new(11, 22), new NoPayloads());
        for (int i = 0; i < keys; i++)
            table.SetString(Name(names, i), table.HashOf(Name(names, i)), Value);
        Report("1M keys", heap, table, before);
        Random random = new(7);
        for (int i = 0; i < keys; i++)
        {
            ReadOnlySpan<byte> key = Name(names, i);
            if (random.Next(10) != 0) table.Remove(key, table.HashOf(key));
        }
        Report("after deleting 90 % at random", heap, table, before);
        heap.BeginEvacuation();
        while (!heap.MeasureStep())
        {
        }

        while (!heap.MarkStep())
        {
        }

        long start = Stopwatch.GetTimestamp();
        NoMover mover = default;
        for (uint i = 0; i < table.BucketCount; i++) table.CompactBucket(i, ref mover);
        double took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Console.WriteLine($"moved {heap.MovedBlocks:N0} blocks in {took:F0} ms");
        heap.BeginUnmarking();
        while (!heap.UnmarkStep())
        {
        }

        heap.Trim();
        Report("after compaction", heap, table, before);
        table.Clear();
        heap.Trim();
        Report("after clearing", heap, table, before);
        table.Dispose();
    }

    private static void Report(string what, NativeHeap heap, KeyTable table, long before)
    {
        double count = Math.Max(1, table.Count);
        long resident = ResidentBytes() - before;
        Console.WriteLine(
            $"{what}: used {heap.UsedBytes / count:F1} B/key "
            + $"(tables {table.TableBytes / count:F1}), RSS {resident / count:F1} B/key = "
            + $"{resident >> 10} KiB, estimate {heap.ResidentBytes >> 10} KiB");
    }

    private static long ResidentBytes()
    {
        if (!OperatingSystem.IsLinux()) return Process.GetCurrentProcess().WorkingSet64;
        string[] fields = File.ReadAllText("/proc/self/statm").Split(' ');
        return long.Parse(fields[1]) * Environment.SystemPageSize;
    }

    private static byte[] Names(int keys)
    {
        byte[] names = new byte[keys * KeyBytes];
        for (int i = 0; i < keys; i++)
        {
            Span<byte> name = names.AsSpan(i * KeyBytes, KeyBytes);
            System.Text.Encoding.ASCII.GetBytes($"key:{i:D12}", name);
        }
        return names;
    }

    // The keys in the order they are asked for, side by side as they would stand in a query buffer.
    private static byte[] Asked(byte[] names, int keys)
    {
        Random random = new(1);
        byte[] asked = new byte[Operations * KeyBytes];
        for (int i = 0; i < Operations; i++)
            Name(names, random.Next(keys)).CopyTo(asked.AsSpan(i * KeyBytes, KeyBytes));
        return asked;
    }

    private static ReadOnlySpan<byte> Name(byte[] names, int i) =>
        names.AsSpan(i * KeyBytes, KeyBytes);

    private struct NoMover : IPayloadMover
    {
        public readonly Handle Move(Entry entry) => entry.Payload.Block;

        public readonly void Visited(bool moved)
        {
        }
    }

    private sealed class NoPayloads : IPayloads
    {
        public void Free(ObjectType type, ObjectEncoding encoding, Handle payload)
        {
        }
    }
}
