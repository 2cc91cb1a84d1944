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
    private const int Clients = 1_000;

    [Fact]
    public async Task No_reply_is_lost_doubled_foreign_or_out_of_order()
    {
        long wanted = Tools.Full ? 10_000_000 : 3_000_000;
        int seed = Environment.TickCount;
        LoadCounts counts = new(wanted);
        using ServerProcess server = ServerProcess.Start();
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(Tools.Full ? 8 : 2));
        Stopwatch clock = Stopwatch.StartNew();
        Task[] crowd = [.. Enumerable.Range(0, Clients)
            .Select(i => new EchoClient(i, server.Port, seed + i, counts).Run(limit.Token))];
        // The first failure is the one to show: the others may follow from it.
        while (!crowd.All(t => t.IsCompletedSuccessfully))
        {
            Task ended = await Task.WhenAny(crowd.Where(t => !t.IsCompletedSuccessfully));
            if (!ended.IsFaulted && !ended.IsCanceled)
                continue;
            limit.Cancel();
            server.RequireAlive();
            Assert.Fail($"seed {seed}, after {counts.Replies} replies: "
                + ended.Exception?.InnerException);
        }
        clock.Stop();
        server.RequireAlive();
        Assert.True(counts.Replies >= wanted, $"only {counts.Replies} replies");
        Assert.True(counts.Vanished > wanted / 20_000, $"only {counts.Vanished} clients vanished");
        Figures.Add("replies in their place",
            $"{counts.Replies:N0} of {Clients} clients in {counts.Pipelines:N0} pipelines, "
            + $"{counts.Vanished:N0} vanished in mid-pipeline: 0 lost, doubled, foreign or "
            + $"out of order ({clock.Elapsed.TotalSeconds:F1} s)");
    }
}
