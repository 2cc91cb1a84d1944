namespace Akka.Configuration.Hocon;

/// <summary>Where something stood in a text; line and column are counted when asked for.</summary>
internal readonly record struct HoconPosition(string Text, int Index)
{
    public override string ToString()
    {
        ReadOnlySpan<char> before = Text.AsSpan(0, Math.Min(Index, Text.Length));
        return $"line {before.Count('\n') + 1}, column {before.Length - before.LastIndexOf('\n')}";
    }

    internal FormatException Error(string what) => new($"{what} ({this}).");
}

/// <summary>Dotted paths, whose elements may be in quotes.</summary>
internal static class HoconPath
{
    /// <summary>The characters that text outside quotes can't have.</summary>
    internal const string Reserved = "$\"{}[]:=,#`^?!@*&\\";

    internal static string[] Split(string path) =>
        path.Contains('"') ? new HoconReader(path).TakePath("") : path.Split('.');

    internal static string Join(IEnumerable<string> keys) =>
        string.Join(".", keys.Select(key => key.Contains('.') ? $"\"{key}\"" : key));

    /// <summary>A key or text as it must be written, in quotes if it needs them.</summary>
    internal static string Quote(string text, bool dots = true)
    {
        bool plain = text.Length > 0 && (dots || !text.Contains('.'))
            && text != "null" && !text.Contains("//")
            && text.All(c => c > ' ' && !Reserved.Contains(c));
        return plain ? text : "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"")
                .Replace("\n", "\\n").Replace("\r", "\\r").Replace("\t", "\\t") + "\"";
    }
}
