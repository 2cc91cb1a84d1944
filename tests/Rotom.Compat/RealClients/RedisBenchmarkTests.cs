using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rotom.Compat.Server;
using Rotom.Compat.Wire;
using Xunit;

namespace Rotom.Compat.RealClients;

public sealed class RedisBenchmarkTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private static readonly string[] s_rows =
        ["PING_INLINE", "PING_MBULK", "SET", "GET", "INCR", "MSET"];

    [TheoryWith(Need.RedisBenchmark)]
    [InlineData("-P 16 --csv")]
    [InlineData("-P 16 --csv -3")]
    [InlineData("-P 1 --csv -c 100")]
    [InlineData("-P 64 --csv --threads 2")]
    [InlineData("-P 1000 --csv -d 1000")]
    public void Runs_through_and_reports_every_test(string options)
    {
        ServerProcess server = fixture.Empty();
        ProgramResult result = Tools.Run("redis-benchmark",
            ["-p", $"{server.Port}", "-t", "ping,set,get,incr,mset", "-n", "20000", "-r", "1000",
                .. options.Split(' ')]);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.DoesNotContain("WARNING", result.Error + result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Error", result.Error + result.Output, StringComparison.Ordinal);

        Dictionary<string, double> rates = result.Output.Split('\n')
            .Select(line => line.Split("\",\""))
            .Where(cells => cells.Length > 2 && cells[0] != "\"test")
            .ToDictionary(c => c[0].Trim('"').Split(' ')[0],
                c => double.Parse(c[1], CultureInfo.InvariantCulture));
        Assert.Equal(s_rows.Order(), rates.Keys.Order());
        Assert.All(rates, row => Assert.True(row.Value > 0, row.ToString()));

        using RespConnection client = server.Connect();
        Assert.InRange(client.Ok("DBSIZE").Integer, 1_000, 2_100);
    }

    [FactWith(Need.RedisBenchmark)]
    public void Preamble_finds_the_settings_it_asks_for()
    {
        using RespConnection client = fixture.Empty().Connect();
        Assert.Equal("*[2 $\"save\" $\"\"]", client.Call("CONFIG", "GET", "save").ToString());
        Assert.Equal("*[2 $\"appendonly\" $\"no\"]",
            client.Call("CONFIG", "GET", "appendonly").ToString());
    }
}
