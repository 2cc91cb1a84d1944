using System.Threading;

namespace Rotom.Net.Loop;

// SignalLoop: the loop where there is no epoll. Sockets are the framework's; their completions
// arrive as work items, so all that is left to wait on is the run queue itself.

/// <summary>The event loop for systems without epoll: it waits on a light event.</summary>
public sealed class SignalLoop : EventLoop
{
    // No spinning: a spin takes the core from the client whose request it waits for.
    private readonly ManualResetEventSlim _signal = new(initialState: false, spinCount: 0);

    /// <summary>Makes the loop; the thread starts with the first item.</summary>
    public SignalLoop(LoopOptions options)
        : base(options, maySpin: false)
    {
    }

    /// <inheritdoc/>
    protected override int Poll(int timeoutMs)
    {
        if (timeoutMs == 0) return 0;
        _signal.Wait(timeoutMs);
        _signal.Reset();
        return 0;
    }

    /// <inheritdoc/>
    protected internal override void Signal() => _signal.Set();

    /// <inheritdoc/>
    protected override void Close() => _signal.Dispose();
}
