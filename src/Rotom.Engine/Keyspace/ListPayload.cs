using System;
using Rotom.Engine.Config;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

/// <summary>The memory behind lists.</summary>
internal sealed class ListPayload(NativeHeap heap, ServerConfig config) : PayloadKind
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
    internal override long MemoryBytes(ObjectEncoding encoding, PackBlock payload, long samples) =>
        Open(encoding, payload).SampledBytes(samples);

    /// <inheritdoc/>
    internal override bool IsWorthPuttingOff(ObjectEncoding encoding, Handle payload) =>
        !Open(encoding, payload).FitsOneSlice;

    /// <inheritdoc/>
    internal override void Digest(
        DatasetDigest digest, ObjectEncoding encoding, PackBlock payload)
    {
        Quicklist list = Open(encoding, payload);
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        for (ListPosition at = list.End(head: true); !at.IsNull; at = list.Next(at))
        {
            digest.Mix(list.Get(at).Text(digits));
        }
    }

    /// <inheritdoc/>
    internal override long CompactCost(ObjectEncoding encoding, Handle payload) =>
        Open(encoding, payload).CompactCost;

    /// <inheritdoc/>
    internal override Handle Compact(
        ObjectEncoding encoding, Handle payload, ref CompactPlace place, int elements)
    {
        Quicklist list = Open(encoding, payload);
        list.Compact(ref place, elements);
        return list.Payload;
    }

    /// <inheritdoc/>
    internal override void DeepCheck(ObjectEncoding encoding, PackBlock payload) =>
        Open(encoding, payload).DeepCheck();

    private Quicklist Open(ObjectEncoding encoding, PackBlock payload) =>
        new(
            heap,
            new ListLimits(
                config.ListMaxListpackSize, config.ListPackedThreshold, config.ListCompressDepth),
            encoding,
            payload.Block);
}
