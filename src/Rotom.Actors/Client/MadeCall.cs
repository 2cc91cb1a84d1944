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
    : PendingCall, IValueTaskSource<T>
{
    private const int PoolMax = 1024;

    private ManualResetValueTaskSourceCore<RespValue> _core = new()
    {
        RunContinuationsAsynchronously = true,
    };

    private Func<RespValue, T>? _result;

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    public T GetResult(short token)
    {
        AwaitedCall.RequireDone(_core.GetStatus(token));
        RespValue value;
        Func<RespValue, T>? result = _result;
        try
        {
            value = _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            _result = null;
            if (pool.Count < PoolMax) pool.Enqueue(this);
        }

        return value.IsError ? throw new RespErrorException(value.AsString()!) : result!(value);
    }

    /// <summary>Before it is sent; the version of its task.</summary>
    internal short Begin(Func<RespValue, T> result)
    {
        _result = result;
        return _core.Version;
    }

    internal override void Complete(RespValue value) => _core.SetResult(value);

    internal override void Fail(Exception why) => _core.SetException(why);
}
