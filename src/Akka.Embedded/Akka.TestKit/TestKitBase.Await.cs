namespace Akka.TestKit;

// Time limits. Within sets a deadline; what waits inside it waits for what remains of it. A
// duration that a test gives is dilated: multiplied by akka.test.timefactor.
public abstract partial class TestKitBase
{
    private TimeSpan? _deadline;
    private bool _lastWasNoMessage;

    /// <summary>What is left of Within's time.</summary>
    public TimeSpan Remaining => _deadline is { } end ? Left(end)
        : throw new InvalidOperationException("'Remaining' has a meaning inside Within only.");

    public TimeSpan RemainingOrDefault =>
        _deadline is null ? Dilated(TestKitSettings.SingleExpectDefault) : Remaining;

    public TimeSpan RemainingOrDilated(TimeSpan? duration) => duration is not { } given
        ? RemainingOrDefault
        : given >= TimeSpan.Zero ? Dilated(given)
        : throw new ArgumentException("A test can't wait forever.", nameof(duration));

    public TimeSpan Dilated(TimeSpan duration) => duration * TestKitSettings.TestTimeFactor;

    /// <summary>Fails unless the action ends in time.</summary>
    public void Within(TimeSpan max, Action action, TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, action, null, epsilonValue, cancellationToken);

    public void Within(TimeSpan min, TimeSpan max, Action action, string hint = null,
        TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default)
    {
        TimeSpan start = Now;
        TimeSpan? outer = _deadline;
        TimeSpan limit = Dilated(max);
        if (outer is { } end && end - start < limit) limit = end - start;
        Judge.AssertTrue(limit >= min, $"Within needs at least {min}, but only {limit} remain.");
        _deadline = start + limit;
        _lastWasNoMessage = false;
        try
        {
            action();
            TimeSpan took = Now - start;
            Judge.AssertTrue(
                took >= min, $"The block took {took}, at least {min} expected.{Hint(hint)}");
            Judge.AssertTrue(
                _lastWasNoMessage || took <= limit + epsilonValue.GetValueOrDefault(),
                $"The block took {took}, at most {limit} expected.{Hint(hint)}");
        }
        finally { _deadline = outer; }
    }

    public T Within<T>(TimeSpan max, Func<T> function, TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default)
    {
        T result = default;
        Within(max, () => { result = function(); }, epsilonValue, cancellationToken);
        return result;
    }

    /// <summary>Repeats the assertion until it holds or the time is over.</summary>
    public void AwaitAssert(Action assertion, TimeSpan? duration = null, TimeSpan? interval = null,
        CancellationToken cancellationToken = default)
    {
        TimeSpan limit = RemainingOrDilated(duration);
        for (TimeSpan end = Now + limit; ;)
        {
            try
            {
                assertion();
                return;
            }
            catch (Exception) when (Now < end) { Pause(end, limit, interval, cancellationToken); }
        }
    }

    /// <summary>Waits until the condition is true; fails if it is not in time.</summary>
    public void AwaitCondition(
        Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, null, cancellationToken);

    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max,
        CancellationToken cancellationToken = default)
    {
        TimeSpan limit = RemainingOrDilated(max);
        Judge.AssertTrue(
            AwaitConditionNoThrow(conditionIsFulfilled, limit, null, cancellationToken),
            $"Timeout ({limit}) while waiting for a condition.");
    }

    /// <summary>True as soon as the condition is, false when the time is over.</summary>
    public bool AwaitConditionNoThrow(
        Func<bool> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null,
        CancellationToken cancellationToken = default)
    {
        for (TimeSpan end = Now + max; !conditionIsFulfilled();)
        {
            if (Now >= end) return false;
            Pause(end, max, interval, cancellationToken);
        }

        return true;
    }

    private static TimeSpan Left(TimeSpan end) => new(Math.Max((end - Now).Ticks, 0));

    // The step between two looks at a condition.
    private static void Pause(
        TimeSpan end, TimeSpan max, TimeSpan? interval, CancellationToken stop)
    {
        double step = interval?.TotalMilliseconds ?? Math.Clamp(max.TotalMilliseconds / 10, 1, 50);
        stop.WaitHandle.WaitOne((int)Math.Min(step, Left(end).TotalMilliseconds));
    }
}
