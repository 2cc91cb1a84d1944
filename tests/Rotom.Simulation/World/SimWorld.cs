using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Rotom.Net.Loop;
using Rotom.Simulation.Oracle;

namespace Rotom.Simulation.World;

// SimWorld: one virtual machine. It owns the clock, the loops and the draws, and moves nothing by
// itself: Turn and Advance are the only ways in which anything happens, and the simulation calls
// them in an order that comes from the seed.
//
// Akka makes schedulers and dispatchers by the type names in HOCON; they find the world they belong
// to by Current, which is the thread's, since a simulation never leaves its thread. What is done on
// another one is done at no particular time: it is noted as an error of the loop that hears of it.

/// <summary>Clock, loops and randomness of one simulated machine.</summary>
internal sealed class SimWorld
{
    [ThreadStatic]
    private static SimWorld? s_current;

    private readonly List<SimLoop> _loops = [];
    private readonly List<SimDiskThread> _disks = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private bool _isEnding;

    internal SimWorld(ulong seed)
    {
        Random = new SimRandom(seed);
        s_current = this;
        SystemLoop = MakeLoop(new LoopOptions { Name = "system" });
    }

    /// <summary>The world of this thread.</summary>
    internal static SimWorld Current =>
        s_current ?? throw new InvalidOperationException("No simulation runs on this thread.");

    internal SimClock Clock { get; } = new();

    internal SimRandom Random { get; }

    internal TraceHash Trace { get; } = new();

    /// <summary>Loop of the actors that are not the server's own.</summary>
    internal SimLoop SystemLoop { get; private set; }

    /// <summary>Until when no thread gets anything from the disk.</summary>
    internal long DiskWaitsUntilNanos { get; set; }

    /// <summary>Hears of every turn of which a client has heard, and when it was told.</summary>
    internal Action<Turn, long>? Heard { get; set; }

    private bool DiskWaits => Clock.Nanos < DiskWaitsUntilNanos;

    /// <summary>The actor system's scheduler, once there is a system.</summary>
    internal SimScheduler? Scheduler { get; set; }

    /// <summary>What loops reported: never anything, unless something is broken.</summary>
    internal List<Exception> LoopErrors { get; } = [];

    /// <summary>Makes a loop that the world drives.</summary>
    internal SimLoop MakeLoop(LoopOptions wanted)
    {
        SimLoop loop = new(Options(wanted)) { Signalled = NoteThread };
        _loops.Add(loop);
        return loop;
    }

    /// <summary>Makes what stands for a thread that waits for the disk.</summary>
    internal SimDiskThread MakeDiskThread()
    {
        SimDiskThread thread = new();
        _disks.Add(thread);
        return thread;
    }

    /// <summary>
    /// The machine went down: loops and threads are no more, and nobody is told of it.
    /// </summary>
    internal void ForgetServer()
    {
        _loops.Clear();
        _disks.Clear();
        Scheduler = null;
        DiskWaitsUntilNanos = 0;
        SystemLoop = MakeLoop(new LoopOptions { Name = "system" });
    }

    /// <summary>One turn of a loop that the draw chooses, or some work of a disk thread.</summary>
    internal void TurnSome()
    {
        int which = Random.Below(_loops.Count + _disks.Count);
        Trace.Add(which);
        if (which < _loops.Count) _loops[which].TakeTurn();
        else if (!DiskWaits) _disks[which - _loops.Count].WorkOnce();
    }

    /// <summary>One turn of each loop, and all that waits for the disk.</summary>
    internal void TurnAll()
    {
        foreach (SimLoop loop in _loops) loop.TakeTurn();
        if (DiskWaits) return;
        foreach (SimDiskThread disk in _disks)
        {
            while (disk.WorkOnce())
            {
            }
        }
    }

    /// <summary>Moves the clock and runs what the scheduler has due.</summary>
    internal void Advance(long nanos)
    {
        Clock.Advance(nanos);
        Trace.Add(nanos);
        Scheduler?.RunDue();
    }

    /// <summary>Drives the loops until a task of the actor system is done.</summary>
    internal void Complete(Task task)
    {
        // Akka completes some tasks on threads of its own: real time goes by, virtual does not need
        // to, and nothing that is traced happens here any more.
        _isEnding = true;
        for (int i = 0; !task.IsCompleted; i++)
        {
            TurnAll();
            if (i > 100) task.Wait(1);
            if (i > 10_000) throw new InvalidOperationException("The actor system does not end.");
        }

        task.GetAwaiter().GetResult();
    }

    private void NoteThread()
    {
        if (_isEnding || Environment.CurrentManagedThreadId == _thread) return;
        LoopErrors.Add(new InvalidOperationException(
            "Something runs on a thread of its own: " + Environment.StackTrace));
    }

    private LoopOptions Options(LoopOptions wanted) => new()
    {
        Name = wanted.Name,
        RunBudget = Random.Pick([1, 2, 3, 1024]),
        Time = Clock,
        OnError = error =>
        {
            LoopErrors.Add(error);
            wanted.OnError?.Invoke(error);
        },
    };
}
