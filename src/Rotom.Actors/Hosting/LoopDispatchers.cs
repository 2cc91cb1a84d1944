using System;
using System.Collections.Generic;
using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Rotom.Actors.Dispatch;
using Rotom.Engine.Config;

namespace Rotom.Actors.Hosting;

/// <summary>
/// The dispatchers a server's actors run on. Fused (<c>io-threads</c> 0 or 1, as Redis counts its
/// main thread): one loop for network and keyspace. Split: the keyspace keeps <c>rotom.loop</c>,
/// and each network actor has a loop of its own.
/// </summary>
internal static class LoopDispatchers
{
    /// <summary>The keyspace's dispatcher.</summary>
    internal const string Keyspace = "rotom.loop";

    /// <summary>Makes sure they exist; the network actors' dispatchers in order.</summary>
    internal static List<string> Prepare(
        ActorSystem system, ServerConfig config, ServerDoors doors)
    {
        Config own = ConfigurationFactory.ParseString($"transport = {Name(config.Transport)}");
        // With more loops than processors a loop that looks for messages keeps from running
        // whoever sends them.
        if (config.IOThreads > 1 && config.IOThreads + 1 > Environment.ProcessorCount)
            own = ConfigurationFactory.ParseString("spin-us = 0").WithFallback(own);
        Config loop = own.WithFallback(
            system.Settings.Config.GetConfig(Keyspace));
        Register(system, loop, Keyspace, doors);
        if (config.IOThreads <= 1) return [Keyspace];
        List<string> ids = [];
        for (int i = 0; i < config.IOThreads; i++)
        {
            string id = string.Create(CultureInfo.InvariantCulture, $"rotom.io-loop-{i}");
            Register(system, loop, id, doors);
            ids.Add(id);
        }

        return ids;
    }

    // A second server in the same system shares the loops of the first.
    private static void Register(
        ActorSystem system, Config config, string id, ServerDoors doors)
    {
        Dispatchers dispatchers = system.Dispatchers;
        dispatchers.RegisterConfigurator(
            id,
            new AeLoopDispatcherConfigurator(
                config, dispatchers.Prerequisites, id, doors.MakeLoop));
    }

    private static string Name(TransportKind kind) => kind switch
    {
        TransportKind.Epoll => "epoll",
        TransportKind.Portable => "portable",
        _ => "auto",
    };
}
