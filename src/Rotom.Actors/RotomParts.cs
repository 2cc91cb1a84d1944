using System;
using System.Collections.Generic;
using Rotom.Actors.Client;
using Rotom.Actors.Hosting;
using Rotom.Actors.Persistence;
using Rotom.Actors.Supervision;
using Rotom.Engine;
using Rotom.Engine.Config;
using Rotom.Net.Loop;
using Rotom.Net.Transport;
using Rotom.Resp.Batch;

namespace Rotom.Actors;

/// <summary>What a server is made of besides its actors, put together by RotomServer.</summary>
/// <param name="Engine">The keyspace.</param>
/// <param name="Transports">The sockets, one transport a loop.</param>
/// <param name="KeyspaceDispatcher">Dispatcher of the keyspace actor.</param>
/// <param name="KeyspaceLoop">The loop behind it, for the keyspace's timers.</param>
/// <param name="NetworkDispatchers">Dispatchers of the network actors, one a transport.</param>
/// <param name="Host">Whom to ask for what only the process can do.</param>
/// <param name="Snapshots">Keeps snapshots of the keyspace.</param>
/// <param name="Journal">Keeps the journal.</param>
/// <param name="Local">The door of the clients in this process.</param>
/// <param name="Executing">Hears of every batch before it is executed; null for nobody.</param>
internal sealed record RotomParts(
    RotomEngine Engine,
    TransportGroup Transports,
    string KeyspaceDispatcher,
    IEventLoop KeyspaceLoop,
    IReadOnlyList<string> NetworkDispatchers,
    IRotomHost Host,
    SnapshotKeeper Snapshots,
    JournalKeeper Journal,
    LocalPort Local,
    Action<CommandBatch>? Executing = null)
{
    /// <summary>The server's main figures, for its meter.</summary>
    internal ServerFigures Figures { get; } = new();

    /// <summary>What went wrong so far.</summary>
    internal required Incidents Incidents { get; init; }

    /// <summary>How the keyspace fares.</summary>
    internal KeyspaceHealth KeyspaceHealth { get; } = new();

    /// <summary>Makes an empty engine that knows the host's types of values.</summary>
    internal required Func<RotomEngine> MakeHistoryEngine { get; init; }

    /// <summary>Where the server can be made to fail.</summary>
    internal required FaultPoints Faults { get; init; }

    /// <summary>Hears the number of the newest event at the end of every turn.</summary>
    internal Action<long>? TurnEnds { get; init; }
}

/// <summary>What a server asks of its process; a library never does it itself.</summary>
public interface IRotomHost : IConfigApplier
{
    /// <summary>The file that CONFIG REWRITE rewrites; null when there is none.</summary>
    IConfigFile? ConfigFile { get; }

    /// <summary>Full path of that file, or empty.</summary>
    string ConfigFilePath { get; }

    /// <summary>SHUTDOWN was called; may be called from any thread and must not block.</summary>
    /// <param name="mode"><c>save</c>, <c>nosave</c> or empty.</param>
    void RequestShutdown(string mode);

    /// <summary>
    /// The data could not be loaded again, and the server serves nobody any more; may be called
    /// from any thread and must not block. What that means for the process is the host's to say.
    /// </summary>
    /// <param name="problem">Why, as it is in the log.</param>
    void RequestEnd(string problem)
    {
    }
}
