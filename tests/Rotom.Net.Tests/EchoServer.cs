using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using Rotom.Net.Loop;
using Rotom.Net.Transport;
using Rotom.Resp.Batch;

namespace Rotom.Net.Tests;

// EchoServer: a transport, and an engine of a few commands in the place of the keyspace.
//
// Fused, the engine runs on the loop as the actors would: one item reads, executes and applies.
// Split, it is the loop of the keyspace: batches come to it and replies go back as items.

internal sealed class EchoServer : IDisposable
{
    private readonly EventLoop[] _loops;
    private readonly EventLoop? _engineLoop;
    private readonly ConcurrentDictionary<long, ClientLink> _links = new();

    public EchoServer(
        TransportKind kind,
        NetSettings? settings = null,
        int loops = 1,
        bool split = false,
        TimeProvider? time = null,
        bool listen = true)
    {
        LoopOptions options = new()
        {
            Time = time ?? TimeProvider.System,
            OnError = error => Errors.Enqueue(error.ToString()),
        };
        _loops = new EventLoop[loops];
        for (int i = 0; i < loops; i++) _loops[i] = TransportGroup.CreateLoop(kind, options);
        if (split) _engineLoop = TransportGroup.CreateLoop(kind, options);
        Group = new TransportGroup(_loops, settings, (_, message) => Logged.Enqueue(message));
        foreach (INetTransport transport in Group.Transports)
        {
            Owner owner = new(this, transport);
            transport.ReadyToRead = () => transport.Loop.Execute(owner);
        }

        EndPoint = new IPEndPoint(IPAddress.Loopback, 0);
        if (listen) EndPoint = Listen(new ListenOptions(EndPoint));
    }

    public TransportGroup Group { get; }

    public EndPoint EndPoint { get; private set; }

    public NetTransport Transport => (NetTransport)Group.Transports[0];

    public EventLoop Loop => _loops[0];

    public ConcurrentQueue<string> Errors { get; } = new();

    public ConcurrentQueue<string> Logged { get; } = new();

    public ConcurrentQueue<string> Executed { get; } = new();

    public int Opened { get; private set; }

    public int Closed { get; private set; }

    /// <summary>Batches wait here while the engine is held.</summary>
    public ManualResetEventSlim Gate { get; } = new(initialState: true);

    public EndPoint Listen(ListenOptions options)
    {
        EndPoint bound = options.EndPoint;
        LoopKinds.Wait(Loop, () => bound = Transport.Listen(options));
        return bound;
    }

    /// <summary>Listens there, and from then on connects there.</summary>
    public void ListenAgain(ListenOptions options) => EndPoint = Listen(options);

    public Socket Connect()
    {
        Socket socket = EndPoint is IPEndPoint
            ? new(SocketType.Stream, ProtocolType.Tcp)
            : new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.ReceiveTimeout = socket.SendTimeout = (int)LoopKinds.Patience.TotalMilliseconds;
        socket.Connect(EndPoint);
        return socket;
    }

    public IEnumerable<ClientLink> Links => _links.Values;

    public void WaitUntil(Func<bool> holds) => LoopKinds.WaitUntil(Loop, holds);

    public void Dispose()
    {
        Gate.Set();
        foreach (INetTransport transport in Group.Transports)
        {
            LoopKinds.Wait(transport.Loop, transport.Dispose);
        }

        _engineLoop?.Dispose();
        foreach (EventLoop loop in _loops) loop.Dispose();
        Gate.Dispose();
        if (!Errors.IsEmpty) throw new InvalidOperationException(string.Join('\n', Errors));
    }

    private void Execute(CommandBatch batch, ReplyBatch replies)
    {
        foreach (ClientLink link in batch.Opened)
        {
            Opened++;
            _links[link.Id] = link;
        }

        foreach (CommandRun run in batch.Runs)
        {
            replies.Begin(run.Link, resp3: false);
            foreach (CommandRef command in batch.Commands.Slice(run.FirstCommand, run.CommandCount))
            {
                Execute(batch, command, run.Link, replies);
            }

            if (run.ProtocolError is not { } error) continue;
            replies.Raw(Encoding.ASCII.GetBytes($"-{error}\r\n"));
            replies.Orders.Add(new ClientOrder(run.Link, ClientOrderKind.CloseAfterReply));
        }

        foreach (ClientLink link in batch.Closed)
        {
            Closed++;
            _links.TryRemove(link.Id, out _);
        }

        replies.Finish();
    }

    private void Execute(
        CommandBatch batch, CommandRef command, ClientLink link, ReplyBatch replies)
    {
        ReadOnlySpan<ArgRef> args = batch.Args.Slice(command.FirstArg, command.ArgCount);
        string name = Encoding.ASCII.GetString(batch.Bytes(args[0]));
        ReadOnlySpan<byte> first = args.Length > 1 ? batch.Bytes(args[1]) : default;
        switch (name)
        {
            case "PING":
                replies.Raw("+PONG\r\n"u8);
                break;
            case "ECHO":
                replies.Bulk(first);
                break;
            case "ID":
                replies.Integer(link.Id);
                break;
            case "BIG":
                replies.Bulk(new byte[int.Parse(first, CultureInfo.InvariantCulture)]);
                break;
            case "CHUNKS":
                // Interrupts the client's output, so that it has several pieces.
                for (int i = int.Parse(first, CultureInfo.InvariantCulture); i > 0; i--)
                {
                    replies.Begin(link, resp3: false);
                    replies.Integer(i);
                    replies.Begin(_links.Values.First(other => other != link), resp3: false);
                    replies.Raw("+tick\r\n"u8);
                }

                replies.Begin(link, resp3: false);
                break;
            case "KILL":
                long id = long.Parse(first, CultureInfo.InvariantCulture);
                replies.Orders.Add(new ClientOrder(_links[id], ClientOrderKind.CloseNow));
                replies.Ok();
                break;
            case "RESUME":
                long paused = long.Parse(first, CultureInfo.InvariantCulture);
                replies.Orders.Add(
                    new ClientOrder(_links[paused], ClientOrderKind.ResumeReading));
                replies.Ok();
                break;
            case "SAY":
                Executed.Enqueue(Encoding.ASCII.GetString(first));
                break;
            default:
                replies.Ok();
                replies.Orders.Add(new ClientOrder(link, Enum.Parse<ClientOrderKind>(name)));
                break;
        }
    }

    /// <summary>What a network actor does with its messages.</summary>
    private sealed class Owner(EchoServer server, INetTransport transport) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            CommandBatch batch = transport.Batches.RentCommands();
            if (!transport.ReadInto(batch))
            {
                transport.Batches.Return(batch);
                return;
            }

            if (server._engineLoop is { } engine) engine.Run(() => Answer(batch));
            else Answer(batch);
        }

        private void Answer(CommandBatch batch)
        {
            server.Gate.Wait(LoopKinds.Patience);
            ReplyBatch replies = transport.Batches.RentReplies();
            replies.Answers = batch;
            server.Execute(batch, replies);
            if (transport.Loop.IsLoopThread) transport.Apply(replies);
            else transport.Loop.Run(() => transport.Apply(replies));
        }
    }
}

/// <summary>Reading and writing by the tests' own sockets.</summary>
internal static class ClientSocket
{
    public static void Say(this Socket socket, string text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        for (int sent = 0; sent < bytes.Length;) sent += socket.Send(bytes.AsSpan(sent));
    }

    public static byte[] Take(this Socket socket, int bytes)
    {
        byte[] all = new byte[bytes];
        for (int got = 0; got < bytes;)
        {
            int n = socket.Receive(all.AsSpan(got));
            if (n == 0) throw new InvalidOperationException($"Closed after {got} bytes.");
            got += n;
        }

        return all;
    }

    public static string Hear(this Socket socket, int bytes) =>
        Encoding.ASCII.GetString(socket.Take(bytes));

    public static string Ask(this Socket socket, string text, string expected)
    {
        socket.Say(text);
        return socket.Hear(expected.Length);
    }

    /// <summary>Reads until the server closes; a reset counts as closed.</summary>
    public static string HearAll(this Socket socket)
    {
        StringBuilder heard = new();
        byte[] part = new byte[65536];
        try
        {
            for (int n; (n = socket.Receive(part)) > 0;)
            {
                heard.Append(Encoding.ASCII.GetString(part, 0, n));
            }
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Closed with input unread.
        }

        return heard.ToString();
    }
}
