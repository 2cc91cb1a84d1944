using System;

namespace Rotom.Engine.Commands;

/// <summary>Options that one of SCAN's kin has and the others have not.</summary>
internal enum ScanExtra
{
    /// <summary>None.</summary>
    None,

    /// <summary>TYPE, of SCAN.</summary>
    Type,

    /// <summary>NOVALUES, of HSCAN.</summary>
    NoValues,
}

/// <summary>The options of SCAN and its kin: MATCH, COUNT, and what only one has.</summary>
internal struct ScanOptions
{
    private const long CountDefault = 10;

    /// <summary>Buckets a call may look at for each element it is to look at.</summary>
    private const long BucketsPerElement = 10;

    /// <summary>How many elements to look at in one call.</summary>
    public long Count;

    /// <summary>Which argument is the pattern, 0 for none.</summary>
    public int MatchArg;

    /// <summary>Which argument is the type, 0 for none.</summary>
    public int TypeArg;

    /// <summary>True when only fields are wanted.</summary>
    public bool NoValues;

    /// <summary>How many buckets to look at in one call: many may be empty.</summary>
    public readonly long Buckets =>
        Count > long.MaxValue / BucketsPerElement ? long.MaxValue : Count * BucketsPerElement;

    /// <summary>The pattern; one that everything matches when none was given.</summary>
    public readonly ReadOnlySpan<byte> Pattern(in CommandContext c) =>
        MatchArg == 0 ? "*"u8 : c[MatchArg];

    /// <summary>Reads them from an argument on; false when an error was answered.</summary>
    public bool Read(ref CommandContext c, int from, ScanExtra extra = ScanExtra.None)
    {
        Count = CountDefault;
        for (int i = from; i < c.ArgCount; i++)
        {
            bool more = i + 1 < c.ArgCount;
            if (more && c.Is(i, "COUNT"u8))
            {
                if (!c.TryInt64(++i, out Count)) return false;
                if (Count >= 1) continue;
            }
            else if (more && c.Is(i, "MATCH"u8))
            {
                MatchArg = ++i;
                continue;
            }
            else if (more && extra == ScanExtra.Type && c.Is(i, "TYPE"u8))
            {
                TypeArg = ++i;
                continue;
            }
            else if (extra == ScanExtra.NoValues && c.Is(i, "NOVALUES"u8))
            {
                NoValues = true;
                continue;
            }

            c.SyntaxError();
            return false;
        }

        return true;
    }
}
