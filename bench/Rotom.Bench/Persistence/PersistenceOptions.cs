using System;
using System.Globalization;
using System.IO;
using Rotom.Bench.SideBySide;

namespace Rotom.Bench.Persistence;

/// <summary>What is measured, and of which servers.</summary>
internal sealed class PersistenceOptions
{
    public string Redis { get; private set; } = "redis-server";

    public string Rotom { get; private set; } =
        Environment.GetEnvironmentVariable("ROTOM_SERVER")
        ?? Path.GetFullPath(Path.Combine("artifacts", "rotom-server", "rotom-server"));

    public int Keys { get; private set; } = 1_000_000;

    public int Fields { get; private set; } = 2_000_000;

    public int Rounds { get; private set; } = 5;

    public double Seconds { get; private set; } = 2;

    /// <summary>throughput, keys, hash.</summary>
    public string[] Parts { get; private set; } = ["throughput", "keys", "hash"];

    public string Name { get; private set; } = "persistence";

    public static PersistenceOptions Parse(string[] args)
    {
        PersistenceOptions o = new();
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i] == "--quick")
            {
                (o.Keys, o.Fields, o.Rounds, o.Seconds) = (100_000, 200_000, 2, 0.5);
                continue;
            }

            string value = i + 1 < args.Length
                ? args[i + 1]
                : throw new OptionException($"{args[i]} needs a value");
            switch (args[i++])
            {
                case "--redis": o.Redis = value; break;
                case "--rotom": o.Rotom = value; break;
                case "--parts": o.Parts = value.Split(','); break;
                case "--name": o.Name = value; break;
                case "--keys": o.Keys = int.Parse(value, CultureInfo.InvariantCulture); break;
                case "--fields": o.Fields = int.Parse(value, CultureInfo.InvariantCulture); break;
                case "--rounds": o.Rounds = int.Parse(value, CultureInfo.InvariantCulture); break;
                case "--seconds":
                    o.Seconds = double.Parse(value, CultureInfo.InvariantCulture);
                    break;
                default: throw new OptionException($"unknown option {args[i - 1]}");
            }
        }

        return o;
    }
}
