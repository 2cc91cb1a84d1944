using System;
using System.Collections.Generic;
using System.Threading;

namespace Rotom.Net.Loop;

/// <summary>A callback that a loop runs once at its time.</summary>
public sealed class LoopTimer : IThreadPoolWorkItem
{
    private readonly LoopTimers _owner;
    private readonly Action _callback;
    private int _done;

    internal LoopTimer(LoopTimers owner, long dueMs, Action callback)
    {
        _owner = owner;
        _callback = callback;
        DueMs = dueMs;
    }

    /// <summary>When it is due, on the loop's clock.</summary>
    public long DueMs { get; }

    /// <summary>False once it ran or was cancelled.</summary>
    public bool IsPending => Volatile.Read(ref _done) == 0;

    /// <summary>Takes the timer back; any thread.</summary>
    /// <returns>True when the callback will not run.</returns>
    public bool Cancel()
    {
        if (Interlocked.Exchange(ref _done, 1) != 0) return false;
        _owner.Cancelled();
        return true;
    }

    /// <summary>Puts a timer that another thread made into the loop's heap.</summary>
    void IThreadPoolWorkItem.Execute() => _owner.Add(this);

    internal bool TryClaim() => Interlocked.Exchange(ref _done, 1) == 0;

    internal void Run() => _callback();
}

// LoopTimers: the pending timers of one loop, in a heap by due time and then by age.
//
// Touched by the loop's thread alone, but for Cancelled. A cancelled timer stays in the heap until
// its time comes or until cancelled ones are the majority, when the heap is made anew: cancelling
// is O(1) and a program that always cancels does not grow the heap.
internal sealed class LoopTimers
{
    private const int SweepAt = 64;

    private readonly PriorityQueue<LoopTimer, (long DueMs, long Order)> _heap = new();
    private long _order;
    private int _cancelled;

    public int Count => _heap.Count;

    /// <summary>Number of timers put in so far; a mark for <see cref="TakeDue"/>.</summary>
    public long Made => _order;

    public void Add(LoopTimer timer)
    {
        if (!timer.IsPending)
        {
            Interlocked.Decrement(ref _cancelled);
            return;
        }

        _heap.Enqueue(timer, (timer.DueMs, _order++));
        if (_heap.Count > SweepAt && Volatile.Read(ref _cancelled) > _heap.Count / 2) Sweep();
    }

    public void Cancelled() => Interlocked.Increment(ref _cancelled);

    /// <summary>When the earliest timer is due, or long.MaxValue.</summary>
    public long NextDueMs()
    {
        while (_heap.TryPeek(out LoopTimer? timer, out (long DueMs, long Order) at))
        {
            if (timer.IsPending) return at.DueMs;
            _heap.Dequeue();
            Interlocked.Decrement(ref _cancelled);
        }

        return long.MaxValue;
    }

    /// <summary>Takes the next timer that is due and is older than the mark, or null.</summary>
    public LoopTimer? TakeDue(long nowMs, long made)
    {
        while (NextDueMs() <= nowMs)
        {
            _heap.TryPeek(out _, out (long DueMs, long Order) at);
            if (at.Order >= made) return null;
            LoopTimer timer = _heap.Dequeue();
            if (timer.TryClaim()) return timer;
            Interlocked.Decrement(ref _cancelled);
        }

        return null;
    }

    private void Sweep()
    {
        List<(LoopTimer Timer, (long DueMs, long Order) At)> live = [];
        int dropped = 0;
        foreach ((LoopTimer timer, (long DueMs, long Order) at) in _heap.UnorderedItems)
        {
            if (timer.IsPending) live.Add((timer, at));
            else dropped++;
        }

        _heap.Clear();
        _heap.EnqueueRange(live);
        Interlocked.Add(ref _cancelled, -dropped);
    }
}
