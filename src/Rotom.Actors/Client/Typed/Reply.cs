using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;
using Rotom.Resp;

namespace Rotom.Actors.Client;

// Reply: what typed methods make of replies. Each function takes the shape that its command answers
// and refuses every other by an InvalidCastException that says what came: a middleware, a command
// of the host under Redis' name or a MULTI on the same client must not pass for an empty result.

/// <summary>Values of replies.</summary>
internal static class Reply
{
    internal static long Integer(RespValue reply) => reply.AsInteger();

    internal static long? IntegerOrNull(RespValue reply) =>
        reply.IsNull ? null : reply.AsInteger();

    /// <summary>For positions: those below zero say that there is none.</summary>
    internal static long? NaturalOrNull(RespValue reply) =>
        reply.IsNull || reply.AsInteger() < 0 ? null : reply.AsInteger();

    internal static double Double(RespValue reply) => reply.AsDouble();

    internal static double? DoubleOrNull(RespValue reply) =>
        reply.IsNull ? null : reply.AsDouble();

    internal static bool Bool(RespValue reply) => reply.Kind is RespKind.Integer or RespKind.Boolean
        ? reply.AsInteger() != 0
        : throw Other(reply, "1 or 0");

    /// <summary>OK, or null when a condition did not hold.</summary>
    internal static bool OkOrNull(RespValue reply)
    {
        if (reply.IsNull) return false;
        Ok(reply);
        return true;
    }

    internal static void Ok(RespValue reply)
    {
        if (reply.Kind == RespKind.SimpleString && reply.Bytes.Span.SequenceEqual("OK"u8)) return;
        throw Other(reply, "OK");
    }

    internal static string Text(RespValue reply) =>
        TextOrNull(reply) ?? throw Other(reply, "a text");

    internal static string? TextOrNull(RespValue reply) => reply.AsString();

    internal static byte[] Bytes(RespValue reply) =>
        BytesOrNull(reply) ?? throw Other(reply, "bytes");

    internal static byte[]? BytesOrNull(RespValue reply)
    {
        switch (reply.Kind)
        {
            case RespKind.Null:
                return null;
            case RespKind.Integer or RespKind.Double or RespKind.Boolean:
                return Encoding.ASCII.GetBytes(reply.AsString()!);
            case RespKind.Array or RespKind.Map or RespKind.Set or RespKind.Push:
                throw Other(reply, "bytes");
        }

        // A value owns its bytes and nobody else sees it: they need no copy.
        ReadOnlyMemory<byte> bytes = reply.Bytes;
        return MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> whole)
            && whole.Array is { } array && whole.Count == array.Length
                ? array
                : bytes.ToArray();
    }

    internal static DateTimeOffset UnixSeconds(RespValue reply) =>
        DateTimeOffset.FromUnixTimeSeconds(reply.AsInteger());

    internal static DateTimeOffset? UnixMillisecondsOrNull(RespValue reply)
    {
        long ms = reply.AsInteger();
        return ms < 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(ms);
    }

    internal static TimeSpan? SecondsOrNull(RespValue reply) =>
        reply.IsNull ? null : TimeSpan.FromSeconds(reply.AsInteger());

    internal static TimeSpan? MillisecondsOrNull(RespValue reply)
    {
        long ms = reply.AsInteger();
        return ms < 0 ? null : TimeSpan.FromMilliseconds(ms);
    }

    internal static byte[][] BytesArray(RespValue reply) => Array(reply, Bytes);

    internal static byte[][]? BytesArrayOrNull(RespValue reply) =>
        reply.IsNull ? null : BytesArray(reply);

    internal static byte[]?[] BytesOrNullArray(RespValue reply) => Array(reply, BytesOrNull);

    internal static string[] TextArray(RespValue reply) => Array(reply, Text);

    internal static string?[] TextOrNullArray(RespValue reply) => Array(reply, TextOrNull);

    internal static long[] IntegerArray(RespValue reply) => Array(reply, Integer);

    internal static long?[] IntegerOrNullArray(RespValue reply) => Array(reply, IntegerOrNull);

    internal static double?[] DoubleOrNullArray(RespValue reply) => Array(reply, DoubleOrNull);

    internal static bool[] BoolArray(RespValue reply) => Array(reply, Bool);

    internal static Dictionary<string, byte[]> BytesByText(RespValue reply) =>
        ByText(reply, Bytes);

    internal static Dictionary<string, string> TextByText(RespValue reply) => ByText(reply, Text);

    internal static Dictionary<string, long> IntegerByText(RespValue reply) =>
        ByText(reply, Integer);

    internal static HashEntry[] HashEntries(RespValue reply) =>
        Pairs(reply, static (field, value) => new HashEntry(Bytes(field), Bytes(value)));

    internal static ScoredMember[] ScoredMembers(RespValue reply) =>
        Pairs(reply, static (member, score) => new ScoredMember(Bytes(member), Double(score)));

    internal static T[] Array<T>(RespValue reply, Func<RespValue, T> make)
    {
        IReadOnlyList<RespValue> items = Items(reply);
        T[] all = new T[items.Count];
        for (int i = 0; i < all.Length; i++) all[i] = make(items[i]);
        return all;
    }

    internal static Dictionary<string, T> ByText<T>(RespValue reply, Func<RespValue, T> make)
    {
        IReadOnlyList<RespValue> items = EvenItems(reply);
        Dictionary<string, T> all = new(items.Count / 2);
        for (int i = 0; i < items.Count; i += 2) all[Text(items[i])] = make(items[i + 1]);
        return all;
    }

    /// <summary>Pairs in any of their forms: a map, a flat list, a list of lists of two.</summary>
    internal static T[] Pairs<T>(RespValue reply, Func<RespValue, RespValue, T> make)
    {
        IReadOnlyList<RespValue> items = Items(reply);
        if (items.Count == 0) return [];
        if (reply.Kind == RespKind.Array && items[0].Kind == RespKind.Array)
        {
            return Array(reply, pair => make(Items(pair, 2)[0], pair.Items[1]));
        }

        EvenItems(reply);
        T[] all = new T[items.Count / 2];
        for (int i = 0; i < all.Length; i++) all[i] = make(items[2 * i], items[2 * i + 1]);
        return all;
    }

    /// <summary>The values of a map, by their names.</summary>
    internal static ReplyParts Parts(RespValue reply) =>
        new(reply, ByText(reply, static value => value));

    /// <summary>The elements of an aggregate.</summary>
    internal static IReadOnlyList<RespValue> Items(RespValue reply) =>
        reply.Kind is RespKind.Array or RespKind.Set or RespKind.Map or RespKind.Push
            ? reply.Items
            : throw Other(reply, "a list");

    /// <summary>The elements of a list of at least so many.</summary>
    internal static IReadOnlyList<RespValue> Items(RespValue reply, int least)
    {
        IReadOnlyList<RespValue> items = Items(reply);
        return items.Count >= least ? items : throw Other(reply, $"a list of {least}");
    }

    internal static InvalidCastException Other(RespValue reply, string wanted) =>
        new($"The reply should be {wanted}, and is {Short(reply)}.");

    private static IReadOnlyList<RespValue> EvenItems(RespValue reply)
    {
        IReadOnlyList<RespValue> items = Items(reply);
        return items.Count % 2 == 0 ? items : throw Other(reply, "a list of pairs");
    }

    private static string Short(RespValue reply)
    {
        const int most = 60;
        if (reply.Kind is RespKind.Array or RespKind.Map or RespKind.Set or RespKind.Push)
        {
            return $"{reply.Kind} of {reply.Items.Count}";
        }

        string text = reply.ToString();
        return $"{reply.Kind} '{(text.Length > most ? text[..most] + "..." : text)}'";
    }
}

/// <summary>A map whose names are known.</summary>
internal readonly struct ReplyParts(RespValue reply, Dictionary<string, RespValue> parts)
{
    /// <summary>One that has to be there.</summary>
    internal RespValue this[string name] =>
        Find(name) ?? throw Reply.Other(reply, $"a map with '{name}'");

    /// <summary>One that may be there.</summary>
    internal RespValue? Find(string name) => parts.GetValueOrDefault(name);
}
