using System;
using System.Collections.Generic;

namespace Rotom.Engine.Config;

/// <summary>Where a directive was written, for messages about it.</summary>
/// <param name="Source">Path of the file; "" for the command line, "-" for standard input.</param>
/// <param name="Line">Line of the file, or number of the argument, from 1.</param>
/// <param name="Text">The line without the blanks around it.</param>
public readonly record struct ConfPlace(string Source, int Line, string Text);

/// <summary>One directive: its words in byte text, the name first.</summary>
public sealed record ConfDirective(ConfPlace Place, IReadOnlyList<string> Words);

/// <summary>A configuration that cannot be used: the start ends here.</summary>
public sealed class ConfException : Exception
{
    /// <summary>What is wrong, and where; no place when it concerns no single line.</summary>
    public ConfException(string reason, ConfPlace? place = null)
        : base(reason) => Place = place;

    /// <summary>The line, when there is one.</summary>
    public ConfPlace? Place { get; }

    /// <summary>The message that Redis prints, with the name of the file added.</summary>
    /// <param name="version">Name and version of the server.</param>
    public string Report(string version)
    {
        string head = $"\n*** FATAL CONFIG FILE ERROR ({version}) ***\n";
        if (Place is not { } place) return head + Message + "\n";
        string where = place.Source switch
        {
            "" => $"Reading the command line, at argument {place.Line}",
            "-" => $"Reading the configuration from standard input, at line {place.Line}",
            _ => $"Reading the configuration file '{place.Source}', at line {place.Line}",
        };
        return $"{head}{where}\n>>> '{place.Text}'\n{Message}\n";
    }
}

/// <summary>Gives the text of the files that <c>include</c> names.</summary>
public interface IConfFiles
{
    /// <summary>
    /// The files of a path or glob pattern with their texts in byte text, sorted by name. None for
    /// a pattern that matches nothing; throws <see cref="ConfException"/> for a path that is not
    /// there.
    /// </summary>
    IReadOnlyList<(string Path, string Text)> Open(string pathOrPattern);
}

/// <summary>Reads the text form of a configuration: redis.conf files.</summary>
public static class RedisConf
{
    // Deeper nesting is a file that includes itself.
    private const int IncludeDepthMax = 16;

    /// <summary>The directives of a text in order, included files in their place.</summary>
    /// <param name="source">Its path, for messages; "-" for standard input.</param>
    /// <param name="text">The text, in byte text.</param>
    /// <param name="files">For <c>include</c>.</param>
    /// <exception cref="ConfException">A line cannot be read.</exception>
    public static List<ConfDirective> Parse(string source, string text, IConfFiles files)
    {
        List<ConfDirective> directives = [];
        Parse(source, text, files, 0, directives);
        return directives;
    }

    /// <summary>One line; null when it is empty or a comment.</summary>
    /// <exception cref="ConfException">The quotes are not balanced.</exception>
    public static ConfDirective? ParseLine(ConfPlace place)
    {
        if (place.Text.Length == 0 || place.Text[0] == '#') return null;
        if (!ConfLine.TrySplit(place.Text, out List<string> words))
        {
            throw new ConfException("Unbalanced quotes in configuration line", place);
        }

        return words.Count == 0 ? null : new ConfDirective(place, words);
    }

    private static void Parse(
        string source, string text, IConfFiles files, int depth, List<ConfDirective> directives)
    {
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            ConfPlace place = new(source, ++number, line.Trim(' ', '\t', '\r', '\n'));
            if (ParseLine(place) is not { } directive) continue;
            if (!directive.Words[0].Equals("include", StringComparison.OrdinalIgnoreCase))
            {
                directives.Add(directive);
                continue;
            }

            Include(directive, files, depth, directives);
        }
    }

    private static void Include(
        ConfDirective directive, IConfFiles files, int depth, List<ConfDirective> directives)
    {
        if (directive.Words.Count != 2)
        {
            throw new ConfException(ConfLoader.BadDirective, directive.Place);
        }

        if (depth == IncludeDepthMax)
        {
            throw new ConfException("Files are included too deeply", directive.Place);
        }

        foreach ((string path, string included) in files.Open(directive.Words[1]))
        {
            Parse(path, included, files, depth + 1, directives);
        }
    }
}
