using System;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Rotom.Bench.Micro;

namespace Rotom.Bench.Actors;

// What a message costs between actors, on the server's own event loops and on whichever actor
// runtime the build was made with. Messages are preallocated, so the bytes are the framework's.
// The reference is Akka.NET 1.5.30, measured once with the same cases on two cores; a row reaches
// it or the exit code says so. Best of the rounds, since what disturbs a round only slows it; the
// CPU time of the process is beside it, since it suffers less where the machine is shared.
//
// "Round trip" is a Tell and its reply; "in flight" is how many the asker keeps under way.

/// <summary>Tell, Ask and Persist: ns and allocated bytes a message.</summary>
internal sealed class ActorBenchmark : IMicroBenchmark
{
    private const int Rounds = 5;

    private static readonly Config s_config = ConfigurationFactory.ParseString(
        $$"""
        akka { loglevel = OFF, stdout-loglevel = OFF }
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        akka.actor.default-dispatcher = bench.one
        akka.persistence {
          journal.plugin = bench.journal
          snapshot-store.plugin = ""
        }
        bench {
          one {
            type = "Rotom.Actors.Dispatch.AeLoopDispatcherConfigurator, Rotom.Actors"
            throughput = 30
          }
          two = ${bench.one}
          journal {
            class = "{{typeof(NullJournal).AssemblyQualifiedName}}"
            plugin-dispatcher = bench.one
            replay-filter.mode = off
          }
        }
        """);

    private bool _reached;

    /// <inheritdoc/>
    public string Name => "actors";

    /// <inheritdoc/>
    public string Summary => "Tell, Ask and Persist on event loops: ns and bytes a message";

    /// <inheritdoc/>
    public int Run(string[] args)
    {
        double scale = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 1;
        AssemblyName runtime = typeof(ActorSystem).Assembly.GetName();
        Console.WriteLine(
            $"runtime: {runtime.Name} {runtime.Version}, {Environment.ProcessorCount} cores");
        Console.WriteLine(
            $"{"case",-40}{"ns",9}{"CPU ns",9}{"M/s",8}{"bytes",7}{"Akka.NET ns",13}{"bytes",7}");
        _reached = true;
        using ActorSystem system = ActorSystem.Create("bench", s_config);
        int Count(int full) => Math.Max(1000, (int)(full * scale));
        IActorRef near = system.ActorOf(Props.Create(() => new Echo()), "near");
        IActorRef far = system.ActorOf(
            Props.Create(() => new Echo()).WithDispatcher("bench.two"), "far");
        IActorRef kept = system.ActorOf(Props.Create(() => new Keeper()), "kept");
        RoundTrips("Tell + reply, one loop, 1 in flight", near, 1, Count(2_000_000), 128, 0);
        RoundTrips("Tell + reply, one loop, 64 in flight", near, 64, Count(4_000_000), 70, 0);
        RoundTrips("Tell + reply, two loops, 1 in flight", far, 1, Count(100_000), 6861, 0);
        RoundTrips("Tell + reply, two loops, 64 in flight", far, 64, Count(2_000_000), 220, 0);
        OneWay(near, Count(3_000_000));
        Ask(near, Count(100_000));
        // 1.33 M/s with all on the loop; the bytes are of the runs with the default dispatcher.
        RoundTrips("Persist, all on one loop, 1 in flight", kept, 1, Count(300_000), 752, 1000);
        RoundTrips(
            "PersistAsync, one loop, 64 in flight", kept, 64, Count(500_000), 455, double.NaN);
        return _reached ? 0 : 1;

        void RoundTrips(
            string name, IActorRef target, int inFlight, int count, double ns, double bytes) =>
            Measure(name, count, ns, bytes, () =>
            {
                TaskCompletionSource done = new();
                IActorRef asker = system.ActorOf(
                    Props.Create(() => new Asker(target, inFlight, count, done)));
                return done.Task.ContinueWith(_ => system.Stop(asker), TaskScheduler.Default);
            });
    }

    private void OneWay(IActorRef target, int count) =>
        Measure("one-way from another thread", count, 45, 25, async () =>
        {
            for (int i = 0; i < count; i++)
                target.Tell(Message.Silent, ActorRefs.NoSender);
            await target.Ask<Message>(Message.Ping);
        });

    private void Ask(IActorRef target, int count) =>
        Measure("Ask, one after the other", count, 13_700, 805, async () =>
        {
            for (int i = 0; i < count; i++)
                await target.Ask<Message>(Message.Ping);
        });

    private void Measure(
        string name, int count, double akkaNs, double akkaBytes, Func<Task> run)
    {
        double best = double.MaxValue;
        double bytes = 0;
        double cpu = double.MaxValue;
        run().GetAwaiter().GetResult();
        for (int i = 0; i < Rounds; i++)
        {
            long allocated = GC.GetTotalAllocatedBytes(precise: true);
            TimeSpan worked = Environment.CpuUsage.TotalTime;
            long began = Stopwatch.GetTimestamp();
            run().GetAwaiter().GetResult();
            double ns = Stopwatch.GetElapsedTime(began).TotalNanoseconds / count;
            worked = Environment.CpuUsage.TotalTime - worked;
            cpu = Math.Min(cpu, worked.TotalNanoseconds / count);
            if (ns >= best)
                continue;
            best = ns;
            bytes = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)count;
        }

        // On one loop the CPU time is the cost; the clock of a busy machine counts others' work.
        bool reached = Math.Min(best, cpu) <= akkaNs;
        _reached &= reached;
        string verdict = reached ? "" : "   slower";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-40}{best,9:F0}{cpu,9:F0}{1000 / best,8:F2}{bytes,7:F0}"
            + $"{akkaNs,13:F0}{akkaBytes,7:F0}{verdict}"));
    }
}
