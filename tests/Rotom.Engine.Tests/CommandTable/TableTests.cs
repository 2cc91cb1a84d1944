using System;
using System.Collections.Generic;
using System.Linq;

using Rotom.Engine.Tests.Support;

using Xunit;

namespace Rotom.Engine.Tests.CommandTable;

/// <summary>What holds for every command; a new one is covered without a word here.</summary>
public sealed class TableTests
{
    private static readonly Dictionary<string, CommandSpec> s_specs =
        GeneratedCommands.Create().ToDictionary(spec => spec.Name);

    public static TheoryData<string> Names() => new(s_specs.Keys);

    public static TheoryData<string> Handled() => new(
        s_specs.Values.Where(spec => spec.Handler is not null).Select(spec => spec.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_row_is_complete(string name)
    {
        CommandSpec spec = s_specs[name];
        Assert.Matches(@"^\d+\.\d+\.\d+$", spec.Since);
        Assert.NotEmpty(spec.Complexity);
        Assert.Matches(@"^[A-Z].*\.$", spec.Summary);
        Assert.True(Enum.IsDefined(spec.Group));
        Assert.True(
            spec.Acl.HasFlag(Acl.Fast) != spec.Acl.HasFlag(Acl.Slow), "either fast or slow");
        Assert.Equal(spec.Handler is null, spec.Flags.HasFlag(CommandFlags.Container));
    }

    [Theory]
    [MemberData(nameof(Handled))]
    public void A_handler_is_called_without_a_stub(string name) =>
        Assert.NotNull(s_specs[name].Handler!.Target);

    [Theory]
    [MemberData(nameof(Handled))]
    public void The_arity_is_that_of_the_syntax(string name)
    {
        CommandSpec spec = s_specs[name];
        IReadOnlyList<CommandArgument> arguments = CommandSyntax.Parse(spec);
        int words = (name.Contains('|') ? 2 : 1) + arguments.Sum(argument => argument.MinWords);
        bool isFixed = arguments.All(argument => argument.IsFixed);
        // COMMAND's own words are its sub-commands'; QUIT takes what it does not document.
        bool mayBeFixed = name is "COMMAND" or "QUIT";
        bool fits = spec.Arity > 0
            ? isFixed && words == spec.Arity
            : isFixed == mayBeFixed && words == -spec.Arity;
        Assert.True(fits, $"{spec.Arity}: '{spec.Syntax}'");
    }

    [Theory]
    [MemberData(nameof(Handled))]
    public void A_syntax_has_keys_where_the_command_has_them(string name)
    {
        CommandSpec spec = s_specs[name];
        int keys = Flat(CommandSyntax.Parse(spec)).Count(a => a.Type == ArgumentType.Key);
        bool mayHaveKeys = KeyExtractor.MayHaveKeys(spec);
        Assert.True(mayHaveKeys == keys > 0, $"{keys} keys in '{spec.Syntax}'");
    }

    [Theory]
    [MemberData(nameof(Handled))]
    public void Key_access_fits_the_command(string name)
    {
        CommandSpec spec = s_specs[name];
        const Access Changes = Access.RW | Access.OW | Access.RM;
        bool changes = spec.Keys.Any(key => (key.Access & Changes) != 0);
        bool writes = spec.Flags.HasFlag(CommandFlags.Write);
        // PFCOUNT keeps its answer in the value and says so.
        if (spec.Flags.HasFlag(CommandFlags.ReadOnly) && name != "PFCOUNT")
            Assert.False(changes, "a command that only reads says that it changes a key");
        if (writes && spec.Keys.Count > 0)
            Assert.True(changes || spec.Keys[0].Search != KeySearch.Index, "no key is changed");
        foreach (KeySpec key in spec.Keys)
        {
            int kinds = int.PopCount((int)(key.Access & (Changes | Access.RO)));
            Assert.True(kinds == 1 || key.Access.HasFlag(Access.NotKey), "one of RO RW OW RM");
        }
    }

    [Theory]
    [MemberData(nameof(Handled))]
    public void Too_few_words_are_refused(string name)
    {
        CommandSpec spec = s_specs[name];
        using EngineHost host = new();
        string command = name.Replace('|', ' ');
        int least = name.Contains('|') ? 2 : 1;
        if (Math.Abs(spec.Arity) == least)
            return;
        for (int words = least; words < Math.Abs(spec.Arity); words++)
        {
            string sent = command + string.Concat(Enumerable.Repeat(" 1", words - least));
            string expected =
                $"-ERR wrong number of arguments for '{name.ToLowerInvariant()}' command";
            Assert.Equal(expected, host.Send(sent));
        }
    }

    [Theory]
    [MemberData(nameof(Handled))]
    public void One_word_too_many_is_refused(string name)
    {
        CommandSpec spec = s_specs[name];
        if (spec.Arity < 0)
            return;
        using EngineHost host = new();
        int least = name.Contains('|') ? 2 : 1;
        string sent = name.Replace('|', ' ')
            + string.Concat(Enumerable.Repeat(" 1", spec.Arity + 1 - least));
        Assert.Equal(
            $"-ERR wrong number of arguments for '{name.ToLowerInvariant()}' command",
            host.Send(sent));
    }

    private static IEnumerable<CommandArgument> Flat(IEnumerable<CommandArgument> arguments) =>
        arguments.SelectMany(argument => Flat(argument.Arguments).Prepend(argument));
}
