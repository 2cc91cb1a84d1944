using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

// Commands that wait until there is something to take. The client waits with them: what else is
// sent by it is executed afterwards, so they are given a client of their own (CreateClient). A
// timeout is null for ever; the result is null when it is over. Who cancels ends the waiting only:
// the client goes on to wait in the server, and what it takes then is lost. To end it there,
// dispose of the client, or unblock it from another one (ClientUnblockAsync).

/// <summary>A value and the key that it was taken from.</summary>
/// <param name="Key">Which one it was.</param>
/// <param name="Value">What was taken.</param>
public sealed record KeyedValue(byte[] Key, byte[] Value);

/// <summary>A member and the sorted set that it was taken from.</summary>
/// <param name="Key">Which one it was.</param>
/// <param name="Member">What was taken.</param>
public sealed record KeyedMember(byte[] Key, ScoredMember Member);

/// <summary>
/// Commands that wait for lists and sorted sets, best by a client of their own: null when the
/// timeout is over, which is null for ever.
/// </summary>
/// <remarks>
/// A token ends the waiting here, not in the server, where what is taken later is lost: dispose of
/// the client to end both, or unblock it by ClientUnblockAsync.
/// </remarks>
public static class RotomBlockingCommands
{
    /// <summary>BLPOP: from the first of the lists that has any.</summary>
    [Calls("BLPOP")]
    public static ValueTask<KeyedValue?> ListLeftPopBlockingAsync(
        this IRotomCommands client, ReadOnlySpan<RespArgument> keys, TimeSpan? timeout = null,
        CancellationToken cancellation = default) =>
        Words(Word.Blpop, keys, timeout).Send(client, Value, cancellation);

    /// <summary>BRPOP: from the first of the lists that has any.</summary>
    [Calls("BRPOP")]
    public static ValueTask<KeyedValue?> ListRightPopBlockingAsync(
        this IRotomCommands client, ReadOnlySpan<RespArgument> keys, TimeSpan? timeout = null,
        CancellationToken cancellation = default) =>
        Words(Word.Brpop, keys, timeout).Send(client, Value, cancellation);

    /// <summary>BLMPOP: up to so many from the first of the lists that has any.</summary>
    [Calls("BLMPOP")]
    public static ValueTask<ListPopResult?> ListPopBlockingAsync(
        this IRotomCommands client, ReadOnlySpan<RespArgument> keys, ListSide side,
        long count = 1, TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        WordList words = new(Word.Blmpop, keys.Length + 5);
        words.Add(Typed.Patience(timeout));
        words.AddCounted(keys);
        words.Add(RotomListCommands.NameOf(side));
        words.Add(Word.Count, count);
        return words.Send(client, RotomListCommands.Popped, cancellation);
    }

    /// <summary>BLMOVE: what was moved.</summary>
    [Calls("BLMOVE")]
    public static ValueTask<byte[]?> ListMoveBlockingAsync(
        this IRotomCommands client, RespArgument source, RespArgument destination, ListSide from,
        ListSide to, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        client.ExecuteAsync(
            [
                Word.Blmove, source, destination, RotomListCommands.NameOf(from),
                RotomListCommands.NameOf(to), Typed.Patience(timeout),
            ],
            Reply.BytesOrNull, cancellation);

    /// <summary>BRPOPLPUSH: BLMOVE from the right to the left.</summary>
    [Calls("BRPOPLPUSH")]
    public static ValueTask<byte[]?> ListRightPopLeftPushBlockingAsync(
        this IRotomCommands client, RespArgument source, RespArgument destination,
        TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        client.ExecuteAsync(
            [Word.Brpoplpush, source, destination, Typed.Patience(timeout)], Reply.BytesOrNull,
            cancellation);

    /// <summary>BZPOPMIN or BZPOPMAX: from the first of the sorted sets that has any.</summary>
    [Calls("BZPOPMIN", "BZPOPMAX")]
    public static ValueTask<KeyedMember?> SortedSetPopBlockingAsync(
        this IRotomCommands client, ReadOnlySpan<RespArgument> keys, ScoreEnd end,
        TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        Words(end == ScoreEnd.Lowest ? Word.Bzpopmin : Word.Bzpopmax, keys, timeout)
            .Send(client, Member, cancellation);

    /// <summary>BZMPOP: up to so many from the first of the sorted sets that has any.</summary>
    [Calls("BZMPOP")]
    public static ValueTask<SortedSetPopResult?> SortedSetPopBlockingAsync(
        this IRotomCommands client, ReadOnlySpan<RespArgument> keys, ScoreEnd end, long count,
        TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        WordList words = new(Word.Bzmpop, keys.Length + 5);
        words.Add(Typed.Patience(timeout));
        words.AddCounted(keys);
        words.Add(RotomSortedSetPopCommands.NameOf(end));
        words.Add(Word.Count, count);
        return words.Send(client, RotomSortedSetPopCommands.Popped, cancellation);
    }

    private static WordList Words(
        RespArgument name, scoped ReadOnlySpan<RespArgument> keys, TimeSpan? timeout)
    {
        WordList words = new(name, keys.Length + 1);
        words.Add(keys);
        words.Add(Typed.Patience(timeout));
        return words;
    }

    private static KeyedValue? Value(RespValue reply)
    {
        if (reply.IsNull) return null;
        IReadOnlyList<RespValue> items = Reply.Items(reply, 2);
        return new KeyedValue(Reply.Bytes(items[0]), Reply.Bytes(items[1]));
    }

    private static KeyedMember? Member(RespValue reply)
    {
        if (reply.IsNull) return null;
        IReadOnlyList<RespValue> items = Reply.Items(reply, 3);
        return new KeyedMember(
            Reply.Bytes(items[0]), new ScoredMember(Reply.Bytes(items[1]), items[2].AsDouble()));
    }
}
