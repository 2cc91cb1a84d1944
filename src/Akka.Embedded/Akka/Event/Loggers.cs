namespace Akka.Event;

/// <summary>The stock logger: prints entries to standard out, as its own actor.</summary>
public class DefaultLogger : ActorBase, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger: Sender.Tell(new LoggerInitialized(), Self); return true;
            case LogEvent entry: Print(entry); return true;
            default: return false;
        }
    }

    protected virtual void Print(LogEvent logEvent) => StandardOutLogger.Print(logEvent);
}

/// <summary>Prints entries to the console, on the thread that publishes: it is no actor.</summary>
public class StandardOutLogger : MinimalActorRef
{
    private static readonly Lock ConsoleLock = new();

    public override IActorRefProvider Provider => throw new NotSupportedException(
        "This logger does not have a provider");

    public override ActorPath Path { get; } =
        new RootActorPath(new Address("akka", "all-systems")) / "StandardOutLogger";

    internal static void Print(object entry) { lock (ConsoleLock) Console.WriteLine(entry); }

    protected override void TellInternal(object message, IActorRef sender) =>
        Print(message ?? throw new ArgumentNullException(nameof(message)));
}
