using System;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Akka.Actor;
using Rotom.Actors.Hosting;
using Rotom.Engine.Config;
using Rotom.Resp;
using Xunit;

namespace Rotom.Actors.Tests;

/// <summary>A server in an actor system of its own, on a port that was free.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly ActorSystem _system;
    private readonly RotomServer _server;

    private TestServer(ActorSystem system, RotomServer server, TestHost host)
    {
        _system = system;
        _server = server;
        Host = host;
    }

    internal TestHost Host { get; }

    internal RotomServer Server => _server;

    internal ActorSystem ActorSystem => _system;

    internal static async Task<TestServer> StartAsync(
        Action<ServerConfig>? configure = null,
        Action<Rotom.Resp.Batch.CommandBatch>? executing = null,
        RotomCommands? commands = null,
        Rotom.Engine.Abstractions.IFileSystem? files = null,
        Rotom.Engine.Abstractions.IClock? clock = null)
    {
        ServerConfig config = new()
        {
            Bind = ["127.0.0.1"],
            Port = FreePort(),
            // What another test has saved is none of this one's business.
            Save = [],
            DbFileName = Guid.NewGuid().ToString("N") + ".rdb",
        };
        configure?.Invoke(config);
        ActorSystem system = ActorSystem.Create("test", "akka.loglevel = OFF");
        TestHost host = new();
        ServerDoors real = ServerDoors.Real();
        ServerDoors doors = new()
        {
            Clock = clock ?? real.Clock,
            Random = real.Random,
            Files = files ?? real.Files,
            MakeLoop = real.MakeLoop,
            MakeTransports = real.MakeTransports,
            Executing = executing,
        };
        RotomServer server = RotomServer.Create(
            system, config, host, doors, "rotom", commands);
        await server.StartAsync();
        return new TestServer(system, server, host);
    }

    internal async Task<RespClient> ConnectAsync(Action<RespValue>? onPush = null)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_server.EndPoints[0]);
        return await RespClient.ConnectAsync(
            new NetworkStream(socket, ownsSocket: true), onPush: onPush);
    }

    /// <summary>A reply that is neither LOADING nor MISCONF: it is asked for again.</summary>
    internal static async Task<RespValue> ServedAsync(RespClient client, params string[] words)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await client
                    .CallAsync(Array.ConvertAll(words, word => (RespArgument)word))
                    .WaitAsync(s_patience);
            }
            catch (RespErrorException error) when (
                error.Message.StartsWith("LOADING", StringComparison.Ordinal)
                || error.Message.StartsWith("MISCONF", StringComparison.Ordinal))
            {
                Assert.True(watch.Elapsed < s_patience, error.Message);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        await _system.Terminate();
    }

    private static int FreePort()
    {
        using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}

/// <summary>Notes what a server asks of its process.</summary>
internal sealed class TestHost : IRotomHost
{
    private readonly TaskCompletionSource<string> _shutdown =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TaskCompletionSource<string> _end =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IConfigFile? ConfigFile => null;

    public string ConfigFilePath => "";

    internal Task<string> ShutdownRequested => _shutdown.Task;

    internal Task<string> EndRequested => _end.Task;

    public void RequestEnd(string problem) => _end.TrySetResult(problem);

    public void RequestShutdown(string mode) => _shutdown.TrySetResult(mode);

    public bool TryApply(ConfigApply what, ServerConfig config, out string error)
    {
        error = "";
        return true;
    }
}
