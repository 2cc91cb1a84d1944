using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

using Xunit;

namespace Rotom.Engine.Tests.CommandTable;

public sealed class CommandSyntaxTests
{
    // A tree is written here as token=name:type?*(children): ? optional, * repeated, ** token too.
    [Theory]
    [InlineData("", "")]
    [InlineData("key value", "key:Key value:String")]
    [InlineData("start:integer by:double p:pattern pattern t:unix-time",
        "start:Integer by:Double p:Pattern pattern:Pattern t:UnixTime")]
    [InlineData("NX", "NX=nx:PureToken")]
    [InlineData("[NX]", "NX=nx:PureToken?")]
    [InlineData("[NX | XX]", "nx_or_xx:OneOf?(NX=nx:PureToken XX=xx:PureToken)")]
    [InlineData("condition:[NX|XX]", "condition:OneOf?(NX=nx:PureToken XX=xx:PureToken)")]
    [InlineData("<= | ~>", "=_or_~:OneOf(===:PureToken ~=~:PureToken)")]
    [InlineData("[EX seconds:integer | KEEPTTL]",
        "seconds_or_keepttl:OneOf?(EX=seconds:Integer KEEPTTL=keepttl:PureToken)")]
    [InlineData("[LIMIT offset:integer count:integer]",
        "LIMIT=offset_count:Block?(offset:Integer count:Integer)")]
    [InlineData("[COUNT count:integer [ANY]]",
        "count_any:Block?(COUNT=count:Integer ANY=any:PureToken?)")]
    [InlineData("<BYBOX width:double height:double unit:<M | KM>>",
        "width_height_unit:Block(BYBOX=width:Double height:Double "
        + "unit:OneOf(M=m:PureToken KM=km:PureToken))")]
    [InlineData("MAXLEN threshold", "MAXLEN=threshold:String")]
    [InlineData("MAXLEN [threshold]", "MAXLEN=maxlen:PureToken threshold:String?")]
    [InlineData("WITH VALUES n:integer", "WITH=with:PureToken VALUES=n:Integer")]
    [InlineData("key...", "key:Key*")]
    [InlineData("key [key ...]", "key:Key*")]
    [InlineData("field value [field value ...]", "field_value:Block*(field:String value:String)")]
    [InlineData("<field value>...", "field_value:Block*(field:String value:String)")]
    [InlineData("[section ...]", "section:String?*")]
    [InlineData("[section]...", "section:String?*")]
    [InlineData("STREAMS key... id...", "STREAMS=key:Key* id:String*")]
    [InlineData("streams:<STREAMS key... id...>", "STREAMS=streams:Block(key:Key* id:String*)")]
    [InlineData("[GET pattern]...", "GET=pattern:Pattern?**")]
    [InlineData("GET pattern [GET pattern ...]", "GET=pattern:Pattern**")]
    [InlineData("<ID id...>...", "id:Block*(ID=id:String*)")]
    [InlineData("value [value2 ...]", "value:String value2:String?*")]
    [InlineData("<key | \"\">", "key_or_\"\":OneOf(key:Key \"\"=\"\":PureToken)")]
    public void A_notation_becomes_a_tree(string notation, string expected) =>
        Assert.Equal(expected, Show(CommandSyntax.Parse(notation)));

    [Theory]
    [InlineData("[")]
    [InlineData("]")]
    [InlineData("key | \"\"")]
    [InlineData("[a>")]
    [InlineData("[]")]
    [InlineData("[a |]")]
    [InlineData("...")]
    [InlineData("a:number")]
    [InlineData(":integer")]
    [InlineData("a@")]
    [InlineData("FROMid")]
    [InlineData("[[[[[[[[[[[[[a]]]]]]]]]]]]]")]
    public void A_wrong_notation_is_refused(string notation)
    {
        FormatException error = Assert.Throws<FormatException>(() => CommandSyntax.Parse(notation));
        Assert.Contains(notation, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_argument_may_say_since_when()
    {
        var arguments = CommandSyntax.Parse("[GET@6.2.0] [EX@2.6.12 seconds:integer] count@7.0.0");
        Assert.Equal(["6.2.0", "2.6.12", "7.0.0"], arguments.Select(argument => argument.Since));
        Assert.Equal("GET", arguments[0].Token);
    }

    [Theory]
    [InlineData("destination:key key", 1, "0 0")]
    [InlineData("destination:key key", 2, "0 1")]
    [InlineData("key [STORE a:key | STOREDIST b:key]", 3, "0 1 2")]
    [InlineData("<key value>...", 1, "0")]
    [InlineData("key", 0, "-1")]
    public void A_key_has_the_number_of_its_specification(
        string notation, int specs, string expected)
    {
        KeySpec spec = new(KeySearch.Index, 1, "", KeyFind.Range, 0, 1, 0, Access.RO);
        var command = new CommandSpec
        {
            Name = "SAMPLE",
            Handler = null,
            Arity = -1,
            Syntax = notation,
            Keys = [.. Enumerable.Repeat(spec, specs)],
        };
        IEnumerable<int> numbers = Flat(CommandSyntax.Parse(command))
            .Where(argument => argument.Type == ArgumentType.Key)
            .Select(argument => argument.KeySpecIndex);
        Assert.Equal(expected, string.Join(' ', numbers));
    }

    [Theory]
    [InlineData("", 0, true)]
    [InlineData("key value", 2, true)]
    [InlineData("key [NX]", 1, false)]
    [InlineData("key...", 1, false)]
    [InlineData("numkeys:integer <key value>...", 3, false)]
    [InlineData("<EX seconds | KEEPTTL>", 1, false)]
    [InlineData("<LEFT | RIGHT> LIMIT count", 3, true)]
    [InlineData("<FROM lon lat>", 3, true)]
    public void Words_that_a_call_needs_are_counted(string notation, int least, bool isFixed)
    {
        IReadOnlyList<CommandArgument> arguments = CommandSyntax.Parse(notation);
        Assert.Equal(least, arguments.Sum(argument => argument.MinWords));
        Assert.Equal(isFixed, arguments.All(argument => argument.IsFixed));
    }

    private static IEnumerable<CommandArgument> Flat(IEnumerable<CommandArgument> arguments) =>
        arguments.SelectMany(argument => Flat(argument.Arguments).Prepend(argument));

    private static string Show(IEnumerable<CommandArgument> arguments) =>
        string.Join(' ', arguments.Select(argument =>
        {
            var text = new StringBuilder();
            if (argument.Token is not null)
                text.Append(argument.Token).Append('=');
            text.Append(argument.Name).Append(':').Append(argument.Type);
            text.Append(argument.Optional ? "?" : "").Append(argument.Multiple ? "*" : "");
            text.Append(argument.MultipleToken ? "*" : "");
            if (argument.Arguments.Count > 0)
                text.Append('(').Append(Show(argument.Arguments)).Append(')');
            return text.ToString();
        }));
}
