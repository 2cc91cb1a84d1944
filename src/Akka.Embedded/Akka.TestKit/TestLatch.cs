using System;
using System.Threading;

namespace Akka.TestKit;

/// <summary>Opens when it was counted down to zero.</summary>
public class TestLatch
{

    private readonly CountdownEvent _count;
    private readonly Func<TimeSpan, TimeSpan> _dilate;
    private readonly TimeSpan _timeout;

    protected TestLatch(Func<TimeSpan, TimeSpan> dilate, TimeSpan defaultTimeout, int count) =>
        (_dilate, _timeout, _count) = (dilate, defaultTimeout, new CountdownEvent(count));

    public bool IsOpen => _count.IsSet;

    public void CountDown() => _count.Signal();

    public void Ready() => Ready(_timeout);

    /// <summary>Waits until it is open.</summary>
    public void Ready(TimeSpan timeout)
    {
        TimeSpan limit = _dilate is null ? timeout : _dilate(timeout);
        if (!_count.Wait(limit))
            throw new TimeoutException($"The latch did not open within {limit}.");
    }

    internal sealed class Dilated(
        Func<TimeSpan, TimeSpan> dilate, TimeSpan defaultTimeout, int count)
        : TestLatch(dilate, defaultTimeout, count);
}
