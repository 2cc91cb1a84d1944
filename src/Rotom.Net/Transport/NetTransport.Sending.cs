using System;
using System.Collections.Generic;
using Rotom.Resp.Batch;

namespace Rotom.Net.Transport;

// Sending: from applied reply batches to the sockets, at the end of the turn.
//
// Apply links each client's segments into a chain of pieces; pieces that lie one behind the other
// become one. Flush sends each client's chain straight out of the batches' chunks: one send, or one
// gathering send when there are several pieces. What the socket does not take is copied into the
// client's output buffer, and only then is the socket watched for room. While a client has such a
// buffer, its replies are appended to it, so order is kept.
//
// Limits are counted where bytes are added: a reply that would cross the hard limit is never kept.
public abstract partial class NetTransport
{
    private const long DrainBytesPerTurn = 4L << 20;
    private const int FirstPieces = 256;
    private const int PiecesKeptMax = 1 << 16;

    private readonly List<ReplyBatch> _applied = [];
    private readonly List<ClientConnection> _dirty = [];
    private readonly ArraySegment<byte>[] _gather = new ArraySegment<byte>[64];
    private Piece[] _pieces = new Piece[FirstPieces];
    private int _pieceCount;
    private int _unauthenticated;
    private int _behind;

    /// <inheritdoc/>
    public void Apply(ReplyBatch replies)
    {
        ArgumentNullException.ThrowIfNull(replies);
        bool applied = false;
        try
        {
            ApplyAll(replies);
            applied = true;
        }
        finally
        {
            if (!applied) Abandon(replies);
        }
    }

    private void ApplyAll(ReplyBatch replies)
    {
        foreach (ref readonly ReplySegment segment in replies.Segments)
        {
            if (segment.Length == 0) continue;
            if (segment.Link.NetState is not ClientConnection client) continue;
            if (client.IsClosed || client.Closing) continue;
            Queue(client, replies.Chunk(segment.Chunk), segment.Offset, segment.Length);
        }

        foreach (ClientOrder order in replies.Orders)
        {
            if (order.Link.NetState is ClientConnection client) Obey(client, order.Kind);
        }

        Group.At(NetStep.Apply);
        _applied.Add(replies);
        if (replies.Answers is { } answered) Release(answered);
    }

    /// <inheritdoc/>
    public void Flush()
    {
        if (_applied.Count == 0) return;
        for (int i = 0; i < _dirty.Count; i++)
        {
            ClientConnection client = _dirty[i];
            if (!client.IsClosed) SendSafely(client);
            client.FirstPiece = client.LastPiece = -1;
            client.TurnBytes = 0;
        }

        _dirty.Clear();
        if (_pieces.Length > PiecesKeptMax) _pieces = new Piece[FirstPieces];
        else Array.Clear(_pieces, 0, _pieceCount);
        _pieceCount = 0;
        foreach (ReplyBatch replies in _applied)
        {
            GiveBack(replies);
        }

        _applied.Clear();
        if (_unexpected is not { } failure) return;
        _unexpected = null;
        throw new InvalidOperationException("A client could not be sent its replies.", failure);
    }

    /// <summary>The socket has room again.</summary>
    internal void Drain(ClientConnection client)
    {
        if (client.Output is { } output)
        {
            long left = DrainBytesPerTurn;
            while (output.Bytes > 0 && left > 0)
            {
                int pieces = output.Peek(_gather);
                int n = client.SendMany(_gather.AsSpan(0, pieces));
                if (n == ClientConnection.Broken)
                {
                    Close(client);
                    return;
                }

                if (n <= 0) break;
                Statistics.Wrote(n);
                output.Consume(n);
                left -= n;
            }
        }

        AfterSend(client);
    }

    /// <summary>Part of the output buffer was sent by a completion.</summary>
    internal void Drained(ClientConnection client, int bytes)
    {
        Statistics.Wrote(bytes);
        client.Output!.Consume(bytes);
        AfterSend(client);
    }

    private void Queue(ClientConnection client, byte[] chunk, int offset, int length)
    {
        client.TurnBytes += length;
        if (IsOverLimit(client)) return;
        if (client.LastPiece >= 0)
        {
            ref Piece last = ref _pieces[client.LastPiece];
            if (ReferenceEquals(last.Chunk, chunk) && last.Offset + last.Length == offset)
            {
                last.Length += length;
                return;
            }
        }

        if (_pieceCount == _pieces.Length) Array.Resize(ref _pieces, _pieces.Length * 2);
        _pieces[_pieceCount] = new Piece(chunk, offset, length);
        if (client.LastPiece >= 0) _pieces[client.LastPiece].Next = _pieceCount;
        else client.FirstPiece = _pieceCount;
        if (client.LastPiece < 0) _dirty.Add(client);
        client.LastPiece = _pieceCount++;
    }

    private void Obey(ClientConnection client, ClientOrderKind kind)
    {
        if (client.IsClosed) return;
        switch (kind)
        {
            case ClientOrderKind.CloseNow:
                Close(client);
                break;
            case ClientOrderKind.CloseAfterReply:
                client.Closing = client.Link.IsClosing = true;
                if (client.LastPiece < 0 && client.OutputBytes == 0) Close(client);
                break;
            case ClientOrderKind.PauseReading:
                client.Paused = true;
                break;
            case ClientOrderKind.ResumeReading:
                client.Paused = false;
                ReadAgain(client);
                break;
            case ClientOrderKind.BecomeSubscriber:
                client.Class = ClientClass.Subscriber;
                break;
            case ClientOrderKind.BecomeNormal:
                client.Class = ClientClass.Normal;
                break;
            case ClientOrderKind.Authenticated:
                SetUnauthenticated(client, false);
                break;
            case ClientOrderKind.Unauthenticated:
                SetUnauthenticated(client, true);
                break;
        }
    }

    private void SetUnauthenticated(ClientConnection client, bool value)
    {
        if (client.Unauthenticated == value) return;
        client.Unauthenticated = value;
        client.Query.Authenticated = !value;
        _unauthenticated += value ? 1 : -1;
    }

    private void Release(CommandBatch answered)
    {
        foreach (ref readonly CommandRun run in answered.Runs)
        {
            if (run.Link.NetState is not ClientConnection client || client.IsClosed) continue;
            client.InFlight = false;
            ReadAgain(client);
        }
    }

    private void ReadAgain(ClientConnection client)
    {
        if (client.HoldsInput && client.CanRead) NoteReady(client);
        client.UpdateInterest();
    }

    private void SendTurn(ClientConnection client)
    {
        if (client.Tls is { } tls)
        {
            SendSealed(client, tls);
            return;
        }

        int piece = client.FirstPiece;
        int skip = 0;
        if (client.OutputBytes == 0)
        {
            piece = SendPieces(client, piece, out skip);
            if (client.IsClosed) return;
        }

        if (piece >= 0) Keep(client, piece, skip);
        if (!client.IsClosed) AfterSend(client);
    }

    /// <summary>Sends a chain until it ends or the socket is full.</summary>
    /// <returns>The first piece not sent in full, -1 when all were.</returns>
    private int SendPieces(ClientConnection client, int piece, out int skip)
    {
        skip = 0;
        while (piece >= 0)
        {
            ref readonly Piece first = ref _pieces[piece];
            int wanted = first.Length - skip;
            int n;
            if (first.Next < 0) n = client.Send(first.Chunk.AsSpan(first.Offset + skip, wanted));
            else n = SendGathered(client, piece, skip, out wanted);
            if (n == ClientConnection.Broken)
            {
                Close(client);
                return -1;
            }

            if (n <= 0) return piece;
            Statistics.Wrote(n);
            piece = Advance(piece, ref skip, n);
            if (n < wanted) return piece;
        }

        return -1;
    }

    private int SendGathered(ClientConnection client, int piece, int skip, out int wanted)
    {
        int count = 0;
        wanted = 0;
        for (; piece >= 0 && count < _gather.Length; piece = _pieces[piece].Next)
        {
            ref readonly Piece one = ref _pieces[piece];
            if (wanted > int.MaxValue - one.Length) break;
            _gather[count++] = new(one.Chunk, one.Offset + skip, one.Length - skip);
            wanted += one.Length - skip;
            skip = 0;
        }

        return client.SendMany(_gather.AsSpan(0, count));
    }

    private int Advance(int piece, ref int skip, int sent)
    {
        skip += sent;
        while (piece >= 0 && skip >= _pieces[piece].Length)
        {
            skip -= _pieces[piece].Length;
            piece = _pieces[piece].Next;
        }

        return piece;
    }

    private void Keep(ClientConnection client, int piece, int skip)
    {
        if (client.Unauthenticated)
        {
            // Looked at before it is copied: what is over the limit takes no memory at all.
            long bytes = client.OutputBytes + Unsent(piece, skip);
            if (bytes > Settings.UnauthenticatedOutputBytes)
            {
                CloseOverLimit(client, bytes);
                return;
            }
        }

        Group.At(NetStep.Keep);
        OutputBuffer output = OutputOf(client);
        for (; piece >= 0; piece = _pieces[piece].Next)
        {
            ref readonly Piece one = ref _pieces[piece];
            output.Append(one.Chunk.AsSpan(one.Offset + skip, one.Length - skip));
            skip = 0;
        }
    }

    private long Unsent(int piece, int skip)
    {
        long bytes = -skip;
        for (; piece >= 0; piece = _pieces[piece].Next) bytes += _pieces[piece].Length;
        return bytes;
    }

    private void CheckUnauthenticated(ClientConnection client)
    {
        long bytes = client.OutputBytes;
        if (!client.Unauthenticated || bytes <= Settings.UnauthenticatedOutputBytes) return;
        CloseOverLimit(client, bytes);
    }

    internal OutputBuffer OutputOf(ClientConnection client) =>
        client.Output ??= new OutputBuffer(_blocks);

    private void AfterSend(ClientConnection client)
    {
        long bytes = client.OutputBytes;
        client.Link.OutputBytes = bytes;
        // With TLS every reply goes through it, and empty it is small.
        if (bytes == 0 && client.Tls is null) client.Output = null;
        if (client.IsBehind != (bytes > 0))
        {
            client.IsBehind = bytes > 0;
            _behind += client.IsBehind ? 1 : -1;
        }

        if (bytes == 0 && client.Closing)
        {
            Close(client);
            return;
        }

        long mark = Settings.ReadPauseOutputBytes;
        client.OutputStopped = bytes > (client.OutputStopped ? mark / 2 : mark);
        ReadAgain(client);
    }

    private bool IsOverLimit(ClientConnection client)
    {
        long bytes = client.OutputBytes + client.TurnBytes;
        OutputLimit limit = client.Class == ClientClass.Subscriber
            ? Settings.SubscriberOutput
            : Settings.NormalOutput;
        bool over = limit.HardBytes > 0 && bytes > limit.HardBytes;
        if (limit.SoftBytes > 0 && bytes > limit.SoftBytes)
        {
            if (client.SoftSinceMs == 0) client.SoftSinceMs = Math.Max(1, Loop.NowMs);
            over |= Loop.NowMs - client.SoftSinceMs > limit.SoftSeconds * 1000L;
        }
        else
        {
            client.SoftSinceMs = 0;
        }

        if (over) CloseOverLimit(client, bytes);
        return over;
    }

    private void CloseOverLimit(ClientConnection client, long bytes)
    {
        Statistics.ClosedForOutput();
        Group.Log(
            NetLogLevel.Warning,
            $"Client id={client.Link.Id} addr={client.Link.RemoteAddress} closed: "
            + $"{bytes} bytes of replies exceed its output buffer limits");
        Close(client);
    }

    /// <summary>A stretch of one client's replies and the number of the next one, or -1.</summary>
    private struct Piece(byte[] chunk, int offset, int length)
    {
        public readonly byte[] Chunk = chunk;
        public readonly int Offset = offset;
        public int Length = length;
        public int Next = -1;
    }
}
