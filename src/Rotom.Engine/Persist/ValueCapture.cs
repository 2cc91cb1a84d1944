using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Persist;

// ValueCapture: writes down a value that is about to go, for an event, without ever working longer
// than a limit allows. What is known at once (the length of a string or of a packed collection, the
// number of elements) decides before anything is written; what is not (how long the elements are)
// while it is written, for the writer takes nothing beyond its limit and the loops look at it.
//
// Strings are not compressed: that is time of the keyspace, and the bytes do not go to a disk.
//
// The one buffer is used for every value: what was captured is there until the next is.

/// <summary>Writes down one value at a time.</summary>
internal sealed class ValueCapture(RotomEngine engine, RdbValueWriter values)
{
    // An element costs about as much as copying so many bytes.
    private const int ElementCost = 64;
    private const int KeptBytes = 1 << 20;

    private RdbWriter _body = new();

    /// <summary>What TYPE would answer.</summary>
    internal ReadOnlySpan<byte> TypeName =>
        _custom is null ? ObjectNames.TypeName(_type) : _custom.NameBytes;

    /// <summary>Bytes of a string, elements of a collection.</summary>
    internal long Length { get; private set; }

    /// <summary>What there is of it.</summary>
    internal OldValueState State { get; private set; }

    /// <summary>When it was captured.</summary>
    internal long AtMs { get; private set; }

    /// <summary>The value as RDB has it, its type first; when it is whole.</summary>
    internal ReadOnlySpan<byte> Body => _body.Written;

    /// <summary>
    /// The sum of what captures have cost, in bytes; whoever works by the clock looks at it sooner
    /// when this has grown.
    /// </summary>
    internal long Cost { get; private set; }

    private ObjectType _type;
    private CustomType? _custom;

    /// <summary>Writes a value down, or why not.</summary>
    internal void Take(Entry entry, OldValueLimit limit)
    {
        if (_body.Length > KeptBytes) _body = new RdbWriter();
        _body.Clear();
        _body.Limit = limit.Bytes;
        _type = entry.Type;
        _custom = _type == ObjectType.Module
            ? values.Customs.TypeOf(entry.Payload.Block)
            : null;
        AtMs = engine.NowMs;
        Length = values.LengthOf(entry);
        State = Write(entry, limit);
        if (State != OldValueState.Whole) _body.Clear();
        else Cost += _body.Length + (_type == ObjectType.String ? 0 : Length * ElementCost);
    }

    private OldValueState Write(Entry entry, OldValueLimit limit)
    {
        if (_custom is not null) return WriteCustom(entry, _custom, limit);
        long elements = _type == ObjectType.String ? 0 : Length;
        if (elements > limit.Elements) return OldValueState.TooLarge;
        _body.Type(values.TypeOf(entry));
        values.Write(_body, entry);
        return Written(limit);
    }

    // How long it takes is the type's business: it is asked how large the value is first.
    private OldValueState WriteCustom(Entry entry, CustomType type, OldValueLimit limit)
    {
        CustomValues customs = values.Customs;
        if (customs.MemoryBytes(entry.Encoding, entry.Payload) > limit.Bytes)
        {
            return OldValueState.TooLarge;
        }

        try
        {
            _body.Type(RdbType.Module);
            _body.Count(type.Id);
            type.SaveValue(customs.ValueOf(entry.Payload.Block), new CustomWriter(_body));
            _body.Count((ulong)CustomPart.End);
            return Written(limit);
        }
        catch (Exception fault) when (fault is not InvariantException)
        {
            // The key goes in any case; the event says that its value is not to be had.
            customs.Complain?.Invoke(
                $"A value of the type '{type.Name}' could not be written for an event: {fault}");
            return OldValueState.Unreadable;
        }
    }

    private OldValueState Written(OldValueLimit limit) =>
        _body.IsOver || _body.Length > limit.Bytes ? OldValueState.TooLarge : OldValueState.Whole;
}
