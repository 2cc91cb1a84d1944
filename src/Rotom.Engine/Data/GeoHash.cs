using System;

namespace Rotom.Engine;

// Places on earth as scores: longitude and latitude, each a number of so many bits within its
// range, their bits in turn (longitude first). With 26 bits each that is 52, which a double holds.
// Places that are near each other mostly share leading bits, so an area is a few ranges of scores.
//
// The arithmetic is Redis' step by step, as scores and distances must come out the same to the last
// bit: data sets move between the two, and clients compare.

/// <summary>A cell of the grid over the earth.</summary>
/// <param name="Bits">The interleaved bits of longitude and latitude.</param>
/// <param name="Step">How many bits each of them has.</param>
internal readonly record struct GeoHash(ulong Bits, int Step)
{
    /// <summary>Bits of a coordinate in a score.</summary>
    public const int StepMax = 26;

    public const double LongitudeMax = 180;

    /// <summary>Where the square map of the world ends, as in the maps of the web.</summary>
    public const double LatitudeMax = 85.05112878;

    private const ulong EvenBits = 0x5555_5555_5555_5555;
    private const ulong OddBits = 0xAAAA_AAAA_AAAA_AAAA;

    /// <summary>True for no cell at all.</summary>
    public bool IsNone => Bits == 0 && Step == 0;

    /// <summary>The lowest score of a place in the cell.</summary>
    public ulong FirstScore => Bits << ((StepMax - Step) * 2);

    /// <summary>The lowest score behind those of the cell.</summary>
    public ulong EndScore => (Bits + 1) << ((StepMax - Step) * 2);

    /// <summary>The cell a place is in.</summary>
    public static GeoHash Encode(GeoPoint point, int step) => Encode(point, step, LatitudeMax);

    /// <summary>The same with another range of latitudes: standard geohashes go to 90.</summary>
    public static GeoHash Encode(GeoPoint point, int step, double latitudeMax)
    {
        double latitude = (point.Latitude + latitudeMax) / (latitudeMax + latitudeMax);
        double longitude = (point.Longitude + LongitudeMax) / (LongitudeMax + LongitudeMax);
        latitude *= 1UL << step;
        longitude *= 1UL << step;
        return new GeoHash(Spread((uint)latitude) | (Spread((uint)longitude) << 1), step);
    }

    /// <summary>The place a score stands for: the middle of its cell.</summary>
    public static GeoPoint Decode(double score)
    {
        GeoArea area = new GeoHash(ToBits(score), StepMax).Area();
        return new GeoPoint(
            Math.Clamp((area.West + area.East) / 2, -LongitudeMax, LongitudeMax),
            Math.Clamp((area.South + area.North) / 2, -LatitudeMax, LatitudeMax));
    }

    /// <summary>The edges of the cell.</summary>
    public GeoArea Area()
    {
        uint latitude = Gather(Bits);
        uint longitude = Gather(Bits >> 1);
        const double width = LongitudeMax + LongitudeMax;
        const double height = LatitudeMax + LatitudeMax;
        double cells = 1UL << Step;
        return new GeoArea(
            -LongitudeMax + (longitude * 1.0 / cells * width),
            -LatitudeMax + (latitude * 1.0 / cells * height),
            -LongitudeMax + (unchecked(longitude + 1) * 1.0 / cells * width),
            -LatitudeMax + (unchecked(latitude + 1) * 1.0 / cells * height));
    }

    /// <summary>The cell so many to the east and to the north, around the map's edge.</summary>
    public GeoHash Move(int east, int north)
    {
        int unused = 64 - (Step * 2);
        ulong x = Add(Bits & OddBits, EvenBits, OddBits, unused, east);
        ulong y = Add(Bits & EvenBits, OddBits, EvenBits, unused, north);
        return new GeoHash(x | y, Step);
    }

    // Adds to the number in some of the bits: the others are set so that they hand carries on.
    private static ulong Add(ulong number, ulong others, ulong own, int unused, int change)
    {
        if (change == 0) return number;
        ulong fill = others >> unused;
        number = change > 0 ? number + fill + 1 : (number | fill) - (fill + 1);
        return number & (own >> unused);
    }

    // As the processor converts in Redis, also what is no score of a place.
    private static ulong ToBits(double score)
    {
        const double half = 9223372036854775808;
        if (score < half) return unchecked((ulong)(long)score);
        return score < half * 2 ? (ulong)score : 0;
    }

    private static ulong Spread(ulong bits)
    {
        bits = (bits | (bits << 16)) & 0x0000_FFFF_0000_FFFF;
        bits = (bits | (bits << 8)) & 0x00FF_00FF_00FF_00FF;
        bits = (bits | (bits << 4)) & 0x0F0F_0F0F_0F0F_0F0F;
        bits = (bits | (bits << 2)) & 0x3333_3333_3333_3333;
        return (bits | (bits << 1)) & EvenBits;
    }

    private static uint Gather(ulong bits)
    {
        bits &= EvenBits;
        bits = (bits | (bits >> 1)) & 0x3333_3333_3333_3333;
        bits = (bits | (bits >> 2)) & 0x0F0F_0F0F_0F0F_0F0F;
        bits = (bits | (bits >> 4)) & 0x00FF_00FF_00FF_00FF;
        bits = (bits | (bits >> 8)) & 0x0000_FFFF_0000_FFFF;
        return (uint)(bits | (bits >> 16));
    }
}

/// <summary>A place, in degrees.</summary>
internal readonly record struct GeoPoint(double Longitude, double Latitude)
{
    /// <summary>The mean radius of the earth that Redis has, in metres.</summary>
    internal const double EarthRadius = 6372797.560856;

    private const double Degree = Math.PI / 180.0;

    /// <summary>Degrees as radians.</summary>
    internal static double Radians(double degrees) => degrees * Degree;

    /// <summary>Radians as degrees.</summary>
    internal static double Degrees(double radians) => radians / Degree;

    /// <summary>Metres between two latitudes.</summary>
    internal static double LatitudeDistance(double one, double other) =>
        EarthRadius * Math.Abs(Radians(other) - Radians(one));

    /// <summary>Metres to another place along the great circle, by the haversine formula.</summary>
    internal double DistanceTo(GeoPoint other)
    {
        double v = Math.Sin((Radians(other.Longitude) - Radians(Longitude)) / 2);
        if (v == 0) return LatitudeDistance(Latitude, other.Latitude);
        double from = Radians(Latitude);
        double to = Radians(other.Latitude);
        double u = Math.Sin((to - from) / 2);
        double a = (u * u) + (Math.Cos(from) * Math.Cos(to) * v * v);
        return 2.0 * EarthRadius * Math.Asin(Math.Sqrt(a));
    }
}

/// <summary>The edges of a part of the map, in degrees.</summary>
internal readonly record struct GeoArea(double West, double South, double East, double North);
