using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Rotom.Engine.Config;
using Xunit;

namespace Rotom.Engine.Tests.Support;

/// <summary>
/// What redis-server answered to a row of commands: an embedded text that holds commands, indented
/// the reply to each, and after ! the events it published. A section begins with a title (#) on an
/// empty server.
/// </summary>
internal sealed class Transcript
{
    private readonly Dictionary<string, List<Step>> _sections = [];

    private sealed record Step(string Command)
    {
        public string Reply { get; set; } = "";

        public string Events { get; set; } = "";
    }

    /// <summary>Reads a file of the folder Commands.</summary>
    internal Transcript(string file)
    {
        string name = "Rotom.Engine.Tests.Commands." + file;
        using Stream stream = typeof(Transcript).Assembly.GetManifestResourceStream(name)!;
        using StreamReader reader = new(stream, Encoding.ASCII);
        List<Step> section = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) _sections.Add(line[2..], section = []);
            else if (line.StartsWith("  ! ", StringComparison.Ordinal))
                section[^1].Events = line[4..];
            else if (line.StartsWith("  ", StringComparison.Ordinal)) section[^1].Reply = line[2..];
            else if (line.Length > 0) section.Add(new Step(line));
        }
    }

    internal IEnumerable<string> Titles => _sections.Keys;

    /// <summary>
    /// Plays a section on a fresh engine; replies, events, and what a copy makes of the effects
    /// must be as they should.
    /// </summary>
    internal void Replay(string title)
    {
        using EngineHost copy = new(Debugging);
        using EngineHost host = new(config =>
        {
            EventEar.AllClasses(config);
            Debugging(config);
        });
        EventEar ear = new(host);
        List<string> wrong = [];
        foreach (Step step in _sections[title])
        {
            string reply = host.Send(step.Command);
            string events = ear.Heard();
            foreach (byte[][] effect in StrictResp.Commands(host.EffectBytes)) copy.Send(effect);
            bool setting = step.Command.StartsWith("CONFIG", StringComparison.Ordinal);
            if (setting) copy.Send(step.Command);
            if (reply == step.Reply && events == step.Events) continue;
            wrong.Add($"{step.Command}\n  {reply} ! {events}\n  but redis: {step.Reply} "
                + $"! {step.Events}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(20)));
        host.Check("DEBUG DIGEST", copy.Send("DEBUG DIGEST"));
        host.Engine.CheckInvariants();
    }

    private static void Debugging(ServerConfig config) =>
        config.EnableDebugCommand = DangerousAccess.Yes;
}
