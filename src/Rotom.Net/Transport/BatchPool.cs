using System;
using System.Collections.Concurrent;
using System.Threading;
using Rotom.Resp.Batch;

namespace Rotom.Net.Transport;

// BatchPool: the batches of one transport while nobody uses them.
//
// Fused, one batch of each kind goes round for ever. Split, a few are under way at a time: rented
// on one thread, returned on another, so the queues are concurrent. Above a number they are let go.
// One of each is a reserve: it is given out only when memory for another one is refused, and filled
// up first. What a turn has done can then be sent, which is what sets memory free.
//
// The poison build keeps the set of what lies in the pool and traps a batch returned twice, which
// would be another client's bytes in a reply.

/// <summary>The batches that travel between a transport and the keyspace; any thread.</summary>
public sealed class BatchPool
{
    // Each has a megabyte for input, or a quarter of one for replies.
    private static readonly int s_keptMax = Math.Max(1, HeapLimit.AtMost(8, 32 << 20));

    private readonly ConcurrentQueue<CommandBatch> _commands = new();
    private readonly ConcurrentQueue<ReplyBatch> _replies = new();
#if POISON
    private readonly ConcurrentDictionary<object, bool> _inPool = new();
#endif
    private CommandBatch? _commandReserve = new();
    private ReplyBatch? _replyReserve;
    private long _rented;

    /// <summary>Makes a pool that holds its reserve.</summary>
    public BatchPool() => _replyReserve = new ReplyBatch(Replies);

    /// <summary>What the replies hold that are on their way.</summary>
    public ReplyLedger Replies { get; } = new();

    /// <summary>Batches rented and not yet returned.</summary>
    public long Outstanding => Volatile.Read(ref _rented);

    /// <summary>An empty batch for commands.</summary>
    public CommandBatch RentCommands()
    {
        if (!_commands.TryDequeue(out CommandBatch? batch))
        {
            batch = New(static () => new CommandBatch(), ref _commandReserve);
        }

        Interlocked.Increment(ref _rented);
        Leave(batch);
        return batch;
    }

    /// <summary>An empty batch for replies.</summary>
    public ReplyBatch RentReplies()
    {
        if (!_replies.TryDequeue(out ReplyBatch? batch))
        {
            batch = New(() => new ReplyBatch(Replies), ref _replyReserve);
        }

        Interlocked.Increment(ref _rented);
        Leave(batch);
        return batch;
    }

    /// <summary>Takes a batch back and empties it.</summary>
    public void Return(CommandBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Interlocked.Decrement(ref _rented);
        batch.Reset();
        if (Fills(ref _commandReserve, batch)) return;
        if (_commands.Count >= s_keptMax) return;
        Enter(batch);
        _commands.Enqueue(batch);
    }

    /// <summary>Takes a batch back and empties it; not the batch that it answers.</summary>
    public void Return(ReplyBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Interlocked.Decrement(ref _rented);
        batch.Reset();
        if (Fills(ref _replyReserve, batch)) return;
        if (_replies.Count >= s_keptMax) return;
        Enter(batch);
        _replies.Enqueue(batch);
    }

    private static bool Fills<T>(ref T? reserve, T batch)
        where T : class =>
        reserve is null && Interlocked.CompareExchange(ref reserve, batch, null) is null;

    private static T New<T>(Func<T> make, ref T? reserve)
        where T : class
    {
        try
        {
            return make();
        }
        catch (OutOfMemoryException) when (Interlocked.Exchange(ref reserve, null) is { } last)
        {
            return last;
        }
    }

    private void Enter(object batch)
    {
#if POISON
        if (!_inPool.TryAdd(batch, true))
        {
            throw new InvalidOperationException("A batch was returned twice.");
        }
#endif
    }

    private void Leave(object batch)
    {
#if POISON
        _inPool.TryRemove(batch, out _);
#endif
    }
}
