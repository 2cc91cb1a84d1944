using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace Rotom.Tidy;

/// <summary>How the style tests fail: with every place at once.</summary>
internal static class Offences
{
    internal static void AreNone(IEnumerable<string> offences, string rule)
    {
        string[] found = [.. offences];
        Assert.True(found.Length == 0, $"{rule}\n  {string.Join("\n  ", found)}");
    }

    /// <summary>
    /// Exceptions are listed with their reasons; one that no longer applies has to leave the list.
    /// </summary>
    internal static void AreListed(
        IReadOnlyCollection<string> found, IReadOnlyDictionary<string, string> listed, string rule)
    {
        AreNone(found.Distinct().Where(place => !listed.ContainsKey(place)), rule);
        AreNone(
            listed.Keys.Where(place => !found.Contains(place)),
            $"Listed as an exception, but keeps the rule: {rule}");
    }
}
