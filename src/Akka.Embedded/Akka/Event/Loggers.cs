namespace Akka.Event;

/// <summary>The stock logger: prints entries to standard out, as its own actor.</summary>
public class DefaultLogger : ActorBase, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    protected override bool Receive(object message)
    {
        if (message is InitializeLogger) Sender.Tell(new LoggerInitialized(), Self);
        else if (message is LogEvent entry) Print(entry);
        else return false;
        return true;
    }

    protected virtual void Print(LogEvent logEvent) => Console.WriteLine(logEvent);
}

/// <summary>Prints entries to the console, on the thread that publishes: it is no actor.</summary>
public class StandardOutLogger : MinimalActorRef
{
    public override ActorPath Path { get; } =
        new RootActorPath(new Address("akka", "all-systems")) / "StandardOutLogger";

    protected override void TellInternal(object message, IActorRef sender) =>
        Console.WriteLine(message ?? throw new ArgumentNullException(nameof(message)));
}

/// <summary>A logger's queue: what a stopped logger has not printed goes to standard out, not to
/// dead letters, which would be logged again.</summary>
internal sealed class LoggerMailbox(ActorSystem system)
    : UnboundedMessageQueue, IMessageQueue, ILoggerMessageQueueSemantics
{
    void IMessageQueue.CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        LogLevel least = system.Settings.StdoutLevel;
        while (TryDequeue(out Envelope envelope))
            if (envelope.Message is LogEvent entry && entry.LogLevel() >= least)
                system.Settings.StdoutLogger.Tell(entry, ActorRefs.NoSender);
    }
}

internal sealed class LoggerMailboxType(Settings settings, Config config)
    : MailboxType(settings, config), IProducesMessageQueue<LoggerMailbox>
{
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) =>
        new LoggerMailbox(system);
}
