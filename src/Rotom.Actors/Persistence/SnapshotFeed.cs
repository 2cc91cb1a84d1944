using System;
using System.Collections.Concurrent;
using System.Threading;
using Akka.Actor;
using Rotom.Actors.Messages;
using Rotom.Engine.Persist;

namespace Rotom.Actors.Persistence;

// SnapshotFeed: the snapshot that is handed to the store at the cut, before its bytes are there.
// The snapshot actor adds what the walk gives; the store, on its own thread, takes it and writes.
// It is told when there is something to take, so nobody ever waits for the other:
//
//   Adding -> Complete   all of it is there: the store gives the file its name
//          -> GivenUp    the store takes the file away
//
// Each chunk's end, written or not, is told to the keyspace, which walks on by that.

/// <summary>Where a feed stands.</summary>
internal enum FeedState
{
    /// <summary>More may come.</summary>
    Adding,

    /// <summary>Nothing more comes: it is whole.</summary>
    Complete,

    /// <summary>Nobody wants it any more.</summary>
    GivenUp,
}

/// <summary>A snapshot on its way from the walk to the file.</summary>
/// <param name="number">Of the snapshot.</param>
/// <param name="keyspace">Hears of every chunk.</param>
/// <param name="store">Hears that there is something to take.</param>
internal sealed class SnapshotFeed(long number, IActorRef keyspace, IActorRef store)
    : INoSerializationVerificationNeeded
{
    private readonly ConcurrentQueue<ArraySegment<byte>> _chunks = new();
    private volatile FeedState _state;
    private volatile bool _refused;
    private int _told;

    /// <summary>Where it stands. To be read before the chunks are taken: then none is missed.
    /// </summary>
    internal FeedState State => _state;

    /// <summary>The next bytes; the array is the store's now, which returns it.</summary>
    internal void Add(ArraySegment<byte> chunk)
    {
        _chunks.Enqueue(chunk);
        if (_refused) ReturnAll();
        else Tell();
    }

    /// <summary>That was all.</summary>
    internal void Complete() => End(FeedState.Complete);

    /// <summary>Nobody wants it any more.</summary>
    internal void GiveUp() => End(FeedState.GivenUp);

    /// <summary>The store begins to take: what is added from here on it is told of again.</summary>
    internal void BeginTaking() => Interlocked.Exchange(ref _told, 0);

    /// <summary>Takes the next bytes; false when there are none now.</summary>
    internal bool TryTake(out ArraySegment<byte> chunk) => _chunks.TryDequeue(out chunk);

    /// <summary>What was taken is written, or will not be.</summary>
    internal void Return(ArraySegment<byte> chunk)
    {
        int bytes = chunk.Count;
        SnapshotWalk.Return(chunk);
        keyspace.Tell(new SnapshotWritten(number, bytes), ActorRefs.NoSender);
    }

    /// <summary>The store takes nothing any more.</summary>
    internal void Refuse()
    {
        _refused = true;
        ReturnAll();
    }

    private void End(FeedState state)
    {
        _state = state;
        Tell();
    }

    private void Tell()
    {
        if (Interlocked.Exchange(ref _told, 1) == 1) return;
        store.Tell(new SnapshotReady(this), ActorRefs.NoSender);
    }

    private void ReturnAll()
    {
        while (TryTake(out ArraySegment<byte> chunk)) Return(chunk);
    }
}

/// <summary>There is something to take.</summary>
/// <param name="Feed">Where.</param>
internal sealed record SnapshotReady(SnapshotFeed Feed) : INoSerializationVerificationNeeded;
