using System;
using System.Buffers.Text;
using System.Globalization;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>What the geo commands share.</summary>
internal static class GeoValue
{
    // 2^63 / 10 000 metres do not exist; the digits of a long, a sign, a point.
    private const int DistanceBytesMax = 32;
    private const int CoordinateBytesMax = 64;
    private const int ErrorNumberBytesMax = 340;

    /// <summary>Reads longitude and latitude at an index and behind it.</summary>
    internal static bool TryPoint(in CommandContext c, int at, out GeoPoint point)
    {
        point = default;
        if (!c.TryDouble(at, out double longitude) || !c.TryDouble(at + 1, out double latitude))
            return false;
        point = new GeoPoint(longitude, latitude);
        if (Math.Abs(longitude) <= GeoHash.LongitudeMax
            && Math.Abs(latitude) <= GeoHash.LatitudeMax)
        {
            return true;
        }

        Span<byte> text = stackalloc byte[ErrorNumberBytesMax * 2];
        int length = SixDecimals(longitude, text);
        text[length++] = (byte)',';
        length += SixDecimals(latitude, text[length..]);
        c.ErrorEchoing("ERR invalid longitude,latitude pair "u8, text[..length]);
        return false;
    }

    /// <summary>Reads a unit: how many metres it has.</summary>
    internal static bool TryUnit(in CommandContext c, int at, out double metres)
    {
        metres = 1;
        if (c.Is(at, "M"u8)) return true;
        metres = 1000;
        if (c.Is(at, "KM"u8)) return true;
        metres = 0.3048;
        if (c.Is(at, "FT"u8)) return true;
        metres = 1609.34;
        if (c.Is(at, "MI"u8)) return true;
        c.Error("ERR unsupported unit provided. please use M, KM, FT, MI"u8);
        return false;
    }

    /// <summary>The place of a member; false when it has none.</summary>
    internal static bool TryPlace(
        in CommandContext c, Entry entry, ReadOnlySpan<byte> member, out GeoPoint point)
    {
        point = default;
        if (entry.IsNull) return false;
        ZsetMember found = ZsetValue.Open(in c, entry).Find(member);
        if (!found.Exists) return false;
        point = GeoHash.Decode(found.Score);
        return true;
    }

    /// <summary>Answers a distance with four decimals.</summary>
    internal static void ReplyDistance(RespWriter reply, double distance)
    {
        Span<byte> text = stackalloc byte[DistanceBytesMax];
        long rounded = (long)Math.Round(distance * 10_000, MidpointRounding.ToEven);
        Invariant.Require(Utf8Formatter.TryFormat(rounded / 10_000, text, out int length));
        text[length++] = (byte)'.';
        Invariant.Require(
            Utf8Formatter.TryFormat(rounded % 10_000, text[length..], out int digits, new('D', 4)));
        reply.Bulk(text[..(length + digits)]);
    }

    /// <summary>Answers longitude and latitude, with up to 17 decimals.</summary>
    internal static void ReplyPoint(RespWriter reply, GeoPoint point)
    {
        reply.ArrayHeader(2);
        ReplyCoordinate(reply, point.Longitude);
        ReplyCoordinate(reply, point.Latitude);
    }

    private static void ReplyCoordinate(RespWriter reply, double value)
    {
        Span<byte> text = stackalloc byte[CoordinateBytesMax];
        Invariant.Require(
            value.TryFormat(text, out int length, "F17", CultureInfo.InvariantCulture));
        ReadOnlySpan<byte> shown = text[..length].TrimEnd((byte)'0').TrimEnd((byte)'.');
        reply.Double(shown.SequenceEqual("-0"u8) ? "0"u8 : shown);
    }

    private static int SixDecimals(double value, Span<byte> to)
    {
        if (double.IsInfinity(value)) return RespNumbers.Format(value, to);
        Invariant.Require(
            value.TryFormat(to, out int length, "F6", CultureInfo.InvariantCulture));
        return length;
    }
}
