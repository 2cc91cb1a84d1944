using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>What several clients are sent, answered as redis-server 7.0.15 did.</summary>
/// <remarks>
/// A section begins with a title (#) on an empty server. "a> COMMAND" is sent by client a; indented
/// below is its reply, with what follows it at once, and with a name what other clients were sent.
/// {id:a} is that client's id; a monitor's times and addresses are not compared.
/// </remarks>
public sealed partial class ClientTranscriptTests
{
    private static readonly Dictionary<string, List<Step>> s_sections = Read();

    private sealed record Step(string Client, string Command)
    {
        public string Reply { get; set; } = "";

        public SortedDictionary<string, string> Others { get; } = [];
    }

    public static TheoryData<string> Titles() => new(s_sections.Keys);

    [Theory]
    [MemberData(nameof(Titles))]
    public void Every_client_is_sent_what_redis_sent(string title)
    {
        using EngineHost host = new();
        List<string> wrong = [];
        foreach (Step step in s_sections[title])
        {
            host.ClientOf(step.Client);
            string reply = host.Send(WithIds(host, step.Command), step.Client);
            string expected = WithIds(host, step.Reply);
            if (expected == "{any}") expected = reply;
            Compare(step, expected, reply, wrong);
            foreach (string name in step.Others.Keys.Union(host.Pushes.Keys))
            {
                string others = WithIds(host, step.Others.GetValueOrDefault(name, ""));
                Compare(step, others, host.Pushes.GetValueOrDefault(name, ""), wrong);
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(20)));
        host.Engine.CheckInvariants();
    }

    private static void Compare(Step step, string expected, string actual, List<string> wrong)
    {
        // A few bytes cannot be in the file's short form: blanks at the end of an error.
        actual = MonitorHead().Replace(actual, "+{time} [$1 {addr}]").TrimEnd();
        if (expected == actual) return;
        wrong.Add($"{step.Client}> {step.Command}\n  {actual}\n  but redis: {expected}");
    }

    private static string WithIds(EngineHost host, string text) =>
        IdOf().Replace(text, match => $"{host.ClientOf(match.Groups[1].Value).Id}");

    private static Dictionary<string, List<Step>> Read()
    {
        const string Name = "Rotom.Engine.Tests.Commands.redis-7.0.15-clients.txt";
        using Stream file = typeof(ClientTranscriptTests).Assembly.GetManifestResourceStream(Name)!;
        using StreamReader reader = new(file, Encoding.ASCII);
        Dictionary<string, List<Step>> sections = [];
        List<Step> section = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
            {
                sections.Add(line[2..], section = []);
            }
            else if (line.StartsWith("  ", StringComparison.Ordinal))
            {
                Match other = Other().Match(line);
                string sent = other.Groups[2].Value;
                if (other.Success) section[^1].Others[other.Groups[1].Value] = sent;
                else if (line != "  {nothing}") section[^1].Reply = line.Trim();
            }
            else if (line.Length > 0)
            {
                string[] parts = line.Split("> ", 2);
                section.Add(new Step(parts[0], parts[1]));
            }
        }

        return sections;
    }

    [GeneratedRegex(@"\+\d+\.\d{6} \[(\d+) [^\]]*\]")]
    private static partial Regex MonitorHead();

    [GeneratedRegex(@"\{id:(\w+)\}")]
    private static partial Regex IdOf();

    [GeneratedRegex(@"^  (\w+): (.*)$")]
    private static partial Regex Other();
}
