using System;
using Rotom.Engine.Abstractions;

namespace Rotom.Engine.Tests.Memory;

/// <summary>Seeded randomness with the helpers the memory tests need.</summary>
internal sealed class TestRandom(int seed) : IRandom
{
    private readonly Random _random = new(seed);

    public int Seed => seed;

    public ulong NextUInt64() => (ulong)_random.NextInt64(long.MinValue, long.MaxValue);

    public long Next(long bound) => _random.NextInt64(bound);

    public void Fill(Span<byte> bytes) => _random.NextBytes(bytes);

    public void FillSecret(Span<byte> bytes) => Fill(bytes);

    public int Below(int bound) => _random.Next(bound);

    public bool OneIn(int n) => _random.Next(n) == 0;

    public byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Mostly short, now and then around a limit of the layouts.</summary>
    public int Length(int large)
    {
        int[] edges = [0, 1, 7, 8, 16, 17, 44, 45, 254, 255, 256, 4096, 16384, 16385, 32768];
        return _random.Next(20) switch
        {
            < 14 => _random.Next(64),
            < 18 => edges[_random.Next(edges.Length)],
            18 => _random.Next(2000),
            _ => _random.Next(large),
        };
    }
}
