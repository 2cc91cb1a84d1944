using System;
using System.Collections.Generic;
using System.Text.RegularExpressions;
using Rotom.Engine.Config;

namespace Rotom.Engine.Tests.Support;

/// <summary>A client that hears every keyspace event and says them in short.</summary>
internal sealed partial class EventEar
{
    private readonly EngineHost _host;

    internal EventEar(EngineHost host)
    {
        _host = host;
        host.Send("HELLO 3", "ear");
        host.Send("PSUBSCRIBE __key*", "ear");
    }

    /// <summary>Turns all classes on, for by-event channels.</summary>
    internal static void AllClasses(ServerConfig config) =>
        config.NotifyKeyspaceEvents = NotifyClass.Keyevent | NotifyClass.All | NotifyClass.KeyMiss
            | NotifyClass.New;

    /// <summary>The events of the last command: "del k; new j@1", "" for none.</summary>
    internal string Heard()
    {
        if (!_host.Pushes.TryGetValue("ear", out string? pushes)) return "";
        List<string> events = [];
        foreach (Match match in Event().Matches(pushes))
        {
            string database = match.Groups[1].Value == "0" ? "" : "@" + match.Groups[1].Value;
            events.Add($"{match.Groups[2].Value} {match.Groups[3].Value}{database}");
        }

        return string.Join("; ", events);
    }

    [GeneratedRegex(@"\$__keyevent@(\d+)__:(\S+) \$(\S*)")]
    private static partial Regex Event();
}
