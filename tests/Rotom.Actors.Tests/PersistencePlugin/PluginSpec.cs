using System;
using System.IO;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Akka.TestKit.Xunit2;
using Rotom.Actors.Client;
using Rotom.Actors.Hosting;
using Rotom.Persistence;

namespace Rotom.Actors.Tests.PersistencePlugin;

/// <summary>An actor system with a server in it, which keeps what its actors persist.</summary>
public abstract class PluginSpec : TestKit
{
    protected PluginSpec()
        : base(ConfigurationFactory.ParseString(
                """
                akka { loglevel = OFF, test.single-expect-default = 60s }
                akka.persistence.journal.plugin = "akka.persistence.journal.rotom"
                akka.persistence.journal.rotom { database = 3, replay-page = 2 }
                akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.rotom"
                """)
            .WithFallback(RotomPersistence.DefaultConfig()))
    {
        HostedRotom host = new(
            "rotom",
            options => options.Set("dbfilename", Guid.NewGuid().ToString("N") + ".rdb").Port = null,
            null);
        Server = host.StartAsync(Sys, ActorRegistry.For(Sys)).GetAwaiter().GetResult();
        RotomPersistence.For(Sys).Codec = new JsonPayloadCodec()
            .Map<Deposited>("deposited").Map<Account>("account");
    }

    internal RotomServer Server { get; }

    internal IRotomClient Events => Server.CreateClient(database: 3);

    protected static Akka.Persistence.PersistenceExtension ExtensionOf(ActorSystem system) =>
        Akka.Persistence.Persistence.Instance.Apply(system);

    protected override void AfterAll()
    {
        Server.StopAsync().GetAwaiter().GetResult();
        base.AfterAll();
    }

    internal sealed record Deposited(long Amount);

    internal sealed record Account(long Balance);
}
