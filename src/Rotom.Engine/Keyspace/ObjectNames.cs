using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

/// <summary>The words by which Redis' protocol knows types and encodings of values.</summary>
internal static class ObjectNames
{
    /// <summary>What TYPE answers.</summary>
    internal static ReadOnlySpan<byte> TypeName(ObjectType type) => type switch
    {
        ObjectType.String => "string"u8,
        ObjectType.List => "list"u8,
        ObjectType.Set => "set"u8,
        ObjectType.SortedSet => "zset"u8,
        ObjectType.Hash => "hash"u8,
        ObjectType.Stream => "stream"u8,
        _ => "unknown"u8,
    };

    /// <summary>What OBJECT ENCODING answers.</summary>
    internal static ReadOnlySpan<byte> EncodingName(ObjectEncoding encoding) => encoding switch
    {
        ObjectEncoding.Raw => "raw"u8,
        ObjectEncoding.Int => "int"u8,
        ObjectEncoding.Embstr => "embstr"u8,
        ObjectEncoding.Listpack => "listpack"u8,
        ObjectEncoding.Quicklist => "quicklist"u8,
        ObjectEncoding.Hashtable => "hashtable"u8,
        ObjectEncoding.Intset => "intset"u8,
        ObjectEncoding.Skiplist => "skiplist"u8,
        ObjectEncoding.Stream => "stream"u8,
        ObjectEncoding.ListpackEx => "listpackex"u8,
        // Times to live do not show in the encoding of a table.
        ObjectEncoding.HashtableEx => "hashtable"u8,
        _ => "unknown"u8,
    };
}
