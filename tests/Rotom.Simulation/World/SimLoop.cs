using System;
using Rotom.Net.Loop;

namespace Rotom.Simulation.World;

/// <summary>
/// The production loop without a thread: the simulation takes its turns, one at a time.
/// </summary>
internal sealed class SimLoop(LoopOptions options) : EventLoop(options)
{
    /// <summary>Looks for readiness; set by the transport that lives on the loop.</summary>
    internal Func<int>? PollSockets { get; set; }

    /// <summary>Called whenever something is to be done on the loop, from where it is asked for.
    /// </summary>
    internal Action? Signalled { get; init; }

    /// <summary>Takes one turn on the caller's thread.</summary>
    internal void TakeTurn() => Turn();

    protected override int Poll(int timeoutMs) => PollSockets?.Invoke() ?? 0;

    protected internal override void Signal() => Signalled?.Invoke();

    protected override void Close()
    {
    }

    private protected override void Start() => Signalled?.Invoke();
}
