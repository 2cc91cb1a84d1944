using System;
using System.Threading;
using Akka.Actor;
using Akka.Dispatch;

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

/// <summary>A logger that is no actor: it writes on the thread that publishes.</summary>
public abstract class MinimalLogger : MinimalActorRef
{
    public sealed override IActorRefProvider Provider => throw new NotSupportedException(
        "This logger does not have a provider");

    public sealed override ActorPath Path { get; } =
        new RootActorPath(new Address("akka", "all-systems")) / "StandardOutLogger";

    protected sealed override void TellInternal(object message, IActorRef sender) =>
        Log(message ?? throw new ArgumentNullException(nameof(message)));

    protected abstract void Log(object message);
}

/// <summary>Prints entries to the console.</summary>
public class StandardOutLogger : MinimalLogger
{
    private static readonly Lock ConsoleLock = new();

    internal static void Print(LogEvent entry) { lock (ConsoleLock) Console.WriteLine(entry); }

    protected override void Log(object message)
    {
        if (message is LogEvent entry) Print(entry);
        else Console.WriteLine(message);
    }
}
