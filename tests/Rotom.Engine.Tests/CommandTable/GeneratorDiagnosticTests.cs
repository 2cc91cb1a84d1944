using System.Linq;

using Microsoft.CodeAnalysis;

using Xunit;

namespace Rotom.Engine.Tests.CommandTable;

public sealed class GeneratorDiagnosticTests
{
    private const string Handler = "internal static void H(ref CommandContext c) { }";

    private const string Good = """
        Arity = 2, Since = "1.0.0", Complexity = "O(1)", Group = Group.String,
        Flags = CommandFlags.ReadOnly, Acl = Acl.String
        """;

    private const string Write = """
        Arity = 2, Since = "1.0.0", Complexity = "O(1)", Group = Group.String,
        Flags = CommandFlags.Write, Acl = Acl.String
        """;

    [Fact]
    public void A_complete_row_has_no_error() =>
        Assert.Empty(GeneratorRun.Over(Command(Good, "[Key(1, Access.Read)]")).Errors);

    [Theory]
    [InlineData("RTM001", "Since = \"1.0.0\", ", "")]
    [InlineData("RTM001", "\"1.0.0\"", "\"soon\"")]
    [InlineData("RTM002", "Complexity = \"O(1)\", ", "")]
    [InlineData("RTM003", "Group = Group.String,", "")]
    [InlineData("RTM005", ", Acl = Acl.String", "")]
    [InlineData("RTM009", "CommandFlags.ReadOnly", "CommandFlags.ReadOnly | CommandFlags.Write")]
    [InlineData("RTM010", "Arity = 2, ", "")]
    [InlineData("RTM013", "Arity = 2", "Arity = 2, KeysNone = true")]
    public void A_row_that_lacks_something_is_an_error(string id, string part, string replacement)
    {
        Assert.Contains(part, Good, System.StringComparison.Ordinal);
        string spoilt = Good.Replace(part, replacement, System.StringComparison.Ordinal);
        Assert.Equal([id], GeneratorRun.Over(Command(spoilt, "[Key(1, Access.Read)]")).Errors);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/// <summary> </summary>")]
    [InlineData("/// <summary>Not closed.")]
    [InlineData("// <summary>No doc comment.</summary>")]
    public void A_row_without_summary_is_an_error(string comment) =>
        Assert.Equal(["RTM004"],
            GeneratorRun.Over($"{comment}\n[Command(\"GET\", {Good})]\n{Handler}").Errors);

    [Theory]
    [InlineData("", false)]
    [InlineData(", KeysNone = true", true)]
    public void A_write_names_its_keys_or_says_that_it_has_none(string extra, bool isFine)
    {
        string[] expected = isFine ? [] : ["RTM006"];
        Assert.Equal(expected, GeneratorRun.Over(Command(Write + extra, "")).Errors);
    }

    [Theory]
    [InlineData("CommandFlags.Admin")]
    [InlineData("CommandFlags.PubSub")]
    public void A_category_that_follows_from_a_flag_need_not_be_named(string flag)
    {
        string row = Good.Replace("CommandFlags.ReadOnly, Acl = Acl.String", flag);
        Assert.Empty(GeneratorRun.Over(Command(row, "")).Errors);
    }

    [Fact]
    public void A_name_declared_twice_is_an_error()
    {
        string second = Command(Good, "").Replace(" H(", " Other(");
        Assert.Equal(["RTM007"], GeneratorRun.Over(Command(Good, "") + second).Errors);
    }

    [Theory]
    [InlineData("internal void H(ref CommandContext c) { }")]
    [InlineData("internal static int H(ref CommandContext c) => 0;")]
    [InlineData("internal static async void H(CommandContext c) { }")]
    [InlineData("internal static void H<T>(ref CommandContext c) { }")]
    [InlineData("internal static void H(CommandContext c) { }")]
    [InlineData("internal static void H(in CommandContext c) { }")]
    [InlineData("internal static void H(ref int c) { }")]
    [InlineData("internal static void H(ref CommandContext c, int n) { }")]
    [InlineData("internal static void H() { }")]
    [InlineData("private static void H(ref CommandContext c) { }")]
    public void A_handler_of_another_shape_is_an_error(string handler) =>
        Assert.Equal(["RTM008"], GeneratorRun.Over(Command(Good, "", handler: handler)).Errors);

    [Fact]
    public void A_handler_in_a_private_class_is_an_error() => Assert.Equal(["RTM008"],
        GeneratorRun.Over("private static class I\n{\n" + Command(Good, "") + "}").Errors);

    [Fact]
    public void A_handler_in_a_generic_class_is_an_error() => Assert.Equal(["RTM008"],
        GeneratorRun.Over("internal static class I<T>\n{\n" + Command(Good, "") + "}").Errors);

    [Theory]
    [InlineData("get")]
    [InlineData("")]
    [InlineData("A B")]
    [InlineData("|GET")]
    [InlineData("A|")]
    [InlineData("A|B|C")]
    public void A_malformed_name_is_an_error(string name) =>
        Assert.Contains("RTM011", GeneratorRun.Over(Command(Good, "", name)).Errors);

    [Fact]
    public void A_sub_commands_arity_counts_both_words() =>
        Assert.Equal(["RTM010"], GeneratorRun.Over(
            Command(Good.Replace("Arity = 2", "Arity = 1"), "", "CONFIG|GET")).Errors);

    [Theory]
    [InlineData("[Key(0, Access.Read)]")]
    [InlineData("[Key(1, (Access)0)]")]
    [InlineData("[Keys(1, -1, 0, Access.Read)]")]
    [InlineData("[Keys(1, 4, 2, Access.Read)]")]
    [InlineData("[KeysAfterCount(0, Access.Read)]")]
    [InlineData("[KeyAfterToken(\"store\", 1, Access.Read)]")]
    [InlineData("[KeyAfterToken(\"\", 1, Access.Read)]")]
    [InlineData("[KeyAfterToken(\"STORE\", 0, Access.Read)]")]
    [InlineData("[KeyAfterToken(\"STORE\", 1, Access.Read, Count = 2)]")]
    public void An_unsound_key_specification_is_an_error(string keys) =>
        Assert.Equal(["RTM012"], GeneratorRun.Over(Command(Good, keys)).Errors);

    [Fact]
    public void An_error_points_at_the_attribute()
    {
        Diagnostic error = GeneratorRun.Over(Command(Write, "")).Result.Diagnostics.Single();
        Assert.Equal(DiagnosticSeverity.Error, error.Severity);
        Assert.Equal("Sample.cs", error.Location.GetLineSpan().Path);
        Assert.Equal(5, error.Location.GetLineSpan().StartLinePosition.Line);
        Assert.Contains("'GET' writes", error.GetMessage(), System.StringComparison.Ordinal);
    }

    private static string Command(
        string row, string keys, string name = "GET", string handler = Handler) =>
        $"/// <summary>Text.</summary>\n[Command(\"{name}\", {row})]\n{keys}\n{handler}\n";
}
