using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

/// <summary>The memory behind hashes.</summary>
internal sealed class HashPayload(HashStore store) : PayloadKind
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
        Digester digester = new(digest);
        Open(encoding, payload).VisitAll(ref digester);
    }

    /// <inheritdoc/>
    internal override long CompactCost(ObjectEncoding encoding, Handle payload) =>
        encoding is ObjectEncoding.Hashtable or ObjectEncoding.HashtableEx
            ? Open(encoding, payload).Count
            : 1;

    /// <inheritdoc/>
    internal override Handle Compact(
        ObjectEncoding encoding, Handle payload, ref CompactPlace place, int elements)
    {
        FieldMap hash = Open(encoding, payload);
        hash.Compact(ref place, elements);
        return hash.Payload.Block;
    }

    /// <inheritdoc/>
    internal override void DeepCheck(ObjectEncoding encoding, PackBlock payload) =>
        Open(encoding, payload).DeepCheck();

    private FieldMap Open(ObjectEncoding encoding, PackBlock payload) =>
        new(store, encoding, payload);

    private readonly struct Digester(DatasetDigest digest) : IFieldVisitor
    {
        public void Visit(ListpackValue name, ListpackValue value, long expireAtMs)
        {
            Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
            DatasetDigest field = new();
            field.Mix(name.Text(digits));
            field.Mix(value.Text(digits));
            if (expireAtMs >= 0) field.Add("!!hexpire!!"u8);
            digest.Add(field);
        }
    }
}
