using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Xunit;

namespace Akka.Contract.Tests.Hocon;

// Substitutions and includes as HOCON's public specification gives them ("Substitutions",
// "Self-Referential Substitutions", "The += field separator", "Includes").
public sealed class SubstitutionTests
{
    [Theory]
    [InlineData("b = 1, a = ${b}", "1")]
    [InlineData("a = ${b}, b = 1", "1")]
    [InlineData("b { c = 1 }\na = ${b.c}", "1")]
    [InlineData("b = 8, a = x${b}y", "x8y")]
    [InlineData("b = 8, a = x ${b} y", "x 8 y")]
    public void A_substitution_is_the_value_at_its_path(string text, string expected)
    {
        Assert.Equal(expected, ConfigurationFactory.ParseString(text).GetString("a"));
    }

    [WholeHoconTheory]
    [InlineData("a = ${b}, b = 1, b = 2", "2")]
    [InlineData("a = ${?b}", null)]
    [InlineData("a = 5, a = ${?b}", "5")]
    [InlineData("a = x ${?b}y", "x y")]
    [InlineData("a = 1, a = ${a}2", "12")]
    [InlineData("a = 1, a = ${a}2, a = ${a}3", "123")]
    [InlineData("a = ${?a}1, a = ${?a}2", "12")]
    [InlineData("a = ${x.y}, x { y = ${z} }, z = ok", "ok")]
    [InlineData("a = ${\"b.c\"}, \"b.c\" = 4", "4")]
    [InlineData("b = null, a = ${b}", null)]
    [InlineData("a = ${b.x}, b = ${c} { x = ${c.x}1 }, c { x = 0 }", "01")]
    public void A_substitution_sees_the_last_value_and_itself_the_one_before(
        string text, string? expected)
    {
        Assert.Equal(expected, ConfigurationFactory.ParseString(text).GetString("a"));
    }

    [WholeHoconFact]
    public void An_optional_substitution_without_value_leaves_no_key_and_no_item()
    {
        Config config = ConfigurationFactory.ParseString("a = ${?b}, l = [1, ${?b}, 2]");
        Assert.False(config.HasPath("a"));
        Assert.Equal([1, 2], config.GetIntList("l"));
    }

    [WholeHoconFact]
    public void Objects_may_refer_to_each_others_fields()
    {
        Config config = ConfigurationFactory.ParseString("""
            bar { a = ${foo.d}, b = 1 }
            bar.b = 3
            foo { c = ${bar.b}, d = 2 }
            foo.d = 4
            """);
        Assert.Equal(4, config.GetInt("bar.a"));
        Assert.Equal(3, config.GetInt("foo.c"));
    }

    [WholeHoconFact]
    public void An_object_may_use_its_own_earlier_fields()
    {
        Config config = ConfigurationFactory.ParseString(
            "bar { foo = 42, baz = ${bar.foo} }\nbar { foo = 43 }");
        Assert.Equal(43, config.GetInt("bar.baz"));
    }

    [WholeHoconTheory]
    [InlineData("a = ${a}")]
    [InlineData("a = ${b}, b = ${a}")]
    [InlineData("a = ${b}, b = ${c}, c = ${a}")]
    [InlineData("a { b = ${a} }")]
    [InlineData("a { b = ${c} }, c { d = ${a} }")]
    [InlineData("a = [ ${a} ]")]
    public void A_circle_is_an_error(string text)
    {
        Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString(text));
    }

    [Fact]
    public void A_required_substitution_without_value_is_an_error()
    {
        Assert.Throws<FormatException>(
            () => ConfigurationFactory.ParseString("a = ${rotom.no.such.key}"));
    }

    [WholeHoconFact]
    public void The_environment_is_asked_last()
    {
        string name = "ROTOM_HOCON_" + Guid.NewGuid().ToString("N");
        Environment.SetEnvironmentVariable(name, "7777");
        try
        {
            Config config = ConfigurationFactory.ParseString(
                $"a = ${{{name}}}, b = 1, b = ${{?{name}}}, c = 1, c = ${{?{name}_NOT}}");
            Assert.Equal(7777, config.GetInt("a"));
            Assert.Equal(7777, config.GetInt("b"));
            Assert.Equal(1, config.GetInt("c"));
            Config own = ConfigurationFactory.ParseString($"{name} = 1, a = ${{{name}}}");
            Assert.Equal(1, own.GetInt("a"));
            Config itself = ConfigurationFactory.ParseString($"{name} = ${{{name}}}\":x\"");
            Assert.Equal("7777:x", itself.GetString(name));
        }
        finally
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }

    [WholeHoconFact]
    public void A_thousand_appends_are_read()
    {
        string text = string.Concat(Enumerable.Range(0, 1000).Select(i => $"a += {i}\n"));
        Config config = ConfigurationFactory.ParseString(text);
        Assert.Equal(Enumerable.Range(0, 1000), config.GetIntList("a"));
    }

    [Fact]
    public void An_include_puts_the_other_text_where_it_stands()
    {
        Config config = ConfigurationFactory.ParseString(
            "a = 1\ninclude \"other\"\nc = 3", Files(("other", "a = 2, b = 2, c = 2")));
        Assert.Equal(2, config.GetInt("a"));
        Assert.Equal(2, config.GetInt("b"));
        Assert.Equal(3, config.GetInt("c"));
    }

    [Fact]
    public void An_include_inside_a_section_fills_that_section()
    {
        Config config = ConfigurationFactory.ParseString(
            "s { x { y = 0 }\n include \"other\" }", Files(("other", "x { z = 1 }")));
        Assert.Equal(0, config.GetInt("s.x.y"));
        Assert.Equal(1, config.GetInt("s.x.z"));
    }

    [WholeHoconTheory]
    [InlineData("include file(\"other\")")]
    [InlineData("include required(\"other\")")]
    [InlineData("include required(file(\"other\"))")]
    [InlineData("include \"nothing\"\ninclude \"other\"")]
    [InlineData("include = 5\ninclude \"other\"")]
    public void An_include_names_a_file_in_any_of_its_forms(string text)
    {
        Config config = ConfigurationFactory.ParseString(text, Files(("other", "b = 2")));
        Assert.Equal(2, config.GetInt("b"));
    }

    [WholeHoconFact]
    public void An_included_substitution_sees_its_own_file_first_and_then_the_whole()
    {
        Config config = ConfigurationFactory.ParseString(
            "s { include \"other\" }\nmine = 1\ny = far\ns.x = over",
            Files(
                ("other", "x = near, a = ${x}, b = ${y}, include \"third\""),
                ("third", "c = ${y}")));
        Assert.Equal("over", config.GetString("s.a"));
        Assert.Equal("far", config.GetString("s.b"));
        Assert.Equal("far", config.GetString("s.c"));
    }

    [WholeHoconFact]
    public void A_required_include_that_is_not_there_is_an_error()
    {
        Assert.Throws<FormatException>(
            () => ConfigurationFactory.ParseString("include required(\"no\")", Files()));
    }

    [WholeHoconFact]
    public void A_file_that_includes_itself_is_an_error()
    {
        Assert.Throws<FormatException>(() => ConfigurationFactory.ParseString(
            "include \"me\"", Files(("me", "include \"me\""))));
    }

    private static Func<string, HoconRoot> Files(params (string Name, string Text)[] files)
    {
        Dictionary<string, string> texts = files.ToDictionary(file => file.Name, file => file.Text);
        return Read;

        HoconRoot Read(string name)
        {
            if (!texts.TryGetValue(name, out string? text))
            {
                return null!;
            }

            Config parsed = ConfigurationFactory.ParseString(text, Read);
            return new HoconRoot(parsed.Root, parsed.Substitutions);
        }
    }
}
