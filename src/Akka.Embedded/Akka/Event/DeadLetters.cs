namespace Akka.Event;

/// <summary>A message of no interest when it does not arrive.</summary>
public interface IDeadLetterSuppression;

/// <summary>A message that no actor took.</summary>
public abstract class AllDeadLetters(object message, IActorRef sender, IActorRef recipient)
{
    public object Message => message;

    public IActorRef Recipient => recipient;

    public IActorRef Sender => sender;

    public override string ToString() =>
        $"{GetType().Name} from {Sender} to {Recipient}: <{Message}>";
}

/// <summary>Sent to an actor that is not there.</summary>
public sealed class DeadLetter(object message, IActorRef sender, IActorRef recipient)
    : AllDeadLetters(message, sender, recipient);

/// <summary>A dead letter nobody need know of.</summary>
public sealed class SuppressedDeadLetter(
    IDeadLetterSuppression message, IActorRef sender, IActorRef recipient)
    : AllDeadLetters(message, sender, recipient);

/// <summary>A message its actor had no handler for.</summary>
public sealed class UnhandledMessage(object message, IActorRef sender, IActorRef recipient)
    : AllDeadLetters(message, sender, recipient);

/// <summary>A reference to nobody: the event stream learns of what it is sent, and of what an actor
/// that has ended left (a DeadLetter sent to it). The system's dead letters are one.</summary>
internal sealed class EmptyLocalActorRef(LocalActorRefProvider provider, ActorPath path)
    : MinimalActorRef
{
    private readonly EventStream _stream = provider.System.EventStream;

    public override ActorPath Path => path;

    public override IActorRefProvider Provider => provider;

    public override void SendSystemMessage(ISystemMessage message) => Settle(message, null, this);

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is null) throw new InvalidMessageException();
        if (message is DeadLetter letter) Settle(letter.Message, letter.Sender, letter.Recipient);
        else if (message is AllDeadLetters) _stream.Publish(message);
        else Settle(message, sender, this);
    }

    // Some messages need an answer even from nobody.
    private void Settle(object message, IActorRef sender, IActorRef recipient)
    {
        IActorRef from = sender ?? provider.DeadLettersRef;
        switch (message)
        {
            case Watch watch when !watch.Watcher.Equals(this):
                watch.Watcher.SendSystemMessage(new DeathWatchNotification(watch.Watchee, false));
                break;
            case ISystemMessage: break;
            case Identify identify:
                sender?.Tell(new ActorIdentity(identify.MessageId, null), this);
                break;
            case ActorSelectionMessage selection:
                Settle(selection.Message, sender, recipient);
                break;
            case IDeadLetterSuppression suppressed:
                _stream.Publish(new SuppressedDeadLetter(suppressed, from, recipient));
                break;
            default: _stream.Publish(new DeadLetter(message, from, recipient)); break;
        }
    }
}

/// <summary>Logs dead letters, up to a number, then falls silent for a while.</summary>
internal sealed class DeadLetterListener : UntypedActor
{
    private readonly ActorSystem _system = Context.System;
    private int _count;
    private DateTimeOffset _silentUntil;

    protected override void PreStart() => _system.EventStream.Subscribe<AllDeadLetters>(Self);

    protected override void OnReceive(object message)
    {
        if (message is not (AllDeadLetters letter and not SuppressedDeadLetter)) return;
        int number = ++_count;
        DateTimeOffset now = _system.Scheduler.Now;
        if (now < _silentUntil) return;
        int max = _system.Settings.DeadLettersMax;
        bool last = max != int.MaxValue && number >= max;
        if (last)
        {
            TimeSpan pause =
                _system.Settings.Config.GetTimeSpan("akka.log-dead-letters-suspend-duration");
            _silentUntil = pause < TimeSpan.Zero ? DateTimeOffset.MaxValue : now + pause;
            _count = 0;
        }

        string what = letter is UnhandledMessage ? "was unhandled" : "was not delivered";
        string more = last ? ", no more dead letters will be logged for a while" : "";
        string text = $"Message [{letter.Message.GetType().Name}] from {letter.Sender} to "
            + $"{letter.Recipient} {what}. [{number}] dead letters encountered{more}. "
            + "This logging can be turned off or adjusted with configuration settings "
            + "'akka.log-dead-letters' and 'akka.log-dead-letters-during-shutdown'.";
        string source = (letter.Recipient ?? Self).Path.ToString();
        _system.EventStream.Publish(new Info(null, source, letter.GetType(), text));
    }
}
