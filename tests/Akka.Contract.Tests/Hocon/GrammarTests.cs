using System;
using System.Linq;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Xunit;

namespace Akka.Contract.Tests.Hocon;

// HOCON's grammar as its public specification (HOCON.md of lightbend/config) gives it, read through
// Akka's Config. Each table is one section of the specification.
public sealed class GrammarTests
{
    [Theory]
    [InlineData("a = 1", "1")]
    [InlineData("a : 1", "1")]
    [InlineData("{ a = 1 }", "1")]
    [InlineData("{ \"a\" : 1 }", "1")]
    [InlineData("# c\na = 1 # d", "1")]
    [InlineData("// c\na = 1 // d", "1")]
    [InlineData("b = 2, a = 1", "1")]
    [InlineData("b = 2\na = 1\n", "1")]
    [InlineData("a =\n 1", "1")]
    [InlineData("a = x y  z  \n", "x y  z")]
    [InlineData("a = \"x # y\"", "x # y")]
    [InlineData("a = \"q\\\"w\\\\e\\n\\u0041\"", "q\"w\\e\nA")]
    [InlineData("a = on/off-1_2", "on/off-1_2")]
    [InlineData("a = x\r\nb = 2\r\n", "x")]
    [InlineData("a = 1, a = 2", "2")]
    [InlineData("a { b = 1 }\n a = 2", "2")]
    public void A_key_has_the_value_written_after_it(string text, string expected)
    {
        Assert.Equal(expected, ConfigurationFactory.ParseString(text).GetString("a"));
    }

    [Theory]
    [InlineData("a.b.c = 1")]
    [InlineData("a { b { c = 1 } }")]
    [InlineData("a = { b : { c : 1 } }")]
    [InlineData("a.b { c = 1 }")]
    [InlineData("a { b.c = 1 }")]
    [InlineData("a {\n b {\n c = 1 } } \n")]
    public void A_dotted_key_is_a_path_of_objects(string text)
    {
        Config config = ConfigurationFactory.ParseString(text);
        Assert.Equal(1, config.GetInt("a.b.c"));
        Assert.True(config.HasPath("a.b"));
        Assert.False(config.HasPath("a.c"));
        Assert.Equal(1, config.GetConfig("a").GetConfig("b").GetInt("c"));
    }

    [Fact]
    public void A_quoted_path_element_may_contain_dots_and_slashes()
    {
        Config config = ConfigurationFactory.ParseString(
            "deployment { \"/a/b.c\" { dispatcher = x }\n /plain { dispatcher = y } }");
        Assert.Equal("x", config.GetString("deployment.\"/a/b.c\".dispatcher"));
        Assert.Equal("y", config.GetConfig("deployment").GetString("/plain.dispatcher"));
    }

    [Fact]
    public void Objects_written_twice_are_merged_and_later_fields_win()
    {
        Config config = ConfigurationFactory.ParseString("""
            foo { a = 42, deep { x = 1 } }
            foo { b = 43, deep { y = 2 } }
            foo.a = 44
            """);
        Assert.Equal(44, config.GetInt("foo.a"));
        Assert.Equal(43, config.GetInt("foo.b"));
        Assert.Equal(1, config.GetInt("foo.deep.x"));
        Assert.Equal(2, config.GetInt("foo.deep.y"));
    }

    [WholeHoconFact]
    public void A_comma_may_follow_an_object()
    {
        Config config = ConfigurationFactory.ParseString("a { x = 1 }, b { y = 2 }, c = 3");
        Assert.Equal(2, config.GetInt("b.y"));
        Assert.Equal(3, config.GetInt("c"));
    }

    [WholeHoconFact]
    public void A_value_between_two_objects_hides_the_first()
    {
        Config config = ConfigurationFactory.ParseString("a { x = 1 }\na = null\na { y = 2 }");
        Assert.False(config.HasPath("a.x"));
        Assert.Equal(2, config.GetInt("a.y"));
    }

    [Theory]
    [InlineData("a = [1, 2, 3]")]
    [InlineData("a = [ 1\n 2\n 3 ]")]
    [InlineData("a = [1, 2, 3,]")]
    [InlineData("a = [ # c\n 1, // d\n 2, 3 ]")]
    public void A_list_has_commas_or_line_ends_between_its_items(string text)
    {
        Config config = ConfigurationFactory.ParseString(text);
        Assert.Equal([1, 2, 3], config.GetIntList("a"));
        Assert.Equal(["1", "2", "3"], config.GetStringList("a"));
    }

    [Fact]
    public void A_list_may_hold_objects_and_lists()
    {
        Config config = ConfigurationFactory.ParseString("a = [ { x = 1 }, { x = 2 } ]");
        Assert.Equal(2, config.GetValue("a").GetArray().Count);
        Assert.Equal(2, config.GetValue("a").GetArray()[1].GetObject().GetKey("x").GetInt());
    }

    [WholeHoconTheory]
    [InlineData("a = [1] [2, 3]")]
    [InlineData("b = [2, 3], a = [1] ${b}")]
    [InlineData("b = [1, 2], a = ${b} [3]")]
    [InlineData("a = [1], a = ${a} [2, 3]")]
    [InlineData("a += 1, a += 2, a += 3")]
    [InlineData("a = [1, 2], a += 3")]
    [InlineData("a = [1, 2]\na += ${b}\nb = 3")]
    [InlineData("a { 2 = 3, 0 = 1, 1 = 2 }")]
    public void Lists_are_concatenated_and_appended_to(string text)
    {
        Assert.Equal([1, 2, 3], ConfigurationFactory.ParseString(text).GetIntList("a"));
    }

    [WholeHoconFact]
    public void Append_inside_a_section_and_inside_a_list_means_the_nearest_key()
    {
        Config config = ConfigurationFactory.ParseString("s { a += 1 }, s { a += 2 }, s.a += 3");
        Assert.Equal([1, 2, 3], config.GetIntList("s.a"));
        Config listed = ConfigurationFactory.ParseString("l = [ { a += 1, a += 2 } ]");
        HoconObject first = listed.GetValue("l").GetArray()[0].GetObject();
        Assert.Equal("[1,2]", first.GetKey("a").ToString());
    }

    [WholeHoconTheory]
    [InlineData("a = { x = 1 } { y = 2 }")]
    [InlineData("b = { x = 1 }, a = ${b} { y = 2 }")]
    [InlineData("a = ${b} { y = 2 }, b = { x = 1 }")]
    [InlineData("b = { x = 1, y = 7 }, a = ${b}, a { y = 2 }")]
    [InlineData("b = { x = 1 }, a = { y = 2 } ${b}")]
    [InlineData("a = { x = 1 }, a = ${a} { y = 2 }")]
    [InlineData("a = { x = 1 }, a = ${?nothing}, a = ${?nothing} { y = 2 }")]
    public void Objects_side_by_side_are_merged(string text)
    {
        Config config = ConfigurationFactory.ParseString(text);
        Assert.Equal(1, config.GetInt("a.x"));
        Assert.Equal(2, config.GetInt("a.y"));
    }

    [WholeHoconTheory]
    [InlineData("a = \"\"\"x \"y\" \\n\"\"\"", "x \"y\" \\n")]
    [InlineData("a = \"\"\"x\ny\"\"\"", "x\ny")]
    [InlineData("a = \"\"\"x\"\"\"\"", "x\"")]
    [InlineData("a = \" x \"", " x ")]
    [InlineData("a = \"null\"", "null")]
    [InlineData("a = null", null)]
    [InlineData("a = x \"  \" y", "x    y")]
    [InlineData("{ a = 1 } # end", "1")]
    [InlineData("\uFEFFa = 1", "1")]
    public void Quoted_text_is_kept_as_it_is(string text, string? expected)
    {
        Assert.Equal(expected, ConfigurationFactory.ParseString(text).GetString("a"));
    }

    [WholeHoconFact]
    public void Blanks_inside_a_key_belong_to_it_and_around_it_do_not()
    {
        Config config = ConfigurationFactory.ParseString(" a b  c  = 1\n\"\" = 2\nx\"y z\" = 3");
        Assert.Equal(1, config.GetInt("a b  c"));
        Assert.Equal(2, config.GetInt("\"\""));
        Assert.Equal(3, config.GetInt("\"xy z\""));
    }

    [WholeHoconTheory]
    [InlineData("a = [1, 2", "line 1, column 5")]
    [InlineData("\nx = {\n a = 1\n", "line 2, column 5")]
    [InlineData("a = 1\nb = \"x\nc = 2", "line 2, column 5")]
    [InlineData("a = 1\n}", "line 2, column 1")]
    [InlineData("a = \"\"\"x", "line 1, column 5")]
    [InlineData("a = b = c", "line 1, column 7")]
    [InlineData("a = &x", "line 1, column 5")]
    [InlineData("a\nb = 1", "line 2, column 1")]
    [InlineData("a = ", "line 1, column 5")]
    [InlineData("a..b = 1", "line 1, column 3")]
    [InlineData("a = 1,, b = 2", "line 1, column 7")]
    [InlineData("a = [1,,2]", "line 1, column 8")]
    [InlineData("a = \"\\q\"", "line 1, column 6")]
    [InlineData("a = x [1]", "line 1, column 5")]
    [InlineData("a = {} [1]", "line 1, column 5")]
    [InlineData("x = 1\na = ${b", "line 2, column 5")]
    [InlineData("x = 1\na = ${b}", "line 2, column 5")]
    [InlineData("[1]", "line 1, column 1")]
    [InlineData("include \"x\"", "line 1, column 1")]
    public void An_error_names_line_and_column(string text, string where)
    {
        FormatException error = Assert.Throws<FormatException>(
            () => ConfigurationFactory.ParseString(text));
        Assert.Contains(where, error.Message);
    }

    [WholeHoconTheory]
    [InlineData("[")]
    [InlineData("{a:")]
    [InlineData("{a:[")]
    public void Nesting_without_end_is_an_error_and_no_stack_overflow(string open)
    {
        string text = "a:" + string.Concat(Enumerable.Repeat(open, 100_000));
        Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString(text));
    }
}
