using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Akka.Actor;
using Rotom.Actors.Hosting;
using Rotom.Engine.Config;
using Rotom.Resp;

namespace Embed;

// A server inside an actor system that is there already, and a client of it in the same process.
// Run it with `dotnet run --project samples/Embed`; it prints what it does and ends with 0.

internal static class Program
{
    private static async Task Main()
    {
        // The host's own actor system, with its own actors and settings.
        using ActorSystem system = ActorSystem.Create("app", "akka.loglevel = WARNING");

        ServerConfig config = new() { Port = FreePort(), Bind = ["127.0.0.1"] };
        LibraryHost host = new();
        await using (RotomServer server = RotomServer.Create(system, config, host))
        {
            await server.StartAsync();
            IPEndPoint address = (IPEndPoint)server.EndPoints[0];
            Console.WriteLine($"listening on {address.Address}");
            await Talk(address);
            Console.WriteLine($"asked to shut down: {await host.ShutdownAsked}");
        }

        await system.Terminate();
        Console.WriteLine("the server stopped, then the actor system");
    }

    private static async Task Talk(IPEndPoint address)
    {
        using TcpClient tcp = new() { NoDelay = true };
        await tcp.ConnectAsync(address);
        await using RespClient client = await RespClient.ConnectAsync(tcp.GetStream());

        await client.CallAsync("SET", "greeting", "hello");
        string? greeting = (await client.CallAsync("GET", "greeting")).AsString();
        Console.WriteLine($"greeting = {greeting}, in RESP{client.Protocol}");

        // A pipeline: nobody waits in between, replies come back in order.
        Task<RespValue>[] replies = new Task<RespValue>[1000];
        for (int i = 0; i < replies.Length; i++) replies[i] = client.CallAsync("INCR", "n");
        RespValue[] counts = await Task.WhenAll(replies);
        Console.WriteLine($"n = {counts[^1].AsInteger()} after {counts.Length} increments");

        // A host decides itself what SHUTDOWN means to it; there is no reply.
        client.Connection.Post("SHUTDOWN", "NOSAVE");
    }

    // Port 0 would mean "no TCP" here as it does in redis.conf.
    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
