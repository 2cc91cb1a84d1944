using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;
using Akka.Actor;
using Rotom.Actors.Messages;
using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>A command that waits for its reply. Completed once, in the keyspace's thread.</summary>
internal abstract class PendingCall
{
    internal abstract void Complete(RespValue value);

    internal abstract void Fail(Exception why);

    /// <summary>It was shown its value during the turn.</summary>
    internal virtual bool WasShown => false;

    /// <summary>The reply has come to a call that was shown its value.</summary>
    internal virtual void CompleteShown() => throw new NotSupportedException();

    /// <summary>
    /// Takes from a reply what is to be taken in the keyspace's thread, before it is completed.
    /// </summary>
    internal virtual void Prepare(RespValue value)
    {
    }
}

/// <summary>Nobody wants to know.</summary>
internal sealed class IgnoredCall : PendingCall
{
    internal static readonly IgnoredCall Instance = new();

    internal override void Complete(RespValue value)
    {
    }

    internal override void Fail(Exception why)
    {
    }
}

/// <summary>An actor wants to know.</summary>
internal sealed class ActorCall(RedisCommand command, IActorRef asker, IActorRef keyspace)
    : PendingCall
{
    internal override void Complete(RespValue value) =>
        asker.Tell(new RedisReply(command, value), keyspace);

    internal override void Fail(Exception why) =>
        asker.Tell(new Status.Failure(why), keyspace);
}

/// <summary>Awaited, with a token that ends the waiting; the command is executed all the same.
/// </summary>
internal sealed class CancellableCall : PendingCall
{
    private readonly TaskCompletionSource<RespValue> _source =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly CancellationTokenRegistration _registration;

    internal CancellableCall(CancellationToken cancellation) =>
        _registration = cancellation.UnsafeRegister(
            static (state, token) => ((CancellableCall)state!)._source.TrySetCanceled(token), this);

    internal async ValueTask<RespValue> Task()
    {
        RespValue value = await _source.Task.ConfigureAwait(false);
        return value.IsError ? throw new RespErrorException(value.AsString()!) : value;
    }

    internal override void Complete(RespValue value)
    {
        _registration.Dispose();
        _source.TrySetResult(value);
    }

    internal override void Fail(Exception why)
    {
        _registration.Dispose();
        _source.TrySetException(why);
    }
}

// AwaitedCall: the usual way. One object is the source of tasks of every result type: a call
// allocates what it answers and no more.

/// <summary>Awaited once, then used again.</summary>
internal sealed class AwaitedCall(ConcurrentQueue<AwaitedCall> pool) : SourceCall<RespValue>,
    IValueTaskSource, IValueTaskSource<RespValue>, IValueTaskSource<long>, IValueTaskSource<bool>,
    IValueTaskSource<double>, IValueTaskSource<byte[]?>, IValueTaskSource<string?>,
    IValueTaskSource<long?>, IValueTaskSource<double?>, IValueTaskSource<TimeSpan?>,
    IValueTaskSource<byte[][]>, IValueTaskSource<Dictionary<string, byte[]>>
{
    void IValueTaskSource.GetResult(short token) => Take(token);

    RespValue IValueTaskSource<RespValue>.GetResult(short token) => Take(token);

    long IValueTaskSource<long>.GetResult(short token) => Take(token).AsInteger();

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        RespValue value = Take(token);
        // SET ... NX answers OK or null, most others 1 or 0.
        return value.Kind switch
        {
            RespKind.Null => false,
            RespKind.SimpleString => Reply.OkOrNull(value),
            _ => value.AsInteger() != 0,
        };
    }

    double IValueTaskSource<double>.GetResult(short token) => Take(token).AsDouble();

    byte[]? IValueTaskSource<byte[]?>.GetResult(short token) => Reply.BytesOrNull(Take(token));

    string? IValueTaskSource<string?>.GetResult(short token) => Take(token).AsString();

    long? IValueTaskSource<long?>.GetResult(short token)
    {
        RespValue value = Take(token);
        return value.IsNull ? null : value.AsInteger();
    }

    double? IValueTaskSource<double?>.GetResult(short token)
    {
        RespValue value = Take(token);
        return value.IsNull ? null : value.AsDouble();
    }

    TimeSpan? IValueTaskSource<TimeSpan?>.GetResult(short token)
    {
        long ms = Take(token).AsInteger();
        return ms < 0 ? null : TimeSpan.FromMilliseconds(ms);
    }

    byte[][] IValueTaskSource<byte[][]>.GetResult(short token) => Reply.BytesArray(Take(token));

    Dictionary<string, byte[]> IValueTaskSource<Dictionary<string, byte[]>>.GetResult(
        short token) => Reply.BytesByText(Take(token));

    internal override void Complete(RespValue value) => Succeed(value);

    protected override void GoBack()
    {
        if (pool.Count < PoolMax) pool.Enqueue(this);
    }

    private new RespValue Take(short token)
    {
        RespValue value = base.Take(token);
        return value.IsError ? throw new RespErrorException(value.AsString()!) : value;
    }
}
