namespace Akka.TestKit;

/// <summary>The logger of a system under test: leaves out what a filter catches.</summary>
public class TestEventListener : DefaultLogger
{
    private readonly List<SetFilter> _filters = [];

    internal sealed record Add(SetFilter Filter);

    internal sealed record Remove(SetFilter Filter);

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger init:
                foreach (System.Type type in (System.Type[])
                    [typeof(Add), typeof(Remove), typeof(DeadLetter), typeof(UnhandledMessage)])
                    init.LoggingBus.Subscribe(Context.Self, type);

                return base.Receive(message);
            case Add order: _filters.Add(order.Filter); return true;
            case Remove order: _filters.Remove(order.Filter); return true;
            case LogEvent log: return IsCaught(log) || base.Receive(log);
            case DeadLetter letter:
                return IsCaught(new Warning(letter.Recipient.Path.ToString(), GetType(), letter));
            case UnhandledMessage unhandled:
                string text = $"Unhandled message from {unhandled.Sender}: {unhandled.Message}";
                Warning warning = new(
                    unhandled.Recipient.Path.ToString(), unhandled.Recipient.GetType(), text);
                return IsCaught(warning) || base.Receive(warning);
            default: return base.Receive(message);
        }
    }

    private bool IsCaught(LogEvent log)
    {
        bool caught = false;
        foreach (SetFilter filter in _filters) caught |= filter.Catches(log);
        return caught;
    }
}
