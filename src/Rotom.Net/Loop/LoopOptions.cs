using System;

namespace Rotom.Net.Loop;

/// <summary>How a loop is made. Plain values, read once.</summary>
public sealed class LoopOptions
{
    /// <summary>Name of the loop and its thread.</summary>
    public string Name { get; init; } = "rotom-loop";

    /// <summary>
    /// Most work items run before the sockets are looked at again, which is after about a
    /// millisecond in any case.
    /// </summary>
    public int RunBudget { get; init; } = 1024;

    /// <summary>
    /// Microseconds to poll before the thread sleeps. 0, since it pays only while a core is idle.
    /// See <see cref="EventLoop.BusyPollMicroseconds"/>.
    /// </summary>
    public int BusyPollMicroseconds { get; init; }

    /// <summary>
    /// Most microseconds to look for messages before the thread sleeps, while they come one soon
    /// after the other from other threads; 0: never. See <see cref="SpinPolicy"/>.
    /// </summary>
    public int SpinMicroseconds { get; init; } = 50;

    /// <summary>
    /// Most microseconds to let ready sockets gather under load; 0: never. See
    /// <see cref="EventLoop.CoalesceMicroseconds"/>.
    /// </summary>
    public int CoalesceMicroseconds { get; init; } = 50;

    /// <summary>Most ready sockets one turn takes; the next takes the rest.</summary>
    public int EventsPerTurn { get; init; } = 1024;

    /// <summary>Clock of <see cref="IEventLoop.NowMs"/> and the timers.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Hears of every exception that an item, timer, hook or handler let out.</summary>
    public Action<Exception>? OnError { get; init; }
}
