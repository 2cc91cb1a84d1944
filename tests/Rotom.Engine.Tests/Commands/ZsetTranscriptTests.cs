using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>The commands on sorted sets, answered as redis-server 7.0.15 did.</summary>
/// <remarks>
/// The files hold commands, indented what redis-server answered, and after ! the events it
/// published. A section begins with a title (#) on an empty server; {big} is 100 bytes.
/// </remarks>
public sealed class ZsetTranscriptTests
{
    private const string Big = "{big}";

    // They show how a set is kept, or list it in the order of a listpack.
    private static readonly string[] s_ofListpacks = ["Encodings", "Negative zero", "Scanning"];

    private static readonly Dictionary<string, List<Step>> s_sections = Read();

    private sealed record Step(string Command)
    {
        public string Reply { get; set; } = "";

        public string Events { get; set; } = "";
    }

    public static TheoryData<string> Titles() => new(s_sections.Keys);

    public static TheoryData<string> OfLarge() => new(s_sections.Keys.Except(s_ofListpacks));

    [Theory]
    [MemberData(nameof(Titles))]
    public void Every_reply_and_event_is_the_one_redis_gave(string title) => Replay(title, 128);

    [Theory]
    [MemberData(nameof(OfLarge))]
    public void Large_sets_answer_the_same(string title) => Replay(title, 0);

    private static void Replay(string title, int listpackEntries)
    {
        using EngineHost host = new(config =>
        {
            EventEar.AllClasses(config);
            config.ZsetMaxListpackEntries = listpackEntries;
        });
        EventEar ear = new(host);
        List<string> wrong = [];
        foreach (Step step in s_sections[title])
        {
            string reply = host.Send(step.Command);
            string events = ear.Heard();
            if (step.Command.StartsWith("HELLO", StringComparison.Ordinal)) continue;
            if (reply == step.Reply && events == step.Events) continue;
            wrong.Add($"{step.Command}\n  {reply} ! {events}\n  but redis: {step.Reply} "
                + $"! {step.Events}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(20)));
        host.Engine.CheckInvariants();
    }

    private static Dictionary<string, List<Step>> Read()
    {
        Dictionary<string, List<Step>> sections = [];
        foreach (string file in new[] { "zsets", "geo" })
        {
            string name = $"Rotom.Engine.Tests.Commands.redis-7.0.15-{file}.txt";
            using Stream? text =
                typeof(ZsetTranscriptTests).Assembly.GetManifestResourceStream(name);
            if (text is not null) Read(text, sections);
        }

        return sections;
    }

    private static void Read(Stream file, Dictionary<string, List<Step>> sections)
    {
        using StreamReader reader = new(file, Encoding.ASCII);
        List<Step> section = [];
        string big = new('x', 100);
        while (reader.ReadLine() is { } raw)
        {
            string line = raw.Replace(Big, big, StringComparison.Ordinal);
            if (line.StartsWith('#')) sections.Add(line[2..], section = []);
            else if (line.StartsWith("  ! ", StringComparison.Ordinal))
                section[^1].Events = line[4..];
            else if (line.StartsWith(' ')) section[^1].Reply = line[2..];
            else if (line.Length > 0) section.Add(new Step(line));
        }
    }
}
