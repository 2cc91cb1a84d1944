using System;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Rotom.Actors;
using Rotom.Actors.Client;
using Rotom.Actors.Hosting;
using Rotom.Actors.Messages;
using Rotom.Bench.Micro;
using Rotom.Engine.Config;
using Rotom.Resp;

namespace Rotom.Bench.Actors;

// GET of a value of 16 bytes by every door: a client in the process, an actor on the same loop, an
// actor on the pool, a stream, and a socket on loopback. "In flight" is how many are under way.
// Awaited one at a time from another thread, most of the time is two wake-ups: of the loop's thread
// and of the caller's; the row "wake-ups alone" is the same without a command.

/// <summary>GET in process and over loopback: time a call.</summary>
internal sealed class InProcessBenchmark : IMicroBenchmark
{
    private static readonly RespArgument s_key = "key:000001"u8.ToArray();

    /// <inheritdoc/>
    public string Name => "in-process";

    /// <inheritdoc/>
    public string Summary => "GET by clients and actors in the process, and over loopback";

    /// <inheritdoc/>
    public int Run(string[] args)
    {
        double scale = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 1;
        RunAsync(scale).GetAwaiter().GetResult();
        return 0;
    }

    private static async Task RunAsync(double scale)
    {
        int few = (int)(100_000 * scale);
        int many = (int)(2_000_000 * scale);
        using ActorSystem system = ActorSystem.Create("bench", ConfigurationFactory.ParseString(
            "akka { loglevel = OFF, stdout-loglevel = OFF }"));
        ServerConfig config = new() { Port = FreePort(), Bind = ["127.0.0.1"], Save = [] };
        RotomServer server = RotomServer.Create(system, config, new QuietHost());
        await server.StartAsync();
        IRotomClient client = server.Client;
        await client.StringSetAsync(s_key, "0123456789abcdef");
        Console.WriteLine($"{"GET",-44}{"ns",9}{"k/s",9}{"bytes",7}");
        IActorRef echo = system.ActorOf(
            Props.Create(() => new Echo()).WithDispatcher("rotom.loop"));
        await Measure("wake-ups alone (Ask of an actor on the loop)", few, async n =>
        {
            for (int i = 0; i < n; i++) await echo.Ask<object>(s_ping);
        });
        await Measure("client, awaited one at a time", few, async n =>
        {
            for (int i = 0; i < n; i++) await client.StringGetAsync(s_key);
        });
        IRotomCommands extended = client;
        await Measure("extension method, awaited one at a time", few, async n =>
        {
            for (int i = 0; i < n; i++) await extended.StringGetAsync(s_key);
        });
        await Measure("client, 64 in flight", many, n => InFlight(client.StringGetAsync, n, 64));
        await Measure("extension method, 64 in flight", many, n =>
            InFlight(extended.StringGetAsync, n, 64));
        await Measure("client, 1024 in flight", many, n =>
            InFlight(client.StringGetAsync, n, 1024));
        await MeasureReading(client, few, many);
        await Measure("actor on the same loop, 1 in flight", many, n =>
            ByActor(system, server.Keyspace, n, 1, "rotom.loop"));
        await Measure("actor on the same loop, 64 in flight", many, n =>
            ByActor(system, server.Keyspace, n, 64, "rotom.loop"));
        await Measure("actor on the pool, 1 in flight", few, n =>
            ByActor(system, server.Keyspace, n, 1, "akka.actor.default-dispatcher"));
        await using (RespClient piped = await RespClient.ConnectAsync(server.ConnectStream()))
        {
            await Measure("stream, awaited one at a time", few, n => OneByOne(piped, n));
        }

        using TcpClient tcp = new() { NoDelay = true };
        await tcp.ConnectAsync((IPEndPoint)server.EndPoints[0]);
        await using RespClient remote = await RespClient.ConnectAsync(tcp.GetStream());
        await Measure("loopback, awaited one at a time", few, n => OneByOne(remote, n));
        await server.StopAsync();
        await system.Terminate();
    }

    // The value seen where it lies, beside the value as an array of the caller's own.
    private static async Task MeasureReading(IRotomClient client, int few, int many)
    {
        byte[] memory = new byte[1 << 16];
        await Measure("shown to a function, awaited one at a time", few, async n =>
        {
            for (int i = 0; i < n; i++) await client.StringReadAsync(s_key, 0, s_length);
        });
        await Measure("shown to a function, 64 in flight", many, n =>
            InFlight(key => client.StringReadAsync(key, 0, s_length), n, 64));
        await Measure("into the caller's memory, 64 in flight", many, n =>
            InFlight(key => client.StringCopyToAsync(key, memory), n, 64));
        RespArgument large = "large"u8.ToArray();
        await client.StringSetAsync(large, new byte[1 << 14]);
        await Measure("16 KiB as an array, 64 in flight", few * 4, n =>
            InFlight(_ => client.StringGetAsync(large), n, 64));
        await Measure("16 KiB shown to a function, 64 in flight", few * 4, n =>
            InFlight(_ => client.StringReadAsync(large, 0, s_length), n, 64));
        await Measure("16 KiB into the caller's memory, 64 in flight", few * 4, n =>
            InFlight(_ => client.StringCopyToAsync(large, memory), n, 64));
    }

    private static readonly ValueReader<int, int> s_length = (value, _) => value.Length;

    private static readonly object s_ping = new();

    private static async Task OneByOne(RespClient client, int count)
    {
        RespArgument[] get = ["GET", s_key];
        for (int i = 0; i < count; i++) await client.Connection.ExecuteAsync(get);
    }

    private static async Task InFlight<T>(
        Func<RespArgument, ValueTask<T>> get, int count, int width)
    {
        ValueTask<T>[] calls = new ValueTask<T>[width];
        for (int done = 0; done < count; done += width)
        {
            // Each is awaited once, below.
#pragma warning disable CA2012
            for (int i = 0; i < width; i++) calls[i] = get(s_key);
#pragma warning restore CA2012
            for (int i = 0; i < width; i++) await calls[i];
        }
    }

    private static Task ByActor(
        ActorSystem system, IActorRef keyspace, int count, int width, string dispatcher)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        system.ActorOf(Props.Create(() => new Asker(keyspace, count, width, done))
            .WithDispatcher(dispatcher));
        return done.Task;
    }

    private static async Task Measure(string name, int count, Func<int, Task> work)
    {
        await work(Math.Max(1, count / 10));
        double best = double.MaxValue;
        long bytes = 0;
        for (int round = 0; round < 3; round++)
        {
            long allocated = GC.GetTotalAllocatedBytes();
            long start = Stopwatch.GetTimestamp();
            await work(count);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds / count);
            bytes = (GC.GetTotalAllocatedBytes() - allocated) / count;
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{name,-44}{best,9:F0}{1e6 / best,9:F0}{bytes,7}"));
    }

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message, Self);
    }

    private sealed class Asker : UntypedActor
    {
        private readonly RedisCommand _get = new("GET", s_key);
        private readonly IActorRef _keyspace;
        private readonly TaskCompletionSource _done;
        private int _toSend;
        private int _toCome;

        public Asker(IActorRef keyspace, int count, int width, TaskCompletionSource done)
        {
            _keyspace = keyspace;
            _done = done;
            _toSend = _toCome = count;
            for (int i = 0; i < width; i++) Send();
        }

        protected override void OnReceive(object message)
        {
            if (--_toCome == 0) _done.TrySetResult();
            else Send();
        }

        private void Send()
        {
            if (_toSend-- > 0) _keyspace.Tell(_get, Self);
        }
    }
}
