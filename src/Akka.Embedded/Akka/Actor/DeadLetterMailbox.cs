namespace Akka.Actor;

/// <summary>Takes the messages of actors that are gone and passes them to dead letters.</summary>
public sealed class DeadLetterMailbox : Mailbox
{
    private readonly IActorRef _deadLetters;

    internal DeadLetterMailbox(IActorRef deadLetters) : base(new DeadLetterQueue(deadLetters))
    {
        _deadLetters = deadLetters;
        BecomeClosed();
    }

    internal override void SystemEnqueue(IActorRef receiver, SystemMessage message) =>
        _deadLetters.Tell(new DeadLetter(message, receiver, receiver), receiver);
}

internal sealed class DeadLetterQueue(IActorRef deadLetters) : IMessageQueue
{
    public bool HasMessages => false;

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        if (envelope.Message is AllDeadLetters) return;
        var letter = new DeadLetter(envelope.Message, envelope.Sender, receiver);
        deadLetters.Tell(letter, envelope.Sender);
    }

    public bool TryDequeue(out Envelope envelope)
    {
        envelope = default;
        return false;
    }
}
