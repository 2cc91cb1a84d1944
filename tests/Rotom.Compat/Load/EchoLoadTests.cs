using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Compat.Server;
using Xunit;

namespace Rotom.Compat.Load;

public sealed class EchoLoadTests
{
    [Fact]
    public async Task R17_no_reply_is_lost_doubled_foreign_or_out_of_order()
    {
        long wanted = Tools.Full ? 10_000_000 : 3_000_000;
        using ServerProcess server = ServerProcess.Start();
        await Run(server, 1_000, wanted, "");
    }

    // The other ways to serve, in small.
    [TheoryWith(Need.OwnServer)]
    [InlineData("--transport portable")]
    [InlineData("--io-threads 3")]
    [InlineData("--transport portable --io-threads 2")]
    public async Task So_it_is_with_other_transports_and_threads(string mode)
    {
        using ServerProcess server = ServerProcess.Start(mode.Split(' '));
        await Run(server, 200, Tools.Full ? 3_000_000 : 300_000, " " + mode);
    }

    private static async Task Run(ServerProcess server, int clients, long wanted, string mode)
    {
        int seed = Environment.TickCount;
        LoadCounts counts = new(wanted);
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(Tools.Full ? 8 : 2));
        Stopwatch clock = Stopwatch.StartNew();
        Task[] crowd = [.. Enumerable.Range(0, clients)
            .Select(i => new EchoClient(i, server.Port, seed + i, counts).Run(limit.Token))];
        // The first failure is the one to show: the others may follow from it.
        await foreach (Task ended in Task.WhenEach(crowd))
        {
            if (ended.IsCompletedSuccessfully)
                continue;
            limit.Cancel();
            server.RequireAlive();
            Assert.Fail($"seed {seed}, after {counts.Replies} replies: "
                + (ended.Exception?.InnerException?.ToString() ?? "no end in time"));
        }
        clock.Stop();
        server.RequireAlive();
        Assert.True(counts.Replies >= wanted, $"only {counts.Replies} replies");
        Assert.True(counts.Vanished > wanted / 20_000, $"only {counts.Vanished} clients vanished");
        Figures.Add("R17" + mode,
            $"{counts.Replies:N0} of {clients} clients in {counts.Pipelines:N0} pipelines, "
            + $"{counts.Vanished:N0} vanished in mid-pipeline: 0 lost, doubled, foreign or "
            + $"out of order ({clock.Elapsed.TotalSeconds:F1} s)");
    }
}
