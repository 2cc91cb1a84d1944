using System;
using System.Diagnostics;
using System.Net;
using System.Threading;
using Rotom.Net.Loop;
using Rotom.Net.Transport;
using Rotom.Resp.Batch;

namespace Rotom.Bench.Net;

/// <summary>The transport with an engine that knows PING, on one loop.</summary>
internal sealed class PingServer : IThreadPoolWorkItem, IDisposable
{
    private readonly EventLoop _loop;
    private readonly INetTransport _transport;

    public PingServer(TransportKind kind)
    {
        LoopOptions options = new() { OnError = Console.Error.WriteLine };
        _loop = TransportGroup.CreateLoop(kind, options);
        _transport = new TransportGroup([_loop]).Transports[0];
        _transport.ReadyToRead = () => _loop.Execute(this);
        ListenOptions listen = new(new IPEndPoint(IPAddress.Loopback, 0));
        EndPoint bound = _transport.Listen(listen);
        Port = ((IPEndPoint)bound).Port;
        _loop.Execute(this);
    }

    public int Port { get; }

    public IEventLoop Loop => _loop;

    /// <summary>Processor time of this process, which does nothing else meanwhile.</summary>
    public static TimeSpan Cpu()
    {
        using Process self = Process.GetCurrentProcess();
        return self.TotalProcessorTime;
    }

    /// <summary>What the actors do in a turn, without the actors.</summary>
    public void Execute()
    {
        CommandBatch batch = _transport.Batches.RentCommands();
        if (!_transport.ReadInto(batch))
        {
            _transport.Batches.Return(batch);
            return;
        }

        ReplyBatch replies = _transport.Batches.RentReplies();
        replies.Answers = batch;
        foreach (ref readonly CommandRun run in batch.Runs)
        {
            replies.Begin(run.Link, resp3: false);
            foreach (ref readonly CommandRef command in
                batch.Commands.Slice(run.FirstCommand, run.CommandCount))
            {
                ReadOnlySpan<byte> name = batch.Bytes(batch.Args[command.FirstArg]);
                replies.Raw(name.Length == 4 ? "+PONG\r\n"u8 : "-ERR unknown command\r\n"u8);
            }
        }

        replies.Finish();
        _transport.Apply(replies);
    }

    public void Dispose()
    {
        _loop.Stop();
        _loop.Join(TimeSpan.FromSeconds(5));
        _transport.Dispose();
        _loop.Dispose();
    }
}
