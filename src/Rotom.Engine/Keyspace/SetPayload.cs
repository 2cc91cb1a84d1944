using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

/// <summary>The memory behind sets.</summary>
internal sealed class SetPayload(SetHome home) : PayloadKind
{
    /// <summary>So many members are freed at once; same as Redis' LAZYFREE_THRESHOLD.</summary>
    private const int SmallMembers = 64;

    /// <inheritdoc/>
    internal override bool FreeSome(ObjectEncoding encoding, Handle payload) =>
        new SetType(home, encoding, payload).FreeSome();

    /// <inheritdoc/>
    internal override Handle Copy(ObjectEncoding encoding, PackBlock payload) =>
        new SetType(home, encoding, payload).Copy();

    /// <inheritdoc/>
    internal override long MemoryBytes(ObjectEncoding encoding, PackBlock payload) =>
        new SetType(home, encoding, payload).MemoryBytes;

    /// <inheritdoc/>
    internal override long MemoryBytes(ObjectEncoding encoding, PackBlock payload, long samples) =>
        new SetType(home, encoding, payload).SampledBytes(samples);

    /// <inheritdoc/>
    internal override bool IsWorthPuttingOff(ObjectEncoding encoding, Handle payload) =>
        encoding == ObjectEncoding.Hashtable
        && new SetType(home, encoding, payload).Count > SmallMembers;

    /// <inheritdoc/>
    internal override TableReport? Report(ObjectEncoding encoding, PackBlock payload) =>
        new SetType(home, encoding, payload).Report();

    /// <inheritdoc/>
    internal override void Digest(
        DatasetDigest digest, ObjectEncoding encoding, PackBlock payload)
    {
        SetType set = new(home, encoding, payload);
        SetWalk walk = default;
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        while (set.Next(ref walk, out ListpackValue member)) digest.Add(member.Text(digits));
    }

    /// <inheritdoc/>
    internal override long CompactCost(ObjectEncoding encoding, Handle payload) =>
        encoding == ObjectEncoding.Hashtable
            ? new SetType(home, encoding, payload).Count
            : 1;

    /// <inheritdoc/>
    internal override Handle Compact(
        ObjectEncoding encoding, Handle payload, ref CompactPlace place, int elements)
    {
        SetType set = new SetType(home, encoding, payload);
        set.Compact(ref place, elements);
        return set.Payload.Block;
    }

    /// <inheritdoc/>
    internal override void DeepCheck(ObjectEncoding encoding, PackBlock payload) =>
        new SetType(home, encoding, payload).DeepCheck();
}
