using System.Threading;

namespace Rotom.Net.Loop;

// Spinning: the loop looks for messages for some microseconds before it sleeps, when SpinPolicy
// says so. Whoever sends meanwhile sees a loop that is awake and has nobody to wake. Sockets are
// looked at every ten microseconds, whether the time goes by in one spin or in many short ones, and
// each time the processor is offered to whoever else wants it.

public abstract partial class EventLoop
{
    private const int LookMicros = 10;
    private const int CrowdedMicros = 20;
    private const int LooksPerClock = 8;

    private readonly SpinPolicy? _spinPolicy;
    private readonly long _lookTicks;
    private readonly long _crowdedTicks;
    private long _lookedAt;
    private long _signalledAt;

    // True when something is there; the events of sockets that were seen meanwhile.
    private bool TrySpin(SpinPolicy policy, out int events)
    {
        events = 0;
        long began = Time.GetTimestamp();
        long ticks = policy.TicksToSpin(began);
        if (ticks == 0) return false;
        SpinEnd end = Spin(began, ticks, out long ended, ref events);
        policy.Spun(ended - began, end);
        return end is SpinEnd.Message or SpinEnd.Socket;
    }

    private SpinEnd Spin(long began, long ticks, out long ended, ref int events)
    {
        while (true)
        {
            bool found = LookAtQueue();
            ended = Time.GetTimestamp();
            if (ended - _lookedAt >= _lookTicks)
            {
                _lookedAt = ended;
                events = Poll(0);
                if (found) return SpinEnd.Message;
                if (events > 0) return SpinEnd.Socket;
                Thread.Yield();
                ended = Time.GetTimestamp();
                if (ended - _lookedAt > _crowdedTicks) return SpinEnd.Crowded;
            }

            if (found) return SpinEnd.Message;
            if (ended - began >= ticks || Volatile.Read(ref _stopAsked) != 0)
                return SpinEnd.Nothing;
        }
    }

    private bool LookAtQueue()
    {
        for (int i = 0; i < LooksPerClock; i++)
        {
            if (!_queue.IsEmpty) return true;
            Thread.SpinWait(1);
        }

        return false;
    }

    // What ended a sleep that began with this turn.
    private void NoteSleep(SpinPolicy policy, bool woken)
    {
        if (woken) policy.WasWoken(Volatile.Read(ref _signalledAt) - _turnBegan);
        else policy.SleptOn();
    }
}
