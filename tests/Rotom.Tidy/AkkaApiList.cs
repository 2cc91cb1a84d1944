using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace Rotom.Tidy;

/// <summary>The committed list of Akka.NET's public types and members, by full type name.</summary>
internal sealed partial class AkkaApiList
{
    internal sealed record Entry(string Kind, string[] Bases, HashSet<string> Members);

    private readonly Dictionary<string, Entry> _types = [];
    private readonly ILookup<string, Entry> _bySimpleName;

    private AkkaApiList(IEnumerable<string> lines)
    {
        Entry? current = null;
        foreach (string line in lines.Where(line => !line.StartsWith('#')))
        {
            if (line.StartsWith(' '))
            {
                current!.Members.Add(line.Trim());
                continue;
            }

            string[] parts = line.Split(" = ", 2);
            string[] kindAndBases = parts[1].Split(" : ", 2);
            string[] bases = kindAndBases.Length > 1
                ? [.. kindAndBases[1].Split(", ").Select(WithoutArguments)]
                : [];
            _types[parts[0]] = current = new Entry(kindAndBases[0], bases, []);
        }

        _bySimpleName = _types.ToLookup(
            pair => WithoutArguments(pair.Key[(pair.Key.LastIndexOf('.') + 1)..]),
            pair => pair.Value);
    }

    internal int TypeCount => _types.Count;

    internal int MemberCount => _types.Values.Sum(entry => entry.Members.Count);

    internal static AkkaApiList Read() =>
        new(File.ReadLines(Path.Combine(AppContext.BaseDirectory, "akka-1.5.30-api.txt")));

    internal Entry? Find(string fullName) => _types.GetValueOrDefault(fullName);

    /// <summary>True if the type, or one it derives from, lists the member.</summary>
    internal bool Has(Entry type, string member) => Has(type, member, 0);

    private bool Has(Entry type, string member, int depth)
    {
        // An override may be written where Akka writes it, or left to the base class.
        bool listed = type.Members.Contains(member)
            || type.Members.Contains(member.Replace("public ", "public virtual "))
            || type.Members.Contains(member.Replace("protected ", "protected virtual "));
        return listed || (depth < 10 && type.Bases.Any(
            name => _bySimpleName[name].Any(entry => Has(entry, member, depth + 1))));
    }

    private static string WithoutArguments(string name) => Arguments().Replace(name, "");

    [GeneratedRegex("<.*")]
    private static partial Regex Arguments();
}
