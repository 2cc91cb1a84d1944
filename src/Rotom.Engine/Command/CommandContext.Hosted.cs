using System;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

// What handlers of custom commands and middleware have beyond what built-in ones use.
public ref partial struct CommandContext
{
    /// <summary>The keys of the client's database.</summary>
    public readonly KeyStore Store => new(this);

    /// <summary>
    /// Executes another command at once, as part of this one, and returns its reply; an error is a
    /// value like any other. It is not checked for the client's rights, and waits for nothing.
    /// </summary>
    /// <param name="words">Name and arguments.</param>
    public readonly RespValue Call(params ReadOnlySpan<RespArgument> words) =>
        Engine.CallFrom(in this, words);

    /// <summary>
    /// What whoever sent the command, a client in the same process, gave along with it; null for
    /// nothing, and for a command that did not run when its batch did.
    /// </summary>
    public readonly object? Tag => Engine.TagOf(_batch);

    /// <summary>Where the reply stands now, for <see cref="TakeBackReply"/>.</summary>
    public readonly ReplyMark MarkReply() => new(Reply.Here(), Engine.Stats.ErrorReplies);

    /// <summary>Takes back what was answered since a mark, to answer something else.</summary>
    public readonly void TakeBackReply(ReplyMark mark)
    {
        Reply.Rollback(Client.Link, mark.At);
        Reply.Begin(Client.Link, Client.Resp3);
    }

    /// <summary>What was answered since a mark, in the client's protocol version.</summary>
    public readonly byte[] ReplySince(ReplyMark mark) => Reply.BytesSince(Client.Link, mark.At);

    /// <summary>True when an error was answered since a mark.</summary>
    public readonly bool HasErrorSince(ReplyMark mark) =>
        Engine.Stats.ErrorReplies != mark.Errors;

    /// <summary>Answers a value, in the client's protocol version.</summary>
    public readonly void Answer(RespValue value)
    {
        if (value.IsError) Error(value.Bytes.Span);
        else Reply.Value(value);
    }

    /// <summary>
    /// Makes the client act as a user, as AUTH does but without a password: for a host that knows
    /// by other means who it is.
    /// </summary>
    /// <returns>False when there is no such user, or it is off.</returns>
    public readonly bool TryBecome(string user) => Engine.TryBecome(Client, user);

    /// <summary>
    /// Lets the client wait for an answer that comes later, by <see cref="RotomEngine.Complete"/>.
    /// The last thing that a handler does; nothing is to be answered now. The arguments must be
    /// copied before: they are gone when the handler returns.
    /// </summary>
    /// <param name="timeoutMs">How long; 0 for ever.</param>
    /// <param name="ended">
    /// Called once when the waiting ends without Complete: the client went, was unblocked, or its
    /// time is over.
    /// </param>
    /// <returns>Null when the client may not wait (in a transaction); answer at once.</returns>
    public readonly DeferredReply? Defer(long timeoutMs = 0, Action? ended = null) =>
        RotomEngine.MayBlock(Client) ? Engine.Defer(in this, timeoutMs, ended) : null;
}

/// <summary>A place in the reply of a command.</summary>
public readonly record struct ReplyMark
{
    internal ReplyMark(ReplyBatch.Mark at, long errors)
    {
        At = at;
        Errors = errors;
    }

    internal ReplyBatch.Mark At { get; }

    internal long Errors { get; }
}

/// <summary>Writes the answer of a command that was deferred.</summary>
public delegate void DeferredAnswer(Client client, ReplyBatch reply);

/// <summary>A client that waits for its answer.</summary>
public sealed class DeferredReply
{
    internal DeferredReply(Waiter waiter) => Waiter = waiter;

    internal Waiter Waiter { get; }
}
