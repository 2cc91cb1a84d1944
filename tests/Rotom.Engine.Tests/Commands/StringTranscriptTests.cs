using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>Edge values of the string commands, answered as redis-server 7.0.15 did.</summary>
/// <remarks>
/// The file holds commands and, indented, what redis-server answered to them, in the short form of
/// <see cref="EngineHost"/>. A section begins with a title (#) on an empty server.
/// </remarks>
public sealed class StringTranscriptTests
{
    private static readonly Dictionary<string, List<string>> s_sections = Read();

    public static TheoryData<string> Titles() => new(s_sections.Keys);

    [Theory]
    [MemberData(nameof(Titles))]
    public void Every_reply_is_the_one_redis_gave(string title)
    {
        using EngineHost host = new();
        if (title.Contains("RESP3", StringComparison.Ordinal)) host.Send("HELLO 3");
        List<string> lines = s_sections[title];
        Assert.True(lines.Count > 0 && lines.Count % 2 == 0, "pairs of command and reply");
        List<string> wrong = [];
        for (int i = 0; i < lines.Count; i += 2)
        {
            string reply = host.Send(lines[i]);
            string redis = lines[i + 1].TrimStart();
            if (reply != redis) wrong.Add($"{lines[i]}\n  {reply}\n  but redis: {redis}");
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count}\n" + string.Join('\n', wrong.Take(50)));
        host.Engine.CheckInvariants();
    }

    private static Dictionary<string, List<string>> Read()
    {
        const string Name = "Rotom.Engine.Tests.Commands.redis-7.0.15-strings.txt";
        using Stream file = typeof(StringTranscriptTests).Assembly.GetManifestResourceStream(Name)!;
        using StreamReader reader = new(file, Encoding.ASCII);
        Dictionary<string, List<string>> sections = [];
        List<string> section = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) sections.Add(line[2..], section = []);
            else if (line.Length > 0) section.Add(line);
        }

        return sections;
    }
}
