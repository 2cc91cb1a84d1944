namespace Akka.Event;

/// <summary>A logger's queue: what a stopped logger has not printed goes to standard out, not to
/// dead letters, which would be logged again.</summary>
internal sealed class LoggerMailbox(ActorSystem system)
    : UnboundedMessageQueue, IMessageQueue, ILoggerMessageQueueSemantics
{
    void IMessageQueue.CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        LogLevel least = Logging.LogLevelFor(system.Settings.StdoutLogLevel);
        while (TryDequeue(out Envelope envelope))
        {
            if (envelope.Message is LogEvent entry && entry.LogLevel() >= least)
                system.Settings.StdoutLogger.Tell(entry, ActorRefs.NoSender);
        }
    }
}

internal sealed class LoggerMailboxType : MailboxType, IProducesMessageQueue<LoggerMailbox>
{
    public LoggerMailboxType(Settings settings, Config config) : base(settings, config) { }

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) =>
        new LoggerMailbox(system);
}
