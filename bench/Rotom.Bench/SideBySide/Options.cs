using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Rotom.Bench.SideBySide;

/// <summary>A mistake on the command line.</summary>
internal sealed class OptionException(string message) : Exception(message);

/// <summary>A benchmark that could not be carried out.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);

/// <summary>What is measured, and on which servers.</summary>
internal sealed class Options
{
    /// <summary>
    /// Name and shell command of each server; <c>{port}</c> stands for its port. The first is
    /// what the others are compared with.
    /// </summary>
    public List<(string Name, string Command)> Servers { get; } = [];

    public string[] Tests { get; private set; } = BenchTest.Names;

    public int[] Pipelines { get; private set; } = [1, 16, 64];

    public int Clients { get; private set; } = 50;

    public int Keys { get; private set; } = 100_000;

    public int Rounds { get; private set; } = 7;

    public double SecondsARun { get; private set; } = 1.5;

    public string[] Parts { get; private set; } =
        ["throughput", "memory", "collections", "connections", "start"];

    public string Name { get; private set; } = "side-by-side";

    /// <summary>Keys loaded to see what one costs.</summary>
    public int MemoryKeys { get; private set; } = 1_000_000;

    /// <summary>Tests that were asked for and that one of the servers cannot run.</summary>
    public string[] LeftOut { get; private set; } = [];

    public void LeaveOut(string[] tests)
    {
        LeftOut = tests;
        Tests = [.. Tests.Except(tests)];
    }

    public static Options Parse(string[] args)
    {
        Options o = new();
        string redis = "redis-server";
        string rotom = Environment.GetEnvironmentVariable("ROTOM_SERVER")
            ?? Path.Combine("artifacts", "rotom-server", "rotom-server");
        List<(string, string)> more = [];
        string[] only = [""];
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i] == "--quick")
            {
                (o.Rounds, o.SecondsARun, o.MemoryKeys) = (3, 0.4, 100_000);
                continue;
            }
            string value = i + 1 < args.Length
                ? args[i + 1]
                : throw new OptionException($"{args[i]} needs a value");
            switch (args[i++])
            {
                case "--redis": redis = value; break;
                case "--rotom": rotom = value; break;
                case "--server": more.Add(Server(value)); break;
                case "--name": o.Name = value; break;
                case "--tests": o.Tests = value.Split(','); break;
                case "--only": only = value.Split(','); break;
                case "--parts": o.Parts = value.Split(','); break;
                case "--pipelines": o.Pipelines = [.. value.Split(',').Select(Positive)]; break;
                case "--clients": o.Clients = Positive(value); break;
                case "--keys": o.Keys = Positive(value); break;
                case "--rounds": o.Rounds = Positive(value); break;
                case "--seconds": o.SecondsARun = Number(value); break;
                default: throw new OptionException($"unknown option {args[i - 1]}");
            }
        }
        o.Tests = [.. o.Tests.Where(t => only.Any(w => t.Contains(w, StringComparison.Ordinal)))];
        if (o.Tests.Length == 0)
            throw new OptionException($"no test's name contains {string.Join(" or ", only)}");
        foreach (string test in o.Tests)
            BenchTest.Find(test);
        const string Flags = "--port {port} --save '' --appendonly no";
        o.Servers.Add(("redis-server", $"'{redis}' {Flags}"));
        o.Servers.Add(("rotom", $"'{rotom}' {Flags}"));
        o.Servers.AddRange(more);
        return o;
    }

    private static (string, string) Server(string text)
    {
        string[] parts = text.Split('=', 2);
        if (parts.Length != 2 || !parts[1].Contains("{port}", StringComparison.Ordinal))
            throw new OptionException($"--server wants NAME='COMMAND {{port}}', not '{text}'");
        return (parts[0], parts[1]);
    }

    private static int Positive(string text)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n > 0
            ? n
            : throw new OptionException($"'{text}' is not a number above 0");

    private static double Number(string text)
        => double.TryParse(text, CultureInfo.InvariantCulture, out double n) && n > 0
            ? n
            : throw new OptionException($"'{text}' is not a number above 0");
}
