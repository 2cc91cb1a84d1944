using System;
using System.Collections.Concurrent;
using System.Threading;
using Akka.Actor;
using Rotom.Actors.Messages;
using Rotom.Engine.Persist;

namespace Rotom.Actors.Persistence;

/// <summary>
/// A base on its way from the walk, in the keyspace's turn, to the file, on the worker's thread.
/// When little is left under way the keyspace is told to walk on.
/// </summary>
internal sealed class WalkSource(
    IActorRef keyspace, AofStore store, long seq, bool isRdb, bool checksums, bool flushesOften)
    : IAofBaseSource
{
    /// <summary>Bytes under way above which the walk pauses.</summary>
    internal const long WindowBytes = SnapshotPace.WindowBytes;

    private readonly BlockingCollection<ArraySegment<byte>> _chunks = [];
    private ArraySegment<byte> _taken;
    private long _queuedBytes;
    private volatile bool _abandoned;

    /// <inheritdoc/>
    public long Seq => seq;

    /// <inheritdoc/>
    public AofStore? Store => store;

    /// <inheritdoc/>
    public bool IsRdb => isRdb;

    /// <inheritdoc/>
    public bool Checksums => checksums;

    /// <inheritdoc/>
    public bool FlushesOften => flushesOften;

    /// <inheritdoc/>
    public bool IsComplete => _chunks.IsAddingCompleted;

    /// <summary>Bytes added and not yet written.</summary>
    internal long QueuedBytes => Interlocked.Read(ref _queuedBytes);

    /// <summary>True when nobody takes any more.</summary>
    internal bool IsAbandoned => _abandoned;

    /// <summary>The walk has another chunk.</summary>
    internal void Add(ArraySegment<byte> chunk)
    {
        if (_abandoned)
        {
            SnapshotWalk.Return(chunk);
            return;
        }

        Interlocked.Add(ref _queuedBytes, chunk.Count);
        _chunks.Add(chunk);
    }

    /// <summary>The walk is done, or gives up.</summary>
    internal void Complete(bool gaveUp)
    {
        _abandoned |= gaveUp;
        _chunks.CompleteAdding();
    }

    /// <summary>Nobody wants it any more, whether the walk is done or not.</summary>
    internal void GiveUp()
    {
        _abandoned = true;
        if (!_chunks.IsAddingCompleted) _chunks.CompleteAdding();
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Next()
    {
        ReturnTaken();
        bool more = _chunks.TryTake(out _taken, Timeout.Infinite);
        if (_abandoned) throw new OperationCanceledException();
        return more ? _taken.AsSpan() : default;
    }

    /// <inheritdoc/>
    public void Abandon()
    {
        _abandoned = true;
        keyspace.Tell(RewriteStep.Asked, ActorRefs.NoSender);
    }

    private void ReturnTaken()
    {
        if (_taken.Array is null) return;
        int count = _taken.Count;
        long left = Interlocked.Add(ref _queuedBytes, -count);
        SnapshotWalk.Return(_taken);
        _taken = default;
        bool crossed = left < WindowBytes / 2 && left + count >= WindowBytes / 2;
        if (crossed) keyspace.Tell(RewriteStep.Asked, ActorRefs.NoSender);
    }
}
