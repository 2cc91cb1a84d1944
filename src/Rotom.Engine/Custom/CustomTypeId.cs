using System;

namespace Rotom.Engine;

/// <summary>
/// The 64 bits by which a file knows a type: nine characters of six bits, the first one highest,
/// above ten bits of version.
/// </summary>
internal static class CustomTypeId
{
    internal const int NameLength = 9;
    internal const int VersionMax = (1 << VersionBits) - 1;
    private const int VersionBits = 10;
    private const int CharBits = 6;

    // The places of the characters are the format's.
    private const string Characters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    internal static bool TryMake(string name, int version, out ulong id)
    {
        ArgumentNullException.ThrowIfNull(name);
        id = 0;
        if (name.Length != NameLength || version is < 0 or > VersionMax) return false;
        foreach (char c in name)
        {
            int at = Characters.IndexOf(c, StringComparison.Ordinal);
            if (at < 0) return false;
            id = (id << CharBits) | (uint)at;
        }

        id = (id << VersionBits) | (uint)version;
        return true;
    }

    internal static int VersionOf(ulong id) => (int)(id & VersionMax);

    /// <summary>True when two identifiers are of one type, in whatever version.</summary>
    internal static bool AreOfOneType(ulong one, ulong other) =>
        one >> VersionBits == other >> VersionBits;

    internal static string NameOf(ulong id)
    {
        Span<char> name = stackalloc char[NameLength];
        id >>= VersionBits;
        for (int i = NameLength - 1; i >= 0; i--)
        {
            name[i] = Characters[(int)(id & ((1 << CharBits) - 1))];
            id >>= CharBits;
        }

        return new string(name);
    }
}
