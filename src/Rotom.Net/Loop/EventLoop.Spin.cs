using System.Threading;

namespace Rotom.Net.Loop;

// Spinning: the loop looks for messages for some microseconds before it sleeps, when SpinPolicy
// says so. Whoever sends meanwhile sees a loop that is awake and has nobody to wake. Sockets are
// looked at every ten microseconds, whether the time goes by in one spin or in many short ones. The
// processor is offered to whoever else wants it as soon as half a microsecond brought nothing: it
// may be the very thread whose message is waited for.

public abstract partial class EventLoop
{
    private const int LookMicros = 10;
    private const int CrowdedMicros = 20;
    private const int LooksPerClock = 16;

    private readonly SpinPolicy? _spinPolicy;
    private readonly long _lookTicks;
    private readonly long _crowdedTicks;
    private long _lookedAt;
    private long _signalledAt;

    // True when something is there; the events of sockets that were seen meanwhile.
    private bool TrySpin(SpinPolicy policy, out int events)
    {
        events = 0;
        // The turn has done nothing yet.
        long ticks = policy.TicksToSpin(_turnBegan);
        if (ticks == 0) return false;
        SpinEnd end = Spin(_turnBegan, ticks, out long ended, ref events);
        policy.Spun(ended - _turnBegan, end);
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
                if (events > 0 && !found) return SpinEnd.Socket;
            }

            if (found) return SpinEnd.Message;
            if (ended - began >= ticks || Volatile.Read(ref _stopAsked) != 0)
                return SpinEnd.Nothing;
            if (IsCrowded(ended)) return SpinEnd.Crowded;
        }
    }

    // Another thread has had the processor for long, and what it did was no message for this one.
    private bool IsCrowded(long now) =>
        Thread.Yield() && _queue.IsEmpty && Time.GetTimestamp() - now > _crowdedTicks;

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
