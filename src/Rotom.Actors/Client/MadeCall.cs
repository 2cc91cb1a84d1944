using System;
using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;
using Rotom.Resp;

namespace Rotom.Actors.Client;

// MadeCall: AwaitedCall for results of any type, which a function makes of the reply. It does so
// when the result is taken, in the caller's thread: an exception of it is the caller's, and the
// keyspace does not wait. One object serves again and again: a call allocates what it answers.

/// <summary>A command whose result is made of its reply; awaited once, then used again.</summary>
internal sealed class MadeCall<T>(ConcurrentQueue<MadeCall<T>> pool)
    : SourceCall<RespValue>, IValueTaskSource<T>
{
    private Func<RespValue, T>? _result;

    public T GetResult(short token)
    {
        Func<RespValue, T>? result = _result;
        RespValue value = Take(token);
        return value.IsError ? throw new RespErrorException(value.AsString()!) : result!(value);
    }

    /// <summary>Before it is sent; the version of its task.</summary>
    internal short Begin(Func<RespValue, T> result)
    {
        _result = result;
        return Version;
    }

    internal override void Complete(RespValue value) => Succeed(value);

    protected override void GoBack()
    {
        _result = null;
        if (pool.Count < PoolMax) pool.Enqueue(this);
    }
}
