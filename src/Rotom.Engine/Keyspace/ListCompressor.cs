using Rotom.Engine.Config;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// ListCompressor: compresses the nodes in the middle of long lists that nobody has used for some
// time (Quicklist.Idle.cs has which and how). Redis leaves that to list-compress-depth, which
// compresses whatever is so far from the ends, used or not; where that is set, nothing is done
// here.
//
// Every list-compress-idle-seconds a round goes over all nodes of the long lists: the heap has
// these (IdleLists), so short lists and other keys cost nothing. Like defragmenting it works in
// slices of half a millisecond, one a tick of the cron and more between turns when there is nothing
// else to do, of the processor's time a twentieth at most. It rests while data is loaded, while a
// snapshot is made, which holds nodes, and while memory is defragmented.

/// <summary>Compresses nodes of lists that are not used.</summary>
internal sealed class ListCompressor
{
    private const int SharePercent = 5;

    private readonly RotomEngine _engine;
    private bool _isRunning;
    private int _place;
    private long _creditNanos;
    private long _lastTickMs;
    private long _notBeforeMs;

    internal ListCompressor(RotomEngine engine) => _engine = engine;

    /// <summary>There is work to do in idle time now.</summary>
    internal bool WantsTime => _isRunning && _creditNanos > 0 && MayWork;

    private IdleLists Lists => _engine.Heap.IdleLists;

    private bool MayWork => !_engine.IsLoading && _engine.Snapshot is null
        && !_engine.Defragmenter.IsRunning;

    /// <summary>From the cron: begins a round when it is time, and gives one its share.</summary>
    internal void Tick()
    {
        long elapsed = System.Math.Min(_engine.NowMs - _lastTickMs, 1_000);
        _lastTickMs = _engine.NowMs;
        ServerConfig config = _engine.Config;
        if (config.ListCompressIdleSeconds == 0 || config.ListCompressDepth > 0) End();
        else if (!_isRunning && _engine.NowMs >= _notBeforeMs && Lists.Count > 0) Begin();
        _creditNanos = elapsed * 10_000 * SharePercent;
    }

    /// <summary>Works for about so many nanoseconds.</summary>
    internal void Run(long nanos)
    {
        if (!WantsTime) return;
        long start = _engine.Clock.MonotonicNanos;
        long now = start;
        while (_isRunning && now - start < nanos) now = StepUntil(start + nanos);
        _creditNanos -= now - start;
    }

    private void Begin()
    {
        _isRunning = true;
        _place = 0;
        _notBeforeMs = _engine.NowMs + (_engine.Config.ListCompressIdleSeconds * 1_000L);
    }

    private void End()
    {
        _isRunning = false;
        Lists.Leave();
    }

    // A part of one list; what time it is then.
    private long StepUntil(long until)
    {
        bool isNew = Lists.Root.IsNull;
        if (isNew && _place >= Lists.Count)
        {
            End();
            return _engine.Clock.MonotonicNanos;
        }

        if (isNew) Lists.Enter(Lists[_place++], default);
        ListLimits limits = new(
            _engine.Config.ListMaxListpackSize, _engine.Config.ListPackedThreshold);
        Quicklist list = new(
            _engine.Heap, limits, Memory.ObjectEncoding.Quicklist, Lists.Root);
        Handle at = isNew || !Lists.Node.IsNull ? list.IdleFrom(Lists.Node) : default;
        Handle end = list.IdleEnd(at, out bool isDone);
        long now = 0;
        while (!isDone)
        {
            at = list.LookAtIdle(at);
            isDone = at == end || at.IsNull;
            now = _engine.Clock.MonotonicNanos;
            if (now >= until) break;
        }

        if (isDone) Lists.Leave();
        else Lists.Node = at;
        return now == 0 ? _engine.Clock.MonotonicNanos : now;
    }
}
