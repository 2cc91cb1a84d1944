using System;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

// Typed: what a typed method is made of. It sends words (Call, or a WordList) with the function
// that makes its result of the reply, mostly one of Reply's.

/// <summary>Sends commands and turns their replies into values.</summary>
internal static class Typed
{
    internal static ValueTask<T> Call<T>(
        this IRotomCommands client, Func<RespValue, T> result,
        params ReadOnlySpan<RespArgument> words) =>
        client.ExecuteAsync(words, result, CancellationToken.None);

    /// <summary>For commands that answer OK, or an error.</summary>
    internal static ValueTask CallForOk(
        this IRotomCommands client, params ReadOnlySpan<RespArgument> words) =>
        Ok(client.ExecuteAsync(words, CancellationToken.None));

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal static async ValueTask Ok(ValueTask<RespValue> reply) =>
        Reply.Ok(await reply.ConfigureAwait(false));

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal static async ValueTask<T> Make<T>(
        ValueTask<RespValue> reply, Func<RespValue, T> result) =>
        result(await reply.ConfigureAwait(false));

    /// <summary>A double with the digits that bring it back; <c>inf</c> and <c>-inf</c>.</summary>
    internal static RespArgument Number(double value)
    {
        Span<byte> text = stackalloc byte[RespNumbers.DoubleBytesMax];
        return text[..RespNumbers.Format(value, text)].ToArray();
    }

    /// <summary>A span in whole milliseconds, upwards: nothing lives shorter than was said.
    /// </summary>
    internal static RespArgument Milliseconds(TimeSpan span) =>
        (long)Math.Ceiling(span.TotalMilliseconds);

    /// <summary>For commands that wait: seconds, 0 for ever.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The span is not above zero.</exception>
    internal static RespArgument Patience(TimeSpan? timeout)
    {
        if (timeout is not { } span || span == Timeout.InfiniteTimeSpan) return 0;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(span, TimeSpan.Zero, nameof(timeout));
        return span.TotalSeconds.ToString("0.#######", CultureInfo.InvariantCulture);
    }

    /// <summary>The same in milliseconds, for WAIT.</summary>
    internal static RespArgument PatienceMs(TimeSpan? timeout)
    {
        if (timeout is not { } span || span == Timeout.InfiniteTimeSpan) return 0;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(span, TimeSpan.Zero, nameof(timeout));
        return Milliseconds(span);
    }
}
