using System;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Net.Loop;

namespace Rotom.Actors.Hosting;

/// <summary>A piece of work to be done on a loop's thread, and awaited elsewhere.</summary>
internal sealed class LoopWork : IThreadPoolWorkItem
{
    private readonly Action _work;
    private readonly TaskCompletionSource _done =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LoopWork(Action work) => _work = work;

    /// <inheritdoc/>
    public void Execute()
    {
        try
        {
            _work();
            _done.SetResult();
        }
        catch (Exception failure)
        {
            // Whoever awaits it decides, and must hear of it; the loop goes on.
            _done.SetException(failure);
        }
    }

    /// <summary>Runs the work on the loop's thread.</summary>
    internal static Task Run(IEventLoop loop, Action work)
    {
        LoopWork item = new(work);
        loop.Execute(item);
        return item._done.Task;
    }
}
