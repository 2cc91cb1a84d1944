using System;
using System.Diagnostics;
using System.IO;
using System.Reflection;
using System.Text;
using Rotom.Engine.Config;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Hostile;

// Rows of hostile input, each named by the report it comes from.
//
//   CVE-2023-22458 | SADD s a b ; ... | SRANDMEMBER s -9223372036854775808 | -ERR value is ...
//
// The name, what was there before, the call, its reply. A reply that ends with "..." is a
// beginning; several calls and replies are divided by ";". "@name" in front of a call says which
// client. After each row the invariants of everything hold, and the row took less than 50 ms: the
// best of some tries, since the first one compiles and the machine has other things to do.

internal static class HostileTable
{
    internal const int PatienceMs = 50;

    private const int Tries = 5;

    /// <summary>The rows of a file beside this one, one string each.</summary>
    internal static TheoryData<string> Rows(string file)
    {
        Assembly here = typeof(HostileTable).Assembly;
        string name = "Rotom.Engine.Tests.Hostile." + file;
        using Stream stream = here.GetManifestResourceStream(name)!;
        using StreamReader reader = new(stream, Encoding.ASCII);
        TheoryData<string> rows = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#') rows.Add(line);
        }

        return rows;
    }

    /// <summary>Plays one row, on a new engine each time, until it was quick once.</summary>
    internal static void Check(string row, Action<ServerConfig>? configure = null)
    {
        string[] parts = row.Split('|', StringSplitOptions.TrimEntries);
        Assert.Equal(4, parts.Length);
        double best = double.MaxValue;
        for (int i = 0; i < Tries && best >= PatienceMs; i++)
        {
            best = Math.Min(best, Play(parts, configure));
        }

        Assert.True(best < PatienceMs, $"{row}: {best:F0} ms");
    }

    private static double Play(string[] parts, Action<ServerConfig>? configure)
    {
        using EngineHost host = new(configure);
        foreach (string command in Split(parts[1])) Send(host, command);
        string[] calls = Split(parts[2]);
        string[] expected = Split(parts[3]);
        Assert.Equal(calls.Length, expected.Length);
        Stopwatch clock = Stopwatch.StartNew();
        string[] replies = Array.ConvertAll(calls, call => Send(host, call));
        double took = clock.Elapsed.TotalMilliseconds;
        for (int i = 0; i < replies.Length; i++) Compare(expected[i], replies[i], calls[i]);
        host.Engine.CheckInvariants();
        Assert.Equal(0, host.Engine.Stats.InternalErrors);
        return took;
    }

    private static void Compare(string expected, string reply, string call)
    {
        bool same = expected.EndsWith("...", StringComparison.Ordinal)
            ? reply.StartsWith(expected[..^3], StringComparison.Ordinal)
            : reply == expected;
        Assert.True(same, $"{call}\n  expected {expected}\n  answered {reply}");
    }

    private static string Send(EngineHost host, string call)
    {
        if (call[0] != '@') return host.Send(call);
        int blank = call.IndexOf(' ', StringComparison.Ordinal);
        return host.Send(call[(blank + 1)..], call[1..blank]);
    }

    private static string[] Split(string text) =>
        text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
