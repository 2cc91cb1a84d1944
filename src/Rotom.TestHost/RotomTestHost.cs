using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Microsoft.Extensions.Options;
using Rotom.Actors;
using Rotom.Actors.Client;
using Rotom.Actors.Hosting;
using Rotom.Actors.Messages;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;
using Rotom.Net.Loop;
using Rotom.Net.Transport;
using Rotom.Resp;

namespace Rotom.TestHost;

// RotomTestHost: a server for a test, with an actor system of its own. It is the production server;
// what differs is where time and chance come from, and that it keeps no files.
//
// Time stands still but in AdvanceAsync, where all that is due happens: keys expire and their
// events are told, clients that wait time out, the periodic work is done. Chance comes from a seed.
// So a test that sends its commands one after the other sees the same in every run, and dozens of
// hosts in one process do not disturb each other.

/// <summary>A server for a test.</summary>
public sealed class RotomTestHost : IRotomHost, IAsyncDisposable
{
    // A long time goes by in so many steps: each is a round of the periodic work.
    private const int StepsMax = 50;
    private const long StepNanosMin = 100_000_000;

    private const string Hocon = """
        akka {
          loggers = []
          loglevel = OFF
          stdout-loglevel = OFF
          log-dead-letters = off
          coordinated-shutdown {
            run-by-clr-shutdown-hook = off
            run-by-actor-system-terminate = off
          }
          scheduler.implementation = "Rotom.TestHost.VirtualScheduler, Rotom.TestHost"
        }
        """;

    private readonly VirtualTime _time = new();
    private readonly ActorSystem _system;

    private RotomTestHost(ServerConfig config, RotomOptions options, ulong seed)
    {
        _system = VirtualScheduler.Create("rotom-test", Hocon, _time);
        ServerDoors real = ServerDoors.Real();
        ServerDoors doors = new()
        {
            Clock = _time,
            Random = new XoshiroRandom(seed),
            Files = real.Files,
            MakeLoop = (kind, wanted) => TransportGroup.CreateLoop(kind, OnVirtualTime(wanted)),
            MakeTransports = real.MakeTransports,
        };
        Server = RotomServer.Create(_system, config, this, doors, "rotom", options.Commands);
        Server.ListensOnAnyPort = options.Port == RotomOptions.AnyPort;
    }

    /// <summary>The server.</summary>
    public RotomServer Server { get; }

    /// <summary>A client of it.</summary>
    public IRotomClient Client => Server.Client;

    /// <summary>Its actor system, for actors of the test.</summary>
    public ActorSystem ActorSystem => _system;

    /// <summary>Where it listens; null without a port.</summary>
    public EndPoint? EndPoint => Server.EndPoints.Count == 0 ? null : Server.EndPoints[0];

    /// <summary>The time as the server sees it.</summary>
    public DateTimeOffset Now => _time.GetUtcNow();

    /// <inheritdoc/>
    IConfigFile? IRotomHost.ConfigFile => null;

    /// <inheritdoc/>
    string IRotomHost.ConfigFilePath => "";

    /// <summary>SHUTDOWN was sent; null until then.</summary>
    public string? ShutdownRequest { get; private set; }

    /// <summary>Starts a server.</summary>
    /// <param name="configure">
    /// Sets the options; without a port unless they say <see cref="RotomOptions.AnyPort"/>.
    /// </param>
    /// <param name="seed">What the server draws from.</param>
    public static async Task<RotomTestHost> StartAsync(
        Action<RotomOptions>? configure = null, ulong seed = 1)
    {
        RotomOptions options = new() { Port = null };
        options.Set("dbfilename", $"rotom-test-{Guid.NewGuid():N}.rdb");
        configure?.Invoke(options);
        if (!options.TryBuild(out ServerConfig config, out List<string> wrong))
        {
            throw new OptionsValidationException("rotom", typeof(RotomOptions), wrong);
        }

        RotomTestHost host = new(config, options, seed);
        await host.Server.StartAsync().ConfigureAwait(false);
        return host;
    }

    /// <summary>A connection for a client of any make, without a socket.</summary>
    public Stream ConnectStream() => Server.ConnectStream();

    /// <summary>Lets time go by. When the task is done, all that was due has happened.</summary>
    public async Task AdvanceAsync(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        long left = time.Ticks * 100;
        long step = Math.Max(StepNanosMin, left / StepsMax);
        await SettleAsync().ConfigureAwait(false);
        while (left > 0)
        {
            long now = Math.Min(step, left);
            left -= now;
            await StepAsync(now).ConfigureAwait(false);
        }

        await Server.Keyspace.Ask<Akka.Done>(ExpireDueKeys.Instance, Timeout.InfiniteTimeSpan)
            .ConfigureAwait(false);
    }

    /// <summary>Removes all keys.</summary>
    public async Task FlushAsync() =>
        await Client.ExecuteAsync("FLUSHALL", "SYNC").ConfigureAwait(false);

    /// <summary>All keys as they are now, to be restored later, here or in another host.</summary>
    public Task<TestState> SaveStateAsync() => TestState.SaveAsync(Server);

    /// <summary>Replaces all keys by those of a state.</summary>
    public async Task RestoreStateAsync(TestState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        await FlushAsync().ConfigureAwait(false);
        await state.RestoreAsync(Server).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Server.StopAsync().ConfigureAwait(false);
        Task ended = _system.Terminate();
        // Dispatchers end their threads by the scheduler.
        for (int i = 0; i < 5; i++)
        {
            _time.Advance(10_000_000_000);
            ((VirtualScheduler)_system.Scheduler).RunDue();
            await Task.Yield();
        }

        await ended.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    void IRotomHost.RequestShutdown(string mode) => ShutdownRequest = mode;

    /// <inheritdoc/>
    bool IConfigApplier.TryApply(ConfigApply what, ServerConfig config, out string error)
    {
        error = "";
        return true;
    }

    private async Task StepAsync(long nanos)
    {
        _time.Advance(nanos);
        ((VirtualScheduler)_system.Scheduler).RunDue();
        await SettleAsync().ConfigureAwait(false);
    }

    // A turn of the loop fires its timers, which tell the keyspace; what lies in the keyspace's
    // mailbox is done when it has answered what was put behind it.
    private async Task SettleAsync()
    {
        await LoopWork.Run(Server.Parts.KeyspaceLoop, static () => { }).ConfigureAwait(false);
        await Server.Keyspace.Ask<ActorIdentity>(new Identify(0), Timeout.InfiniteTimeSpan)
            .ConfigureAwait(false);
    }

    private LoopOptions OnVirtualTime(LoopOptions wanted) => new()
    {
        Name = wanted.Name,
        RunBudget = wanted.RunBudget,
        EventsPerTurn = wanted.EventsPerTurn,
        OnError = wanted.OnError,
        Time = _time,
    };
}
