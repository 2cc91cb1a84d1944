using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Threading.Tasks;

namespace Rotom.Compat.Server;

/// <summary>What a finished program said.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Error)
{
    public override string ToString() => $"exit {ExitCode}\n{Output}\n{Error}";
}

/// <summary>Finds programs and folders of the checkout, and runs a program to its end.</summary>
internal static class Tools
{
    public static string RepoRoot { get; } = Metadata("RepoRoot");

    public static string Configuration { get; } = Metadata("Configuration");

    /// <summary>True in the long runs: <c>./rotom test --full</c>.</summary>
    public static bool Full { get; } =
        Environment.GetEnvironmentVariable("ROTOM_TEST_FULL") == "1";

    public static string ProjectFolder => Path.Combine(RepoRoot, "tests", "Rotom.Compat");

    /// <summary>Where figures and tables for the closing report go.</summary>
    public static string ResultsFolder { get; } =
        Environment.GetEnvironmentVariable("ROTOM_TEST_RESULTS") is { Length: > 0 } folder
            ? folder
            : Path.Combine(RepoRoot, "artifacts", "test-results");

    /// <summary>The folder with Redis' own <c>tests/</c>, or null.</summary>
    public static string? RedisTests { get; } = FindRedisTests();

    public static string? Python { get; } = FindPython();

    public static bool NodeClients { get; } = Find("node") is not null
        && Directory.Exists(Path.Combine(ProjectFolder, "clients", "node_modules", "ioredis"));

    /// <summary>
    /// How many files and sockets a process may have open; the runtime raises it to the
    /// maximum.
    /// </summary>
    public static long DescriptorLimit { get; } = FindDescriptorLimit();

    /// <summary>The path of a program, or null.</summary>
    public static string? Find(string program)
    {
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return path.Split(Path.PathSeparator).Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>
    /// Runs a program; one that outlives the time limit is killed and reported.
    /// </summary>
    public static ProgramResult Run(string program, IEnumerable<string> args, byte[]? input = null,
        int timeoutMs = 60_000, IReadOnlyDictionary<string, string>? environment = null)
    {
        ProcessStartInfo start = new(program, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        try
        {
            process.StandardInput.BaseStream.Write(input ?? []);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading all its input; its exit code tells why.
        }
        if (process.WaitForExit(timeoutMs))
            return new ProgramResult(process.ExitCode, output.Result, error.Result);
        process.Kill(entireProcessTree: true);
        string line = $"{program} {string.Join(' ', args)}";
        throw new TimeoutException($"{line}: still running after {timeoutMs} ms\n{output.Result}");
    }

    private static long FindDescriptorLimit()
    {
        if (!File.Exists("/proc/self/limits"))
            return 0;
        string line = File.ReadLines("/proc/self/limits")
            .First(l => l.StartsWith("Max open files", StringComparison.Ordinal));
        string soft = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        return soft == "unlimited" ? long.MaxValue : long.Parse(soft);
    }

    private static string? FindPython()
    {
        // Debian's own interpreter first: python3-redis installs for that one.
        foreach (string candidate in new[] { "/usr/bin/python3", "python3" })
        {
            if (Find(candidate) is not { } python)
                continue;
            if (Run(python, ["-c", "import redis"]).ExitCode == 0)
                return python;
        }
        return null;
    }

    private static string? FindRedisTests()
    {
        string? folder = Environment.GetEnvironmentVariable("REDIS_TESTS");
        if (string.IsNullOrEmpty(folder))
            folder = Path.Combine(RepoRoot, "artifacts", "redis-tests");
        return File.Exists(Path.Combine(folder, "tests", "test_helper.tcl")) ? folder : null;
    }

    private static string Metadata(string key)
        => typeof(Tools).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(a => a.Key == key).Value!;
}
