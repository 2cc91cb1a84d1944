namespace Rotom.Engine.Commands;

/// <summary>The options of SCAN and its kin: MATCH, COUNT, and TYPE for SCAN alone.</summary>
internal struct ScanOptions
{
    private const long CountDefault = 10;

    /// <summary>How many elements to look at in one call.</summary>
    public long Count;

    /// <summary>Which argument is the pattern, 0 for none.</summary>
    public int MatchArg;

    /// <summary>Which argument is the type, 0 for none.</summary>
    public int TypeArg;

    /// <summary>Reads them from an argument on; false when an error was answered.</summary>
    public bool Read(ref CommandContext c, int from, bool mayHaveType)
    {
        Count = CountDefault;
        for (int i = from; i < c.ArgCount; i += 2)
        {
            bool more = i + 1 < c.ArgCount;
            if (more && c.Is(i, "COUNT"u8))
            {
                if (!c.TryInt64(i + 1, out Count)) return false;
                if (Count >= 1) continue;
            }
            else if (more && c.Is(i, "MATCH"u8))
            {
                MatchArg = i + 1;
                continue;
            }
            else if (more && mayHaveType && c.Is(i, "TYPE"u8))
            {
                TypeArg = i + 1;
                continue;
            }

            c.SyntaxError();
            return false;
        }

        return true;
    }
}
