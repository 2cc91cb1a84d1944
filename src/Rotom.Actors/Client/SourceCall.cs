using System;
using System.Threading.Tasks.Sources;

namespace Rotom.Actors.Client;

// SourceCall: what the calls have in common that are the source of their own tasks. One object
// serves again and again: it goes back to its pool when its result is taken. Continuations run
// elsewhere: a caller must not hold up the keyspace.

/// <summary>Awaited once, then used again.</summary>
internal abstract class SourceCall<TSource> : PendingCall
{
    /// <summary>More are not kept in a pool.</summary>
    protected const int PoolMax = 1024;

    private ManualResetValueTaskSourceCore<TSource> _core = new()
    {
        RunContinuationsAsynchronously = true,
    };

    /// <summary>The version of its task.</summary>
    internal short Version => _core.Version;

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    internal sealed override void Fail(Exception why) => _core.SetException(why);

    /// <summary>Its task is done.</summary>
    protected void Succeed(TSource result) => _core.SetResult(result);

    /// <summary>Takes the result, with which the call is another one's.</summary>
    /// <exception cref="InvalidOperationException">
    /// There is none yet, or the task has been awaited before.
    /// </exception>
    protected TSource Take(short token)
    {
        // Whoever takes a result too early must not give the call away to another.
        if (_core.GetStatus(token) == ValueTaskSourceStatus.Pending)
            throw new InvalidOperationException("The command has not been answered: await it.");
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            GoBack();
        }
    }

    /// <summary>Forgets all it was given, and goes back to its pool.</summary>
    protected abstract void GoBack();
}
