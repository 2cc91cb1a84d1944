using System;
using System.IO;
using Rotom.Compat.Wire;
using Xunit;

// One server, two processors: tests that measure or count must not run beside each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Rotom.Compat.Server;

/// <summary>A server for the tests of one class; each test begins on an empty one.</summary>
public sealed class ServerFixture : IDisposable
{
    internal ServerProcess Server { get; } = ServerProcess.Start();

    /// <summary>The server, emptied.</summary>
    internal ServerProcess Empty()
    {
        using RespConnection client = Server.Connect();
        client.Ok("FLUSHALL");
        return Server;
    }

    public void Dispose()
    {
        bool died = Server.HasExited;
        string output = Server.Output;
        Server.Dispose();
        if (died)
            throw new InvalidOperationException($"the server died during the tests:\n{output}");
    }
}

/// <summary>Measured figures, printed at the end of <c>./rotom test</c>.</summary>
internal static class Figures
{
    public static void Add(string what, string value)
    {
        Directory.CreateDirectory(Tools.ResultsFolder);
        File.AppendAllText(Path.Combine(Tools.ResultsFolder, "figures.txt"),
            $"  {what}: {value}\n");
    }
}
