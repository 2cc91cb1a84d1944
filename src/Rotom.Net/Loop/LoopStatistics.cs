using System.Threading;

namespace Rotom.Net.Loop;

/// <summary>Counters of one loop: its thread writes, others read a turn late.</summary>
public sealed class LoopStatistics
{
    private long _turns;
    private long _events;
    private long _items;
    private long _sleeps;
    private long _rests;
    private long _wakes;
    private long _errors;

    /// <summary>Turns taken.</summary>
    public long Turns => Volatile.Read(ref _turns);

    /// <summary>Ready sockets or completions seen.</summary>
    public long Events => Volatile.Read(ref _events);

    /// <summary>Work items run.</summary>
    public long Items => Volatile.Read(ref _items);

    /// <summary>Times the thread waited without knowing of work.</summary>
    public long Sleeps => Volatile.Read(ref _sleeps);

    /// <summary>Times it let ready sockets gather.</summary>
    public long Rests => Volatile.Read(ref _rests);

    /// <summary>Times another thread had to wake it.</summary>
    public long Wakes => Volatile.Read(ref _wakes);

    /// <summary>Items, hooks, timers and handlers that threw.</summary>
    public long Errors => Volatile.Read(ref _errors);

    internal void Turn(int events, int items)
    {
        Volatile.Write(ref _turns, _turns + 1);
        Volatile.Write(ref _events, _events + events);
        Volatile.Write(ref _items, _items + items);
    }

    internal void Slept() => Volatile.Write(ref _sleeps, _sleeps + 1);

    internal void Rested() => Volatile.Write(ref _rests, _rests + 1);

    internal void Woken() => Interlocked.Increment(ref _wakes);

    internal void Failed() => Interlocked.Increment(ref _errors);
}
