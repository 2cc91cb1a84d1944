using System;
using System.Collections.Concurrent;
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

/// <summary>A thread of its own.</summary>
internal sealed class DiskThread(string name, Action<Exception>? failed = null) : IDiskThread
{
    private readonly BlockingCollection<Action> _work = [];
    private Thread? _thread;

    /// <inheritdoc/>
    public void Post(Action work)
    {
        if (_thread is null) Start();
        _work.Add(work);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _work.CompleteAdding();
        _thread?.Join();
        _work.Dispose();
    }

    private void Start()
    {
        Thread thread = new(Run) { IsBackground = true, Name = name };
        if (Interlocked.CompareExchange(ref _thread, thread, null) is null) thread.Start();
    }

    private void Run()
    {
        foreach (Action work in _work.GetConsumingEnumerable())
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
}
