using System;
using System.Threading;
using Rotom.Actors.Supervision;

namespace Rotom.Actors.Hosting;

// KeyspaceWatch: notices that the keyspace is gone for good.
//
// An actor that fails is restarted, and one that stops is noticed by its supervisor. What neither
// sees is a failure of that machinery itself: without memory for the message that says that it
// failed, an actor stays suspended, its timers or its supervisor are lost, and the process listens
// and never answers. The keyspace has something to do at least once a second (hz). If it has not
// done it for ten seconds, and is not in the middle of anything, nobody is there.
//
// A thread of its own that allocates nothing. It counts its own awakenings, not the time: a process
// that was stopped and goes on is not given up.

/// <summary>Asks the host to end the server once its keyspace is gone.</summary>
internal sealed class KeyspaceWatch
{
    private const int LookMs = 500;
    private const int LooksMax = 20;
    private const string Problem = "The keyspace is gone";

    private readonly KeyspaceHealth _health;
    private readonly Action<string> _end;
    private long _ticks = -1;
    private int _missed;
    private volatile bool _stopped;

    internal KeyspaceWatch(KeyspaceHealth health, Action<string> end)
    {
        _health = health;
        _end = end;
    }

    /// <summary>Watches from now on, until it is stopped.</summary>
    internal void Start()
    {
        Thread thread = new(Run) { IsBackground = true, Name = "rotom.watch" };
        thread.Start();
    }

    internal void Stop() => _stopped = true;

    /// <summary>Looks once; false when the keyspace is gone.</summary>
    internal bool Look()
    {
        long ticks = _health.Ticks;
        bool lives = ticks != _ticks || _health.InTurn;
        _ticks = ticks;
        _missed = lives ? 0 : _missed + 1;
        return _missed < LooksMax;
    }

    private void Run()
    {
        while (!_stopped)
        {
            Thread.Sleep(LookMs);
            if (_stopped || Look()) continue;
            _end(Problem);
            return;
        }
    }
}
