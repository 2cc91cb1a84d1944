using System;
using System.IO;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rotom.Actors.Client;
using Rotom.Actors.Hosting;
using Rotom.Persistence;

namespace PersistentActor;

// A persistent actor of the host's own whose journal and snapshots live in a Rotom server of the
// same process, which keeps them in its append-only file. The host is started twice: what the first
// one acknowledged the second one knows.

internal static class Program
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private static async Task Main()
    {
        string directory = Directory.CreateTempSubdirectory("rotom-sample-").FullName;
        try
        {
            await Life(directory, deposits: 7);
            await Life(directory, deposits: 0);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task Life(string directory, int deposits)
    {
        using IHost host = new HostBuilder()
            .ConfigureLogging(logging => logging.ClearProviders())
            .ConfigureServices(services => services
                .AddAkka("bank", akka => akka
                    .AddHocon("akka.loglevel = ERROR", HoconAddMode.Prepend)
                    .WithRotom(rotom => rotom
                        .Set("dir", directory)
                        .Set("appendonly", "yes")
                        .Set("appendfsync", "always")
                        .Port = null)
                    .WithRotomPersistence(new JsonPayloadCodec()
                        .Map<Deposited>("deposited")
                        .Map<Balance>("balance"))
                    .WithActors((system, registry) =>
                        registry.Register<Account>(
                            system.ActorOf(Props.Create(() => new Account("ann"))))))
                .AddRotomClient())
            .Build();
        await host.StartAsync();
        IActorRef account = host.Services.GetRequiredService<IRequiredActor<Account>>().ActorRef;
        for (int i = 1; i <= deposits; i++)
        {
            await account.Ask<Balance>(new Deposit(i * 10), s_patience);
        }

        AccountState state = await account.Ask<AccountState>(GetState.Instance, s_patience);
        Console.WriteLine(
            $"{state.Id} has {state.Amount}, {state.FromSnapshot} of it by a snapshot, after "
            + $"{state.Replayed} replayed events");
        IRotomClient client = host.Services.GetRequiredService<IRotomClient>();
        Console.WriteLine(
            $"kept: {await client.ExecuteAsync("ZCARD", "akka:journal:account-ann")} events, "
            + $"{await client.ExecuteAsync("HLEN", "akka:snapshots:account-ann")} snapshot");
        await host.StopAsync();
    }
}
