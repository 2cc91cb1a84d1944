using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;

namespace Rotom.Net.Loop;

// EventLoop: the turn, the run queue, the timers and the life of the thread. What it waits on is
// left to the derived loop: epoll (AeLoop) or a plain event (SignalLoop).
//
// One turn:
//   poll   wait for sockets: not at all if the run queue holds something, else until the next timer
//   ready  handlers of ready sockets (they only note what is ready)
//   timers callbacks that are due
//   run    the run queue, up to a budget
//   end    the hooks, stage by stage
//
// A loop that hears from other threads all the time does not sleep at once (EventLoop.Spin.cs), one
// that hears from many sockets lets them gather (EventLoop.Coalesce.cs).
//
// No wake-up is lost: the loop announces that it sleeps, fences, and looks at the queue once more;
// a producer queues, fences, and then looks at the announcement. One of the two sees the other.
// The same pattern guards the end of the thread: it announces Stopped, fences, looks at the queue.
//
// Catching every exception is right here and in few other places: the loop stands under actors and
// connections that have nothing to do with each other, and one must not take the others along.

/// <summary>The part of an event loop that does not depend on how it waits.</summary>
public abstract partial class EventLoop : IEventLoop, IDisposable
{
    private const int Idle = 0;
    private const int Running = 1;
    private const int BrokenPollPauseMs = 10;
    private const int ItemsPerLook = 16;
    private const int DisposeSeconds = 10;

    private readonly ConcurrentQueue<IThreadPoolWorkItem> _queue = new();
    private readonly List<(TurnStage Stage, Action Hook)> _hooks = [];
    private readonly LoopTimers _timers = new();
    private readonly Lock _lifecycle = new();
    private readonly LoopOptions _options;
    private readonly long _ticksPerMs;
    private long _busyPollTicks;
    private (TurnStage Stage, Action Hook)[] _turnHooks = [];
    private Thread? _thread;
    private long _turnBegan;
    private long _nowMs;
    private int _threadId;
    private int _state;
    private int _asleep;
    private int _stopAsked;
    private bool _ending;
    private bool _disposed;

    /// <summary>Makes a loop; its thread starts with the first item.</summary>
    protected EventLoop(LoopOptions options)
        : this(options, maySpin: true)
    {
    }

    private protected EventLoop(LoopOptions options, bool maySpin)
    {
        _options = options;
        Time = options.Time;
        _ticksPerMs = Math.Max(1, Time.TimestampFrequency / 1000);
        BusyPollMicroseconds = options.BusyPollMicroseconds;
        _lookTicks = Time.TimestampFrequency * LookMicros / 1_000_000;
        _crowdedTicks = Time.TimestampFrequency * CrowdedMicros / 1_000_000;
        // On one processor it keeps from running whoever it waits for; a clock that somebody turns
        // would not go on meanwhile.
        if (maySpin && options.SpinMicroseconds > 0 && Environment.ProcessorCount > 1
            && ReferenceEquals(Time, TimeProvider.System))
        {
            _spinPolicy = new SpinPolicy(Time.TimestampFrequency, options.SpinMicroseconds);
        }

        if (ReferenceEquals(Time, TimeProvider.System))
            _coalescePolicy = new CoalescePolicy(Time.TimestampFrequency);
        CoalesceMicroseconds = options.CoalesceMicroseconds;
        _nowMs = ReadClock();
    }

    /// <inheritdoc/>
    public string Name => _options.Name;

    /// <inheritdoc/>
    public TimeProvider Time { get; }

    /// <inheritdoc/>
    public LoopStatistics Statistics { get; } = new();

    /// <inheritdoc/>
    public bool IsLoopThread => Environment.CurrentManagedThreadId == Volatile.Read(ref _threadId);

    /// <inheritdoc/>
    public long NowMs => _nowMs;

    /// <summary>
    /// Microseconds the loop polls before it sleeps, 0 to sleep at once; any thread.
    /// </summary>
    public int BusyPollMicroseconds
    {
        get => (int)(Volatile.Read(ref _busyPollTicks) * 1_000_000 / Time.TimestampFrequency);
        set => Volatile.Write(
            ref _busyPollTicks, Time.TimestampFrequency * value / 1_000_000);
    }

    /// <summary>True between the first item and the end of the thread.</summary>
    public bool IsRunning => Volatile.Read(ref _state) == Running;

    /// <inheritdoc/>
    public void Execute(IThreadPoolWorkItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        _queue.Enqueue(item);
        if (IsLoopThread) return;
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _state) != Running) Start();
        else if (Volatile.Read(ref _asleep) != 0) Wake();
    }

    /// <inheritdoc/>
    public LoopTimer Schedule(long delayMs, Action callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        LoopTimer timer = new(_timers, ReadClock() + Math.Max(0, delayMs), callback);
        if (IsLoopThread) _timers.Add(timer);
        else Execute(timer);
        return timer;
    }

    /// <inheritdoc/>
    public IDisposable AtEndOfTurn(TurnStage stage, Action hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        int at = _hooks.FindLastIndex(other => other.Stage <= stage) + 1;
        _hooks.Insert(at, (stage, hook));
        _turnHooks = [.. _hooks];
        return new HookRemoval(this, hook);
    }

    /// <inheritdoc/>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _asleep, 0) == 0) return;
        if (_spinPolicy is not null) Volatile.Write(ref _signalledAt, Time.GetTimestamp());
        Statistics.Woken();
        Signal();
    }

    /// <inheritdoc/>
    public void Stop()
    {
        lock (_lifecycle)
        {
            if (Volatile.Read(ref _state) != Running) return;
            Volatile.Write(ref _stopAsked, 1);
        }

        Interlocked.MemoryBarrier();
        Wake();
    }

    /// <inheritdoc/>
    public bool Join(TimeSpan timeout)
    {
        Thread? thread;
        lock (_lifecycle) thread = _thread;
        if (thread is null) return true;
        return !ReferenceEquals(thread, Thread.CurrentThread) && thread.Join(timeout);
    }

    /// <summary>Ends the thread if it runs and frees what the loop waits on.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        lock (_lifecycle) _ending = true;
        while (!_disposed)
        {
            Stop();
            if (!Join(TimeSpan.FromSeconds(DisposeSeconds)))
            {
                throw new InvalidOperationException($"The loop '{Name}' is still running.");
            }

            // An item may have started the thread once more; then that one is waited for.
            lock (_lifecycle) _disposed = _state != Running;
        }

        Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>Waits for readiness and calls the handlers of what is ready.</summary>
    /// <param name="timeoutMs">Milliseconds, 0 not to wait, -1 to wait for ever.</param>
    /// <returns>How many sockets were ready.</returns>
    protected abstract int Poll(int timeoutMs);

    /// <summary>Ends a <see cref="Poll"/> that waits, or the next one; any thread.</summary>
    protected internal abstract void Signal();

    /// <summary>Called on the thread before its first turn.</summary>
    private protected virtual void Began()
    {
    }

    /// <summary>Frees what the loop waits on. The thread has ended.</summary>
    protected abstract void Close();

    /// <summary>Reports an exception of a handler; the loop goes on.</summary>
    protected internal void Report(Exception error)
    {
        Statistics.Failed();
        try
        {
            _options.OnError?.Invoke(error);
        }
        catch (Exception)
        {
            // There is nobody left to tell; the counter shows it.
            Statistics.Failed();
        }
    }

    private long ReadClock() => Time.GetTimestamp() / _ticksPerMs;

    /// <summary>
    /// Starts the thread, unless it runs. A loop that others drive turn by turn has none.
    /// </summary>
    private protected virtual void Start()
    {
        lock (_lifecycle)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_state == Running) return;
            // The thread before this one has announced its end but may not have left yet; two
            // threads must never be inside a turn.
            _thread?.Join();
            _stopAsked = _ending ? 1 : 0;
            Volatile.Write(ref _state, Running);
            _thread = new Thread(Run) { IsBackground = true, Name = Name };
            _thread.UnsafeStart();
        }
    }

    private void Run()
    {
        Volatile.Write(ref _threadId, Environment.CurrentManagedThreadId);
        Began();
        try
        {
            while (!MayEnd()) TurnSafely();
        }
        finally
        {
            Volatile.Write(ref _threadId, 0);
        }
    }

    // All that a turn runs is caught where it runs. Should the turn itself fail, the thread goes on
    // all the same: actors and connections have no other.
    private void TurnSafely()
    {
        try
        {
            Turn();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Report(error);
        }
    }

    private bool MayEnd()
    {
        if (Volatile.Read(ref _stopAsked) == 0 || !_queue.IsEmpty) return false;
        lock (_lifecycle)
        {
            Volatile.Write(ref _state, Idle);
            Interlocked.MemoryBarrier();
            if (_queue.IsEmpty) return true;
            // An item came in between and its producer may still have seen Running: it is ours.
            Volatile.Write(ref _state, Running);
            return false;
        }
    }

    /// <summary>Takes one turn, on the loop's thread or, if it has none, the driver's.</summary>
    private protected void Turn()
    {
        _turnBegan = Time.GetTimestamp();
        _nowMs = _turnBegan / _ticksPerMs;
        int events = 0;
        try
        {
            events = PollOnce();
        }
        catch (Exception error)
        {
            // Only a broken descriptor gets here: say so, keep the run queue alive, do not spin.
            Volatile.Write(ref _asleep, 0);
            Report(error);
            Thread.Sleep(BrokenPollPauseMs);
        }

        _nowMs = ReadClock();
        RunTimers();
        int items = RunQueue();
        EndTurn();
        Statistics.Turn(events, items);
        if (_coalescePolicy is not null) NoteTurn(_coalescePolicy, events);
    }

    private int PollOnce()
    {
        if (!_queue.IsEmpty || Volatile.Read(ref _stopAsked) != 0) return Poll(0);
        int timeoutMs = TimeoutMs();
        if (timeoutMs == 0) return Poll(0);
        int events;
        if (_busyPollTicks > 0)
        {
            events = BusyPoll();
            if (events > 0 || !_queue.IsEmpty) return events;
        }
        else if (_spinPolicy is not null && TrySpin(_spinPolicy, out events))
        {
            return events;
        }
        else if (_coalescePolicy is { MicrosToRest: > 0 and int micros }
            && TryRest(micros, out events))
        {
            return events;
        }

        return Sleep(timeoutMs);
    }

    private int Sleep(int timeoutMs)
    {
        Volatile.Write(ref _asleep, 1);
        Interlocked.MemoryBarrier();
        if (!_queue.IsEmpty || Volatile.Read(ref _stopAsked) != 0) timeoutMs = 0;
        else Statistics.Slept();
        int ready = Poll(timeoutMs);
        bool woken = Volatile.Read(ref _asleep) == 0;
        Volatile.Write(ref _asleep, 0);
        if (_spinPolicy is not null && timeoutMs != 0) NoteSleep(_spinPolicy, woken);
        return ready;
    }

    private int BusyPoll()
    {
        long until = Time.GetTimestamp() + _busyPollTicks;
        do
        {
            int events = Poll(0);
            if (events > 0 || !_queue.IsEmpty) return events;
        }
        while (Time.GetTimestamp() < until);

        return 0;
    }

    private int TimeoutMs()
    {
        long due = _timers.NextDueMs();
        if (due == long.MaxValue) return -1;
        return (int)Math.Clamp(due - _nowMs, 0, int.MaxValue);
    }

    private int RunQueue()
    {
        int items = 0;
        while (items < _options.RunBudget && _queue.TryDequeue(out IThreadPoolWorkItem? item))
        {
            items++;
            try
            {
                item.Execute();
            }
            catch (Exception error)
            {
                Report(error);
            }

            // Actors that have much to tell each other must not keep sockets waiting.
            if (items % ItemsPerLook == 0 && ReadClock() > _nowMs) break;
        }

        return items;
    }

    private void RunTimers()
    {
        // Timers made by these callbacks wait for the next turn, even when they are due at once.
        long made = _timers.Made;
        while (_timers.TakeDue(_nowMs, made) is { } timer)
        {
            try
            {
                timer.Run();
            }
            catch (Exception error)
            {
                Report(error);
            }
        }
    }

    private void EndTurn()
    {
        foreach ((TurnStage _, Action hook) in _turnHooks)
        {
            try
            {
                hook();
            }
            catch (Exception error)
            {
                Report(error);
            }
        }
    }

    private sealed class HookRemoval(EventLoop loop, Action hook) : IDisposable
    {
        public void Dispose()
        {
            loop._hooks.RemoveAll(entry => ReferenceEquals(entry.Hook, hook));
            loop._turnHooks = [.. loop._hooks];
        }
    }
}
