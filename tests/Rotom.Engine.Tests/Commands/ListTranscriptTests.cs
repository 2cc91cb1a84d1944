using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>The list commands, answered as redis-server 7.0.15 did.</summary>
/// <remarks>
/// The file holds commands, indented what redis-server answered, and after ! the events it
/// published. A section begins with a title (#) on an empty server; {big} is 9,000 bytes.
/// </remarks>
public sealed class ListTranscriptTests
{
    private const string Big = "{big}";

    private static readonly Dictionary<string, List<Step>> s_sections = Read();

    private sealed record Step(string Command)
    {
        public string Reply { get; set; } = "";

        public string Events { get; set; } = "";
    }

    public static TheoryData<string> Titles() => new(s_sections.Keys);

    [Theory]
    [MemberData(nameof(Titles))]
    public void Every_reply_and_event_is_the_one_redis_gave(string title) =>
        Replay(title, -2);

    [Theory]
    [MemberData(nameof(Titles))]
    public void Nodes_of_two_elements_answer_the_same(string title) => Replay(title, 2);

    private static void Replay(string title, int listpackSize)
    {
        using EngineHost host = new(config =>
        {
            EventEar.AllClasses(config);
            config.ListMaxListpackSize = listpackSize;
        });
        EventEar ear = new(host);
        List<string> wrong = [];
        foreach (Step step in s_sections[title])
        {
            string reply = host.Send(step.Command);
            string events = ear.Heard();
            if (reply == step.Reply && events == step.Events) continue;
            wrong.Add($"{step.Command}\n  {reply} ! {events}\n  but redis: {step.Reply} "
                + $"! {step.Events}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(20)));
        host.Engine.CheckInvariants();
    }

    private static Dictionary<string, List<Step>> Read()
    {
        const string Name = "Rotom.Engine.Tests.Commands.redis-7.0.15-lists.txt";
        using Stream file = typeof(ListTranscriptTests).Assembly.GetManifestResourceStream(Name)!;
        using StreamReader reader = new(file, Encoding.ASCII);
        Dictionary<string, List<Step>> sections = [];
        List<Step> section = [];
        string big = new('x', 9_000);
        while (reader.ReadLine() is { } raw)
        {
            string line = raw.Replace(Big, big, StringComparison.Ordinal);
            if (line.StartsWith('#')) sections.Add(line[2..], section = []);
            else if (line.StartsWith("  ! ", StringComparison.Ordinal))
                section[^1].Events = line[4..];
            else if (line.StartsWith(' ')) section[^1].Reply = line.TrimStart();
            else if (line.Length > 0) section.Add(new Step(line));
        }

        return sections;
    }
}
