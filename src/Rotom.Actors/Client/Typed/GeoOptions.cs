using System;
using System.Collections.Generic;
using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>A position on the earth.</summary>
/// <param name="Longitude">Degrees, east of Greenwich.</param>
/// <param name="Latitude">Degrees, north of the equator; up to 85.05112878 either way.</param>
public readonly record struct GeoPosition(double Longitude, double Latitude);

/// <summary>A unit of distances.</summary>
public enum GeoUnit
{
    /// <summary>Metres.</summary>
    Meters,

    /// <summary>Kilometres.</summary>
    Kilometers,

    /// <summary>Miles.</summary>
    Miles,

    /// <summary>Feet.</summary>
    Feet,
}

/// <summary>In which order places come.</summary>
public enum GeoOrder
{
    /// <summary>In any, unless there is a count: the nearest then.</summary>
    Any,

    /// <summary>The nearest first (ASC).</summary>
    Nearest,

    /// <summary>The farthest first (DESC).</summary>
    Farthest,
}

/// <summary>What is told of a place besides its name.</summary>
[Flags]
public enum GeoParts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Its distance from the centre, in the unit of the search (WITHDIST).</summary>
    Distance = 1,

    /// <summary>Its position as a number of 52 bits (WITHHASH).</summary>
    Hash = 2,

    /// <summary>Its position (WITHCOORD).</summary>
    Position = 4,
}

/// <summary>A place that was found.</summary>
/// <param name="Member">Its name.</param>
/// <param name="Distance">How far it is; null unless asked for.</param>
/// <param name="Hash">Its position as a number; null unless asked for.</param>
/// <param name="Position">Its position; null unless asked for.</param>
public sealed record GeoMatch(
    byte[] Member, double? Distance, long? Hash, GeoPosition? Position);

/// <summary>An area, and what of it to tell, for GEOSEARCH.</summary>
public sealed record GeoSearch
{
    private readonly RespArgument? _member;
    private readonly GeoPosition _center;
    private readonly double _width;
    private readonly double? _height;
    private readonly GeoUnit _unit;

    private GeoSearch(
        RespArgument? member, GeoPosition center, double width, double? height, GeoUnit unit)
    {
        _member = member;
        _center = center;
        _width = width;
        _height = height;
        _unit = unit;
    }

    /// <summary>In which order.</summary>
    public GeoOrder Order { get; init; }

    /// <summary>How many at most; all when null.</summary>
    public long? Count { get; init; }

    /// <summary>Any of them, as soon as there are so many (ANY); not the nearest.</summary>
    public bool AnyOfThem { get; init; }

    /// <summary>What to tell.</summary>
    public GeoParts Parts { get; init; }

    internal GeoWith With => new(Parts);

    /// <summary>A circle around a position.</summary>
    public static GeoSearch Circle(
        GeoPosition center, double radius, GeoUnit unit = GeoUnit.Meters) =>
        new(null, center, radius, null, unit);

    /// <summary>A circle around a member.</summary>
    public static GeoSearch Circle(
        RespArgument center, double radius, GeoUnit unit = GeoUnit.Meters) =>
        new(center, default, radius, null, unit);

    /// <summary>A box around a position.</summary>
    public static GeoSearch Box(
        GeoPosition center, double width, double height, GeoUnit unit = GeoUnit.Meters) =>
        new(null, center, width, height, unit);

    /// <summary>A box around a member.</summary>
    public static GeoSearch Box(
        RespArgument center, double width, double height, GeoUnit unit = GeoUnit.Meters) =>
        new(center, default, width, height, unit);

    internal void AddTo(ref WordList words)
    {
        if (_member is { } member)
        {
            words.Add(Word.Frommember, member);
        }
        else
        {
            words.Add(Word.Fromlonlat);
            words.Add(Typed.Number(_center.Longitude), Typed.Number(_center.Latitude));
        }

        words.Add(_height is null ? Word.Byradius : Word.Bybox, Typed.Number(_width));
        if (_height is { } height) words.Add(Typed.Number(height));
        words.Add(GeoWords.NameOf(_unit));
        words.AddOrder(Order, Count, AnyOfThem);
    }
}

/// <summary>A circle, and what of it to tell, for GEORADIUS and its like.</summary>
/// <param name="Radius">The radius.</param>
/// <param name="Unit">Its unit, and that of distances.</param>
public readonly record struct GeoRadius(double Radius, GeoUnit Unit = GeoUnit.Meters)
{
    /// <summary>In which order.</summary>
    public GeoOrder Order { get; init; }

    /// <summary>How many at most; all when null.</summary>
    public long? Count { get; init; }

    /// <summary>Any of them, as soon as there are so many (ANY); not the nearest.</summary>
    public bool AnyOfThem { get; init; }

    /// <summary>What to tell.</summary>
    public GeoParts Parts { get; init; }

    internal GeoWith With => new(Parts);

    internal void AddTo(ref WordList words)
    {
        words.Add(Typed.Number(Radius), GeoWords.NameOf(Unit));
        words.AddOrder(Order, Count, AnyOfThem);
    }
}

/// <summary>What is told of a place, in words and in replies.</summary>
internal readonly record struct GeoWith(GeoParts Parts)
{
    internal void AddTo(ref WordList words)
    {
        if ((Parts & GeoParts.Distance) != 0) words.Add(Word.Withdist);
        if ((Parts & GeoParts.Hash) != 0) words.Add(Word.Withhash);
        if ((Parts & GeoParts.Position) != 0) words.Add(Word.Withcoord);
    }

    internal Func<RespValue, GeoMatch[]> Matches()
    {
        GeoParts parts = Parts;
        return reply => Reply.Array(reply, item => Match(item, parts));
    }

    // The name alone, or a list: name, distance, hash, position, as far as they were asked for.
    private static GeoMatch Match(RespValue reply, GeoParts parts)
    {
        if (parts == GeoParts.None) return new GeoMatch(Reply.Bytes(reply), null, null, null);
        IReadOnlyList<RespValue> items =
            Reply.Items(reply, 1 + int.PopCount((int)parts));
        int next = 1;
        double? distance = null;
        long? hash = null;
        GeoPosition? position = null;
        if ((parts & GeoParts.Distance) != 0) distance = items[next++].AsDouble();
        if ((parts & GeoParts.Hash) != 0) hash = items[next++].AsInteger();
        if ((parts & GeoParts.Position) != 0) position = GeoWords.PositionOrNull(items[next]);
        return new GeoMatch(Reply.Bytes(items[0]), distance, hash, position);
    }
}

/// <summary>The words of places.</summary>
internal static class GeoWords
{
    internal static RespArgument NameOf(GeoUnit unit) => unit switch
    {
        GeoUnit.Meters => Word.M,
        GeoUnit.Kilometers => Word.Km,
        GeoUnit.Miles => Word.Mi,
        GeoUnit.Feet => Word.Ft,
        _ => throw new ArgumentOutOfRangeException(nameof(unit)),
    };

    internal static GeoPosition? PositionOrNull(RespValue reply)
    {
        if (reply.IsNull) return null;
        IReadOnlyList<RespValue> items = Reply.Items(reply, 2);
        return new GeoPosition(items[0].AsDouble(), items[1].AsDouble());
    }

    internal static void AddOrder(
        this ref WordList words, GeoOrder order, long? count, bool anyOfThem)
    {
        if (order == GeoOrder.Nearest) words.Add(Word.Asc);
        if (order == GeoOrder.Farthest) words.Add(Word.Desc);
        if (count is not { } most) return;
        words.Add(Word.Count, most);
        if (anyOfThem) words.Add(Word.Any);
    }
}
