using System;
using Rotom.Engine.Config;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine;

/// <summary>The memory behind sorted sets.</summary>
internal sealed class ZsetPayload(NativeHeap heap, HashSeed seed, ServerConfig config)
    : PayloadKind
{
    /// <inheritdoc/>
    internal override bool FreeSome(ObjectEncoding encoding, Handle payload) =>
        Open(encoding, payload).FreeSome();

    /// <inheritdoc/>
    internal override Handle Copy(ObjectEncoding encoding, PackBlock payload) =>
        Open(encoding, payload).Copy();

    /// <inheritdoc/>
    internal override long MemoryBytes(ObjectEncoding encoding, PackBlock payload) =>
        Open(encoding, payload).MemoryBytes;

    /// <inheritdoc/>
    internal override void Digest(
        DatasetDigest digest, ObjectEncoding encoding, PackBlock payload)
    {
        Zset set = Open(encoding, payload);
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        Span<byte> score = stackalloc byte[RespNumbers.DoubleBytesMax];
        for (ZsetPosition at = set.At(0); !at.IsNull; at = set.Next(at))
        {
            DatasetDigest element = new();
            element.Mix(set.Member(at).Text(digits));
            element.Mix(score[..RespNumbers.FormatAllDigits(set.Score(at), score)]);
            digest.Add(element);
        }
    }

    /// <inheritdoc/>
    internal override long CompactCost(ObjectEncoding encoding, Handle payload) =>
        encoding == ObjectEncoding.Skiplist ? Open(encoding, payload).Count : 1;

    /// <inheritdoc/>
    internal override Handle Compact(
        ObjectEncoding encoding, Handle payload, ref CompactPlace place, int elements)
    {
        Zset set = Open(encoding, payload);
        set.Compact(ref place, elements);
        return set.Payload.Block;
    }

    /// <inheritdoc/>
    internal override void DeepCheck(ObjectEncoding encoding, PackBlock payload) =>
        Open(encoding, payload).DeepCheck();

    private Zset Open(ObjectEncoding encoding, PackBlock payload) =>
        new(heap, seed, ZsetLimits.Of(config), encoding, payload);
}
