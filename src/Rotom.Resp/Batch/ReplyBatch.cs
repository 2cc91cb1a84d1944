using System;
using System.Collections.Generic;

namespace Rotom.Resp.Batch;

// ReplyBatch: everything the keyspace has to say to the clients of one network loop after a turn.
//
// It is a RespWriter whose output is cut into segments, each for one client. The replies of a
// pipeline lie one behind the other and make one segment, so the loop sends them with one call.
// Pushes to other clients (pub/sub, invalidations, a blocked client that is served) are segments
// like any other: order within a client is the order of its segments.
//
// Chunks are big and pooled; a reply never moves once written. An aggregate whose length is known
// only at the end takes a placeholder segment for its header (BeginDeferred / EndDeferred).
//
// Ownership moves with the message: the keyspace fills it, the network loop drains and resets it.
// Only the network loop touches a connection's output buffer, so nothing races when they are split.

/// <summary>What the engine asks the network layer to do with a client.</summary>
public enum ClientOrderKind
{
    /// <summary>Close once everything written so far has been sent.</summary>
    CloseAfterReply,

    /// <summary>Close now and drop what is unsent (CLIENT KILL of another client).</summary>
    CloseNow,

    /// <summary>Read no more from the client (it is blocked or paused).</summary>
    PauseReading,

    /// <summary>Read from it again.</summary>
    ResumeReading,

    /// <summary>Its class changed: pub/sub subscriber (other output limits apply).</summary>
    BecomeSubscriber,

    /// <summary>Its class is that of a normal client again.</summary>
    BecomeNormal,

    /// <summary>It has authenticated: the limits for unknown clients no longer apply.</summary>
    Authenticated,

    /// <summary>It has to authenticate first: the limits for unknown clients apply.</summary>
    Unauthenticated,
}

/// <summary>
/// One order about one client; carried out after the batch's segments are queued.
/// </summary>
public readonly record struct ClientOrder(ClientLink Link, ClientOrderKind Kind);

/// <summary>A stretch of bytes for one client.</summary>
public struct ReplySegment
{
    /// <summary>The client.</summary>
    public ClientLink Link;

    /// <summary>Number of the chunk the bytes lie in.</summary>
    public int Chunk;

    /// <summary>Where they begin in the chunk.</summary>
    public int Offset;

    /// <summary>How many they are.</summary>
    public int Length;
}

/// <summary>All replies and pushes of one turn for one network loop; pooled, reused.</summary>
public sealed class ReplyBatch : RespWriter
{
    private const int ChunkBytes = 1 << 18;

    // Chunks kept after a burst: up to 32 MiB, of which every turn without use gives one back.
    private const int ChunksKeptMin = 8;
    private const int ChunksKeptMax = 128;
    private const int FirstSegments = 64;
    private const int SegmentsKeptMax = 1 << 16;

    // A heap with a limit has better use for them.
    private static readonly int s_chunksKept =
        HeapLimit.AtMost(ChunksKeptMax * ChunkBytes, 64) / ChunkBytes;

    // Refused before the heap refuses: then there is memory to say so.
    private static readonly long s_heldMax =
        HeapLimit.Bytes == 0 ? long.MaxValue : HeapLimit.Bytes / 3;

    private readonly List<byte[]> _chunks = [];
    private readonly ReplyLedger? _ledger;
    private ReplySegment[] _segments = new ReplySegment[FirstSegments];
    private long _noted;
    private int _segmentCount;
    private int _segmentStart;
    private int _chunk;
    private ClientLink? _link;

    /// <summary>Makes an empty batch.</summary>
    /// <param name="ledger">Where it says what it holds while it is on its way.</param>
    public ReplyBatch(ReplyLedger? ledger = null)
        : base(GC.AllocateUninitializedArray<byte>(ChunkBytes, pinned: true))
    {
        _chunks.Add(Buffer);
        _ledger = ledger;
    }

    /// <summary>The batch whose commands these replies answer; null for pushes only.</summary>
    public CommandBatch? Answers { get; set; }

    /// <summary>
    /// Orders about clients, in order; carried out after the segments are queued.
    /// </summary>
    public List<ClientOrder> Orders { get; } = [];

    /// <summary>True when there is nothing in it for anybody.</summary>
    public bool IsEmpty => _segmentCount == 0 && Position == _segmentStart && Orders.Count == 0;

    /// <summary>The finished segments. Call <see cref="Finish"/> first.</summary>
    public ReadOnlySpan<ReplySegment> Segments => new(_segments, 0, _segmentCount);

    /// <summary>The chunk that holds a segment's bytes (pinned).</summary>
    public byte[] Chunk(int number) => _chunks[number];

    /// <summary>The bytes of a segment; valid until the batch is reset.</summary>
    public ReadOnlySpan<byte> Bytes(in ReplySegment segment) =>
        new(_chunks[segment.Chunk], segment.Offset, segment.Length);

    /// <summary>
    /// From here on, what is written is for this client, in this protocol version.
    /// </summary>
    public void Begin(ClientLink link, bool resp3)
    {
        Resp3 = resp3;
        if (ReferenceEquals(_link, link)) return;
        CutSegment();
        _link = link;
    }

    /// <summary>The client that is being written to, null before the first Begin.</summary>
    public ClientLink? Current => _link;

    /// <summary>Where the output stands, for <see cref="Rollback"/>.</summary>
    public readonly record struct Mark(int Segments, int Chunk, int Start, int Position);

    /// <summary>Notes where the output stands.</summary>
    public Mark Here() => new(_segmentCount, _chunk, _segmentStart, Position);

    /// <summary>
    /// Takes back all that was written to a client since the mark; what was written to others in
    /// between stays.
    /// </summary>
    public void Rollback(ClientLink link, Mark mark)
    {
        CutSegment();
        int kept = mark.Segments;
        for (int i = mark.Segments; i < _segmentCount; i++)
        {
            ReplySegment segment = _segments[i];
            if (ReferenceEquals(segment.Link, link))
            {
                // The segment that was open at the mark keeps what it held then.
                bool wasOpen = segment.Chunk == mark.Chunk && segment.Offset == mark.Start;
                segment.Length = wasOpen ? mark.Position - mark.Start : 0;
                if (segment.Length == 0) continue;
            }

            _segments[kept++] = segment;
        }

        bool onlyOurs = kept <= mark.Segments + 1;
        Array.Clear(_segments, kept, _segmentCount - kept);
        _segmentCount = kept;
        if (onlyOurs && (kept == mark.Segments || ReferenceEquals(_segments[kept - 1].Link, link)))
        {
            _chunk = mark.Chunk;
            Use(_chunks[_chunk], mark.Position);
        }

        _segmentStart = Position;
        _link = null;
        Begin(link, Resp3);
    }

    /// <summary>About how many bytes lie in it, whoever they are for.</summary>
    public long HeldBytes => ((long)_chunk * ChunkBytes) + Position;

    /// <summary>The same with the batches for this loop that are on their way.</summary>
    public long HeldWithOthers => HeldBytes + (_ledger?.Bytes ?? 0);

    /// <summary>Bytes written since the mark.</summary>
    public long WrittenSince(Mark mark)
    {
        if (mark.Chunk == _chunk && mark.Segments == _segmentCount)
        {
            return Position - mark.Position;
        }

        long total = Position - _segmentStart - (mark.Position - mark.Start);
        for (int i = mark.Segments; i < _segmentCount; i++) total += _segments[i].Length;
        return total;
    }

    /// <summary>A copy of what was written to a client since the mark.</summary>
    public byte[] BytesSince(ClientLink link, Mark mark)
    {
        CutSegment();
        int total = 0;
        for (int i = mark.Segments; i < _segmentCount; i++)
        {
            total += PartSince(link, mark, in _segments[i]).Length;
        }

        byte[] bytes = new byte[total];
        Span<byte> rest = bytes;
        for (int i = mark.Segments; i < _segmentCount; i++)
        {
            ReadOnlySpan<byte> part = PartSince(link, mark, in _segments[i]);
            part.CopyTo(rest);
            rest = rest[part.Length..];
        }

        return bytes;
    }

    // The segment that was open at the mark holds older bytes as well.
    private ReadOnlySpan<byte> PartSince(ClientLink link, Mark mark, in ReplySegment segment)
    {
        if (!ReferenceEquals(segment.Link, link)) return default;
        bool wasOpen = segment.Chunk == mark.Chunk && segment.Offset == mark.Start;
        return wasOpen ? Bytes(in segment)[(mark.Position - mark.Start)..] : Bytes(in segment);
    }

    /// <summary>
    /// Leaves room for the header of an aggregate whose element count is not known yet.
    /// </summary>
    /// <returns>A number for <see cref="EndDeferred"/>.</returns>
    public int BeginDeferred()
    {
        CutSegment();
        AddSegment(_chunk, Position, 0);
        return _segmentCount - 1;
    }

    /// <summary>Writes the header that <see cref="BeginDeferred"/> left out.</summary>
    /// <param name="deferred">What BeginDeferred returned.</param>
    /// <param name="kind">The RESP type byte: <c>*</c>, <c>%</c>, <c>~</c> or <c>&gt;</c>.</param>
    /// <param name="count">Elements (pairs for a map, which RESP2 shows as twice as many).</param>
    public void EndDeferred(int deferred, char kind, long count)
    {
        CutSegment();
        Aggregate(kind, count);
        PutDeferred(deferred);
    }

    /// <summary>Writes the cursor of a scan where BeginDeferred left room for it.</summary>
    public void EndDeferred(int deferred, ulong cursor)
    {
        CutSegment();
        BulkInteger(unchecked((long)cursor));
        PutDeferred(deferred);
    }

    private void PutDeferred(int deferred)
    {
        _segments[deferred].Chunk = _chunk;
        _segments[deferred].Offset = _segmentStart;
        _segments[deferred].Length = Position - _segmentStart;
        _segmentStart = Position;
    }

    /// <summary>Closes the last segment: the batch is ready to be sent.</summary>
    public void Finish()
    {
        CutSegment();
        _link = null;
        Note(HeldBytes);
    }

    /// <summary>It is on its way to nobody any more: what it holds does not count.</summary>
    public void Forget() => Note(0);

    private void Note(long bytes)
    {
        _ledger?.Add(bytes - _noted);
        _noted = bytes;
    }

    /// <summary>Empties the batch for its next turn; big bursts of memory are let go.</summary>
    public void Reset()
    {
        Note(0);
#if POISON
        foreach (byte[] chunk in _chunks) chunk.AsSpan().Fill(0xDD);
#endif
        if (_segments.Length > SegmentsKeptMax) _segments = new ReplySegment[FirstSegments];
        else Array.Clear(_segments, 0, _segmentCount);
        _segmentCount = 0;
        _segmentStart = 0;
        if (_chunks.Count > 1) TrimChunks(_chunk + 1);
        _chunk = 0;
        _link = null;
        Use(_chunks[0], 0);
        Orders.Clear();
        Answers = null;
    }

    /// <inheritdoc/>
    protected override void Grow(int bytes)
    {
        // The unfinished tail of a reply stays where it is: a segment ends here, and the next one
        // of the same client begins in a new chunk. Order is kept by the order of segments.
        // Without memory for it, nothing has changed.
        if (HeldBytes > s_heldMax) throw new OutOfMemoryException("the replies are too large");
        int next = _chunk + 1;
        if (next == _chunks.Count) _chunks.Add(NewChunk(bytes));
        else if (_chunks[next].Length < bytes) _chunks[next] = NewChunk(bytes);
        CutSegment();
        _chunk = next;
        _segmentStart = 0;
        Use(_chunks[_chunk], 0);
    }

    /// <inheritdoc/>
    protected override void RawAcross(ReadOnlySpan<byte> resp)
    {
        // What is too long for the chunk fills it and goes on in the next, so that a large value
        // needs no chunk of its own.
        while (true)
        {
            int room = Math.Min(Buffer.Length - Position, resp.Length);
            Put(resp[..room]);
            resp = resp[room..];
            if (resp.IsEmpty) return;
            Grow(1);
        }
    }

    private static byte[] NewChunk(int bytes) =>
        GC.AllocateUninitializedArray<byte>(Math.Max(bytes, ChunkBytes), pinned: true);

    private void CutSegment()
    {
        if (Position == _segmentStart) return;
        AddSegment(_chunk, _segmentStart, Position - _segmentStart);
        _segmentStart = Position;
    }

    private void AddSegment(int chunk, int offset, int length)
    {
        if (_segmentCount == _segments.Length) Array.Resize(ref _segments, _segments.Length * 2);
        ref ReplySegment segment = ref _segments[_segmentCount++];
        segment.Link = _link!;
        segment.Chunk = chunk;
        segment.Offset = offset;
        segment.Length = length;
    }

    private void TrimChunks(int used)
    {
        int keep = Math.Min(
            Math.Max(Math.Max(used, _chunks.Count - 1), ChunksKeptMin), s_chunksKept);
        keep = Math.Max(keep, 1);
        if (_chunks.Count > keep) _chunks.RemoveRange(keep, _chunks.Count - keep);
        for (int i = _chunks.Count - 1; i > 0; i--)
        {
            if (_chunks[i].Length > ChunkBytes) _chunks.RemoveAt(i);
        }
    }
}
