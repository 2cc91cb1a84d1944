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
        Expect(Equal(message, hint), timeout, hint, cancellationToken);

    public T ExpectMsg<T>(Predicate<T> isMessage, TimeSpan? timeout = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(Is<T>((m, _) => isMessage(m), hint), timeout, hint, cancellationToken);

    /// <summary>The next message is from the sender.</summary>
    public T ExpectMsgFrom<T>(IActorRef sender, TimeSpan? duration = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        Expect<T>((m, from) => _assertions.AssertEqual(
            sender, from, Escape($"Sender of {m}{Hint(hint)}")), duration, hint, cancellationToken);

    /// <summary>The next message is that the watched actor has stopped.</summary>
    public Terminated ExpectTerminated(
        IActorRef target, TimeSpan? timeout = null, string hint = null,
        CancellationToken cancellationToken = default) =>
        Expect(Is<Terminated>((m, _) => m.ActorRef.Equals(target), hint), timeout, hint,
            cancellationToken);

    public void ExpectNoMsg(CancellationToken cancellationToken = default) =>
        Silence(Take(RemainingOrDefault, cancellationToken));

    public void ExpectNoMsg(TimeSpan duration, CancellationToken cancellationToken = default) =>
        Silence(Take(Dilated(duration), cancellationToken));

    /// <summary>As many messages as given arrive, the same ones, in any order.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(params T[] messages) =>
        AllOf(RemainingOrDefault, messages);

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
            MessageEnvelope next = Take(Later(end - Now, TimeSpan.Zero), cancellationToken);
            if (next is null)
                _assertions.Fail(Escape($"Timeout ({limit}) during FishForMessage{Hint(hint)}"));
            else if (next.Message is T message && isMessage(message)) return message;
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

    private Action<T, IActorRef> Equal<T>(T expected, string hint) =>
        (m, _) => _assertions.AssertEqual(expected, m, Hint(hint));

    private Action<T, IActorRef> Is<T>(Func<T, IActorRef, bool> accepts, string hint) =>
        (m, sender) => _assertions.AssertTrue(accepts(m, sender),
            Escape($"Got a {typeof(T)} as expected, but not the right one: {m}{Hint(hint)}"));

    // Texts are templates to ITestKitAssertions.
    private static string Escape(string text) => text.Replace("{", "{{").Replace("}", "}}");

    private T Expect<T>(
        Action<T, IActorRef> check, TimeSpan? timeout, string hint, CancellationToken stop)
    {
        TimeSpan limit = RemainingOrDilated(timeout);
        MessageEnvelope next = Take(limit, stop);
        if (next is null)
            _assertions.Fail(Escape(
                $"Failed: Timeout {limit} while waiting for a message of type {typeof(T)}"
                + Hint(hint)));
        else if (next.Message is T message)
        {
            check?.Invoke(message, next.Sender);
            return message;
        }
        else
            _assertions.Fail(Escape(
                $"Failed: Expected a message of type {typeof(T)}, but received {next.Message} "
                + $"(type {next.Message.GetType()}) from {next.Sender}{Hint(hint)}"));

        return default;
    }

    private void Silence(MessageEnvelope next)
    {
        _lastWasNoMessage = next is null;
        if (next is not null)
            _assertions.Fail(Escape($"Received {next.Message} where no message was expected."));
    }

    private List<T> AllOf<T>(TimeSpan max, T[] expected)
    {
        List<object> taken = TakeMany(expected.Length, max, default);
        List<T> missing = [.. expected];
        foreach (object message in taken)
        {
            bool known = message is T typed && missing.Remove(typed);
            _assertions.AssertTrue(known, Escape($"{message} is not among the expected."));
        }

        return [.. taken.Cast<T>()];
    }

    private List<object> TakeMany(int count, TimeSpan max, CancellationToken stop)
    {
        List<object> taken = [];
        for (TimeSpan end = Now + max; taken.Count < count;)
        {
            MessageEnvelope next = Take(Later(end - Now, TimeSpan.Zero), stop);
            if (next is null)
            {
                _assertions.Fail(
                    $"Timeout ({max}) while expecting {count} messages, got {taken.Count}.");
                break;
            }

            taken.Add(next.Message);
        }

        return taken;
    }

    private MessageEnvelope Take(TimeSpan limit, CancellationToken stop)
    {
        _lastWasNoMessage = false;
        int wait = (int)Math.Ceiling(limit.TotalMilliseconds);
        return _last = _inbox.TryTake(out MessageEnvelope next, wait, stop) ? next : null;
    }
}
