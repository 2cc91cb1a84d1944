using System;
using System.Threading;

namespace Rotom.Net.Loop;

/// <summary>When at the end of a turn a hook runs; in one stage they run as added.</summary>
public enum TurnStage
{
    /// <summary>The turn's writes are handed to the journal.</summary>
    Journal,

    /// <summary>Replies go to the sockets.</summary>
    Send,

    /// <summary>All that may wait until the clients have been served.</summary>
    Housekeeping,
}

/// <summary>
/// One thread that waits for sockets, runs work items and ends each turn with its hooks.
/// </summary>
/// <remarks>
/// A work item is whatever the thread pool would take, so the mailboxes of an actor system can be
/// handed over as they are. Items of one producer run in the order in which they were given. The
/// thread starts with the first item and carries no SynchronizationContext.
/// </remarks>
public interface IEventLoop
{
    /// <summary>The name of the loop and of its thread.</summary>
    string Name { get; }

    /// <summary>True on the loop's own thread.</summary>
    bool IsLoopThread { get; }

    /// <summary>
    /// Milliseconds on the loop's monotonic clock, read once a turn; loop thread only.
    /// </summary>
    long NowMs { get; }

    /// <summary>The clock behind <see cref="NowMs"/> and the timers.</summary>
    TimeProvider Time { get; }

    /// <summary>What the loop has done so far.</summary>
    LoopStatistics Statistics { get; }

    /// <summary>Queues an item, and starts or wakes the thread if need be; any thread.</summary>
    /// <remarks>
    /// The item may run before the call returns, on the loop's thread. An exception it throws goes
    /// to the error callback; the loop goes on.
    /// </remarks>
    void Execute(IThreadPoolWorkItem item);

    /// <summary>Runs a callback once, after a delay; any thread.</summary>
    /// <param name="delayMs">Milliseconds from now; 0 or less means the next turn.</param>
    /// <param name="callback">Runs on the loop's thread.</param>
    /// <returns>The timer, to cancel it.</returns>
    LoopTimer Schedule(long delayMs, Action callback);

    /// <summary>Adds a hook for the end of every turn; loop thread or before the start.</summary>
    /// <returns>Dispose it to take the hook out again.</returns>
    IDisposable AtEndOfTurn(TurnStage stage, Action hook);

    /// <summary>
    /// Makes a waiting loop take a turn, as after moving a simulated clock; any thread.
    /// </summary>
    void Wake();

    /// <summary>
    /// Asks the thread to end once its run queue is empty. A later item starts it anew. Timers and
    /// sockets stay registered. Any thread, the loop's own included.
    /// </summary>
    void Stop();

    /// <summary>Waits until the thread has ended.</summary>
    /// <returns>False when it runs on after the time given, or on the loop's thread.</returns>
    bool Join(TimeSpan timeout);
}
