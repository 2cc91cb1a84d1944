using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Commands;

internal ref partial struct GeoSearch
{
    private static ReadOnlySpan<byte> NoSuchMember =>
        "ERR could not decode requested zset member"u8;

    // What stands at a fixed place; GEOSEARCH has it among the options.
    private bool ReadCenter(in CommandContext c, out int options)
    {
        switch (_form)
        {
            case GeoSearchForm.Search:
                options = 2;
                return true;
            case GeoSearchForm.SearchStore:
                _stored = true;
                options = 3;
                return true;
            case GeoSearchForm.Radius or GeoSearchForm.RadiusRo:
                options = 6;
                return GeoValue.TryPoint(in c, 2, out _shape.Center) && TryRadius(in c, 4);
            default:
                options = 5;
                // Without a source the radius is not even looked at.
                return _source.IsNull || (TryMember(in c, 2) && TryRadius(in c, 3));
        }
    }

    private bool ReadOptions(in CommandContext c, int from)
    {
        for (int i = from; i < c.ArgCount; i++)
        {
            int left = c.ArgCount - i - 1;
            if (c.Is(i, "WITHDIST"u8)) _withDistance = true;
            else if (c.Is(i, "WITHHASH"u8)) _withHash = true;
            else if (c.Is(i, "WITHCOORD"u8)) _withPlace = true;
            else if (c.Is(i, "ANY"u8)) _any = true;
            else if (c.Is(i, "ASC"u8)) _order = 1;
            else if (c.Is(i, "DESC"u8)) _order = -1;
            else if (left > 0 && c.Is(i, "COUNT"u8))
            {
                if (!TryCount(in c, ++i)) return false;
            }
            else if (IsSearch)
            {
                int words = ReadShape(in c, i, left);
                if (words == 0) return false;
                i += words - 1;
            }
            else if (left > 0 && _form is GeoSearchForm.Radius or GeoSearchForm.RadiusByMember
                && TryStore(in c, i))
            {
                i++;
            }
            else
            {
                c.SyntaxError();
                return false;
            }
        }

        return true;
    }

    private bool TryStore(in CommandContext c, int at)
    {
        bool distance = c.Is(at, "STOREDIST"u8);
        if (!distance && !c.Is(at, "STORE"u8)) return false;
        _stored = true;
        _storesDistance = distance;
        return true;
    }

    // The words of GEOSEARCH that say where; how many they are, 0 when an error was answered.
    private int ReadShape(in CommandContext c, int at, int left)
    {
        if (_form == GeoSearchForm.SearchStore && c.Is(at, "STOREDIST"u8))
        {
            _storesDistance = true;
            return 1;
        }

        if (left >= 1 && !_fromPlace && c.Is(at, "FROMMEMBER"u8))
        {
            _fromMember = true;
            return _source.IsNull || TryMember(in c, at + 1) ? 2 : 0;
        }

        if (left >= 2 && !_fromMember && c.Is(at, "FROMLONLAT"u8))
        {
            _fromPlace = true;
            return GeoValue.TryPoint(in c, at + 1, out _shape.Center) ? 3 : 0;
        }

        if (left >= 2 && !_byBox && c.Is(at, "BYRADIUS"u8))
        {
            _byRadius = true;
            return TryRadius(in c, at + 1) ? 3 : 0;
        }

        if (left >= 3 && !_byRadius && c.Is(at, "BYBOX"u8))
        {
            _byBox = _shape.IsBox = true;
            return TryBox(in c, at + 1) ? 4 : 0;
        }

        c.SyntaxError();
        return 0;
    }

    private readonly bool Check(in CommandContext c)
    {
        if (_stored && (_withDistance || _withHash || _withPlace))
        {
            c.Error(_form == GeoSearchForm.SearchStore
                ? "ERR GEOSEARCHSTORE is not compatible with WITHDIST, WITHHASH and WITHCOORD "u8
                    + "options"u8
                : "ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and "u8
                    + "WITHCOORD options"u8);
            return false;
        }

        if (IsSearch && !_fromMember && !_fromPlace)
        {
            c.ErrorEchoing(
                "ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for "u8, c[0]);
            return false;
        }

        if (IsSearch && !_byRadius && !_byBox)
        {
            c.ErrorEchoing(
                "ERR exactly one of BYRADIUS and BYBOX can be specified for "u8, c[0]);
            return false;
        }

        if (!_any || _count > 0) return true;
        c.Error("ERR the ANY argument requires COUNT argument"u8);
        return false;
    }

    private bool TryMember(in CommandContext c, int at)
    {
        if (GeoValue.TryPlace(in c, _source, c[at], out _shape.Center)) return true;
        c.Error(NoSuchMember);
        return false;
    }

    private bool TryCount(in CommandContext c, int at)
    {
        if (!c.TryInt64(at, out _count)) return false;
        if (_count > 0) return true;
        c.Error("ERR COUNT must be > 0"u8);
        return false;
    }

    private bool TryRadius(in CommandContext c, int at)
    {
        if (!Numbers.TryParse(c[at], out _shape.Radius))
        {
            c.Error("ERR need numeric radius"u8);
            return false;
        }

        if (!(_shape.Radius < 0)) return GeoValue.TryUnit(in c, at + 1, out _shape.Unit);
        c.Error("ERR radius cannot be negative"u8);
        return false;
    }

    private bool TryBox(in CommandContext c, int at)
    {
        if (!Numbers.TryParse(c[at], out _shape.Width))
        {
            c.Error("ERR need numeric width"u8);
            return false;
        }

        if (!Numbers.TryParse(c[at + 1], out _shape.Height))
        {
            c.Error("ERR need numeric height"u8);
            return false;
        }

        if (!(_shape.Width < 0) && !(_shape.Height < 0))
            return GeoValue.TryUnit(in c, at + 2, out _shape.Unit);
        c.Error("ERR height or width cannot be negative"u8);
        return false;
    }
}
