using System;
using System.Collections.Generic;
using System.Text;
using Rotom.Engine.Persist;
using Rotom.Resp;

namespace Rotom.Engine;

// OldValue: what a key held when it expired or was evicted, for whoever hears of it.
//
// The engine writes the value as RDB has it (ValueCapture), within a limit that the listener set;
// nothing is taken apart on its thread. Here it is taken apart, by whoever asks and in his thread,
// as often as he asks: an object never changes and holds nothing of the keyspace, so it may be kept
// and passed on. The bytes are this server's own, of layouts that RdbValueWriter writes and no
// others.
//
//   Whole        the value is there
//   TooLarge     it was larger than the limit: its type and its length are known
//   Unreadable   a type of the host's failed to write it
//
// What a hash had of fields past their time, which nobody had removed yet, is not told, as no
// command would have told it.

/// <summary>What there is of an old value.</summary>
public enum OldValueState
{
    /// <summary>All of it.</summary>
    Whole,

    /// <summary>Its type and length only: it was beyond the limit.</summary>
    TooLarge,

    /// <summary>Its type only: a custom type's <c>Save</c> threw.</summary>
    Unreadable,
}

/// <summary>A field of a hash that is gone.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
/// <param name="ExpiresAt">When it would have expired by itself; null for never.</param>
public readonly record struct OldHashField(byte[] Name, byte[] Value, DateTimeOffset? ExpiresAt);

/// <summary>A member of a sorted set that is gone.</summary>
/// <param name="Member">The member.</param>
/// <param name="Score">Its score.</param>
public readonly record struct OldScoredMember(byte[] Member, double Score);

/// <summary>What a key held when it expired or was evicted; any thread.</summary>
/// <remarks>
/// The methods that take it apart throw an <see cref="InvalidOperationException"/> when the value
/// is of another type, or not whole.
/// </remarks>
public sealed partial class OldValue
{
    private readonly byte[] _body;
    private readonly long _atMs;

    private OldValue(string type, long length, OldValueState state, long atMs, byte[] body)
    {
        Type = type;
        Length = length;
        State = state;
        _atMs = atMs;
        _body = body;
    }

    /// <summary>What TYPE answered: <c>string</c>, <c>hash</c>, ..., or a custom type's name.
    /// </summary>
    public string Type { get; }

    /// <summary>What there is of it.</summary>
    public OldValueState State { get; }

    /// <summary>True when all of it is there.</summary>
    public bool IsWhole => State == OldValueState.Whole;

    /// <summary>
    /// Bytes of a string, elements of a collection, also of one that was too large; -1 for a custom
    /// type.
    /// </summary>
    public long Length { get; }

    /// <summary>How many bytes are held; 0 unless it is whole.</summary>
    public int PayloadBytes => _body.Length;

    /// <summary>The same value within a limit: itself, or one that is too large.</summary>
    public OldValue Within(OldValueLimit limit) =>
        !IsWhole || (_body.Length <= limit.Bytes && (Type == "string" || Length <= limit.Elements))
            ? this
            : new OldValue(Type, Length, OldValueState.TooLarge, _atMs, []);

    /// <summary>The value as DUMP would have answered it: RESTORE makes it again.</summary>
    public byte[] ToDump()
    {
        RequireWhole();
        return DumpPayload.OfBody(_body);
    }

    /// <summary>The bytes of a string.</summary>
    public byte[] AsBytes()
    {
        RdbReader from = Open("string", out _);
        return Checked(from, from.String().ToArray());
    }

    /// <summary>A string's text, in UTF-8.</summary>
    public string AsText() => Encoding.UTF8.GetString(AsBytes());

    /// <summary>The elements of a list, from its head.</summary>
    public IReadOnlyList<byte[]> AsList() => ReadList();

    /// <summary>The members of a set, in no order.</summary>
    public IReadOnlyList<byte[]> AsSet() => ReadSet();

    /// <summary>The members of a sorted set, from the lowest score.</summary>
    public IReadOnlyList<OldScoredMember> AsSortedSet() => ReadSortedSet();

    /// <summary>The fields of a hash, in no order.</summary>
    public IReadOnlyList<OldHashField> AsHash() => ReadHash();

    /// <summary>A value of the host's own type, loaded anew.</summary>
    /// <param name="type">
    /// The type. Its <c>Load</c> is called in the caller's thread, not in the keyspace's.
    /// </param>
    public T AsCustom<T>(CustomType<T> type) where T : class
    {
        ArgumentNullException.ThrowIfNull(type);
        RdbReader from = Open(type.Name, out _);
        ulong id = from.Count();
        T value = type.Load(new CustomReader(from), CustomTypeId.VersionOf(id));
        if ((CustomPart)from.Count() != CustomPart.End) from.Fail("more than the type has read");
        return Checked(from, value);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Type} of {Length}, {State}";

    /// <summary>What a push of the engine's feed carries; null when that is nothing.</summary>
    /// <param name="push">A push that <see cref="RotomEngine.FeedEvents"/> asked for.</param>
    public static OldValue? Of(RespValue push)
    {
        ArgumentNullException.ThrowIfNull(push);
        IReadOnlyList<RespValue> items = push.Items;
        if (items.Count <= RotomEngine.EventHeadItems) return null;
        int at = RotomEngine.EventHeadItems;
        return new OldValue(
            Encoding.ASCII.GetString(items[at].Bytes.Span),
            items[at + 1].AsInteger(),
            (OldValueState)items[at + 2].AsInteger(),
            items[at + 3].AsInteger(),
            items[at + 4].IsNull ? [] : items[at + 4].Bytes.ToArray());
    }

    private void RequireWhole()
    {
        if (!IsWhole) throw new InvalidOperationException($"The old value is not there: {this}.");
    }

    private RdbReader Open(string type, out RdbType layout)
    {
        RequireWhole();
        if (Type != type)
        {
            throw new InvalidOperationException($"The old value is a {Type}, not a {type}.");
        }

        RdbReader from = RdbReader.Over(_body);
        layout = (RdbType)from.Byte();
        return from;
    }

    private static T Checked<T>(RdbReader from, T value) => from.AtEnd()
        ? value
        : throw new InvalidOperationException("The old value is broken: " + from.Failure);
}
