using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rotom.Compat.Server;
using Xunit;

namespace Rotom.Compat.RealClients;

// The clients' own test scripts, in clients/: each prints a line a check (ok, not ok, skip) and
// ends with "done N". A check that is missing is as bad as one that fails, hence the number.

/// <summary>Client libraries in their own languages, over RESP2 and RESP3.</summary>
public sealed class LanguageClientTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [FactWith(Need.PythonRedis)]
    public void Python_redis_works_in_resp2() => RunScript(Tools.Python!, "python_redis.py", "2");

    [TheoryWith(Need.NodeClients)]
    [InlineData("ioredis5", "2")]
    [InlineData("ioredis", "2")]
    [InlineData("ioredis", "3")]
    public void Ioredis_works(string package, string protocol)
        => RunScript("node", "ioredis.js", protocol, package);

    [TheoryWith(Need.NodeClients)]
    [InlineData("2")]
    [InlineData("3")]
    public void Node_redis_works(string protocol) => RunScript("node", "node_redis.js", protocol);

    private void RunScript(string interpreter, string script, params string[] arguments)
        => RunScript(fixture.Empty(), interpreter, script, arguments);

    internal static void RunScript(
        ServerProcess server, string interpreter, string script, params string[] arguments)
    {
        string path = Path.Combine(Tools.ProjectFolder, "clients", script);
        ProgramResult result = Tools.Run(interpreter, [path, $"{server.Port}", .. arguments]);
        server.RequireAlive();

        string[] lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        List<string> bad = [.. lines.Where(l => l.StartsWith("not ok", StringComparison.Ordinal))];
        Assert.True(bad.Count == 0, string.Join('\n', bad));
        Assert.True(result.ExitCode == 0, result.ToString());
        int checks = lines.Count(l => l.StartsWith("ok ", StringComparison.Ordinal)
            || l.StartsWith("skip ", StringComparison.Ordinal));
        Assert.True(checks > 10, result.ToString());
        Assert.Equal($"done {checks}", lines[^1]);
    }
}
