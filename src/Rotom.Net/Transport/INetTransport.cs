using System;
using System.Net;
using Rotom.Net.Loop;
using Rotom.Resp.Batch;

namespace Rotom.Net.Transport;

/// <summary>
/// The sockets of one loop: it reads commands into batches and sends reply batches out.
/// </summary>
/// <remarks>
/// Everything here belongs to the loop's thread, but <see cref="Batches"/>, <see cref="Settings"/>
/// and <see cref="Statistics"/>. One turn of its owner, a network actor:
/// <list type="number">
/// <item><see cref="ReadyToRead"/> is called; the owner notes it (tells itself).</item>
/// <item>The owner rents a CommandBatch, calls <see cref="ReadInto"/>, passes the batch on.</item>
/// <item>The ReplyBatch comes back; the owner calls <see cref="Apply"/>.</item>
/// <item>The turn ends and the transport sends, by a hook it added to the loop itself.</item>
/// </list>
/// The seam says nothing of readiness: a transport that is told of completed reads hands out the
/// bytes it has in ReadInto, and submits its sends at the end of the turn.
/// </remarks>
public interface INetTransport : IDisposable
{
    /// <summary>The loop whose thread drives the transport.</summary>
    IEventLoop Loop { get; }

    /// <summary>Number of the loop, as in ClientLink.Loop.</summary>
    int Index { get; }

    /// <summary>Where batches are rented and where they go back to; any thread.</summary>
    BatchPool Batches { get; }

    /// <summary>What the buffers of its clients take; any thread.</summary>
    BufferLedger Ledger { get; }

    /// <summary>The limits in force.</summary>
    NetSettings Settings { get; }

    /// <summary>Counters for INFO.</summary>
    NetStatistics Statistics { get; }

    /// <summary>Memory for the moment at which it is refused; any thread.</summary>
    HeapReserve Reserve { get; }

    /// <summary>Clients of this transport; any thread.</summary>
    int ClientCount { get; }

    /// <summary>
    /// Called at most once until the next <see cref="ReadInto"/>, on the loop's thread, when there
    /// is something to read, accept or report. It must not call back into the transport.
    /// </summary>
    Action? ReadyToRead { get; set; }

    /// <summary>Opens a listening socket.</summary>
    /// <returns>The address bound, with the port that was chosen if 0 was asked for.</returns>
    /// <exception cref="ListenException">It cannot be opened; says where and why.</exception>
    EndPoint Listen(ListenOptions options);

    /// <summary>Closes the listening sockets; connected clients stay.</summary>
    void StopListening();

    /// <summary>
    /// Accepts what waits, reads every ready client once, and reports clients that came and went.
    /// </summary>
    /// <param name="batch">An empty batch, rented from <see cref="Batches"/>.</param>
    /// <returns>
    /// True when the batch is to be passed on: its clients are then not read again until the
    /// ReplyBatch that answers it is applied. False when it is empty: return or reuse it.
    /// </returns>
    /// <remarks>
    /// Each client appears once in Opened before its first command and once in Closed after its
    /// last, whoever closed it. ReadyToRead comes again, next turn, for what did not fit.
    /// </remarks>
    bool ReadInto(CommandBatch batch);

    /// <summary>
    /// Queues the finished segments of a batch, then carries out its orders, then frees the clients
    /// of the batch it answers. Ownership of both batches passes to the transport.
    /// </summary>
    /// <remarks>
    /// An empty batch that answers a lost one frees its clients to be read again, unanswered.
    /// </remarks>
    void Apply(ReplyBatch replies);

    /// <summary>
    /// Closes all clients of a batch that could not be passed on, and reports anew those that it
    /// would have reported gone. The batch is not used again: it may have arrived all the same.
    /// </summary>
    void Abandon(CommandBatch batch);

    /// <summary>
    /// There is no memory to go on: closes the client that holds most of it, unless all are small.
    /// </summary>
    /// <returns>True when one was closed.</returns>
    bool TryRelieve();

    /// <summary>
    /// Sends what was applied; runs by itself at the end of each turn. For an orderly end: call it,
    /// then dispose.
    /// </summary>
    void Flush();
}
