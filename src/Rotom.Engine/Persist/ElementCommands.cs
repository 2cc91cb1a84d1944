using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Persist;

// ElementCommands: the elements of a large value as commands, a few of them (a bucket, a node) in
// each: SADD, ZADD, HSET, RPUSH. Behind an HSET comes an HPEXPIREAT for each of its fields that has
// a time to live. All values of a snapshot share the writers, which are empty between two pieces.

/// <summary>Writes the elements of a large value as commands.</summary>
internal sealed class ElementCommands(
    ElementCommands.Scratch scratch, ReadOnlyMemory<byte> verb, ReadOnlyMemory<byte> key)
{
    private int _count;

    /// <summary>An element of a set or a member behind its score.</summary>
    public void Add(ReadOnlySpan<byte> element)
    {
        scratch.Words.Bulk(element);
        _count++;
    }

    /// <summary>A score.</summary>
    public void Add(double score)
    {
        scratch.Words.BulkDouble(score);
        _count++;
    }

    /// <summary>An element of a list.</summary>
    public void Add(ListpackValue element)
    {
        element.Reply(scratch.Words);
        _count++;
    }

    /// <summary>A field of a hash.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="expireAtMs">Unix milliseconds; negative for none.</param>
    public void Add(ListpackValue name, ListpackValue value, long expireAtMs)
    {
        Add(name);
        Add(value);
        if (expireAtMs < 0) return;
        RespWriter times = scratch.Times;
        times.ArrayHeader(6);
        times.Bulk("HPEXPIREAT"u8);
        times.Bulk(key.Span);
        times.BulkInteger(expireAtMs);
        times.Bulk("FIELDS"u8);
        times.BulkInteger(1);
        name.Reply(times);
    }

    /// <summary>Writes what was added as a command; nothing when that is nothing.</summary>
    public void Write(RdbWriter to)
    {
        if (_count == 0) return;
        RespWriter head = scratch.Head;
        head.ArrayHeader(_count + 2);
        head.Bulk(verb.Span);
        head.Bulk(key.Span);
        to.Bytes(head.Written);
        to.Bytes(scratch.Words.Written);
        to.Bytes(scratch.Times.Written);
        head.Clear();
        scratch.Words.Clear();
        scratch.Times.Clear();
        _count = 0;
    }

    /// <summary>What the values of a snapshot share.</summary>
    internal sealed class Scratch
    {
        public RespWriter Head { get; } = new(256);

        public RespWriter Words { get; } = new(4096);

        public RespWriter Times { get; } = new(256);
    }
}
