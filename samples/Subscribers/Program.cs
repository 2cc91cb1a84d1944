using System;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rotom.Actors.Client;
using Rotom.Actors.Hosting;
using Rotom.Actors.Messages;
using Rotom.Engine;

namespace Subscribers;

// A server in the host's own actor system. One actor sends it commands as messages and hears what
// becomes of keys; another hears Redis' channels on Akka's event stream.

internal static class Program
{
    private static async Task Main()
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using IHost host = new HostBuilder()
            .ConfigureLogging(logging => logging.ClearProviders())
            .ConfigureServices(services => services
                .AddAkka("app", akka => akka
                    .AddHocon("akka.loglevel = ERROR", HoconAddMode.Prepend)
                    .WithRotom(rotom => rotom.Port = null)
                    .WithActors((system, registry) =>
                    {
                        IActorRef keyspace = registry.Get<RotomServer>();
                        system.ActorOf(Props.Create(() => new Sessions(keyspace, done)));
                    }))
                .AddRotomClient())
            .Build();
        await host.StartAsync();
        await done.Task;

        RotomServer server = host.Services.GetRequiredService<RotomServer>();
        TaskCompletionSource heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ActorSystem system = host.Services.GetRequiredService<ActorSystem>();
        IActorRef reader = system.ActorOf(Props.Create(() => new Reader(heard)));
        system.EventStream.Subscribe(reader, typeof(ChannelMessage));
        await server.BridgeToEventStreamAsync("news.*");
        IRotomClient client = host.Services.GetRequiredService<IRotomClient>();
        await client.PublishAsync("news.local", "the sample ends");
        await heard.Task;
        await host.StopAsync();
    }

    /// <summary>Opens a session that lives shortly, and says when it is over.</summary>
    private sealed class Sessions : ReceiveActor
    {
        public Sessions(IActorRef keyspace, TaskCompletionSource done)
        {
            keyspace.Tell(
                new SubscribeToKeys(NotifyClass.Expired) { Pattern = "session:*" }, Self);
            Receive<KeysSubscribed>(_ =>
            {
                RedisCommand open = new("SET", "session:1", "ann", "PX", 50);
                keyspace.Tell(open, Self);
            });
            Receive<RedisReply>(reply => Console.WriteLine($"session opened: {reply.Value}"));
            Receive<KeyspaceEvent>(told =>
            {
                Console.WriteLine($"{told.KeyText} {told.Name}: it was {told.OldText}'s");
                done.TrySetResult();
            });
        }
    }

    private sealed class Reader : ReceiveActor
    {
        public Reader(TaskCompletionSource heard) => Receive<ChannelMessage>(message =>
        {
            Console.WriteLine($"{message.Channel}: {message.Text}");
            heard.TrySetResult();
        });
    }
}
