using System;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

// IRotomCommands: the one thing that every typed method stands on. The methods themselves are
// extensions (folder Typed, one file a subject, methods named by subject first: StringGetAsync,
// SortedSetAddAsync), so that a client and a transaction have the same ones, and a stand-in for a
// test is one method. What no method has is in Typed/without-method.txt, with the reason.
//
// What holds for all of them:
//   - A method sends the command that the first word of its description names, once.
//   - Keys, fields and values are RespArguments: texts (UTF-8), bytes or integers. They are copied
//     before the method returns.
//   - An error of the server (wrong type, out of memory, no permission) is a RespErrorException, a
//     server or client that is gone a RespConnectionException. A reply of another shape than the
//     command's, as a host's own command under its name may give, is an InvalidCastException.
//   - What is not there is null, or empty where there could have been many.
//   - A ValueTask is awaited once. Its continuation does not hold up the keyspace.

/// <summary>
/// What executes commands: an <see cref="IRotomClient"/>, or a <see cref="RotomTransaction"/> that
/// gathers them. Every command has an extension method on it.
/// </summary>
public interface IRotomCommands
{
    /// <summary>Executes any command that has one reply.</summary>
    /// <param name="words">Name and arguments; bytes are copied at once.</param>
    /// <param name="cancellation">
    /// Ends the waiting; the command is executed all the same.
    /// </param>
    ValueTask<RespValue> ExecuteAsync(
        ReadOnlySpan<RespArgument> words, CancellationToken cancellation);

    /// <summary>The same, with a result made of the reply.</summary>
    /// <param name="words">Name and arguments; bytes are copied at once.</param>
    /// <param name="result">
    /// Makes the result when it is awaited; for replies that are no errors.
    /// </param>
    /// <param name="cancellation">
    /// Ends the waiting; the command is executed all the same.
    /// </param>
    ValueTask<T> ExecuteAsync<T>(
        ReadOnlySpan<RespArgument> words, Func<RespValue, T> result,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Typed.Make(ExecuteAsync(words, cancellation), result);
    }
}
