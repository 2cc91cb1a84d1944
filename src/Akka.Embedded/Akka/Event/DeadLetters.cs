namespace Akka.Event;

/// <summary>A message of no interest when it does not arrive.</summary>
public interface IDeadLetterSuppression;

/// <summary>A message that no actor took.</summary>
public abstract class AllDeadLetters : IWrappedMessage
{
    protected AllDeadLetters(object message, IActorRef sender, IActorRef recipient) =>
        (Message, Sender, Recipient) = (message, sender, recipient);

    public object Message { get; }

    public IActorRef Recipient { get; }

    public IActorRef Sender { get; }

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

/// <summary>A reference to nobody that lets the event stream know of what it is sent.</summary>
internal class EmptyLocalActorRef(
    IActorRefProvider provider, ActorPath path, EventStream stream) : MinimalActorRef
{
    public override ActorPath Path => path;

    public override IActorRefProvider Provider => provider;

    private IActorRef DeadLettersRef => ((LocalActorRefProvider)provider).DeadLettersRef;

    public override void SendSystemMessage(ISystemMessage message) => Special(message, null);

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is null) throw new InvalidMessageException();
        if (message is DeadLetter letter) Special(letter.Message, letter.Sender);
        else if (!Special(message, sender))
            Publish(new DeadLetter(message, sender ?? DeadLettersRef, this));
    }

    /// <summary>Handles what needs an answer even from nobody.</summary>
    protected bool Special(object message, IActorRef sender)
    {
        switch (message)
        {
            case Watch watch:
                if (!watch.Watcher.Equals(this))
                {
                    var death = new DeathWatchNotification(watch.Watchee, false);
                    watch.Watcher.SendSystemMessage(death);
                }

                return true;
            case ISystemMessage: return true;
            case Identify identify:
                sender?.Tell(new ActorIdentity(identify.MessageId, null), this);
                return true;
            case ActorSelectionMessage selection:
                if (!Special(selection.Message, sender))
                    Publish(new DeadLetter(selection.Message, sender, this));
                return true;
            case IDeadLetterSuppression suppressed:
                Publish(new SuppressedDeadLetter(suppressed, sender ?? DeadLettersRef, this));
                return true;
            default: return false;
        }
    }

    protected void Publish(AllDeadLetters letter) => stream.Publish(letter);
}

/// <summary>The end of all letters: publishes them on the event stream.</summary>
internal sealed class DeadLetterActorRef(
    IActorRefProvider provider, ActorPath path, EventStream stream)
    : EmptyLocalActorRef(provider, path, stream)
{
    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is null) throw new InvalidMessageException();
        switch (message)
        {
            case DeadLetter letter: Redirect(letter); break;
            case AllDeadLetters other: Publish(other); break;
            default:
                if (!Special(message, sender))
                    Publish(new DeadLetter(message, sender ?? this, this));
                break;
        }
    }

    private void Redirect(DeadLetter letter)
    {
        switch (letter.Message)
        {
            case Identify or Watch or ActorSelectionMessage or ISystemMessage:
                Special(letter.Message, letter.Sender);
                break;
            case IDeadLetterSuppression suppressed:
                IActorRef from = letter.Sender ?? this;
                Publish(new SuppressedDeadLetter(suppressed, from, letter.Recipient));
                break;
            default:
                Publish(letter.Sender is not null ? letter
                    : new DeadLetter(letter.Message, this, letter.Recipient));
                break;
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
        if (message is not (DeadLetter or UnhandledMessage)) return;
        _count++;
        int max = _system.Settings.LogDeadLetters;
        DateTimeOffset now = _system.Scheduler.Now;
        if (now < _silentUntil) return;
        var letter = (AllDeadLetters)message;
        bool last = max != int.MaxValue && _count >= max;
        if (last)
        {
            _silentUntil = now + _system.Settings.LogDeadLettersSuspendDuration;
            _count = 0;
        }

        string source = (letter.Recipient ?? Self).Path.ToString();
        string what = letter is UnhandledMessage ? "was unhandled" : "was not delivered";
        string more = last ? ", no more dead letters will be logged for a while" : "";
        string text = $"Message [{letter.Message.GetType().Name}] from {letter.Sender} to "
            + $"{letter.Recipient} {what}. [{_count}] dead letters encountered{more}. "
            + "This logging can be turned off or adjusted with configuration settings "
            + "'akka.log-dead-letters' and 'akka.log-dead-letters-during-shutdown'.";
        _system.EventStream.Publish(new Info(source, letter.GetType(), text));
    }
}
