using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Rotom.Tidy;

/// <summary>The rules of style that a machine can check (CONTRIBUTING.md, "Style").</summary>
public sealed partial class StyleTests
{
    private const int ColumnsMax = 100;
    private const int FileLinesMax = 800;
    private const int MethodLinesMax = 70;
    private const int FileBytesMax = 100_000;

    private static readonly string[] s_documented =
        ["src/Rotom.Resp", "src/Rotom.Engine", "src/Rotom.Net", "src/Rotom.Actors"];

    private static readonly Dictionary<string, string> s_large = new()
    {
        ["tests/Rotom.Tidy/akka-1.5.30-api.txt"] = "the public API of Akka.NET, one member a line",
    };

    // Where any exception at all is caught and not thrown on, and why nothing is hidden by it.
    private static readonly Dictionary<string, string> s_catchAll = new()
    {
        ["src/Rotom.Net/Loop/AeLoop.cs"] = "a socket's handler: reported, the loop goes on",
        ["src/Rotom.Net/Loop/EventLoop.cs"] = "work, timers, hooks: reported, the loop goes on",
        ["src/Rotom.Net/Transport/NetTransport.Failing.cs"] = "a client's step: it is closed",
        ["src/Rotom.Net/Transport/NetTransport.Reading.cs"] = "as there, and thrown on",
        ["src/Rotom.Net/Tls/TlsSession.cs"] = "what a peer can cause, named in IsExpected",
        ["src/Rotom.Engine/RotomEngine.Execute.cs"] = "a command: answered, counted",
        ["src/Rotom.Engine/RotomEngine.Replay.cs"] = "a replayed command: the journal is refused",
        ["src/Rotom.Engine/Custom/CustomValues.cs"] = "a host's type lets go of a value: logged",
        ["src/Rotom.Engine/Persist/RdbValueReader.Custom.cs"] = "a host's type reads: refused",
        ["src/Rotom.Engine/Persist/ValueCapture.cs"] = "a host's type writes: told as unreadable",
        ["src/Rotom.Engine/Persist/SnapshotWalk.cs"] = "a host's type writes: the snapshot is void",
        ["src/Rotom.Actors/KeyspaceActor.Failure.cs"] = "behind a failure: logged, others go on",
        ["src/Rotom.Actors/RotomSupervisor.cs"] = "the host's code: logged",
        ["src/Rotom.Actors/Persistence/IDiskThread.cs"] = "work: reported, the thread goes on",
        ["src/Rotom.Actors/Persistence/AofStore.cs"] = "a flush on its thread: it has failed",
        ["src/Rotom.Actors/Persistence/AofStore.Recovery.cs"] = "handed to who awaits the replay",
        ["src/Rotom.Actors/Persistence/AofBaseStore.cs"] = "a base on its thread: it has failed",
        ["src/Rotom.Actors/Hosting/RotomActivities.cs"] = "a listener of the host's: its loss",
        ["src/Rotom.Actors/Hosting/LoopWork.cs"] = "handed to who awaits it",
        ["src/Rotom.Actors/Client/ReadCall.cs"] = "the caller's function: thrown to the caller",
        ["src/Rotom.Actors/Client/AsyncCommand.cs"] = "a command of the host: answered",
        ["src/Rotom.Resp/Client/RespConnection.cs"] = "handed to every caller as the cause",
    };

    [Fact]
    public void Lines_are_at_most_100_columns_long() => Offences.AreNone(
        Source.CSharp.SelectMany(file => file.Text.Split('\n')
            .Select((line, i) => (line, i)).Where(pair => pair.line.Length > ColumnsMax)
            .Select(pair => $"{file.Path}:{pair.i + 1} ({pair.line.Length})")),
        $"Lines have at most {ColumnsMax} columns");

    [Fact]
    public void Files_are_at_most_800_lines_long() => Offences.AreNone(
        Source.CSharp.Select(file => (file.Path, Lines: file.Text.Count(c => c == '\n')))
            .Where(file => file.Lines > FileLinesMax)
            .Select(file => $"{file.Path} ({file.Lines})"),
        $"Files have at most {FileLinesMax} lines");

    [Fact]
    public void Methods_are_at_most_70_lines_long() => Offences.AreNone(
        Source.CSharp.SelectMany(file => file.Nodes
            .Where(node => node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax
                or LocalFunctionStatementSyntax)
            .Select(node => (Body: Body(node), Node: node))
            .Where(pair => pair.Body is not null && !IsTable(pair.Body)
                && file.LinesOf(pair.Body) > MethodLinesMax)
            .Select(pair => $"{file.At(pair.Node)} ({file.LinesOf(pair.Body!)})")),
        $"Bodies of methods have at most {MethodLinesMax} lines");

    [Fact]
    public void Files_end_with_one_line_feed_and_have_no_tabs() => Offences.AreNone(
        Source.CSharp.Where(file => !file.Text.EndsWith('\n')
                || file.Text.EndsWith("\n\n", StringComparison.Ordinal)
                || file.Text.Contains('\t') || file.Text.Contains('\r')
                || file.Text.Contains(" \n", StringComparison.Ordinal))
            .Select(file => file.Path),
        "LF line ends, one at the end of the file; no tabs, no blanks at line ends");

    [Fact]
    public void Namespaces_are_file_scoped() => Offences.AreNone(
        Source.CSharp.SelectMany(file => file.Nodes.OfType<NamespaceDeclarationSyntax>()
            .Select(file.At)),
        "namespace X; and not namespace X { }");

    [Fact]
    public void Usings_are_sorted_with_System_first() => Offences.AreNone(
        Source.CSharp.Where(file =>
        {
            // Aliases and static ones come behind; generated polyfills have none.
            string[] names = [.. file.Syntax.Usings
                .Where(line => line.Alias is null && line.StaticKeyword.IsKind(SyntaxKind.None))
                .Select(line => line.Name!.ToString())];
            return !names.SequenceEqual(names
                .OrderBy(name => name != "System"
                    && !name.StartsWith("System.", StringComparison.Ordinal))
                .ThenBy(name => name, StringComparer.OrdinalIgnoreCase));
        }).Select(file => file.Path),
        "usings are sorted, System's first");

    [Fact]
    public void Comments_hold_no_code_and_nothing_left_to_do() => Offences.AreNone(
        Source.CSharp.SelectMany(file => file.Syntax.DescendantTrivia()
            .Where(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia)
                || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia))
            .Where(trivia => LeftToDo().IsMatch(trivia.ToString()) || IsCode(trivia.ToString()))
            .Select(trivia => $"{file.At(trivia.SpanStart)}: {trivia}")),
        "No commented-out code; what is left to do is an issue, not a comment");

    [Fact]
    public void Exceptions_are_caught_by_name() => Offences.AreListed(
        [.. Source.Under(
            "src/Rotom.Resp", "src/Rotom.Engine", "src/Rotom.Net", "src/Rotom.Actors",
            "src/Rotom.App")
            .SelectMany(file => file.Nodes.OfType<CatchClauseSyntax>().Where(IsCatchAll)
                .Select(_ => file.Path))],
        s_catchAll,
        "catch names what it catches, by type or by `when ... is`, or throws it on");

    [Fact]
    public void Public_members_are_documented() => Offences.AreNone(
        s_documented.SelectMany(folder => Undocumented.In(Source.Under(folder))),
        "Every public type and member has a /// comment");

    [Fact]
    public void No_file_is_larger_than_100_KB_unless_listed() => Offences.AreListed(
        [.. Source.Files.Where(
            path => new FileInfo(Path.Combine(Source.Root, path)).Length > FileBytesMax)],
        s_large,
        $"Files have at most {FileBytesMax} bytes");

    [Fact]
    public void No_file_names_a_place_on_somebodys_machine() => Offences.AreNone(
        Source.Files.Where(path => MachinePath().IsMatch(Source.Read(path))),
        "Paths are relative to the repository, or the user's");

    [Fact]
    public void Every_package_has_its_reason()
    {
        string[] lines = Source.Read("Directory.Packages.props").Split('\n');
        bool reason = false;
        List<string> without = [];
        foreach (string line in lines.Select(line => line.Trim()))
        {
            // A comment speaks for the packages below it, up to the next comment.
            if (line.StartsWith("<!--", StringComparison.Ordinal)) reason = true;
            if (line.StartsWith("<ItemGroup", StringComparison.Ordinal)) reason = false;
            if (line.StartsWith("<PackageVersion", StringComparison.Ordinal) && !reason)
            {
                without.Add(line);
            }
        }

        Offences.AreNone(without, "A package has a comment that says what it is for");
    }

    [Fact]
    public void Test_names_are_sentences() => Offences.AreNone(
        Source.Under("tests").SelectMany(file => file.Nodes.OfType<MethodDeclarationSyntax>()
            .Where(method => method.AttributeLists.SelectMany(list => list.Attributes)
                .Any(attribute => TestAttribute().IsMatch(attribute.Name.ToString())))
            .Where(method => !Sentence().IsMatch(method.Identifier.ValueText))
            .Select(method => $"{file.At(method)}: {method.Identifier.ValueText}")),
        "A test is named by what it proves: Words_like_these");

    // Rows of data, one statement and no logic.
    private static bool IsTable(SyntaxNode body) =>
        body is ArrowExpressionClauseSyntax { Expression: CollectionExpressionSyntax };

    private static SyntaxNode? Body(SyntaxNode node) => node switch
    {
        BaseMethodDeclarationSyntax method => (SyntaxNode?)method.Body ?? method.ExpressionBody,
        AccessorDeclarationSyntax accessor => (SyntaxNode?)accessor.Body ?? accessor.ExpressionBody,
        LocalFunctionStatementSyntax local => (SyntaxNode?)local.Body ?? local.ExpressionBody,
        _ => null,
    };

    // A statement that parses and does more than two words of prose with a semicolon would.
    private static bool IsCode(string comment)
    {
        string text = comment.TrimStart('/', '*').Trim();
        if (text is "{" or "}") return true;
        if (!text.EndsWith(';') && !text.EndsWith('{')) return false;
        if (text.EndsWith('{')) text += "}";
        return CodeMark().IsMatch(text)
            && !SyntaxFactory.ParseStatement(text).ContainsDiagnostics;
    }

    private static bool IsCatchAll(CatchClauseSyntax clause)
    {
        string type = clause.Declaration?.Type.ToString() ?? "Exception";
        if (type is not ("Exception" or "System.Exception")) return false;
        if (clause.Block.Statements.LastOrDefault() is ThrowStatementSyntax { Expression: null })
        {
            return false;
        }

        // `when (error is IOException or ...)` names types; `is not` names all the others.
        return clause.Filter?.FilterExpression is not IsPatternExpressionSyntax filter
            || filter.Pattern is UnaryPatternSyntax;
    }

    [GeneratedRegex(@"\b(TODO|FIXME|XXX|HACK)\b")]
    private static partial Regex LeftToDo();

    [GeneratedRegex(@"[=({]|^return\b|\+\+|--")]
    private static partial Regex CodeMark();

    [GeneratedRegex("""(?<![\w.~*/-])/(work|home|root|Users)/[A-Za-z_]""")]
    private static partial Regex MachinePath();

    [GeneratedRegex("^(Fact|Theory)$|(Fact|Theory)$")]
    private static partial Regex TestAttribute();

    [GeneratedRegex("^[A-Z][A-Za-z0-9]*(_[A-Za-z0-9]+)+$")]
    private static partial Regex Sentence();
}
