using System;
using System.Collections.Generic;
using System.Threading;

namespace Rotom.Actors.Persistence;

/// <summary>Does what may wait for the disk, one thing after the other, off the loop.</summary>
internal interface IDiskThread : IDisposable
{
    /// <summary>Queues work. What waits for it must hear of it also when it throws.</summary>
    void Post(Action work);

    /// <summary>
    /// Queues work that waits for the loop while it runs. A thread of its own may begin at once;
    /// one that is the loop's own, in a simulation, not before it need not wait any more.
    /// </summary>
    /// <param name="work">The work.</param>
    /// <param name="isFed">True once it will not have to wait.</param>
    void Post(Action work, Func<bool> isFed) => Post(work);
}

// DiskThread: a thread that sleeps until there is something to flush or to write. Started by the
// first piece of work; Dispose lets it finish what is queued. Work that throws is reported and does
// not end the thread, on which others rely; in a thread of one's own it would end the process.
//
// A monitor, which sleeps at once: the framework's blocking queue spins first, a tenth of a
// processor when every turn is flushed.

/// <summary>A thread of its own.</summary>
internal sealed class DiskThread(string name, Action<Exception>? failed = null) : IDiskThread
{
    private readonly Queue<Action> _work = new();
    private Thread? _thread;
    private bool _ends;

    /// <inheritdoc/>
    public void Post(Action work)
    {
        lock (_work)
        {
            ObjectDisposedException.ThrowIf(_ends, this);
            if (_thread is null) Start();
            _work.Enqueue(work);
            Monitor.Pulse(_work);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_work)
        {
            _ends = true;
            Monitor.Pulse(_work);
        }

        _thread?.Join();
    }

    private void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    private void Run()
    {
        while (Next() is { } work)
        {
            try
            {
                work();
            }
            catch (Exception failure)
            {
                failed?.Invoke(failure);
            }
        }
    }

    // Null when all is done and there will be no more.
    private Action? Next()
    {
        lock (_work)
        {
            while (_work.Count == 0 && !_ends) Monitor.Wait(_work);
            return _work.TryDequeue(out Action? work) ? work : null;
        }
    }
}
