using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

using Rotom.Engine.Commands;

using Xunit;

namespace Rotom.Engine.Tests.CommandTable;

/// <summary>Every command that redis-server 7.0.15 has too is declared as it is there.</summary>
/// <remarks>
/// Clients and cluster proxies decide by these figures where a command goes and which of its words
/// are keys. The file holds what redis-server answers; tests/Rotom.Compat asks the real one.
/// </remarks>
public sealed class RedisTableTests
{
    // The fields of a line in the file, behind the name.
    private static readonly string[] s_fields =
        ["arity", "flags", "range", "acl", "tips", "keys", "since", "group", "tokens"];

    // Later versions gave more commands tips and options: we have at least those of 7.0.
    private static readonly string[] s_growing = ["tips", "tokens"];

    // name, field, why ours is not Redis'.
    private static readonly (string Name, string Field, string Why)[] s_differences =
    [
        ("cluster", "flags", "one handler says for all sub-commands that there is no cluster"),
        ("zrank", "arity", "redis 7.2 added WITHSCORE"),
        ("zrevrank", "arity", "redis 7.2 added WITHSCORE"),
    ];

    public static TheoryData<string> Shared() =>
        new(GeneratedCommands.Create().Select(spec => spec.Name.ToLowerInvariant())
            .Where(Rows.ContainsKey));

    private static Dictionary<string, string[]> Rows { get; } = ReadRows();

    [Theory]
    [MemberData(nameof(Shared))]
    public void A_command_is_declared_as_redis_declares_it(string name)
    {
        CommandSpec spec = GeneratedCommands.Create()
            .Single(spec => string.Equals(spec.Name, name, StringComparison.OrdinalIgnoreCase));
        string[] ours = Describe(spec);
        string[] redis = Rows[name];
        var wrong = new List<string>();
        for (int i = 0; i < s_fields.Length; i++)
        {
            bool accepted = s_differences.Any(d => d.Name == name && d.Field == s_fields[i]);
            bool same = s_growing.Contains(s_fields[i])
                ? !redis[i + 1].Split(' ').Except(ours[i].Split(' ').Append("")).Any()
                : ours[i] == redis[i + 1];
            if (same && accepted)
                wrong.Add($"{s_fields[i]} is listed as different and is not");
            if (!same && !accepted)
                wrong.Add($"{s_fields[i]}: '{ours[i]}' but redis has '{redis[i + 1]}'");
        }

        Assert.True(wrong.Count == 0, name + "\n" + string.Join('\n', wrong));
    }

    private static string[] Describe(CommandSpec spec)
    {
        (int first, int last, int step) = CommandInfoReply.LegacyRange(spec.Keys);
        return
        [
            $"{spec.Arity}",
            Sorted(CommandNames.Flags, spec.Flags),
            $"{first} {last} {step}",
            Sorted(CommandNames.Categories, spec.Acl),
            string.Join(' ', spec.Tips.Order(StringComparer.Ordinal)),
            string.Join(" , ", spec.Keys.Select(Describe)),
            spec.Since,
            CommandNames.Of(spec.Group),
            string.Join(' ', Tokens(CommandSyntax.Parse(spec))),
        ];
    }

    private static string Describe(KeySpec key)
    {
        string search = key.Search switch
        {
            KeySearch.Index => $"index {key.Begin}",
            KeySearch.Keyword => $"keyword {key.Keyword} {key.Begin}",
            _ => "unknown",
        };
        string find = key.Find switch
        {
            KeyFind.Range => $"range {key.LastKey} {key.Step} {key.Limit}",
            KeyFind.KeyNum => $"keynum 0 1 {key.Step}",
            _ => "unknown",
        };
        return $"{Sorted(CommandNames.Accesses, key.Access)} : {search} : {find}";
    }

    private static IEnumerable<string> Tokens(IEnumerable<CommandArgument> arguments) =>
        arguments.SelectMany(argument =>
            Tokens(argument.Arguments).Prepend(argument.Token ?? "").Where(t => t.Length > 0));

    private static string Sorted<T>(ReadOnlySpan<FlagName<T>> names, T flags)
        where T : struct, Enum
    {
        var words = new List<string>();
        foreach (FlagName<T> name in names)
        {
            if (flags.HasFlag(name.Flag))
                words.Add(Encoding.ASCII.GetString(name.Bytes));
        }

        return string.Join(' ', words.Order(StringComparer.Ordinal));
    }

    private static Dictionary<string, string[]> ReadRows()
    {
        const string Name = "Rotom.Engine.Tests.CommandTable.redis-7.0.15-commands.txt";
        using Stream file = typeof(RedisTableTests).Assembly.GetManifestResourceStream(Name)!;
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().Split('\n')
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(';', StringSplitOptions.TrimEntries))
            .ToDictionary(fields => fields[0]);
    }
}
