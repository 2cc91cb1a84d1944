using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using Rotom.Compat.Wire;

namespace Rotom.Compat.Server;

// A server of any make, started as a process of its own.
//
// The tests know of it only what they know of redis-server: flags, the log line that says it is
// ready, its port and its pid. So the same tests run on redis-server itself, which is how a
// test is shown to be right before it judges ours: ROTOM_SERVER=/usr/bin/redis-server dotnet
// test.

/// <summary>A running server on a free port of 127.0.0.1; killed by its pid at the end.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const int SigTerm = 15;
    private const string ReadyLine = "Ready to accept connections";

    private readonly Process _process;
    private readonly string _folder;
    private readonly StringBuilder _output = new();
    private readonly ManualResetEventSlim _ready = new();

    private ServerProcess(Process process, int port, string folder)
    {
        _process = process;
        Port = port;
        _folder = folder;
    }

    public int Port { get; }

    /// <summary>Another port of it that <see cref="Connect"/> goes to, and what is spoken there.
    /// </summary>
    public (int Port, Func<Stream, Stream> Wrap)? Secure { get; set; }

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>True unless another server was named, which has not all of our settings.</summary>
    public static bool IsOurs
        => !PathUnderTest().EndsWith("redis-server", StringComparison.Ordinal);

    /// <summary>All the server has printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>
    /// The server under test: <c>ROTOM_SERVER</c>, else the newer of the published one and the
    /// one that was built with these tests.
    /// </summary>
    public static string PathUnderTest()
    {
        string? named = Environment.GetEnvironmentVariable("ROTOM_SERVER");
        if (!string.IsNullOrEmpty(named))
            return named;
        string app = Path.Combine(Tools.RepoRoot, "src", "Rotom.App", "bin");
        string[] candidates =
        [
            Path.Combine(Tools.RepoRoot, "artifacts", "rotom-server", "rotom-server"),
            Path.Combine(app, Tools.Configuration, "net10.0", "rotom-server"),
        ];
        return candidates.Where(File.Exists)
            .OrderByDescending(path => File.GetLastWriteTimeUtc(path + ".dll"))
            .FirstOrDefault() ?? throw new FileNotFoundException(
                "no server to test: run ./rotom build, or set ROTOM_SERVER");
    }

    /// <summary>Starts the server under test, without persistence.</summary>
    /// <param name="args">Flags beside <c>--port N --save ""</c>.</param>
    public static ServerProcess Start(params string[] args)
        => StartProgram(PathUnderTest(), args);

    /// <summary>
    /// Starts the server under test on a configuration file, with flags that follow it.
    /// </summary>
    public static ServerProcess StartWithFile(string file, params string[] args)
        => StartProgram(PathUnderTest(), args, file);

    /// <summary>Starts the server under test with variables of its environment.</summary>
    public static ServerProcess StartWith(
        IReadOnlyDictionary<string, string> environment, params string[] args)
        => StartProgram(PathUnderTest(), args, null, environment);

    /// <summary>
    /// Starts any server that takes redis-server's flags, and waits until it is ready.
    /// </summary>
    public static ServerProcess StartProgram(string path, string[] args, string? file = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        // A free port may be taken by another in the moment before the server binds it: try
        // again.
        for (int attempt = 1; ; attempt++)
        {
            ServerProcess server = Launch(path, FreePort(), args, file, environment);
            if (server.WaitUntilReady())
                return server;
            // Without a time it also waits for the last lines of a process that has ended.
            if (server.HasExited) server._process.WaitForExit();
            string output = server.Output;
            server.Dispose();
            if (attempt == 3 || !output.Contains("already in use", StringComparison.Ordinal))
                throw new InvalidOperationException($"{path} did not get ready:\n{output}");
        }
    }

    /// <summary>A port that was free a moment ago.</summary>
    public static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public RespConnection Connect(int timeoutMs = 20_000)
    {
        if (_process.HasExited)
            throw new InvalidOperationException(DeathReport());
        return Secure is { } secure
            ? new RespConnection(secure.Port, timeoutMs, secure.Wrap)
            : new RespConnection(Port, timeoutMs);
    }

    /// <summary>The field of INFO, or null.</summary>
    public string? Info(string field)
    {
        using RespConnection client = Connect();
        string? line = client.Ok("INFO", "everything").Text.Split("\r\n")
            .FirstOrDefault(l => l.StartsWith(field + ":", StringComparison.Ordinal));
        return line?[(field.Length + 1)..];
    }

    /// <summary>True if the command table has <paramref name="command"/>.</summary>
    public bool Supports(string command)
    {
        using RespConnection client = Connect();
        RespReply reply = client.Ok("COMMAND", "INFO", command);
        return reply.Items.Length == 1 && !reply.Items[0].IsNull;
    }

    /// <summary>Resident memory in bytes.</summary>
    /// <param name="field">All of it, or a part: a line of the process' status.</param>
    public long ResidentBytes(string field = "VmRSS")
    {
        string line = File.ReadLines($"/proc/{Pid}/status")
            .First(l => l.StartsWith(field + ":", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
    }

    /// <summary>Fails if the server has died, with all it said.</summary>
    public void RequireAlive()
    {
        if (_process.HasExited)
            throw new InvalidOperationException(DeathReport());
    }

    /// <summary>Asks the server to stop; returns its exit code.</summary>
    public int Terminate(int timeoutMs = 10_000)
    {
        if (Kill(Pid, SigTerm) != 0)
            throw new InvalidOperationException("cannot signal the server");
        if (!_process.WaitForExit(timeoutMs))
            throw new TimeoutException($"still running {timeoutMs} ms after SIGTERM:\n{Output}");
        return _process.ExitCode;
    }

    /// <summary>Kills the server where it is (SIGKILL).</summary>
    public void KillHard()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public bool WaitForExit(int timeoutMs) => _process.WaitForExit(timeoutMs);

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit(5_000);
        _process.Dispose();
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // A folder of the temporary directory that is still in use: the system clears it.
        }
    }

    private static ServerProcess Launch(string path, int port, string[] args, string? file,
        IReadOnlyDictionary<string, string>? environment)
    {
        string folder = Directory.CreateTempSubdirectory("rotom-compat-").FullName;
        string[] common = ["--port", $"{port}", "--save", "", "--dir", folder];
        string[] first = file is null ? [] : [file];
        ProcessStartInfo start = new(path, [.. first, .. common, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        Process process = Process.Start(start)
            ?? throw new InvalidOperationException($"cannot start {path}");
        ServerProcess server = new(process, port, folder);
        process.OutputDataReceived += (_, line) => server.Add(line.Data);
        process.ErrorDataReceived += (_, line) => server.Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return server;
    }

    private void Add(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.AppendLine(line);
        if (line.Contains(ReadyLine, StringComparison.Ordinal))
            _ready.Set();
    }

    private bool WaitUntilReady()
    {
        for (int waited = 0; waited < 30_000 && !_process.HasExited; waited += 20)
        {
            if (_ready.Wait(20))
                return true;
        }
        return false;
    }

    private string DeathReport()
        => $"the server (pid {Pid}) has died with exit code {_process.ExitCode}:\n{Output}";

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int pid, int signal);
}
