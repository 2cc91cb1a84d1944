namespace Akka.TestKit;

// Expectations: take the next message and judge it.
public abstract partial class TestKitBase
{
    public T ExpectMsg<T>(TimeSpan? duration = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        Expect<T>(null, duration, hint, cancellationToken);

    /// <summary>The next message equals the given one.</summary>
    public T ExpectMsg<T>(T message, TimeSpan? timeout = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        Expect<T>((m, _) => Judge.AssertEqual(message, m, Hint(hint)), timeout, hint,
            cancellationToken);

    public T ExpectMsg<T>(Predicate<T> isMessage, TimeSpan? timeout = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        Expect<T>((m, _) => Judge.AssertTrue(isMessage(m),
            Escape($"Got a {typeof(T)} as expected, but not the right one: {m}{Hint(hint)}")),
            timeout, hint, cancellationToken);

    /// <summary>The next message is from the sender.</summary>
    public T ExpectMsgFrom<T>(IActorRef sender, TimeSpan? duration = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        Expect<T>((m, from) => Judge.AssertEqual(
            sender, from, Escape($"Sender of {m}{Hint(hint)}")), duration, hint, cancellationToken);

    /// <summary>The next message is that the watched actor has stopped.</summary>
    public Terminated ExpectTerminated(
        IActorRef target, TimeSpan? timeout = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        ExpectMsg<Terminated>(m => m.ActorRef.Equals(target), timeout, hint, cancellationToken);

    public void ExpectNoMsg(TimeSpan duration, CancellationToken cancellationToken = default)
    {
        Received next = Take(Dilated(duration), cancellationToken);
        _lastWasNoMessage = next is null;
        Judge.AssertTrue(
            next is null, Escape($"Received {next?.Message} where no message was expected."));
    }

    /// <summary>As many messages as given arrive, the same ones, in any order.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(params T[] messages)
    {
        IReadOnlyCollection<object> taken = ReceiveN(messages.Length);
        List<T> missing = [.. messages];
        foreach (object message in taken)
            Judge.AssertTrue(message is T typed && missing.Remove(typed),
                Escape($"{message} is not among the expected."));
        return [.. taken.Cast<T>()];
    }

    /// <summary>Drops messages until one is accepted.</summary>
    public object FishForMessage(
        Predicate<object> isMessage, TimeSpan? max = null, string hint = "",
        CancellationToken cancellationToken = default) =>
        FishForMessage<object>(isMessage, max, hint, cancellationToken);

    public T FishForMessage<T>(Predicate<T> isMessage, TimeSpan? max = null, string hint = "",
        CancellationToken cancellationToken = default)
    {
        TimeSpan limit = RemainingOrDilated(max);
        for (TimeSpan end = Now + limit; ;)
        {
            Received next = Take(Left(end), cancellationToken);
            Judge.AssertTrue(next is not null,
                Escape($"Timeout ({limit}) during FishForMessage{Hint(hint)}"));
            if (next.Message is T message && isMessage(message)) return message;
        }
    }

    /// <summary>The next message, or null if none comes in time.</summary>
    public object ReceiveOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        Take(RemainingOrDilated(max), cancellationToken)?.Message;

    public IReadOnlyCollection<object> ReceiveN(
        int numberOfMessages, CancellationToken cancellationToken = default) =>
        TakeMany(numberOfMessages, RemainingOrDefault, cancellationToken);

    public IReadOnlyCollection<object> ReceiveN(
        int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default) =>
        TakeMany(numberOfMessages, Dilated(max), cancellationToken);

    private static string Hint(string hint) => string.IsNullOrEmpty(hint) ? "" : $" [{hint}]";

    // Texts are templates to ITestKitAssertions.
    private static string Escape(string text) => text.Replace("{", "{{").Replace("}", "}}");

    private T Expect<T>(
        Action<T, IActorRef> check, TimeSpan? timeout, string hint, CancellationToken stop)
    {
        TimeSpan limit = RemainingOrDilated(timeout);
        Received next = Take(limit, stop);
        Judge.AssertTrue(next is not null, Escape($"Failed: Timeout {limit} while waiting for a "
            + $"message of type {typeof(T)}{Hint(hint)}"));
        if (next.Message is not T message)
            Judge.Fail(Escape(
                $"Failed: Expected a message of type {typeof(T)}, but received {next.Message} "
                + $"(type {next.Message.GetType()}) from {next.Sender}{Hint(hint)}"));
        else
        {
            check?.Invoke(message, next.Sender);
            return message;
        }

        return default;
    }

    private List<object> TakeMany(int count, TimeSpan max, CancellationToken stop)
    {
        List<object> taken = [];
        for (TimeSpan end = Now + max; taken.Count < count;)
        {
            Received next = Take(Left(end), stop);
            Judge.AssertTrue(next is not null,
                $"Timeout ({max}) while expecting {count} messages, got {taken.Count}.");
            taken.Add(next.Message);
        }

        return taken;
    }

    private Received Take(TimeSpan limit, CancellationToken stop)
    {
        _lastWasNoMessage = false;
        int wait = (int)Math.Ceiling(limit.TotalMilliseconds);
        return _last = _inbox.TryTake(out Received next, wait, stop) ? next : null;
    }
}
