using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Rotom.Engine.Config;
using Xunit;

namespace Rotom.Engine.Tests.Support;

/// <summary>A file of what redis-server answered, and which events it published.</summary>
/// <remarks>
/// The file holds commands, indented what redis-server answered, and after ! the events it
/// published. A section begins with a title (#) on an empty server.
/// </remarks>
internal sealed class EventTranscript
{
    private readonly Dictionary<string, List<Step>> _sections = [];

    private sealed record Step(string Command)
    {
        public string Reply { get; set; } = "";

        public string Events { get; set; } = "";
    }

    /// <summary>Reads an embedded file of the folder Commands.</summary>
    internal EventTranscript(string file)
    {
        string name = "Rotom.Engine.Tests.Commands." + file;
        using Stream bytes = typeof(EventTranscript).Assembly.GetManifestResourceStream(name)!;
        using StreamReader reader = new(bytes, Encoding.ASCII);
        List<Step> section = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) _sections.Add(line[2..], section = []);
            else if (line.StartsWith("  ! ", StringComparison.Ordinal))
                section[^1].Events = line[4..];
            else if (line.StartsWith(' ')) section[^1].Reply = line[2..];
            else if (line.Length > 0) section.Add(new Step(line));
        }
    }

    /// <summary>The titles of its sections.</summary>
    internal IEnumerable<string> Titles => _sections.Keys;

    /// <summary>
    /// Sends a section's commands to an engine; each reply and event must be redis-server's.
    /// Replies to the commands named in <paramref name="unordered"/> may have another order.
    /// </summary>
    internal void Replay(string title, Action<ServerConfig> configure, params string[] unordered)
    {
        using EngineHost host = new(config =>
        {
            EventEar.AllClasses(config);
            configure(config);
        });
        EventEar ear = new(host);
        List<string> wrong = [];
        foreach (Step step in _sections[title])
        {
            string reply = host.Send(step.Command);
            string events = ear.Heard();
            bool sort = unordered.Contains(step.Command.Split(' ')[0]);
            bool same = sort ? Sorted(reply) == Sorted(step.Reply) : reply == step.Reply;
            // It names version and number of the client.
            if (step.Command == "HELLO 3") continue;
            if (same && events == step.Events) continue;
            wrong.Add($"{step.Command}\n  {reply} ! {events}\n  but redis: {step.Reply} "
                + $"! {step.Events}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(20)));
        host.Engine.CheckInvariants();
    }

    private static string Sorted(string reply) =>
        string.Join(' ', reply.Split(' ').Order(StringComparer.Ordinal));
}
