using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Threading.Tasks;
using Rotom.Actors.Client;
using Rotom.Engine;
using Rotom.Resp;
using Xunit;

namespace Rotom.Actors.Tests.Client.Typed;

/// <summary>Every command has a typed method or a reason, every method is what it says.</summary>
public sealed class TypedCoverageTests
{
    private static readonly MethodInfo[] s_methods =
    [
        .. typeof(IRotomCommands).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public))
            .Where(method => method.GetCustomAttribute<CallsAttribute>() is not null),
    ];

    [Fact]
    public async Task Every_command_has_a_typed_method_or_a_reason_to_have_none()
    {
        await using TypedHost host = await TypedHost.StartAsync();
        HashSet<string> table = [.. TableOf(host)];
        HashSet<string> typed =
            [.. s_methods.SelectMany(method => CallsOf(method).Commands)];
        Dictionary<string, string> reasons = Reasons();
        Assert.Equal([], table.Except(typed).Except(reasons.Keys).Order());
        Assert.Equal([], typed.Except(table).Order());
        Assert.Equal([], reasons.Keys.Except(table).Order());
        Assert.Equal([], reasons.Keys.Intersect(typed).Order());
        Assert.All(reasons.Values, reason => Assert.NotEqual("", reason));
    }

    [Fact]
    public async Task Every_method_is_called_by_a_test_and_sends_what_it_says()
    {
        Dictionary<MethodBase, HashSet<string>> sent = [];
        foreach (MethodInfo body in Bodies())
        {
            await using TypedHost host = await TypedHost.StartAsync();
            await body.CreateDelegate<Func<TypedHost, Task>>()(host);
            foreach ((MethodBase method, string command) in host.Calls.Sent)
            {
                if (sent.TryGetValue(method, out HashSet<string>? names)) names.Add(command);
                else sent[method] = [command];
            }
        }

        Assert.Equal([], s_methods.Where(method => !sent.ContainsKey(method)).Select(Show));
        Assert.Equal([], s_methods
            .Where(method => !sent[method].SetEquals(CallsOf(method).Commands))
            .Select(method => $"{Show(method)} sends {string.Join(' ', sent[method])}"));
    }

    [Fact]
    public void The_documentation_names_the_methods_of_every_command()
    {
        string path = Path.Join(AppContext.BaseDirectory, "in-process-client.md");
        string[] documented = [.. File.ReadLines(path)
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2)];
        Assert.Equal(
            s_methods.SelectMany(method => CallsOf(method).Commands
                    .Select(command => (Command: command.Replace('|', ' '), method.Name)))
                .Distinct().GroupBy(pair => pair.Command, pair => $"`{pair.Name}`")
                .Select(row => $"| {row.Key} | {string.Join(", ", row.Order())} |")
                .Order(StringComparer.Ordinal),
            documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_the_interface_has_is_there_for_transactions_too()
    {
        string[] only =
        [
            nameof(IRotomClient.ExecuteAsync), nameof(IRotomClient.TransactionAsync),
            nameof(IRotomClient.SubscribeAsync), nameof(IRotomClient.SubscribePatternAsync),
            nameof(IRotomClient.SubscribeShardAsync),
            // What they show lies in the keyspace when the command is executed.
            nameof(IRotomClient.StringReadAsync), nameof(IRotomClient.HashReadAsync),
            nameof(IRotomClient.StringCopyToAsync),
            "get_Id",
        ];
        Assert.Equal([], typeof(IRotomClient).GetMethods()
            .Where(method => !only.Contains(method.Name))
            .Where(method => !s_methods.Any(twin => twin.Name == method.Name
                && twin.ReturnType == method.ReturnType
                && Takes([.. twin.GetParameters().Skip(1)], method.GetParameters())))
            .Select(Show));
    }

    [Fact]
    public async Task Commands_that_change_the_connection_are_still_refused()
    {
        await using TypedHost host = await TypedHost.StartAsync();
        foreach (string name in new[] { "MONITOR", "HELLO", "RESET", "SSUBSCRIBE" })
        {
            await Assert.ThrowsAsync<ArgumentException>(
                async () => await host.Host.Client.ExecuteAsync(name));
        }
    }

    private static IEnumerable<string> TableOf(TypedHost host)
    {
        foreach (Command command in host.Host.Server.Parts.Engine.Commands.All)
        {
            IReadOnlyList<Command> subs = command.Subcommands?.All ?? [];
            // A container by itself is no command, but COMMAND is.
            if (subs.Count == 0 || command.FullName == "command")
            {
                yield return command.FullName.ToUpperInvariant();
            }

            foreach (Command sub in subs) yield return sub.FullName.ToUpperInvariant();
        }
    }

    private static Dictionary<string, string> Reasons()
    {
        Dictionary<string, string> reasons = [];
        string path = Path.Join(AppContext.BaseDirectory, "without-method.txt");
        foreach (string line in File.ReadLines(path).Select(line => line.Trim()))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            string[] parts = line.Split(' ', 2, StringSplitOptions.TrimEntries);
            reasons.Add(parts[0], parts.Length > 1 ? parts[1] : "");
        }

        return reasons;
    }

    private static IEnumerable<MethodInfo> Bodies() =>
        typeof(TypedHost).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(TypedHost).Namespace)
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic))
            .Where(method => method.ReturnType == typeof(Task)
                && method.GetParameters() is [{ ParameterType: var only }]
                && only == typeof(TypedHost));

    // The same parameters, or a last one that takes any number of them.
    private static bool Takes(ParameterInfo[] twin, ParameterInfo[] method) =>
        twin.Length == method.Length && twin.Zip(method).All(pair =>
            pair.First.ParameterType == pair.Second.ParameterType
            || pair.First.ParameterType == typeof(ReadOnlySpan<RespArgument>));

    private static CallsAttribute CallsOf(MethodInfo method) =>
        method.GetCustomAttribute<CallsAttribute>()!;

    private static string Show(MethodInfo method) =>
        $"{method.Name}({string.Join(", ", method.GetParameters().Select(p => p.Name))})";
}
