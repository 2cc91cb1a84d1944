using System;
using System.Collections.Generic;
using System.Threading;
using Akka.Actor;
using Rotom.Actors.Hosting;
using Rotom.Actors.Messages;
using Rotom.Engine;
using Rotom.Net.Transport;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Actors.Client;

// LocalPort: the door for clients in the same process, beside the sockets'.
//
// Whoever sends a command writes its words into the batch that is being filled, under a short lock,
// and tells the keyspace once that there is something: at the first command of a batch, not at
// each. When the keyspace gets to it, it takes the batch with all that has gathered meanwhile, and
// executes it as it does a network actor's. So the busier it is, the less a command costs. Replies
// leave the turn the same way too (they are held with the others while the journal is behind), and
// are given to their clients in the keyspace's thread.
//
// The port outlives an instance of the keyspace actor. After Close every client has been told.

/// <summary>Takes commands of clients in this process to the keyspace.</summary>
internal sealed class LocalPort
{
    /// <summary>Bytes of commands that may wait for the keyspace.</summary>
    private const int WaitingBytesMax = 1 << 29;

    private const int BatchBytes = 64 << 10;
    private const int KeptBatchBytesMax = 4 << 20;
    private const int KeptBatchesMax = 4;

    private readonly Lock _gate = new();
    private readonly Stack<CommandBatch> _spare = new();
    private readonly HashSet<LocalConnection> _connections = [];
    private readonly List<LocalConnection> _touched = [];
    private readonly TransportGroup _transports;
    private CommandBatch _filling;
    private List<LocalConnection> _opening = [];
    private ClientLink? _run;
    private bool _signalled;
    private bool _closed;

    internal LocalPort(TransportGroup transports)
    {
        _transports = transports;
        Index = transports.Transports.Count;
        _filling = Rent();
    }

    /// <summary>Its number among the engine's outputs: behind the network's.</summary>
    internal int Index { get; }

    /// <summary>Its clients' calls for whoever traces.</summary>
    internal RotomActivities Activities { get; init; } = new("rotom");

    /// <summary>The pool of its replies.</summary>
    internal BatchPool Replies { get; } = new();

    /// <summary>Limits on what clients send.</summary>
    internal RespLimits Limits => _transports.Settings.Input;

    /// <summary>The keyspace actor; nobody before it has started.</summary>
    internal IActorRef Keyspace { get; private set; } = ActorRefs.Nobody;

    internal long NextClientId() => _transports.NextClientId();

    /// <summary>An instance of the keyspace actor has begun.</summary>
    internal void Attach(IActorRef keyspace)
    {
        bool signal;
        lock (_gate)
        {
            Keyspace = keyspace;
            signal = _signalled;
        }

        if (signal) keyspace.Tell(LocalReady.Instance, ActorRefs.NoSender);
    }

    /// <summary>Lets a client in; the keyspace hears of it with the next batch.</summary>
    internal void Open(LocalConnection connection)
    {
        bool signal;
        lock (_gate)
        {
            if (_closed) throw Gone();
            _connections.Add(connection);
            _opening.Add(connection);
            signal = MustSignal();
        }

        if (signal) Signal();
    }

    /// <summary>A client leaves; what it has sent before is executed.</summary>
    internal void Leave(LocalConnection connection)
    {
        bool signal;
        lock (_gate)
        {
            if (connection.IsClosed || _closed) return;
            signal = Forget(connection);
        }

        if (signal) Signal();
    }

    /// <summary>Sends a command of a client, with something along with it if it has any.</summary>
    /// <exception cref="RespConnectionException">The client or the server is gone.</exception>
    internal void Send(
        CallConnection connection, ReadOnlySpan<RespArgument> words, PendingCall pending,
        in CommandExtra extra = default)
    {
        bool signal;
        lock (_gate)
        {
            Check(connection);
            Add(connection, words, pending);
            if (extra.Reader is not null || extra.Tag is not null)
                _filling.AddExtra(extra.Reader, extra.Ticket, extra.Tag);
            signal = MustSignal();
        }

        if (signal) Signal();
    }

    /// <summary>Sends a transaction of a client, with nothing of it in between.</summary>
    internal void SendTransaction(
        CallConnection connection, IReadOnlyList<RedisCommand> commands, PendingCall pending,
        object? tag = null)
    {
        bool signal;
        lock (_gate)
        {
            Check(connection);
            Add(connection, ["MULTI"], IgnoredCall.Instance);
            foreach (RedisCommand command in commands)
            {
                Add(connection, command.Words, IgnoredCall.Instance);
            }

            Add(connection, ["EXEC"], pending);
            if (tag is not null) _filling.AddExtra(null, 0, tag);
            signal = MustSignal();
        }

        if (signal) Signal();
    }

    /// <summary>Parses bytes of a client into the batch.</summary>
    /// <param name="connection">The client.</param>
    /// <param name="bytes">What came, behind what is held already.</param>
    /// <param name="hasCommands">True when <c>BatchDone</c> will be called.</param>
    internal QueryResult Feed(
        StreamConnection connection, ReadOnlySpan<byte> bytes, out bool hasCommands)
    {
        bool signal;
        QueryResult result;
        lock (_gate)
        {
            if (_closed || connection.IsClosed) throw Gone();
            _run = null;
            int runs = _filling.Runs.Length;
            result = bytes.IsEmpty
                ? connection.Query.ParseBuffered(_filling, connection.Link)
                : Parse(connection, bytes);
            hasCommands = _filling.Runs.Length != runs;
            signal = hasCommands && MustSignal();
        }

        if (signal) Signal();
        return result;
    }

    /// <summary>What gathered, for the keyspace to execute; null when nothing did.</summary>
    internal CommandBatch? Take(RotomEngine engine)
    {
        List<LocalConnection> opening;
        CommandBatch batch;
        lock (_gate)
        {
            _signalled = false;
            if (_filling.IsEmpty && _opening.Count == 0) return null;
            batch = _filling;
            opening = _opening;
            _filling = Rent();
            _run = null;
            if (opening.Count > 0) _opening = [];
        }

        foreach (LocalConnection client in opening) OpenInEngine(engine, client);
        return batch;
    }

    /// <summary>Gives clients what a turn has for them; in the keyspace's thread.</summary>
    internal void Deliver(ReplyBatch replies)
    {
        foreach (ref readonly ReplySegment segment in replies.Segments)
        {
            if (segment.Length == 0 || segment.Link.NetState is not LocalConnection client)
            {
                continue;
            }

            client.Receive(replies.Bytes(in segment));
            if (_touched.Count == 0 || !ReferenceEquals(_touched[^1], client)) _touched.Add(client);
        }

        foreach (LocalConnection client in _touched) client.EndOfTurn();
        _touched.Clear();
        foreach (ClientOrder order in replies.Orders) Obey(order);
        CommandBatch? answered = replies.Answers;
        Replies.Return(replies);
        if (answered is not null) Return(answered);
    }

    /// <summary>The server is gone: all clients hear of it, and those that come later.</summary>
    internal void Close()
    {
        List<LocalConnection> all;
        lock (_gate)
        {
            _closed = true;
            all = [.. _connections];
            _connections.Clear();
            foreach (LocalConnection client in all) client.IsClosed = true;
        }

        foreach (LocalConnection client in all) client.End(Gone());
    }

    private static RespConnectionException Gone() => new("the server has stopped", null);

    private static RespConnectionException Left() => new("the client is closed", null);

    private static void OpenInEngine(RotomEngine engine, LocalConnection client)
    {
        if (client.IsTrusted) engine.OpenHostClient(client.Link, client.Database, client.User);
        else engine.OpenClient(client.Link);
    }

    private void Check(LocalConnection connection)
    {
        if (_closed) throw Gone();
        if (connection.IsClosed) throw Left();
    }

    private void Add(
        CallConnection connection, ReadOnlySpan<RespArgument> words, PendingCall pending)
    {
        long bytes = _filling.InputUsed;
        foreach (RespArgument word in words) bytes += word.Length;
        if (bytes > WaitingBytesMax)
        {
            throw new InvalidOperationException(
                "Commands are sent faster than they are executed: await some of them.");
        }

        if (!ReferenceEquals(_run, connection.Link))
        {
            _filling.BeginRun(connection.Link);
            _run = connection.Link;
        }

        int first = _filling.ArgCount;
        foreach (ref readonly RespArgument word in words) _filling.AddCopy(word.Bytes.Span);
        _filling.EndCommand(first);
        connection.Pending.Enqueue(pending);
    }

    private QueryResult Parse(StreamConnection connection, ReadOnlySpan<byte> bytes)
    {
        ArraySegment<byte> room = connection.Query.ReceiveInto(_filling);
        int taken = Math.Min(room.Count, bytes.Length);
        bytes[..taken].CopyTo(room);
        connection.Taken = taken;
        return connection.Query.ParseReceived(_filling, connection.Link, taken);
    }

    // True when the keyspace has to be told: it is when the first thing comes to an empty batch.
    private bool MustSignal()
    {
        if (_signalled) return false;
        _signalled = true;
        return true;
    }

    private void Signal() => Keyspace.Tell(LocalReady.Instance, ActorRefs.NoSender);

    private bool Forget(LocalConnection connection)
    {
        connection.IsClosed = true;
        _connections.Remove(connection);
        _filling.Closed.Add(connection.Link);
        return MustSignal();
    }

    private void Obey(ClientOrder order)
    {
        if (order.Link.NetState is not LocalConnection client) return;
        switch (order.Kind)
        {
            case ClientOrderKind.Authenticated or ClientOrderKind.Unauthenticated:
                lock (_gate) client.Authenticated(order.Kind == ClientOrderKind.Authenticated);
                break;
            case ClientOrderKind.CloseAfterReply or ClientOrderKind.CloseNow:
                bool signal = false;
                lock (_gate)
                {
                    if (!client.IsClosed) signal = Forget(client);
                }

                client.End(new RespConnectionException("the server closed the client", null));
                if (signal) Signal();
                break;
        }
    }

    private CommandBatch Rent()
    {
        CommandBatch batch = _spare.TryPop(out CommandBatch? spare)
            ? spare
            : new CommandBatch(BatchBytes);
        batch.Loop = Index;
        return batch;
    }

    private void Return(CommandBatch batch)
    {
        foreach (CommandRun run in batch.Runs)
        {
            if (run.Link.NetState is LocalConnection client) client.BatchDone();
        }

        foreach (ClientLink link in batch.Closed)
        {
            // What it had sent is answered; what waits never will be.
            if (link.NetState is LocalConnection client) client.End(Left());
        }

        batch.Reset();
        if (batch.Input.Length > KeptBatchBytesMax) return;
        lock (_gate)
        {
            if (_spare.Count < KeptBatchesMax) _spare.Push(batch);
        }
    }
}
