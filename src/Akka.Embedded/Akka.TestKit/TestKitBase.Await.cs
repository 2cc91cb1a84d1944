using System;
using System.Threading;
using System.Threading.Tasks;

namespace Akka.TestKit;

// Time limits. Within sets a deadline; what waits inside it waits for what remains of it. A
// duration that a test gives is dilated: multiplied by akka.test.timefactor.
public abstract partial class TestKitBase
{
    private TimeSpan? _deadline;
    private bool _lastWasNoMessage;

    /// <summary>What is left of Within's time.</summary>
    public TimeSpan Remaining => _deadline is { } end ? Later(end - Now, TimeSpan.Zero)
        : throw new InvalidOperationException("'Remaining' has a meaning inside Within only.");

    public TimeSpan RemainingOrDefault => RemainingOr(Dilated(TestKitSettings.SingleExpectDefault));

    protected TimeSpan RemainingOr(TimeSpan duration) => _deadline is null ? duration : Remaining;

    public TimeSpan RemainingOrDilated(TimeSpan? duration)
    {
        if (duration is null) return RemainingOrDefault;
        if (duration < TimeSpan.Zero)
            throw new ArgumentException("A test can't wait forever.", nameof(duration));
        return Dilated(duration.Value);
    }

    public TimeSpan Dilated(TimeSpan duration) => duration * TestKitSettings.TestTimeFactor;

    /// <summary>Fails unless the action ends in time.</summary>
    public void Within(TimeSpan max, Action action, TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, action, null, epsilonValue, cancellationToken);

    public void Within(TimeSpan min, TimeSpan max, Action action, string hint = null,
        TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(min, max, () => Unit(action), hint, epsilonValue, cancellationToken);

    public T Within<T>(TimeSpan max, Func<T> function, TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    public T Within<T>(TimeSpan min, TimeSpan max, Func<T> function, string hint = null,
        TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default)
    {
        TimeLimit limit = new(this, min, max, hint, epsilonValue);
        try
        {
            T result = function();
            limit.Check();
            return result;
        }
        finally { limit.End(); }
    }

    public async Task WithinAsync(
        TimeSpan max, Func<Task> actionAsync, TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default)
    {
        TimeLimit limit = new(this, TimeSpan.Zero, max, null, epsilonValue);
        try
        {
            await actionAsync().WaitAsync(cancellationToken);
            limit.Check();
        }
        finally { limit.End(); }
    }

    /// <summary>Repeats the assertion until it holds or the time is over.</summary>
    public void AwaitAssert(Action assertion, TimeSpan? duration = null, TimeSpan? interval = null,
        CancellationToken cancellationToken = default)
    {
        for (Pause pause = new(RemainingOrDilated(duration), interval); ;)
        {
            try
            {
                assertion();
                return;
            }
            catch (Exception) when (!pause.IsOver) { pause.Wait(cancellationToken); }
        }
    }

    /// <summary>Waits until the condition is true; fails if it is not in time.</summary>
    public void AwaitCondition(
        Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, null, null, null, cancellationToken);

    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max,
        CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, null, null, cancellationToken);

    public void AwaitCondition(
        Func<bool> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string message = null,
        CancellationToken cancellationToken = default)
    {
        TimeSpan limit = RemainingOrDilated(max);
        if (!AwaitConditionNoThrow(conditionIsFulfilled, limit, interval, cancellationToken))
            _assertions.Fail($"Timeout ({limit}) while waiting for a condition. {message}");
    }

    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, null, cancellationToken);

    public async Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, TimeSpan? max,
        CancellationToken cancellationToken = default)
    {
        TimeSpan limit = RemainingOrDilated(max);
        for (Pause pause = new(limit, null); !await conditionIsFulfilled();)
        {
            if (pause.IsOver)
            {
                _assertions.Fail($"Timeout ({limit}) while waiting for a condition.");
                return;
            }

            await pause.WaitAsync(cancellationToken);
        }
    }

    /// <summary>True as soon as the condition is, false when the time is over.</summary>
    public bool AwaitConditionNoThrow(
        Func<bool> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null,
        CancellationToken cancellationToken = default)
    {
        for (Pause pause = new(max, interval); !conditionIsFulfilled();)
        {
            if (pause.IsOver) return false;
            pause.Wait(cancellationToken);
        }

        return true;
    }

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static bool Unit(Action action)
    {
        action();
        return true;
    }

    /// <summary>The steps between two looks at a condition, up to a deadline.</summary>
    private readonly struct Pause(TimeSpan max, TimeSpan? interval)
    {
        private readonly TimeSpan _end = Now + max;
        private readonly TimeSpan _step = interval ?? TimeSpan.FromMilliseconds(
            Math.Clamp(max.TotalMilliseconds / 10, 1, 50));

        internal bool IsOver => Now >= _end;

        private TimeSpan Next => Later(_step < _end - Now ? _step : _end - Now, TimeSpan.Zero);

        internal void Wait(CancellationToken stop) => stop.WaitHandle.WaitOne(Next);

        internal Task WaitAsync(CancellationToken stop) => Task.Delay(Next, stop);
    }

    /// <summary>One Within: the deadline while it lasts, the outer one after it.</summary>
    private sealed class TimeLimit
    {
        private readonly TestKitBase _kit;
        private readonly TimeSpan? _outer;
        private readonly TimeSpan _start = Now;
        private readonly TimeSpan _min;
        private readonly TimeSpan _max;
        private readonly TimeSpan _epsilon;
        private readonly string _hint;

        internal TimeLimit(
            TestKitBase kit, TimeSpan min, TimeSpan max, string hint, TimeSpan? epsilon)
        {
            (_kit, _outer, _min, _hint) = (kit, kit._deadline, min, hint);
            _epsilon = epsilon ?? TimeSpan.Zero;
            TimeSpan wanted = kit.Dilated(max);
            _max = _outer is { } end && end - _start < wanted ? end - _start : wanted;
            kit._assertions.AssertTrue(
                _max >= min, $"Within needs at least {min}, but only {_max} remain.");
            kit._deadline = _start + _max;
            kit._lastWasNoMessage = false;
        }

        internal void Check()
        {
            TimeSpan took = Now - _start;
            string hint = _hint is null ? "" : $" [{_hint}]";
            _kit._assertions.AssertTrue(
                took >= _min, $"The block took {took}, at least {_min} expected{hint}.");
            _kit._assertions.AssertTrue(_kit._lastWasNoMessage || took <= _max + _epsilon,
                $"The block took {took}, at most {_max} expected{hint}.");
        }

        internal void End() => _kit._deadline = _outer;
    }
}
