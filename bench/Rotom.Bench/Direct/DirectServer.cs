using System;
using System.Diagnostics;
using System.Net;
using System.Threading;
using Rotom.Engine;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;
using Rotom.Net.Loop;
using Rotom.Net.Transport;
using Rotom.Resp.Batch;
using TransportKind = Rotom.Net.Transport.TransportKind;

namespace Rotom.Bench.Direct;

// DirectServer: the loop calling the engine itself, without an actor in between. It is what the
// actor structure is compared with: the same transport, the same engine, the same end of turn.

/// <summary>Serves a keyspace on the loop's thread without actors.</summary>
internal sealed class DirectServer : IThreadPoolWorkItem
{
    private readonly INetTransport _transport;
    private readonly RotomEngine _engine;

    private DirectServer(INetTransport transport, RotomEngine engine)
    {
        _transport = transport;
        _engine = engine;
        _engine.SetOutput(0, transport.Batches.RentReplies());
    }

    public void Execute()
    {
        CommandBatch batch = _transport.Batches.RentCommands();
        if (!_transport.ReadInto(batch))
        {
            _transport.Batches.Return(batch);
            return;
        }

        _engine.Execute(batch);
        _engine.EndTurn();
        ReplyBatch output = _engine.Output(0);
        output.Finish();
        output.Answers = batch;
        _engine.SetOutput(0, _transport.Batches.RentReplies());
        _transport.Apply(output);
    }

    /// <summary>Serves on 127.0.0.1 until the process is ended.</summary>
    internal static int Run(int port)
    {
        EventLoop loop = TransportGroup.CreateLoop(TransportKind.Auto, new LoopOptions());
        TransportGroup group = new([loop]);
        INetTransport transport = group.Transports[0];
        RotomEngine engine = new(new HostClock(), new XoshiroRandom(1), new ServerConfig());
        DirectServer server = new(transport, engine);
        transport.ReadyToRead = () => loop.Execute(server);
        transport.Listen(new ListenOptions(new IPEndPoint(IPAddress.Loopback, port)));
        Tick(loop, engine);
        Console.WriteLine("Ready to accept connections");
        Thread.Sleep(Timeout.Infinite);
        return 0;
    }

    private static void Tick(EventLoop loop, RotomEngine engine)
    {
        engine.Cron();
        loop.Schedule(100, () => Tick(loop, engine));
    }

    private sealed class HostClock : IClock
    {
        public long UnixTimeMs => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

        public long UnixTimeMicros => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks / 10;

        public long MonotonicNanos =>
            Stopwatch.GetTimestamp() * (1_000_000_000 / Stopwatch.Frequency);

        public void Pause(long micros) => Thread.Sleep(TimeSpan.FromMicroseconds(micros));
    }
}
