using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Actors.Messages;
using Rotom.Resp;

namespace Rotom.Actors.Client;

// RotomTransaction: commands that are gathered here and sent together as one MULTI ... EXEC, with
// nothing of the client's in between, so the client may be shared. The typed methods work on it as
// on a client; what they return is done when the transaction is.
//
// Nothing is sent before CommitAsync, so there is nothing to discard. What depends on a value is
// done by WatchAsync on a client of its own: read, gather, commit; false when somebody was faster.
// Not thread-safe: one caller gathers.

/// <summary>Commands that are executed as one, or not at all.</summary>
/// <remarks>
/// Their results must not be awaited before <see cref="CommitAsync"/> has been called: they come
/// with it. Methods that walk over pages, and commands that wait, do not fit in here.
/// </remarks>
public sealed class RotomTransaction : IRotomCommands
{
    private readonly List<RedisCommand> _commands = [];
    private readonly List<TaskCompletionSource<RespValue>> _results = [];
    private readonly IRotomClient _client;
    private bool _committed;

    internal RotomTransaction(IRotomClient client) => _client = client;

    /// <summary>How many commands have been gathered.</summary>
    public int Count => _commands.Count;

    /// <summary>Adds a command; its result comes with those of all others.</summary>
    /// <param name="words">Name and arguments; bytes are copied at once.</param>
    /// <param name="cancellation">Must not be one that can be cancelled: all or nothing.</param>
    /// <exception cref="InvalidOperationException">It has been committed.</exception>
    public ValueTask<RespValue> ExecuteAsync(
        ReadOnlySpan<RespArgument> words, CancellationToken cancellation = default)
    {
        if (_committed) throw new InvalidOperationException("The transaction has been committed.");
        if (cancellation.CanBeCanceled)
        {
            throw new ArgumentException(
                "A part of a transaction can't be cancelled.", nameof(cancellation));
        }

        RespArgument[] copy = new RespArgument[words.Length];
        for (int i = 0; i < copy.Length; i++)
        {
            if (words[i].IsStream)
            {
                throw new ArgumentException("Streams are not taken here.", nameof(words));
            }

            copy[i] = words[i].Bytes.ToArray();
        }

        _commands.Add(new RedisCommand(copy));
        TaskCompletionSource<RespValue> result =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
        _results.Add(result);
        return new ValueTask<RespValue>(result.Task);
    }

    /// <summary>Sends them. When it is done, so are the results.</summary>
    /// <returns>
    /// False when a key that the client watches has changed: nothing has been executed then, and
    /// the results are cancelled. A command that fails does not stop the others; its own result is
    /// the exception.
    /// </returns>
    /// <exception cref="RespErrorException">
    /// The server has refused one of the commands for what it is (its name, how many words):
    /// nothing has been executed, and the results have the same exception.
    /// </exception>
    public async ValueTask<bool> CommitAsync()
    {
        if (_committed) throw new InvalidOperationException("The transaction has been committed.");
        _committed = true;
        RespValue replies;
        try
        {
            replies = await _client.TransactionAsync(_commands).ConfigureAwait(false);
            if (!replies.IsNull) Reply.Items(replies, _results.Count);
        }
        catch (Exception refused)
        {
            foreach (TaskCompletionSource<RespValue> result in _results) Fail(result, refused);
            throw;
        }

        for (int i = 0; i < _results.Count; i++)
        {
            if (replies.IsNull) _results[i].TrySetCanceled();
            else if (!replies.Items[i].IsError) _results[i].TrySetResult(replies.Items[i]);
            else Fail(_results[i], new RespErrorException(replies.Items[i].AsString()!));
        }

        return !replies.IsNull;
    }

    // Who does not await a result does not care: it is no unobserved exception.
    private static void Fail(TaskCompletionSource<RespValue> result, Exception why)
    {
        result.TrySetException(why);
        _ = result.Task.Exception;
    }
}

/// <summary>Transactions of a client.</summary>
public static class RotomTransactions
{
    /// <summary>MULTI, EXEC: begins to gather commands.</summary>
    public static RotomTransaction CreateTransaction(this IRotomClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return new RotomTransaction(client);
    }
}
