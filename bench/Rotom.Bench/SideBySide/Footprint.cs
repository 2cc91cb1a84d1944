using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Rotom.Bench.SideBySide;

/// <summary>
/// What a server takes when it does nothing, and what keys and connections add.
/// </summary>
/// <param name="StartMs">From the start of the process to its first reply, median.</param>
/// <param name="EmptyBytes">Resident memory of an empty server.</param>
/// <param name="KeyResidentBytes">Resident memory a key of 16 characters with 16 bytes.</param>
/// <param name="KeyUsedBytes">The same by INFO's used_memory.</param>
/// <param name="IdleConnectionBytes">Resident memory of a connection that has said PING.</param>
internal sealed record Footprint(double StartMs, double EmptyBytes, double KeyResidentBytes,
    double KeyUsedBytes, double IdleConnectionBytes)
{
    private const int Starts = 5;
    private const int IdleConnections = 5_000;
    private const int IdleWarmUp = 500;

    /// <summary>Measures fresh processes of one server; NaN stands for a part left out.</summary>
    public static Footprint Measure(string name, string command, Options options)
    {
        double start = double.NaN;
        if (options.Parts.Contains("start"))
        {
            start = Statistics.Median(Enumerable.Range(0, Starts)
                .Select(_ => StartOnce(name, command)));
        }
        double empty = double.NaN, resident = double.NaN, used = double.NaN, idle = double.NaN;
        if (options.Parts.Contains("memory"))
        {
            using BenchServer server = BenchServer.Start(name, command);
            (empty, resident, used) = Load(server, options.MemoryKeys);
        }
        if (options.Parts.Contains("connections"))
        {
            using BenchServer server = BenchServer.Start(name, command);
            idle = Idle(server);
        }
        return new Footprint(start, empty, resident, used, idle);
    }

    private static double StartOnce(string name, string command)
    {
        using BenchServer server = BenchServer.Start(name, command);
        return server.StartMs;
    }

    private static (long Empty, double Resident, double Used) Load(BenchServer server, int keys)
    {
        server.Settle();
        long empty = server.ResidentBytes();
        long usedBefore = server.UsedMemory();
        using RespProbe probe = server.Connect();
        probe.LoadKeys(keys);
        return (empty, (server.ResidentBytes() - empty) / (double)keys,
            (server.UsedMemory() - usedBefore) / (double)keys);
    }

    private static double Idle(BenchServer server)
    {
        server.Settle();
        // The first ones fill what is kept for reuse.
        foreach (RespProbe probe in Open(server, IdleWarmUp))
            probe.Dispose();
        long before = server.ResidentBytes();
        List<RespProbe> probes = Open(server, IdleConnections);
        double each = (server.ResidentBytes() - before) / (double)IdleConnections;
        probes.ForEach(p => p.Dispose());
        return each;
    }

    private static List<RespProbe> Open(BenchServer server, int count)
    {
        List<RespProbe> probes = [];
        for (int i = 0; i < count; i++)
        {
            RespProbe probe = server.Connect();
            probe.Call("PING");
            probes.Add(probe);
        }
        return probes;
    }
}
