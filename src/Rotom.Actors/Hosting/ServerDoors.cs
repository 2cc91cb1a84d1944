using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Security.Cryptography;
using Rotom.Actors.Persistence;
using Rotom.Engine.Abstractions;
using Rotom.Net.Loop;
using Rotom.Net.Transport;
using Rotom.Resp.Batch;

namespace Rotom.Actors.Hosting;

/// <summary>
/// All that ties a server to the world outside its process: a whole server runs on other doors in a
/// simulation, with the same code behind them.
/// </summary>
internal sealed class ServerDoors
{
    /// <summary>Time of the keyspace.</summary>
    internal required IClock Clock { get; init; }

    /// <summary>Randomness of the keyspace.</summary>
    internal required IRandom Random { get; init; }

    /// <summary>Where data is kept.</summary>
    internal required IFileSystem Files { get; init; }

    /// <summary>Makes a thread that may wait for the disk, and tells of work that throws.</summary>
    internal Func<string, Action<Exception>, IDiskThread> MakeDiskThread { get; init; } =
        (name, failed) => new DiskThread(name, failed);

    /// <summary>Makes the loop behind a dispatcher.</summary>
    internal required Func<TransportKind, LoopOptions, IEventLoop> MakeLoop { get; init; }

    /// <summary>Makes the transports of the loops.</summary>
    internal required Func<IReadOnlyList<IEventLoop>, NetLog, TransportGroup> MakeTransports
    {
        get;
        init;
    }

    /// <summary>Hears of every batch just before it is executed; null for nobody.</summary>
    internal Action<CommandBatch>? Executing { get; init; }

    /// <summary>
    /// Hears the number of the newest event at the end of every turn, before its replies leave;
    /// null for nobody.
    /// </summary>
    internal Action<long>? TurnEnds { get; init; }

    /// <summary>The system's clock, sockets and randomness.</summary>
    internal static ServerDoors Real() => new()
    {
        Clock = new SystemClock(),
        Random = new XoshiroRandom(Seed(), RandomNumberGenerator.Fill),
        Files = new SystemFiles(),
        MakeLoop = TransportGroup.CreateLoop,
        MakeTransports = (loops, log) => new TransportGroup(loops, null, log),
    };

    private static ulong Seed()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
