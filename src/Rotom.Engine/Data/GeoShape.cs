using System;

namespace Rotom.Engine;

// The part of the earth that a search is for, and the cells of the grid that cover it.
//
// Cells are chosen so large that the one the centre is in and its eight neighbours cover the shape;
// those of them that the shape does not reach are left out. Scores of a cell are one range of the
// sorted set; what lies in a cell but not in the shape is sorted out by distance.

/// <summary>A circle or a box around a place.</summary>
internal struct GeoShape
{
    /// <summary>The cell of the centre and its neighbours.</summary>
    public const int CellsMax = 9;

    // Half of the length of the equator on the map.
    private const double MapHalf = 20037726.37;

    /// <summary>The centre.</summary>
    public GeoPoint Center;

    /// <summary>True for a box.</summary>
    public bool IsBox;

    /// <summary>Radius of a circle, in the unit.</summary>
    public double Radius;

    /// <summary>Width of a box, in the unit.</summary>
    public double Width;

    /// <summary>Height of a box, in the unit.</summary>
    public double Height;

    /// <summary>Metres in the unit.</summary>
    public double Unit;

    /// <summary>True when a place is in the shape; how far it is from the centre.</summary>
    public readonly bool Holds(GeoPoint point, out double distance)
    {
        distance = 0;
        if (!IsBox)
        {
            distance = Center.DistanceTo(point);
            return !(distance > Radius * Unit);
        }

        double height = GeoPoint.LatitudeDistance(point.Latitude, Center.Latitude);
        if (height > Height * Unit / 2) return false;
        GeoPoint beside = new(Center.Longitude, point.Latitude);
        if (point.DistanceTo(beside) > Width * Unit / 2) return false;
        distance = Center.DistanceTo(point);
        return true;
    }

    /// <summary>
    /// The cells to search, in Redis' order, which is that of results that are not sorted; those
    /// left out are none.
    /// </summary>
    public readonly void Cells(Span<GeoHash> cells)
    {
        GeoArea bounds = Bounds();
        int step = EstimateStep();
        GeoHash center = GeoHash.Encode(Center, step);
        if (step > 1 && !IsCovered(center, bounds))
            center = GeoHash.Encode(Center, --step);
        for (int i = 0; i < CellsMax; i++)
        {
            (int east, int north) = Direction(i);
            cells[i] = center.Move(east, north);
        }

        if (step < 2) return;
        GeoArea area = center.Area();
        for (int i = 1; i < CellsMax; i++)
        {
            (int east, int north) = Direction(i);
            bool useless = (north < 0 && area.South < bounds.South)
                || (north > 0 && area.North > bounds.North)
                || (east < 0 && area.West < bounds.West)
                || (east > 0 && area.East > bounds.East);
            if (useless) cells[i] = default;
        }
    }

    private static (int East, int North) Direction(int cell) => cell switch
    {
        0 => (0, 0),
        1 => (0, 1),
        2 => (0, -1),
        3 => (1, 0),
        4 => (-1, 0),
        5 => (1, 1),
        6 => (-1, 1),
        7 => (1, -1),
        _ => (-1, -1),
    };

    // A degree of longitude is shortest at the edge that is nearer to a pole.
    private readonly GeoArea Bounds()
    {
        double height = Unit * (IsBox ? Height / 2 : Radius);
        double width = Unit * (IsBox ? Width / 2 : Radius);
        double north = GeoPoint.Degrees(height / GeoPoint.EarthRadius);
        double edge = Center.Latitude < 0 ? Center.Latitude - north : Center.Latitude + north;
        double east = GeoPoint.Degrees(
            width / GeoPoint.EarthRadius / Math.Cos(GeoPoint.Radians(edge)));
        return new GeoArea(
            Center.Longitude - east, Center.Latitude - north, Center.Longitude + east,
            Center.Latitude + north);
    }

    private readonly int EstimateStep()
    {
        double halfWidth = Width / 2;
        double halfHeight = Height / 2;
        double radius = IsBox
            ? Math.Sqrt((halfWidth * halfWidth) + (halfHeight * halfHeight))
            : Radius;
        radius *= Unit;
        if (radius == 0) return GeoHash.StepMax;
        int step = 1;
        for (; radius < MapHalf; radius *= 2) step++;
        step -= 2;
        // Towards the poles cells are narrower.
        if (Math.Abs(Center.Latitude) > 66) step--;
        if (Math.Abs(Center.Latitude) > 80) step--;
        return Math.Clamp(step, 1, GeoHash.StepMax);
    }

    private static bool IsCovered(GeoHash center, GeoArea bounds) =>
        !(center.Move(0, 1).Area().North < bounds.North)
        && !(center.Move(0, -1).Area().South > bounds.South)
        && !(center.Move(1, 0).Area().East < bounds.East)
        && !(center.Move(-1, 0).Area().West > bounds.West);
}
