using System;
using System.Collections.Generic;
using System.Numerics;

namespace Rotom.Engine.Stats;

/// <summary>
/// How long calls took, in buckets of at most 1/8 relative width: from 1 microsecond to 1 second in
/// 8 steps an octave, which is what INFO latencystats and LATENCY HISTOGRAM are answered from.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int StepBits = 3;
    private const int Steps = 1 << StepBits;
    private readonly long[] _counts = new long[Steps * 24];

    /// <summary>Number of values recorded.</summary>
    internal long Count { get; private set; }

    /// <summary>Records calls that took so many microseconds each.</summary>
    internal void Record(long micros, int calls)
    {
        _counts[Bucket(micros)] += calls;
        Count += calls;
    }

    /// <summary>Forgets everything.</summary>
    internal void Reset()
    {
        Array.Clear(_counts);
        Count = 0;
    }

    /// <summary>
    /// The value below which <paramref name="percent"/> of the calls lie, microseconds.
    /// </summary>
    internal double Percentile(double percent)
    {
        if (Count == 0) return 0;
        long rank = Math.Max(1, (long)Math.Ceiling(Count * percent / 100.0));
        long seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank) return Highest(i);
        }

        return Highest(_counts.Length - 1);
    }

    /// <summary>
    /// How many calls took no longer than each of Redis' limits: 1024 ns and its doubles, rounded
    /// up as a histogram of two digits does, in microseconds (16, 33, 66...). Limits that add no
    /// call are left out; the last holds all.
    /// </summary>
    internal List<(long Micros, long Count)> Cumulative()
    {
        List<(long Micros, long Count)> steps = [];
        long seen = 0, told = 0;
        int bucket = 0;
        for (int power = 0; seen < Count; power++)
        {
            long limit = (((1024L << power) * 129 / 128) - 1) / 1000;
            while (bucket < _counts.Length && Highest(bucket) <= limit) seen += _counts[bucket++];
            if (bucket == _counts.Length) seen = Count;
            if (seen == told) continue;
            steps.Add((limit, seen));
            told = seen;
        }

        return steps;
    }

    private int Bucket(long micros)
    {
        if (micros < Steps) return (int)Math.Max(0, micros);
        int octave = BitOperations.Log2((ulong)micros) - StepBits;
        int step = (int)(micros >> octave) - Steps;
        return Math.Min(_counts.Length - 1, ((octave + 1) << StepBits) + step);
    }

    private static long Highest(int bucket)
    {
        if (bucket < Steps) return bucket;
        int octave = (bucket >> StepBits) - 1;
        long low = (long)(Steps + (bucket & (Steps - 1))) << octave;
        return low + (1L << octave) - 1;
    }
}
