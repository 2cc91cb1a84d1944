using System;
using System.Collections.Generic;
using System.Threading;
using Rotom.Actors.Persistence;

namespace Rotom.Simulation.World;

/// <summary>
/// What waits for the simulated disk; it is done when the world says so, on the world's one thread.
/// So nothing begins that would have to wait for the loop, nor what is behind it. The lock is for
/// the end of the world, when a server that stops disposes of it on some other thread.
/// </summary>
internal sealed class SimDiskThread : IDiskThread
{
    private readonly Lock _lock = new();
    private readonly Queue<(Action Work, Func<bool> IsFed)> _work = new();

    public void Post(Action work) => Post(work, static () => true);

    public void Post(Action work, Func<bool> isFed)
    {
        lock (_lock) _work.Enqueue((work, isFed));
    }

    public void Dispose()
    {
        while (WorkOnce())
        {
        }
    }

    /// <summary>Does one thing; false when there is none that can be done.</summary>
    internal bool WorkOnce()
    {
        lock (_lock)
        {
            if (_work.Count == 0 || !_work.Peek().IsFed()) return false;
            _work.Dequeue().Work();
            return true;
        }
    }
}
