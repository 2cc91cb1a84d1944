using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Rotom.Actors;
using Rotom.Actors.Hosting;
using Rotom.Bench.Micro;
using Rotom.Engine.Config;
using Rotom.Net.Transport;

namespace Rotom.Bench.Soak;

// Whether anything stays behind: a server in this process is used for half an hour over real
// sockets, with all types, keys and fields that expire, clients that come and go, wait, subscribe
// and publish. At each sixth of the time everything is collected and what is left is written down;
// the last line compares the first sixth with the end. When all clients are gone nothing may be
// rented any more.

/// <summary>A long run that looks for leaks.</summary>
internal sealed class SoakBenchmark : IMicroBenchmark
{
    private const int BatchCommands = 100;
    private static readonly byte[] s_mark = "--end-of-batch--"u8.ToArray();
    private static readonly string s_text = new('v', 400);

    private long _operations;
    private volatile bool _ends;
    private Exception? _failure;

    /// <inheritdoc/>
    public string Name => "soak";

    /// <inheritdoc/>
    public string Summary => "looks for leaks: MINUTES (30) and operations a second (20000)";

    /// <inheritdoc/>
    public int Run(string[] args)
    {
        double minutes = args.Length > 0
            ? double.Parse(args[0], CultureInfo.InvariantCulture) : 30;
        int rate = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 20_000;
        return RunAsync(minutes, rate).GetAwaiter().GetResult();
    }

    private async Task<int> RunAsync(double minutes, int rate)
    {
        using ActorSystem system = ActorSystem.Create("soak", ConfigurationFactory.ParseString(
            "akka { loglevel = OFF, stdout-loglevel = OFF }"));
        ServerConfig config = new() { Port = FreePort(), Bind = ["127.0.0.1"], Save = [] };
        RotomServer server = RotomServer.Create(system, config, new QuietHost());
        await server.StartAsync();
        EndPoint address = server.EndPoints[0];
        List<Thread> threads =
        [
            Start(() => Churn(address)), Start(() => Waits(address)), Start(() => Feeds(address)),
            Start(() => Listens(address)), Start(() => Works(address, rate / 2, 1)),
            Start(() => Works(address, rate / 2, 2)),
        ];
        Stopwatch watch = Stopwatch.StartNew();
        List<long> heaps = [];
        int parts = 6;
        for (int part = 1; part <= parts && _failure is null; part++)
        {
            double until = minutes * 60 * part / parts;
            while (watch.Elapsed.TotalSeconds < until && _failure is null) await Task.Delay(200);
            heaps.Add(Collect());
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{watch.Elapsed.TotalMinutes,6:F1} min {Interlocked.Read(ref _operations):N0} "
                + $"operations, heap {heaps[^1]:N0} bytes, data {server.UsedMemory():N0}"));
        }

        _ends = true;
        foreach (Thread thread in threads) thread.Join();
        await Task.Delay(1_000);
        long rented = server.Rented();
        await server.StopAsync();
        await system.Terminate();
        double change = (heaps[^1] - heaps[0]) * 100.0 / heaps[0];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"heap {change:+0.00;-0.00} % from the first sixth to the end, {rented} rented"));
        if (_failure is not null) Console.WriteLine(_failure);
        return _failure is null && Math.Abs(change) <= 2 && rented == 0 ? 0 : 1;
    }

    // The least of some looks: what is under way at one moment is no leak.
    private static long Collect()
    {
        long least = long.MaxValue;
        for (int i = 0; i < 20; i++)
        {
            GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
            GCMemoryInfo heap = GC.GetGCMemoryInfo(GCKind.FullBlocking);
            least = Math.Min(least, heap.HeapSizeBytes - heap.FragmentedBytes);
            Thread.Sleep(100);
        }

        return least;
    }

    private Thread Start(Action work)
    {
        Thread thread = new(() =>
        {
            try
            {
                while (!_ends) work();
            }
            catch (Exception failure)
            {
                // The others have stopped, and nobody says anything more.
                if (_ends) return;
                _failure ??= failure;
                _ends = true;
            }
        })
        { IsBackground = true };
        thread.Start();
        return thread;
    }

    // Reads and writes of all types, at a rate.
    private void Works(EndPoint address, int rate, int seed)
    {
        using SoakClient client = new(address);
        Random random = new(seed);
        Stopwatch watch = Stopwatch.StartNew();
        long done = 0;
        while (!_ends)
        {
            for (int i = 0; i < BatchCommands; i++) client.Add(Draw(random));
            client.Exchange(s_mark);
            done += BatchCommands;
            Interlocked.Add(ref _operations, BatchCommands);
            double ahead = (done / (double)rate) - watch.Elapsed.TotalSeconds;
            if (ahead > 0) Thread.Sleep((int)(ahead * 1000));
        }
    }

    private static string[] Draw(Random random)
    {
        string key = random.Next(20_000).ToString(CultureInfo.InvariantCulture);
        string field = random.Next(2_000).ToString(CultureInfo.InvariantCulture);
        string text = s_text[..random.Next(s_text.Length)];
        return random.Next(16) switch
        {
            0 or 1 or 2 => ["SET", key, text, "PX", "3000"],
            3 or 4 => ["GET", key],
            5 => ["DEL", key],
            6 => ["INCR", "n" + field],
            7 => ["HSET", "hash", field, text],
            8 => ["HPEXPIRE", "hash", "1000", "FIELDS", "1", field],
            9 => ["RPUSH", "list", text],
            10 => ["LPOP", "list"],
            11 => ["LTRIM", "list", "0", "1000"],
            12 => ["ZADD", "zset", field, field],
            13 => ["ZREM", "zset", field],
            14 => ["SADD", "set", field],
            _ => ["SREM", "set", field],
        };
    }

    // Clients that come, ask and go, in order or not.
    private void Churn(EndPoint address)
    {
        using (SoakClient client = new(address))
        {
            client.Add(["CLIENT", "SETNAME", "churn"]);
            client.Add(["SUBSCRIBE", "other"]);
            client.Add(["UNSUBSCRIBE"]);
            client.Add(["WATCH", "1", "2"]);
            client.Add(["MULTI"]);
            client.Add(["SET", "1", "x"]);
            client.Add(["EXEC"]);
            client.Exchange(s_mark);
            client.Add(["BLPOP", "never", "0"]);
            client.Send();
        }

        Interlocked.Add(ref _operations, 9);
        Thread.Sleep(10);
    }

    private void Waits(EndPoint address)
    {
        using SoakClient client = new(address);
        for (int i = 0; i < 1_000 && !_ends; i++)
        {
            client.Add(["BLPOP", "jobs", "0.05"]);
            client.Exchange(s_mark);
            Interlocked.Add(ref _operations, 2);
        }
    }

    private void Feeds(EndPoint address)
    {
        using SoakClient client = new(address);
        for (int i = 0; i < 1_000 && !_ends; i++)
        {
            client.Add(["RPUSH", "jobs", "a job"]);
            client.Add(["LTRIM", "jobs", "0", "10"]);
            client.Add(["PUBLISH", "news", s_text]);
            client.Add(["PUBLISH", "news", "--end-of-batch--"]);
            client.Exchange(s_mark);
            Interlocked.Add(ref _operations, 5);
            Thread.Sleep(2);
        }
    }

    private void Listens(EndPoint address)
    {
        using SoakClient client = new(address);
        client.Add(["SUBSCRIBE", "news"]);
        client.Add(["PSUBSCRIBE", "n*"]);
        client.Send();
        for (int i = 0; i < 500 && !_ends; i++) client.ReadTo(s_mark);
    }

    private static int FreePort()
    {
        using System.Net.Sockets.TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>What the run looks at inside of the server.</summary>
internal static class SoakFigures
{
    /// <summary>Bytes of the data.</summary>
    public static long UsedMemory(this RotomServer server) => server.Parts.Engine.UsedMemory;

    /// <summary>Batches and blocks of output that are not back in their pools.</summary>
    public static long Rented(this RotomServer server)
    {
        long rented = 0;
        foreach (INetTransport transport in server.Parts.Transports.Transports)
        {
            // One batch of replies lies ready for the next turn.
            rented += transport.Batches.Outstanding - 1 + ((NetTransport)transport).OutputBlocks;
        }

        return rented;
    }
}
