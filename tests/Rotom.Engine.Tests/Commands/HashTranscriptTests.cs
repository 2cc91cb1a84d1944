using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>The hash commands, answered as redis-server 7.0.15 did.</summary>
/// <remarks>
/// The file holds commands, indented what redis-server answered, and after ! the events it
/// published. A section begins with a title (#) on an empty server; {64} and {65} are words of as
/// many bytes.
/// </remarks>
public sealed class HashTranscriptTests
{
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
        Replay(title, inTables: false);

    [Theory]
    [MemberData(nameof(Titles))]
    public void Hashes_in_tables_answer_the_same_in_another_order(string title) =>
        Replay(title, inTables: true);

    private static void Replay(string title, bool inTables)
    {
        using EngineHost host = new(config =>
        {
            EventEar.AllClasses(config);
            if (inTables) config.HashMaxListpackEntries = 0;
        });
        EventEar ear = new(host);
        List<string> wrong = [];
        foreach (Step step in s_sections[title])
        {
            string reply = host.Send(step.Command);
            string events = ear.Heard();
            bool same = inTables
                ? step.Command.StartsWith("OBJECT", StringComparison.Ordinal)
                    || Sorted(reply) == Sorted(step.Reply)
                : reply == step.Reply;
            if (same && events == step.Events) continue;
            wrong.Add($"{step.Command}\n  {reply} ! {events}\n  but redis: {step.Reply} "
                + $"! {step.Events}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(20)));
        host.Engine.CheckInvariants();
    }

    private static string Sorted(string reply) =>
        string.Join(' ', reply.Split(' ').Order(StringComparer.Ordinal));

    private static Dictionary<string, List<Step>> Read()
    {
        const string Name = "Rotom.Engine.Tests.Commands.redis-7.0.15-hashes.txt";
        using Stream file = typeof(HashTranscriptTests).Assembly.GetManifestResourceStream(Name)!;
        using StreamReader reader = new(file, Encoding.ASCII);
        Dictionary<string, List<Step>> sections = [];
        List<Step> section = [];
        while (reader.ReadLine() is { } raw)
        {
            string line = raw
                .Replace("{64}", new string('y', 64), StringComparison.Ordinal)
                .Replace("{65}", new string('z', 65), StringComparison.Ordinal);
            if (line.StartsWith('#')) sections.Add(line[2..], section = []);
            else if (line.StartsWith("  ! ", StringComparison.Ordinal))
                section[^1].Events = line[4..];
            else if (line.StartsWith(' ')) section[^1].Reply = line.TrimStart();
            else if (line.Length > 0) section.Add(new Step(line));
        }

        return sections;
    }
}
