using System;
using System.Collections.Generic;
using System.Linq;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>Who is told of what, against a model of a few sets; any mode, any order.</summary>
public sealed class ClientCachingModelTests
{
    private const int Steps = 3_000;

    private static readonly string[] s_prefixes = ["", "a", "b", "ab", "b:1", "c"];

    private sealed class Model(string name)
    {
        public string Name { get; } = name;

        public bool IsOn { get; set; }

        public bool IsBroadcast { get; set; }

        public bool IsOptIn { get; set; }

        public bool HearsItself { get; set; }

        public bool NextIsNamed { get; set; }

        public string Prefix { get; set; } = "";

        public HashSet<string> Read { get; } = [];

        public void Reads(string key)
        {
            if (IsOn && !IsBroadcast && (!IsOptIn || NextIsNamed)) Read.Add(key);
        }

        public bool Hears(string key, Model by)
        {
            bool concerned = IsBroadcast
                ? key.StartsWith(Prefix, StringComparison.Ordinal)
                : Read.Contains(key);
            return IsOn && concerned && (HearsItself || !ReferenceEquals(by, this));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Each_client_is_told_of_what_it_may_have_cached(int seed)
    {
        Random random = new(seed);
        using EngineHost host = new();
        Model[] clients = [.. "pqrstu".Select(c => new Model(c.ToString()))];
        foreach (Model client in clients) host.Send("HELLO 3", client.Name);
        HashSet<string> keys = [];
        for (int step = 0; step < Steps; step++)
        {
            Model client = clients[random.Next(clients.Length)];
            Dictionary<string, string> told = [];
            string command = Draw(random, client, clients, keys, told);
            string reply = host.Send(command, client.Name);
            string own = told.GetValueOrDefault(client.Name, "");
            string where = $"seed {seed}, step {step}: {client.Name}> {command}";
            Assert.True(reply.EndsWith(own, StringComparison.Ordinal), $"{where}: {reply}");
            Assert.True(own.Length > 0 || !reply.Contains("invalidate"), $"{where}: {reply}");
            told.Remove(client.Name);
            string expected = string.Join(", ", told.OrderBy(t => t.Key));
            string heard = string.Join(", ", host.Pushes.OrderBy(p => p.Key));
            Assert.True(expected == heard, $"{where}\nexpected {expected}\nbut {heard}");
            if (!command.StartsWith("CLIENT", StringComparison.Ordinal)) client.NextIsNamed = false;
        }

        host.Engine.CheckInvariants();
    }

    private static string Draw(
        Random random, Model client, Model[] clients, HashSet<string> keys,
        Dictionary<string, string> told)
    {
        string key = $"{"abc"[random.Next(3)]}:{random.Next(4)}";
        switch (random.Next(20))
        {
            case < 8:
                client.Reads(key);
                return "GET " + key;
            case < 13:
                keys.Add(key);
                Tell(clients, client, key, told);
                return "SET " + key + " 1";
            case < 15:
                if (keys.Remove(key)) Tell(clients, client, key, told);
                return "DEL " + key;
            case 15 when random.Next(10) == 0:
                keys.Clear();
                foreach (Model hearer in clients.Where(c => c.IsOn))
                    told[hearer.Name] = ">2 $invalidate _";
                foreach (Model other in clients) other.Read.Clear();
                return "FLUSHALL";
            case 16 when client is { IsOn: true, IsOptIn: true }:
                client.NextIsNamed = true;
                return "CLIENT CACHING YES";
            case 17:
                Stop(client, clients);
                return "CLIENT TRACKING OFF";
            case > 17 when !client.IsOn:
                return Start(random, client);
            default:
                return "PING";
        }
    }

    private static string Start(Random random, Model client)
    {
        client.IsOn = true;
        client.HearsItself = random.Next(2) == 0;
        client.IsBroadcast = random.Next(3) == 0;
        client.IsOptIn = !client.IsBroadcast && random.Next(3) == 0;
        client.Prefix = s_prefixes[random.Next(s_prefixes.Length)];
        string mode = client.IsBroadcast ? $" BCAST PREFIX \"{client.Prefix}\""
            : client.IsOptIn ? " OPTIN" : "";
        return "CLIENT TRACKING ON" + mode + (client.HearsItself ? "" : " NOLOOP");
    }

    // What a client has read is remembered by its id until nobody caches any more.
    private static void Stop(Model client, Model[] clients)
    {
        client.IsOn = client.NextIsNamed = false;
        if (clients.Any(c => c.IsOn)) return;
        foreach (Model other in clients) other.Read.Clear();
    }

    private static void Tell(
        Model[] clients, Model by, string key, Dictionary<string, string> told)
    {
        foreach (Model hearer in clients.Where(c => c.Hears(key, by)))
            told[hearer.Name] = ">2 $invalidate *1 $" + key;
        foreach (Model other in clients) other.Read.Remove(key);
    }
}
