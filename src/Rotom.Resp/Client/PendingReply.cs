using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Rotom.Resp;

/// <summary>One request that waits for its reply.</summary>
internal sealed class PendingReply(Stream? destination, CancellationToken cancellation)
{
    // Continuations run elsewhere: a caller must not hold up the reading loop.
    private readonly TaskCompletionSource<RespValue> _source =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CancellationTokenRegistration _registration;
    private Exception? _copyFailure;

    /// <summary>Where the bulk string that answers goes, if not into the value.</summary>
    public Stream? Destination { get; } = destination;

    /// <summary>The caller's task.</summary>
    public Task<RespValue> Task => _source.Task;

    /// <summary>Begins to watch for cancellation.</summary>
    public void Watch()
    {
        if (!cancellation.CanBeCanceled) return;
        _registration = cancellation.UnsafeRegister(
            static (state, token) => ((PendingReply)state!)._source.TrySetCanceled(token), this);
    }

    /// <summary>
    /// Copies a piece to the destination. After a failure, or once nobody waits, pieces are
    /// dropped: the reply still has to be read to its end.
    /// </summary>
    public async ValueTask CopyAsync(ReadOnlyMemory<byte> piece)
    {
        if (_copyFailure is not null || Task.IsCompleted) return;
        try
        {
            await Destination!.WriteAsync(piece);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException
            or NotSupportedException or UnauthorizedAccessException)
        {
            _copyFailure = e;
        }
    }

    /// <summary>Hands over the reply.</summary>
    public void Complete(RespValue value)
    {
        _registration.Dispose();
        if (_copyFailure is not null) _source.TrySetException(_copyFailure);
        else _source.TrySetResult(value);
    }

    /// <summary>Says that no reply will come.</summary>
    public void Fail(Exception cause)
    {
        _registration.Dispose();
        _source.TrySetException(cause);
    }
}
