using System;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// DEBUG DIGEST: a hash of all data that does not depend on the order of keys. It is computed as
// Redis computes it, so that a data set here can be compared with one there by 40 digits.
//
// A digest is 20 bytes. "Add" mixes in something whose place does not matter: exclusive or with its
// SHA-1. "Mix" mixes in something whose place does: add, then SHA-1 of the whole. A key's digest
// mixes its name, its type and its value and adds a mark if it has a time to live; it is added to
// the digest of all. Each database that is not empty is preceded by its number, mixed.

/// <summary>Hashes of values and of whole data sets.</summary>
internal readonly struct DatasetDigest
{
    private const int Bytes = 20;

    private readonly byte[] _digest = new byte[Bytes];

    public DatasetDigest()
    {
    }

    /// <summary>The digest of all databases, 40 hexadecimal digits.</summary>
    internal static ReadOnlySpan<byte> OfAll(RotomEngine engine)
    {
        DatasetDigest all = new();
        Span<byte> number = stackalloc byte[4];
        foreach (Database database in engine.AllDatabases)
        {
            if (database.Count == 0) continue;
            BinaryPrimitives.WriteInt32BigEndian(number, database.Index);
            all.Mix(number);
            Visitor visitor = new(all, engine);
            KeyTable table = database.Table;
            for (uint bucket = 0; bucket < table.BucketCount; bucket++)
            {
                table.VisitBucket(bucket, ref visitor);
            }
        }

        return all.Text();
    }

    /// <summary>The digest of one value, 40 hexadecimal digits; all zero for none.</summary>
    internal static ReadOnlySpan<byte> OfValue(RotomEngine engine, Entry entry)
    {
        DatasetDigest digest = new();
        if (!entry.IsNull) digest.MixValue(engine, entry);
        return digest.Text();
    }

    private void MixValue(RotomEngine engine, Entry entry)
    {
        Span<byte> type = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(type, (int)entry.Type);
        Mix(type);
        Span<byte> digits = stackalloc byte[20];
        if (entry.Type != ObjectType.String)
        {
            engine.Payloads.Digest(this, entry.Type, entry.Encoding, entry.Payload);
        }
        else if (entry.IsInt)
        {
            Invariant.Require(Utf8Formatter.TryFormat(entry.Int, digits, out int length));
            Mix(digits[..length]);
        }
        else
        {
            Mix(entry.StringBytes);
        }

        if (entry.HasExpiry) Add("!!expire!!"u8);
    }

    /// <summary>Mixes in what may stand at any place.</summary>
    internal void Add(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Bytes];
        Hash(bytes, hash);
        for (int i = 0; i < Bytes; i++) _digest[i] ^= hash[i];
    }

    /// <summary>Mixes in a part that may stand at any place.</summary>
    internal void Add(DatasetDigest part) => Add(part._digest);

    /// <summary>Mixes in what stands at this place.</summary>
    internal void Mix(ReadOnlySpan<byte> bytes)
    {
        Add(bytes);
        Span<byte> hash = stackalloc byte[Bytes];
        Hash(_digest, hash);
        hash.CopyTo(_digest);
    }

    private ReadOnlySpan<byte> Text() =>
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(_digest));

    // Redis' choice; nothing is kept secret or trusted by it.
#pragma warning disable CA5350
    private static void Hash(ReadOnlySpan<byte> bytes, Span<byte> hash) =>
        SHA1.HashData(bytes, hash);
#pragma warning restore CA5350

    private readonly struct Visitor(DatasetDigest all, RotomEngine engine) : IEntryVisitor
    {
        public void Visit(Entry entry)
        {
            DatasetDigest digest = new();
            digest.Mix(entry.Key);
            digest.MixValue(engine, entry);
            all.Add(digest._digest);
        }
    }
}
