using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;

namespace Rotom.Bench.SideBySide;

// A server under measurement.
//
// While another is measured it is stopped by a signal, so that its timers and threads take
// nothing from the other. Its processor time is the kernel's count for the whole process, dead
// threads included; that count advances in hundredths of a second, which is why runs last a
// second or more.

/// <summary>A server process on a free port of 127.0.0.1.</summary>
internal sealed class BenchServer : IDisposable
{
    private const int SigCont = 18;
    private const int SigStop = 19;
    private const int ReadyTimeoutMs = 30_000;

    // A server of the runtime gives back what only its start needed, after five seconds.
    private const double SettledAfterMs = 6_000;

    private readonly Process _process;
    private readonly long _began = Stopwatch.GetTimestamp();
    private bool _disposed;

    private BenchServer(string name, Process process, int port)
    {
        Name = name;
        _process = process;
        Port = port;
    }

    public string Name { get; }

    public int Port { get; }

    /// <summary>From the start of the process to the first reply.</summary>
    public double StartMs { get; private set; }

    public static BenchServer Start(string name, string command)
    {
        int port = FreePort();
        string line = command.Replace("{port}", $"{port}", StringComparison.Ordinal);
        string log = Path.Combine(Path.GetTempPath(), $"bench-{port}.log");
        // exec: the pid we know must be the server's own.
        ProcessStartInfo start = new("/bin/sh", ["-c", $"exec {line} > '{log}' 2>&1"]);
        long began = Stopwatch.GetTimestamp();
        Process process = Process.Start(start)
            ?? throw new BenchmarkException($"cannot start {name}");
        BenchServer server = new(name, process, port);
        while (!server.Answers())
        {
            double waitedMs = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            if (process.HasExited || waitedMs > ReadyTimeoutMs)
            {
                string said = File.ReadAllText(log);
                server.Dispose();
                throw new BenchmarkException($"{name} did not get ready: {line}\n{said}");
            }
            Thread.Sleep(1);
        }
        server.StartMs = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        File.Delete(log);
        return server;
    }

    /// <summary>Waits until what a server does right after its start is over.</summary>
    public void Settle()
    {
        double left = SettledAfterMs - Stopwatch.GetElapsedTime(_began).TotalMilliseconds;
        if (left > 0) Thread.Sleep((int)left);
    }

    /// <summary>Stops the process where it is, until <see cref="Resume"/>.</summary>
    public void Suspend() => Signal(SigStop);

    public void Resume() => Signal(SigCont);

    /// <summary>User and system time of all threads so far, in seconds.</summary>
    public double CpuSeconds() => Ticks(11, 12);

    /// <summary>The same, children that have ended included.</summary>
    public double CpuSecondsWithChildren() => Ticks(11, 12, 13, 14);

    private double Ticks(params int[] places)
    {
        // The name of the process, in parentheses, may hold blanks: fields are counted after it.
        string stat = File.ReadAllText($"/proc/{_process.Id}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        const double TicksASecond = 100;
        return places.Sum(i => long.Parse(fields[i])) / TicksASecond;
    }

    public long ResidentBytes()
    {
        string line = File.ReadLines($"/proc/{_process.Id}/status")
            .First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
    }

    public RespProbe Connect() => new(Port);

    /// <summary>INFO's used_memory, or 0 where the server has none.</summary>
    public long UsedMemory()
    {
        using RespProbe probe = Connect();
        string? line = probe.Call("INFO", "memory").Split("\r\n")
            .FirstOrDefault(l => l.StartsWith("used_memory:", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line["used_memory:".Length..]);
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
        _process.Dispose();
    }

    private bool Answers()
    {
        try
        {
            using RespProbe probe = Connect();
            return probe.Call("PING") == "PONG";
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            // Not listening yet.
            return false;
        }
    }

    private void Signal(int signal)
    {
        if (Kill(_process.Id, signal) != 0)
            throw new BenchmarkException($"{Name} has died");
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int pid, int signal);
}
