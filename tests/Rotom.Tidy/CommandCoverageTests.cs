using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Rotom.Tidy;

/// <summary>Every command that is declared is sent by a test of the engine.</summary>
public sealed class CommandCoverageTests
{
    [Fact]
    public void Every_command_has_a_test()
    {
        string[] commands = [.. Source.Under("src/Rotom.Engine").SelectMany(Declared)];
        Assert.True(commands.Length > 50, "the commands were not found");
        string tests = string.Join('\n', Source.Files.Where(IsTest).Select(Source.Read));
        Offences.AreNone(commands.Where(name => !IsSent(name, tests)), "Commands without a test");
    }

    // Tests and the transcripts they replay.
    private static bool IsTest(string path) =>
        path.StartsWith("tests/Rotom.Engine.Tests/Commands/", StringComparison.Ordinal);

    private static IEnumerable<string> Declared(SourceFile file) =>
        file.Nodes.OfType<AttributeSyntax>()
            .Where(attribute => attribute.Name.ToString() == "Command")
            .Select(attribute => attribute.ArgumentList?.Arguments[0].Expression)
            .OfType<LiteralExpressionSyntax>()
            .Select(literal => literal.Token.ValueText);

    // "CONFIG|GET" is sent as CONFIG GET. A container's own name is sent with its sub-commands'.
    private static bool IsSent(string name, string tests) => Regex.IsMatch(
        tests, $@"(?<![\w|-]){Regex.Escape(name.Replace('|', ' '))}(?![\w-])");
}
