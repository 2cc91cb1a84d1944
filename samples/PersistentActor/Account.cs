using Akka.Actor;
using Akka.Persistence;

namespace PersistentActor;

/// <summary>Money comes in.</summary>
internal sealed record Deposit(long Amount);

/// <summary>It came in: what is kept.</summary>
internal sealed record Deposited(long Amount);

/// <summary>How much there is: the answer, and the snapshot.</summary>
internal sealed record Balance(long Amount);

internal sealed class GetState
{
    internal static readonly GetState Instance = new();
}

internal sealed record AccountState(string Id, long Amount, long FromSnapshot, int Replayed);

/// <summary>An account: all it knows is what it has persisted.</summary>
internal sealed class Account : ReceivePersistentActor
{
    private const int SnapshotEvery = 5;

    private long _amount;
    private long _fromSnapshot;
    private int _replayed;

    public Account(string owner)
    {
        PersistenceId = "account-" + owner;
        Recover<SnapshotOffer>(
            offer => _amount = _fromSnapshot = ((Balance)offer.Snapshot).Amount);
        Recover<Deposited>(deposited =>
        {
            _amount += deposited.Amount;
            _replayed++;
        });
        Command<Deposit>(deposit => Persist(new Deposited(deposit.Amount), kept =>
        {
            _amount += kept.Amount;
            Sender.Tell(new Balance(_amount));
            if (LastSequenceNr % SnapshotEvery == 0) SaveSnapshot(new Balance(_amount));
        }));
        Command<GetState>(_ => Sender.Tell(
            new AccountState(PersistenceId, _amount, _fromSnapshot, _replayed)));
    }

    public override string PersistenceId { get; }
}
