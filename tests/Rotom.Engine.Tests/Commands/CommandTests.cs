using System;

using Rotom.Engine.Commands;
using Rotom.Engine.Tests.Support;
using Rotom.Resp;

using Xunit;

namespace Rotom.Engine.Tests.Commands;

public sealed class CommandTests
{
    [Fact]
    public void Info_answers_ten_elements_in_resp2()
    {
        using EngineHost host = new();
        host.Check("COMMAND INFO get", "*1 *10 $get :2 *2 +readonly +fast :1 :1 :1 "
            + "*3 +@read +@string +@fast *0 *1 *6 $flags *2 +RO +access "
            + "$begin_search *4 $type $index $spec *2 $index :1 "
            + "$find_keys *4 $type $range $spec *6 $lastkey :0 $keystep :1 $limit :0 *0");
    }

    [Fact]
    public void Info_answers_sets_and_maps_in_resp3()
    {
        using EngineHost host = new();
        host.Send("HELLO 3");
        host.Check("COMMAND INFO get nosuch", "*2 *10 $get :2 ~2 +readonly +fast :1 :1 :1 "
            + "~3 +@read +@string +@fast ~0 ~1 %3 $flags ~2 +RO +access "
            + "$begin_search %2 $type $index $spec %1 $index :1 "
            + "$find_keys %2 $type $range $spec %3 $lastkey :0 $keystep :1 $limit :0 ~0 _");
    }

    [Fact]
    public void Info_finds_sub_commands_and_shows_them_in_their_container()
    {
        using EngineHost host = new();
        string sub = "*10 $command|count :2 *2 +loading +stale :0 :0 :0 "
            + "*2 +@slow +@connection *0 *0 *0";
        host.Check("COMMAND INFO Command|Count", "*1 " + sub);
        host.Check("COMMAND INFO command|nosuch nosuch|count", "*2 $-1 $-1");
        Assert.Contains(sub, host.Send("COMMAND INFO command"), StringComparison.Ordinal);
    }

    [Fact]
    public void Command_without_arguments_is_info_of_all()
    {
        using EngineHost host = new();
        string all = host.Send("COMMAND");
        Assert.Equal(all, host.Send("COMMAND INFO"));
        Assert.StartsWith(
            "*" + host.Send("COMMAND COUNT")[1..] + " *10 ", all, StringComparison.Ordinal);
    }

    [Fact]
    public void Docs_answer_summary_arguments_and_sub_commands()
    {
        using EngineHost host = new();
        host.Send("HELLO 3");
        host.Check("COMMAND DOCS command|list", "%1 $command|list %5 "
            + "$summary $Lists the names of commands, all or those that a filter lets through. "
            + "$since $7.0.0 $group $server "
            + "$complexity $O(N) where N is the total number of Redis commands "
            + "$arguments *1 %5 $name $filterby $type $oneof $token $FILTERBY $flags ~1 +optional "
            + "$arguments *3 %3 $name $module-name $type $string $token $MODULE "
            + "%3 $name $category $type $string $token $ACLCAT "
            + "%3 $name $pattern $type $pattern $token $PATTERN");
        host.Check("COMMAND DOCS nosuch", "%0");
        string container = host.Send("COMMAND DOCS command");
        Assert.StartsWith("%1 $command %5 $summary ", container, StringComparison.Ordinal);
        Assert.Contains(" $subcommands %7 $command|", container, StringComparison.Ordinal);
    }

    [Fact]
    public void Docs_of_a_deprecated_command_say_what_replaces_it()
    {
        var writer = new RespWriter();
        CommandDocsReply.Write(writer, new Command(
            new CommandSpec
            {
                Name = "OLD",
                Handler = null,
                Arity = -2,
                Group = Group.SortedSet,
                Summary = "S.",
                Since = "1.0.0",
                Complexity = "O(1)",
                DeprecatedSince = "2.0.0",
                ReplacedBy = "`NEW`",
                Syntax = "[GET@1.2.0 pattern]...",
            }, null));
        Assert.Equal("$old *16 $summary $S. $since $1.0.0 $group $sorted-set $complexity $O(1) "
            + "$doc_flags *1 +deprecated $deprecated_since $2.0.0 $replaced_by $`NEW` "
            + "$arguments *1 *10 $name $pattern $type $pattern $token $GET $since $1.2.0 "
            + "$flags *3 +optional +multiple +multiple_token",
            ShortForm.Of(writer.Written));
    }

    [Fact]
    public void List_filters_by_category_pattern_and_module()
    {
        using EngineHost host = new();
        host.Check("COMMAND LIST FILTERBY PATTERN command|get*",
            "*2 $command|getkeys $command|getkeysandflags");
        string[] transactions = host.Send("COMMAND LIST filterby aclcat TRANSACTION").Split(' ');
        Assert.Contains("$multi", transactions);
        Assert.DoesNotContain("$get", transactions);
        host.Check("COMMAND LIST FILTERBY ACLCAT nosuch", "*0");
        host.Check("COMMAND LIST FILTERBY MODULE any", "*0");
        string all = host.Send("COMMAND LIST");
        Assert.Contains(" $command|list ", all, StringComparison.Ordinal);
        Assert.Equal(all[1..].Split(' ')[0], $"{all.Split(' ').Length - 1}");
    }

    [Theory]
    [InlineData("COMMAND LIST FILTERBY", "-ERR syntax error")]
    [InlineData("COMMAND LIST FILTERBY ACLCAT", "-ERR syntax error")]
    [InlineData("COMMAND LIST FILTERBY NOSUCH x", "-ERR syntax error")]
    [InlineData("COMMAND LIST FILTERBY PATTERN x y", "-ERR syntax error")]
    [InlineData("COMMAND NOSUCH", "-ERR unknown subcommand 'NOSUCH'. Try COMMAND HELP.")]
    [InlineData("COMMAND GETKEYS NOSUCH a", "-ERR Invalid command specified")]
    [InlineData("COMMAND GETKEYS COMMAND NOSUCH", "-ERR Invalid command specified")]
    [InlineData("COMMAND GETKEYS COMMAND|COUNT x", "-ERR Invalid command specified")]
    [InlineData("COMMAND GETKEYS PING x", "-ERR The command has no key arguments")]
    [InlineData("COMMAND GETKEYS GET a b",
        "-ERR Invalid number of arguments specified for command")]
    [InlineData("COMMAND GETKEYS GET",
        "-ERR wrong number of arguments for 'command|getkeys' command")]
    public void What_is_wrong_is_said_as_redis_does(string command, string error)
    {
        using EngineHost host = new();
        host.Check(command, error);
    }

    [Theory]
    [InlineData("SET k v", "*1 $k")]
    [InlineData("watch a b c", "*3 $a $b $c")]
    public void Getkeys_answers_the_keys(string command, string keys)
    {
        using EngineHost host = new();
        host.Check("COMMAND GETKEYS " + command, keys);
    }

    [Fact]
    public void Getkeysandflags_answers_what_is_done_with_the_keys()
    {
        using EngineHost host = new();
        host.Check("COMMAND GETKEYSANDFLAGS SET k v", "*1 *2 $k *2 +OW +update");
        host.Check("COMMAND GETKEYSANDFLAGS SET k v GET", "*1 *2 $k *3 +RW +access +update");
        host.Send("HELLO 3");
        host.Check("COMMAND GETKEYSANDFLAGS GET k", "*1 *2 $k ~2 +RO +access");
    }

    [Fact]
    public void Help_names_every_sub_command()
    {
        using EngineHost host = new();
        string help = host.Send("COMMAND HELP");
        foreach (string sub in new[] { "COUNT", "DOCS", "GETKEYS", "INFO", "LIST", "HELP" })
            Assert.Contains("+" + sub, help, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_sub_command_aborts_a_transaction()
    {
        using EngineHost host = new();
        host.Send("MULTI");
        host.Send("COMMAND NOSUCH");
        host.Check(
            "EXEC", "-EXECABORT Transaction discarded because of previous errors.");
    }
}
