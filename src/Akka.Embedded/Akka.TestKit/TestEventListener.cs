namespace Akka.TestKit;

/// <summary>The logger of a system under test: leaves out what a filter catches.</summary>
public class TestEventListener : DefaultLogger
{
    private readonly List<SetFilter> _filters = [];

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                EventStream stream = Context.System.EventStream;
                stream.Subscribe<SetFilter>(Self);
                stream.Subscribe<DeadLetter>(Self);
                stream.Subscribe<UnhandledMessage>(Self);
                break;
            case SetFilter filter:
                if (!_filters.Remove(filter)) _filters.Add(filter);
                return true;
            case DeadLetter letter: return IsCaught(Warning(letter, letter));
            case UnhandledMessage lost:
                message = Warning(lost, $"Unhandled message from {lost.Sender}: {lost.Message}");
                break;
        }

        return (message is LogEvent log && IsCaught(log)) || base.Receive(message);
    }

    private static Warning Warning(AllDeadLetters about, object message) =>
        new(null, about.Recipient.Path.ToString(), about.Recipient.GetType(), message);

    // Every filter counts, so all are asked.
    private bool IsCaught(LogEvent log) => _filters.Count(filter => filter.Catches(log)) > 0;
}
