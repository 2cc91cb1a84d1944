using System;
using System.Linq;

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

using Xunit;

namespace Rotom.Engine.Tests.CommandTable;

public sealed class GeneratedTableTests
{
    private const string Row = """
        Arity = -2, Since = "1.2.3", Complexity = "O(1) \"at most\"", Group = Group.SortedSet
        """;

    [Fact]
    public void Every_property_reaches_the_table()
    {
        CommandSpec spec = Single("""
            Acl = Acl.SortedSet, Flags = CommandFlags.Write | CommandFlags.DenyOom,
            Syntax = "key [NX | XX]", Tips = "nondeterministic_output  request_policy:all_shards",
            DeprecatedSince = "4.0.0", ReplacedBy = "`OTHER`"
            """, "[Key(1, Access.RW | Access.Update, Notes = \"Why \\\"so\\\".\")]");

        Assert.Equal("SAMPLE", spec.Name);
        Assert.Equal(-2, spec.Arity);
        Assert.Equal("1.2.3", spec.Since);
        Assert.Equal("O(1) \"at most\"", spec.Complexity);
        Assert.Equal(Group.SortedSet, spec.Group);
        Assert.Equal(CommandFlags.Write | CommandFlags.DenyOom, spec.Flags);
        Assert.Equal(Acl.SortedSet | Acl.Write | Acl.Slow, spec.Acl);
        Assert.Equal("key [NX | XX]", spec.Syntax);
        Assert.Equal(["nondeterministic_output", "request_policy:all_shards"], spec.Tips);
        Assert.Equal("4.0.0", spec.DeprecatedSince);
        Assert.Equal("`OTHER`", spec.ReplacedBy);
        Access access = Access.RW | Access.Update;
        KeySpec expected = new(KeySearch.Index, 1, "", KeyFind.Range, 0, 1, 0, access)
        {
            Notes = "Why \"so\".",
        };
        Assert.Equal(expected, Assert.Single(spec.Keys));
    }

    // A delegate to a static method has no target, and its calls go through a stub.
    [Fact]
    public void Handlers_are_closed_delegates()
    {
        CommandSpec spec = Single("Acl = Acl.None", "");
        Assert.NotNull(spec.Handler);
        Assert.NotNull(spec.Handler.Target);
        Assert.False(spec.Handler.Method.IsStatic);
    }

    [Theory]
    [InlineData("Write", "None", Acl.Write | Acl.Slow)]
    [InlineData("ReadOnly", "None", Acl.Read | Acl.Slow)]
    [InlineData("ReadOnly", "Scripting", Acl.Scripting | Acl.Slow)]
    [InlineData("Fast", "Connection", Acl.Connection | Acl.Fast)]
    [InlineData("None", "Fast", Acl.Fast)]
    [InlineData("Admin", "None", Acl.Admin | Acl.Dangerous | Acl.Slow)]
    [InlineData("PubSub", "None", Acl.PubSub | Acl.Slow)]
    [InlineData("Blocking", "List", Acl.List | Acl.Blocking | Acl.Slow)]
    public void Categories_follow_from_flags(string flag, string acl, Acl expected) => Assert.Equal(
        expected, Single($"KeysNone = true, Flags = CommandFlags.{flag}, Acl = Acl.{acl}", "").Acl);

    [Fact]
    public void Key_specifications_keep_their_order_and_form()
    {
        CommandSpec spec = Single("Acl = Acl.None", """
            [Key(1, Access.OW)]
            [Keys(2, 6, 2, Access.RO)]
            [Keys(3, -1, 1, Access.RO)]
            [KeysAfterCount(2, Access.Read)]
            [KeyAfterToken("STORE", 5, Access.OW)]
            [KeyAfterToken("KEYS", -2, Access.RM, Count = -1)]
            [KeyAfterToken("STREAMS", 1, Access.RO, Count = -2)]
            [KeysUnknown(Access.RO | Access.Incomplete)]
            """);
        Assert.Equal<KeySpec>(
        [
            new(KeySearch.Index, 1, "", KeyFind.Range, 0, 1, 0, Access.OW),
            new(KeySearch.Index, 2, "", KeyFind.Range, 4, 2, 0, Access.RO),
            new(KeySearch.Index, 3, "", KeyFind.Range, -1, 1, 0, Access.RO),
            new(KeySearch.Index, 2, "", KeyFind.KeyNum, 0, 1, 0, Access.Read),
            new(KeySearch.Keyword, 5, "STORE", KeyFind.Range, 0, 1, 0, Access.OW),
            new(KeySearch.Keyword, -2, "KEYS", KeyFind.Range, -1, 1, 0, Access.RM),
            new(KeySearch.Keyword, 1, "STREAMS", KeyFind.Range, -1, 1, 2, Access.RO),
            new(KeySearch.Unknown, 0, "", KeyFind.Unknown, 0, 1, 0, Access.RO | Access.Incomplete),
        ], spec.Keys);
    }

    [Theory]
    [InlineData("[Key(1, Access.RO)]", false)]
    [InlineData("[Keys(1, -1, 2, Access.RO)]", false)]
    [InlineData("[KeysAfterCount(1, Access.RO)]", true)]
    [InlineData("[Key(1, Access.RO)] [KeyAfterToken(\"STORE\", 1, Access.OW)]", true)]
    [InlineData("[Key(1, Access.RO)] [KeysUnknown(Access.RO)]", true)]
    public void Movable_keys_are_those_that_arguments_move(string keys, bool movable)
    {
        CommandFlags flags = Single("Acl = Acl.None", keys).Flags;
        Assert.Equal(movable, (flags & CommandFlags.MovableKeys) != 0);
    }

    [Fact]
    public void A_container_without_handler_is_made_from_its_sub_commands()
    {
        CommandSpec[] table = GeneratorRun.Over($$"""
            /// <summary>A.</summary>
            [Command("CONFIG|SET", {{Row}}, Acl = Acl.None)]
            internal static void Set(ref CommandContext c) { }
            /// <summary>B.</summary>
            [Command("CONFIG|GET", {{Row.Replace("1.2.3", "1.0.9")}}, Acl = Acl.None)]
            internal static void Get(ref CommandContext c) { }
            """).Create();
        Assert.Equal(["CONFIG", "CONFIG|GET", "CONFIG|SET"], table.Select(spec => spec.Name));
        CommandSpec container = table[0];
        Assert.Null(container.Handler);
        Assert.Equal(-2, container.Arity);
        Assert.Equal("A container for CONFIG commands.", container.Summary);
        Assert.Equal("1.0.9", container.Since);
        Assert.Equal(Group.SortedSet, container.Group);
        Assert.Equal(CommandFlags.Container, container.Flags);
        Assert.Equal(Acl.Slow, container.Acl);
        Assert.Empty(container.Keys);
    }

    [Fact]
    public void A_container_with_a_handler_is_left_alone()
    {
        CommandSpec[] table = GeneratorRun.Over($$"""
            /// <summary>A.</summary>
            [Command("COMMAND", {{Row}}, Acl = Acl.None)]
            [Command("COMMAND|COUNT", {{Row}}, Acl = Acl.None)]
            internal static void Set(ref CommandContext c) { }
            """).Create();
        Assert.Equal(["COMMAND", "COMMAND|COUNT"], table.Select(spec => spec.Name));
        Assert.All(table, spec => Assert.NotNull(spec.Handler));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_summary_is_one_line_of_text_whether_doc_comments_are_parsed_or_not(bool parsed)
    {
        GeneratorRun run = GeneratorRun.Over($$"""
            /// <summary>
            ///   Sets <c>a</c> &amp; <paramref name="b"/>,
            /// then "quits".
            /// </summary>
            /// <remarks>Not this.</remarks>
            [Command("SAMPLE", {{Row}}, Acl = Acl.None)]
            internal static void Handler(ref CommandContext c) { }
            """, parsed);
        Assert.Equal("Sets a & b, then \"quits\".", run.Create().Single().Summary);
    }

    [Fact]
    public void Without_commands_the_table_is_empty() =>
        Assert.Empty(GeneratorRun.Over("").Create());

    [Fact]
    public void An_edit_elsewhere_generates_nothing_anew()
    {
        string members = $$"""
            /// <summary>A.</summary>
            [Command("SAMPLE", {{Row}}, Acl = Acl.None)]
            [Key(1, Access.RO)]
            internal static void Handler(ref CommandContext c) { }
            """;
        CSharpCompilation before = GeneratorRun.Compile(members);
        GeneratorDriver driver = GeneratorRun.Driver().RunGenerators(before);
        SyntaxTree unrelated = CSharpSyntaxTree.ParseText("class Unrelated;",
            (CSharpParseOptions)before.SyntaxTrees[0].Options);
        driver = driver.RunGenerators(before.AddSyntaxTrees(unrelated));

        var outputs = driver.GetRunResult().Results.Single().TrackedOutputSteps
            .SelectMany(step => step.Value).SelectMany(step => step.Outputs).ToArray();
        Assert.NotEmpty(outputs);
        Assert.All(outputs, output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
    }

    private static CommandSpec Single(string properties, string keys)
    {
        GeneratorRun run = GeneratorRun.Over($$"""
            /// <summary>Text.</summary>
            [Command("SAMPLE", {{Row}}, {{properties}})]
            {{keys}}
            internal static void Handler(ref CommandContext c) { }
            """);
        Assert.Empty(run.Errors);
        return Assert.Single(run.Create());
    }
}
