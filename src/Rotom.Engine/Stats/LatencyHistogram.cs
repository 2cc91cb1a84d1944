using System;
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

    /// <summary>Calls that took no longer than 2^<paramref name="power"/> microseconds.</summary>
    internal long CountUpTo(int power)
    {
        long limit = 1L << power;
        long total = 0;
        for (int i = 0; i < _counts.Length && Highest(i) <= limit; i++) total += _counts[i];
        return total;
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
