using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rotom.Tidy;

// Source: the files of the repository as the style tests see them. C# is read by the compiler's own
// parser, so a word in a comment or in a text is not taken for code. Rules need no types, only
// shapes, so nothing is compiled.

/// <summary>A C# file: its place, its text, its syntax.</summary>
internal sealed class SourceFile
{
    private static readonly CSharpParseOptions s_options = new(LanguageVersion.Preview);

    private readonly Lazy<CompilationUnitSyntax> _root;

    internal SourceFile(string path)
    {
        Path = path;
        Text = File.ReadAllText(System.IO.Path.Combine(Source.Root, path));
        _root = new Lazy<CompilationUnitSyntax>(
            () => CSharpSyntaxTree.ParseText(Text, s_options).GetCompilationUnitRoot());
    }

    /// <summary>From the repository's root, with forward slashes.</summary>
    internal string Path { get; }

    internal string Text { get; }

    internal CompilationUnitSyntax Syntax => _root.Value;

    internal IEnumerable<SyntaxNode> Nodes => Syntax.DescendantNodes();

    /// <summary>Words of the code: identifiers and keywords.</summary>
    internal IEnumerable<SyntaxToken> Words => Syntax.DescendantTokens()
        .Where(token => token.IsKind(SyntaxKind.IdentifierToken) || token.IsKeyword()
            || token.IsContextualKeyword());

    /// <summary>A place in it, as compilers write places.</summary>
    internal string At(int position) =>
        $"{Path}:{Syntax.SyntaxTree.GetLineSpan(new(position, 0)).StartLinePosition.Line + 1}";

    internal string At(SyntaxNode node) => At(node.SpanStart);

    internal int LinesOf(SyntaxNode node)
    {
        FileLinePositionSpan span = Syntax.SyntaxTree.GetLineSpan(node.Span);
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }
}

/// <summary>The repository's files.</summary>
internal static class Source
{
    private static readonly HashSet<string> s_notOurs =
    [
        ".git", "bin", "obj", "artifacts", "node_modules", "TestResults", ".vs", ".idea",
        "appendonlydir", "BenchmarkDotNet.Artifacts", "__pycache__",
    ];

    internal static string Root { get; } = FindRoot();

    /// <summary>All files, sorted, by their paths from the root.</summary>
    internal static IReadOnlyList<string> Files { get; } =
        [.. Walk(new DirectoryInfo(Root)).Order(StringComparer.Ordinal)];

    internal static IReadOnlyList<SourceFile> CSharp { get; } =
        [.. Files.Where(path => path.EndsWith(".cs", StringComparison.Ordinal))
            .Select(path => new SourceFile(path))];

    /// <summary>The C# of folders; fails where there is none, since any rule would hold.</summary>
    internal static IReadOnlyList<SourceFile> Under(params string[] folders)
    {
        List<SourceFile> found = [];
        foreach (string folder in folders)
        {
            int before = found.Count;
            found.AddRange(CSharp.Where(
                file => file.Path.StartsWith(folder + "/", StringComparison.Ordinal)));
            if (found.Count == before) throw new DirectoryNotFoundException(folder);
        }

        return found;
    }

    internal static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    internal static XDocument ReadXml(string path) => XDocument.Load(Path.Combine(Root, path));

    private static IEnumerable<string> Walk(DirectoryInfo folder)
    {
        foreach (FileSystemInfo entry in folder.EnumerateFileSystemInfos())
        {
            if (s_notOurs.Contains(entry.Name) || entry.LinkTarget is not null) continue;
            if (entry is DirectoryInfo inner)
            {
                foreach (string path in Walk(inner)) yield return path;
            }
            else if (!IsIgnored(entry.Name))
            {
                yield return Path.GetRelativePath(Root, entry.FullName).Replace('\\', '/');
            }
        }
    }

    // What .gitignore names besides the folders.
    private static bool IsIgnored(string name) =>
        Path.GetExtension(name) is ".rdb" or ".aof" or ".user" or ".swp";

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Rotom.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("Rotom.sln not found");
    }
}
