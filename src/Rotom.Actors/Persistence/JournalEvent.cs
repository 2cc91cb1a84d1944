using System;
using System.Collections.Concurrent;
using Akka.Actor;

namespace Rotom.Actors.Persistence;

// JournalEvent: what the journal keeps: commands in RESP, of one turn; bytes to the plugin.
//
// The bytes may not change until the event has been acknowledged; then whoever persisted it may
// give it back to the pool. An event that was read is not pooled until it has been applied.

/// <summary>One event: the commands of a turn.</summary>
public sealed class JournalEvent : INoSerializationVerificationNeeded
{
    private const int KeptBytesMax = 1 << 20;
    private const int KeptMax = 64;

    private static readonly ConcurrentBag<JournalEvent> _pool = [];

    private byte[] _bytes = [];
    private int _length;

    private JournalEvent()
    {
    }

    /// <summary>The commands.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>How many bytes they are.</summary>
    public int Length => _length;

    /// <summary>The array behind <see cref="Bytes"/>, with room to spare for a parser.</summary>
    internal byte[] Array => _bytes;

    /// <summary>Its number, given by who wants it kept; 0 for one that was read.</summary>
    internal long Seq { get; set; }

    /// <summary>Makes an event of a copy of these bytes.</summary>
    public static JournalEvent Of(ReadOnlySpan<byte> commands)
    {
        if (!_pool.TryTake(out JournalEvent? made)) made = new JournalEvent();
        int room = checked(commands.Length + Rotom.Resp.Batch.CommandBatch.Slack);
        if (made._bytes.Length < room)
        {
            made._bytes = GC.AllocateUninitializedArray<byte>(Math.Max(room, 512));
        }

        commands.CopyTo(made._bytes);
        made._length = commands.Length;
        return made;
    }

    /// <summary>The event is not used any more, by anybody.</summary>
    internal void Recycle()
    {
        _length = 0;
        Seq = 0;
        if (_bytes.Length > KeptBytesMax || _pool.Count >= KeptMax) return;
        _pool.Add(this);
    }
}
