using System;
using System.Collections.Generic;
using System.Net;
using System.Threading;
using Rotom.Net.Loop;
using Rotom.Net.Tls;
using Rotom.Resp.Batch;

namespace Rotom.Net.Transport;

// NetTransport: what all transports share - the list of clients, reading into batches
// (NetTransport.Reading), queueing and sending replies (NetTransport.Sending), TLS
// (NetTransport.Tls), limits that time decides (NetTransport.Housekeeping). A derived transport
// brings listeners and sockets.
//
// Sockets only ever get noted as ready; the work is done when the owner calls ReadInto, so that a
// turn of a thousand ready clients is one message. The owner is asked once until it comes.
//
// Closing is one place (Close), safe to call from any step of a turn: the client leaves the lists,
// its socket and buffers are freed, and the engine hears of it in the next batch's Closed.
//
// Memory may be refused at any allocation. Then a client is closed, never left half-way
// (NetTransport.Failing): a socket that is ready and that nobody reads would be reported for ever.

/// <summary>The part of a transport that does not depend on how sockets become ready.</summary>
public abstract partial class NetTransport : INetTransport
{
    private const long FullLogPauseMs = 60_000;

    private readonly List<ClientConnection> _clients = [];
    private readonly Queue<ClientConnection> _ready = new();
    private readonly Queue<AcceptedSocket> _handedOver = new();
    private readonly List<ClientLink> _gone = [];
    private readonly BlockPool _blocks = new();
    private readonly IDisposable _sendHook;
    private long _askedMs;
    private int _askedTurns;
    private bool _mustAsk;
    private long _fullLoggedMs = -FullLogPauseMs;
    private int _clientCount;
    private bool _asked;
    private bool _disposed;

    private protected NetTransport(TransportGroup group, IEventLoop loop, int index)
    {
        Group = group;
        Loop = loop;
        Index = index;
        _sendHook = loop.AtEndOfTurn(TurnStage.Send, EndTurn);
    }

    /// <inheritdoc/>
    public IEventLoop Loop { get; }

    /// <inheritdoc/>
    public int Index { get; }

    /// <inheritdoc/>
    public BatchPool Batches { get; } = new();

    /// <inheritdoc/>
    public BufferLedger Ledger { get; } = new();

    /// <inheritdoc/>
    public NetSettings Settings => Group.Settings;

    /// <inheritdoc/>
    public NetStatistics Statistics { get; } = new();

    /// <inheritdoc/>
    public HeapReserve Reserve => Group.Reserve;

    /// <inheritdoc/>
    public int ClientCount => Volatile.Read(ref _clientCount);

    /// <inheritdoc/>
    public Action? ReadyToRead { get; set; }

    internal TransportGroup Group { get; }

    /// <summary>Blocks of output that connections hold, for the tests of leaks.</summary>
    internal long OutputBlocks => _blocks.Outstanding;

    /// <inheritdoc/>
    public abstract EndPoint Listen(ListenOptions options);

    /// <inheritdoc/>
    public abstract void StopListening();

    /// <summary>
    /// Closes listeners and clients, and leaves the loop. Loop thread, or loop at rest.
    /// </summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        StopListening();
        while (_clients.Count > 0) Close(_clients[^1]);
        while (_handedOver.TryDequeue(out AcceptedSocket? socket)) Refuse(socket);
        _sendHook.Dispose();
        _housekeeping?.Cancel();
        GC.SuppressFinalize(this);
    }

    /// <summary>Takes over a connection that another loop accepted; any thread.</summary>
    internal void HandOver(AcceptedSocket socket) => Loop.Execute(new HandOverItem(this, socket));

    /// <summary>Notes that a client can be read; asks the owner to come.</summary>
    internal void NoteReady(ClientConnection client)
    {
        if (client.IsReady) return;
        client.IsReady = true;
        _ready.Enqueue(client);
        AskToRead();
    }

    /// <summary>Asks the owner to call ReadInto, once until it does.</summary>
    internal void AskToRead()
    {
        if (_asked || _disposed) return;
        _asked = true;
        _askedMs = Loop.NowMs;
        _askedTurns = 0;
        bool told = false;
        try
        {
            Group.At(NetStep.Ask);
            ReadyToRead?.Invoke();
            told = true;
            _mustAsk = false;
        }
        catch (OutOfMemoryException)
        {
            // At the end of the turn it is tried again.
            Starved();
            _mustAsk = true;
        }
        finally
        {
            _asked = told;
        }
    }

    /// <summary>Closes a client now, whatever it is doing; unsent output is dropped.</summary>
    internal void Close(ClientConnection client)
    {
        if (client.IsClosed) return;
        client.IsClosed = true;
        client.Link.IsClosing = true;
        client.Link.OutputBytes = 0;
        client.Link.QueryBufferBytes = client.Link.QueryBufferFreeBytes = 0;
        if (client.Unauthenticated) _unauthenticated--;
        if (client.IsBehind) _behind--;
        try
        {
            CloseTls(client);
            client.ReleaseOutput();
            client.Query.Release();
        }
        finally
        {
            client.CloseSocket();
            client.Output = null;
            Remove(client);
            Group.ClientLeft();
            if (client.IsAnnounced) _gone.Add(client.Link);
            AskToRead();
        }
    }

    /// <summary>Accepts what waits on the listeners: each goes to <see cref="Accepted"/>.</summary>
    internal abstract void AcceptPending();

    /// <summary>Makes the connection object of an accepted socket and starts to watch it.</summary>
    internal abstract ClientConnection? Attach(AcceptedSocket socket, ClientLink link);

    /// <summary>Closes an accepted socket, with a last word if there is one.</summary>
    internal abstract void Drop(AcceptedSocket socket, ReadOnlySpan<byte> lastWord);

    /// <summary>A connection was accepted: refuse it, keep it or hand it on.</summary>
    internal void Accepted(AcceptedSocket socket)
    {
        bool isReserved = socket.Descriptor >= Group.DescriptorEnd;
        if (isReserved) SayFull();
        if (isReserved || !Group.TryEnter())
        {
            Statistics.Rejected();
            // In the clear only: on a TLS port the last word would be taken for a broken record.
            Drop(socket, socket.IsTls ? default : "-ERR max number of clients reached\r\n"u8);
            return;
        }

        Statistics.Received();
        NetTransport target = Group.NextTarget(this);
        bool passed = false;
        try
        {
            if (target == this) _handedOver.Enqueue(socket);
            else target.HandOver(socket);
            passed = true;
        }
        finally
        {
            if (!passed) Group.ClientLeft();
        }
    }

    private void SayFull()
    {
        if (Loop.NowMs - _fullLoggedMs < FullLogPauseMs) return;
        _fullLoggedMs = Loop.NowMs;
        Group.Log(
            NetLogLevel.Warning,
            "Turning clients away: the last file descriptors are kept for the server itself. "
            + "Raise the limit of open files (ulimit -n) or lower maxclients.");
    }

    private void OpenHandedOver(CommandBatch batch)
    {
        StartHousekeeping();
        while (_handedOver.Count > 0)
        {
            MakeRoom(batch);
            Open(batch, _handedOver.Dequeue());
        }
    }

    // What later steps of one more client add to lists, none of which may fail then.
    private void MakeRoom(CommandBatch batch)
    {
        int clients = _clients.Count + 1;
        _clients.EnsureCapacity(clients);
        _ready.EnsureCapacity(clients);
        _dirty.EnsureCapacity(clients);
        _gone.EnsureCapacity(_gone.Count + clients);
        batch.Opened.EnsureCapacity(batch.Opened.Count + 1);
    }

    private void Open(CommandBatch batch, AcceptedSocket socket)
    {
        ClientConnection? client = null;
        TlsServer? tls = socket.IsTls ? Group.Tls : null;
        try
        {
            ClientLink link = socket.MakeLink(Group.NextClientId(), Index, Ledger);
            if (socket.IsTls == (tls is not null)) client = Attach(socket, link);
        }
        finally
        {
            if (client is null) Refuse(socket);
        }

        if (client is null) return;
        client.ListIndex = _clients.Count;
        client.OpenedMs = client.LastInputMs = Loop.NowMs;
        client.Link.LastInteractionMs = WallMs();
        _clients.Add(client);
        Volatile.Write(ref _clientCount, _clients.Count);
        if (tls is null) Announce(batch, client);
        else ShakeLater(client, tls);
    }

    private void Refuse(AcceptedSocket socket)
    {
        Group.ClientLeft();
        Drop(socket, default);
    }

    private void Remove(ClientConnection client)
    {
        ClientConnection last = _clients[^1];
        _clients[client.ListIndex] = last;
        last.ListIndex = client.ListIndex;
        _clients.RemoveAt(_clients.Count - 1);
        client.ListIndex = -1;
        Volatile.Write(ref _clientCount, _clients.Count);
    }

    private long WallMs() => Loop.Time.GetUtcNow().ToUnixTimeMilliseconds();

    private void EndTurn()
    {
        try
        {
            Flush();
        }
        finally
        {
            bool more = _ready.Count > 0 || _gone.Count > 0 || _handedOver.Count > 0;
            if (more || _mustAsk) AskToRead();
            if (_asked) RemindOwner();
        }
    }

    private sealed class HandOverItem(NetTransport target, AcceptedSocket socket)
        : IThreadPoolWorkItem
    {
        public void Execute()
        {
            if (target._disposed)
            {
                target.Refuse(socket);
                return;
            }

            bool passed = false;
            try
            {
                target._handedOver.Enqueue(socket);
                passed = true;
            }
            finally
            {
                if (!passed) target.Refuse(socket);
            }

            target.AskToRead();
        }
    }
}
