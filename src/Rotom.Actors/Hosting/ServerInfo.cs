using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Rotom.Actors.Persistence;
using Rotom.Engine;
using Rotom.Engine.Config;
using Rotom.Engine.Info;
using Rotom.Net.Loop;
using Rotom.Net.Transport;

namespace Rotom.Actors.Hosting;

/// <summary>The lines of INFO that only the process and its network know.</summary>
internal static class ServerInfo
{
    internal static void Register(
        RotomEngine engine, TransportGroup transports, SnapshotKeeper snapshots,
        JournalKeeper journal, ServerFacts facts, Action<InfoWriter> incidents)
    {
        engine.ProcessMemory = ResidentBytes;
        engine.Info.Add("Server", w => Server(w, engine, facts));
        engine.Info.Add("Clients", w => w.Line("maxclients", engine.Config.MaxClients));
        engine.Info.Add("Memory", w => Memory(w, engine));
        engine.Info.Add("Persistence", w => Persistence(w, engine, snapshots, journal));
        engine.Info.Add("Stats", w => Stats(w, engine, transports));
        engine.Info.Add("Stats", incidents);
        engine.Info.Add("CPU", Cpu);
    }

    /// <summary>Physical memory in use by the process, bytes.</summary>
    internal static long ResidentBytes() => Environment.WorkingSet;

    private static void Server(InfoWriter w, RotomEngine engine, ServerFacts facts)
    {
        w.Line("os", RuntimeInformation.OSDescription);
        w.Line("arch_bits", IntPtr.Size * 8);
        w.Line("multiplexing_api", facts.MultiplexingApi);
        w.Line("monotonic_clock", Stopwatch.IsHighResolution ? "high resolution" : "system ticks");
        w.Line("atomicvar_api", "dotnet");
        w.Line("runtime", RuntimeInformation.FrameworkDescription);
        w.Line("actor_runtime", facts.ActorRuntime);
        w.Line("process_id", Environment.ProcessId);
        w.Line("process_supervised", "no");
        w.Line("tcp_port", engine.Config.MainPort);
        w.Line("executable", Environment.ProcessPath ?? "");
        w.Line("config_file", facts.ConfigFile);
        w.Line("io_threads_active", engine.Config.IOThreads > 1 ? 1 : 0);
        Listeners(w, engine.Config);
    }

    // listener0:name=tcp,bind=127.0.0.1,port=6379, as Redis 7.2 numbers them.
    private static void Listeners(InfoWriter w, ServerConfig config)
    {
        int number = 0;
        string bind = string.Concat(Array.ConvertAll(config.Bind, b => $",bind={b}"));
        if (config.Port != 0)
        {
            w.Line($"listener{number++}", $"name=tcp{bind},port={config.Port}");
        }

        if (config.UnixSocket.Length != 0)
        {
            w.Line($"listener{number++}", $"name=unix,bind={config.UnixSocket}");
        }

        if (config.TlsPort == 0) return;
        w.Line($"listener{number}", $"name=tls{bind},port={config.TlsPort}");
    }

    private static void Memory(InfoWriter w, RotomEngine engine)
    {
        long resident = ResidentBytes();
        long held = engine.AllocatorResidentBytes;
        w.Bytes("used_memory_rss", resident);
        w.Bytes("total_system_memory", GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        w.Line("used_memory_managed", GC.GetTotalMemory(false));
        w.Line("gc_collections", GC.CollectionCount(0));
        w.Ratio("rss_overhead", resident, held);
        w.Ratio("mem_fragmentation", resident, engine.AccountedMemory);
    }

    private static void Persistence(
        InfoWriter w, RotomEngine engine, SnapshotKeeper snapshots, JournalKeeper journal)
    {
        SnapshotInfo.Write(w, engine, snapshots, journal.Load);
        JournalInfo.Write(w, engine, journal);
        w.Line("current_fork_perc", 0, 2);
        // There are no forks and no modules.
        w.Zeros(
            "async_loading", "module_fork_in_progress", "module_fork_last_cow_size");
    }

    private static void Stats(InfoWriter w, RotomEngine engine, TransportGroup transports)
    {
        long received = 0, rejected = 0, input = 0, output = 0, reads = 0, writes = 0, closed = 0;
        foreach (INetTransport transport in transports.Transports)
        {
            NetStatistics s = transport.Statistics;
            received += s.ConnectionsReceived;
            rejected += s.ConnectionsRejected;
            input += s.InputBytes;
            output += s.OutputBytes;
            reads += s.Reads;
            writes += s.Writes;
            closed += s.OutputLimitCloses;
        }

        w.Line("total_connections_received", received);
        w.Line("rejected_connections", rejected);
        w.Line("total_net_input_bytes", input);
        w.Line("total_net_output_bytes", output);
        w.Line("total_reads_processed", reads);
        w.Line("total_writes_processed", writes);
        w.Line("client_output_buffer_limit_disconnections", closed);
        w.Line("instantaneous_input_kbps", transports.Rates.InputKbps, 2);
        w.Line("instantaneous_output_kbps", transports.Rates.OutputKbps, 2);
        bool split = engine.Config.IOThreads > 1;
        w.Line("io_threaded_reads_processed", split ? reads : 0);
        w.Line("io_threaded_writes_processed", split ? writes : 0);
        w.Zeros("total_net_repl_input_bytes", "total_net_repl_output_bytes");
        w.Line("instantaneous_input_repl_kbps", 0, 2);
        w.Line("instantaneous_output_repl_kbps", 0, 2);
    }

    private static void Cpu(InfoWriter w)
    {
        using Process process = Process.GetCurrentProcess();
        w.Line("used_cpu_sys", process.PrivilegedProcessorTime.TotalSeconds, 6);
        w.Line("used_cpu_user", process.UserProcessorTime.TotalSeconds, 6);
        // It has no children; INFO runs on the thread that executes commands.
        w.Line("used_cpu_sys_children", 0, 6);
        w.Line("used_cpu_user_children", 0, 6);
        (TimeSpan user, TimeSpan system) = LoopThread.Times();
        w.Line("used_cpu_sys_main_thread", system.TotalSeconds, 6);
        w.Line("used_cpu_user_main_thread", user.TotalSeconds, 6);
    }
}

/// <summary>What INFO says about the process besides what it can find out.</summary>
/// <param name="MultiplexingApi">epoll or sockets.</param>
/// <param name="ActorRuntime">The assembly that the actors run on, with its version.</param>
/// <param name="ConfigFile">Full path of the configuration file, or empty.</param>
internal sealed record ServerFacts(string MultiplexingApi, string ActorRuntime, string ConfigFile);
