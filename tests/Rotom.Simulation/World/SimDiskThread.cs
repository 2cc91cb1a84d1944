using System;
using System.Collections.Generic;
using Rotom.Actors.Persistence;

namespace Rotom.Simulation.World;

/// <summary>What waits for the simulated disk; it is done when the world says so.</summary>
internal sealed class SimDiskThread : IDiskThread
{
    private readonly Queue<Action> _work = new();

    public void Post(Action work) => _work.Enqueue(work);

    public void Dispose()
    {
        while (WorkOnce())
        {
        }
    }

    /// <summary>Does one thing; false when there is none.</summary>
    internal bool WorkOnce()
    {
        if (!_work.TryDequeue(out Action? work)) return false;
        work();
        return true;
    }
}
