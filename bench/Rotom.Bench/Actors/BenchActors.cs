using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace Rotom.Bench.Actors;

/// <summary>The messages, made once.</summary>
internal sealed class Message
{
    internal static readonly Message Ping = new();
    internal static readonly Message Pong = new();
    internal static readonly Message Silent = new();
    internal static readonly Message PersistAsync = new();
}

/// <summary>Answers.</summary>
internal sealed class Echo : UntypedActor
{
    protected override void OnReceive(object message)
    {
        if (ReferenceEquals(message, Message.Ping))
            Sender.Tell(Message.Pong, Self);
    }
}

/// <summary>Keeps so many messages under way until it has so many replies.</summary>
internal sealed class Asker(
    IActorRef target, int inFlight, int count, TaskCompletionSource done) : UntypedActor
{
    // One in flight waits for its event, more than one need not.
    private readonly Message _message =
        inFlight > 1 && target.Path.Name == "kept" ? Message.PersistAsync : Message.Ping;

    private int _sent;
    private int _received;

    protected override void PreStart()
    {
        for (; _sent < inFlight; _sent++)
            target.Tell(_message, Self);
    }

    protected override void OnReceive(object message)
    {
        if (_sent < count)
        {
            _sent++;
            target.Tell(_message, Self);
        }

        if (++_received == count)
            done.SetResult();
    }
}

/// <summary>Persists what it gets and answers when it is stored.</summary>
internal sealed class Keeper : UntypedPersistentActor
{
    private readonly Action<object> _stored;

    public Keeper() => _stored = _ => Sender.Tell(Message.Pong, Self);

    public override string PersistenceId => "kept";

    protected override void OnCommand(object message)
    {
        if (ReferenceEquals(message, Message.PersistAsync))
            PersistAsync(message, _stored);
        else
            Persist(message, _stored);
    }

    protected override void OnRecover(object message)
    {
    }
}

/// <summary>A journal that stores nothing: what is left is the framework.</summary>
internal sealed class NullJournal : AsyncWriteJournal
{
    private static readonly Task<IImmutableList<Exception>> s_stored =
        Task.FromResult<IImmutableList<Exception>>(null!);

    public override Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr,
        long max, Action<IPersistentRepresentation> recoveryCallback) => Task.CompletedTask;

    public override Task<long> ReadHighestSequenceNrAsync(
        string persistenceId, long fromSequenceNr) => Task.FromResult(0L);

    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(
        IEnumerable<AtomicWrite> messages) => s_stored;

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr) =>
        Task.CompletedTask;
}
