using System;
using Rotom.Compat.Server;
using Xunit;

namespace Rotom.Compat.RealClients;

/// <summary>
/// The ways to serve that are not the default: the framework's sockets, network threads apart from
/// the keyspace's, both. Load and hostile input in these ways are tested beside their own tests.
/// </summary>
public sealed class TransportTests
{
    [TheoryWith(Need.PythonRedis | Need.OwnServer)]
    [InlineData("--transport portable")]
    [InlineData("--io-threads 3")]
    [InlineData("--transport portable --io-threads 2")]
    public void Python_redis_works(string mode)
    {
        using ServerProcess server = ServerProcess.Start(mode.Split(' '));
        LanguageClientTests.RunScript(server, Tools.Python!, "python_redis.py", "2");
    }

    [TheoryWith(Need.RedisBenchmark | Need.OwnServer)]
    [InlineData("--transport portable")]
    [InlineData("--io-threads 3")]
    [InlineData("--transport portable --io-threads 2")]
    public void Redis_benchmark_runs_through(string mode)
    {
        using ServerProcess server = ServerProcess.Start(mode.Split(' '));
        foreach (string options in (string[])["-P 1 -c 50 -n 10000", "-P 64 -n 50000 -d 2000"])
        {
            ProgramResult result = Tools.Run("redis-benchmark",
                ["-p", $"{server.Port}", "-t", "set,get,incr", "-q", .. options.Split(' ')]);
            Assert.True(result.ExitCode == 0, result.ToString());
            Assert.DoesNotContain("Error", result.Error + result.Output, StringComparison.Ordinal);
        }
        server.RequireAlive();
    }
}
