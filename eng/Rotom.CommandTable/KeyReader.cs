using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

using Microsoft.CodeAnalysis;

namespace Rotom.CommandTable;

// [Key], [Keys], [KeysAfterCount], [KeyAfterToken] and [KeysUnknown] to key specifications, in the
// order they are written: COMMAND INFO shows them so, and the extractor works through them so.
internal static class KeyReader
{
    private const string Index = "Index", Keyword = "Keyword", Unknown = "Unknown";
    private const string Range = "Range", KeyNum = "KeyNum";

    public static IEnumerable<KeyModel> Read(ImmutableArray<AttributeData> attributes)
    {
        foreach (AttributeData attribute in attributes)
        {
            INamedTypeSymbol? type = attribute.AttributeClass;
            if (type?.ContainingNamespace.ToDisplayString() == "Rotom.Engine"
                && ReadOne(type.Name, attribute) is { } key)
            {
                string notes = new NamedArguments(attribute).Text("Notes") ?? "";
                yield return key with { Notes = notes, Error = ErrorOf(key) };
            }
        }
    }

    private static KeyModel? ReadOne(string attributeName, AttributeData attribute)
    {
        var at = new PositionalArguments(attribute);
        switch (attributeName)
        {
            case "KeyAttribute":
                return Make(Index, at.Int(0), "", Range, 0, 1, 0, at.Names(1));
            case "KeysAttribute":
                // COMMAND INFO counts the last key from the first one, or from the end if negative.
                int first = at.Int(0), last = at.Int(1);
                int lastKey = last < 0 ? last : last - first;
                return Make(Index, first, "", Range, lastKey, at.Int(2), 0, at.Names(3));
            case "KeysAfterCountAttribute":
                int step = new NamedArguments(attribute).MaybeInt("Step") ?? 1;
                return Make(Index, at.Int(0), "", KeyNum, 0, step, 0, at.Names(1));
            case "KeyAfterTokenAttribute":
                int count = new NamedArguments(attribute).MaybeInt("Count") ?? 1;
                string find = count is 1 or -1 or -2 ? Range : "";
                int toEnd = count == 1 ? 0 : -1, limit = count == -2 ? 2 : 0;
                return Make(Keyword, at.Int(1), at.Text(0), find, toEnd, 1, limit, at.Names(2));
            case "KeysUnknownAttribute":
                return Make(Unknown, 0, "", Unknown, 0, 1, 0, at.Names(0));
            default:
                return null;
        }
    }

    private static KeyModel Make(string search, int begin, string keyword, string find, int lastKey,
        int step, int limit, string[] access) =>
        new(search, begin, keyword, find, lastKey, step, limit, new(access), "", null);

    private static string? ErrorOf(KeyModel key) => key switch
    {
        { Search: Index, Begin: < 1 } => "arguments are counted from 1, behind the name",
        { Search: Keyword, Begin: 0 } => "a token is looked for from argument 1 or from the end",
        { Search: Keyword } when !IsToken(key.Keyword) => "a token is upper case",
        { Find: "" } => "Count is 1, -1 or -2",
        { Step: < 1 } => "the step between keys is at least 1",
        { LastKey: >= 0 } when key.LastKey % key.Step != 0 =>
            "the last key is not a whole number of steps behind the first",
        { Access.Count: 0 } => "it must say what is done with the key",
        _ => null,
    };

    private static bool IsToken(string text) => text.Length > 0 && !text.Any(char.IsLower);

    private readonly struct PositionalArguments(AttributeData attribute)
    {
        public int Int(int index) => At(index).Value as int? ?? 0;

        public string Text(int index) => At(index).Value as string ?? "";

        public string[] Names(int index) => EnumNames.Of(At(index));

        private TypedConstant At(int index) =>
            index < attribute.ConstructorArguments.Length
                ? attribute.ConstructorArguments[index]
                : default;
    }
}
