using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Akka.Persistence.Snapshot;

namespace Akka.Contract.Tests.Persistence;

// Levers of the plugins; each is answered with Steered once it is in force.

internal sealed record Steered;

/// <summary>Writes wait for Release.</summary>
internal sealed record Hold;

/// <summary>Writes that wait go on; the newest first if so ordered.</summary>
internal sealed record Release(bool NewestFirst = false);

/// <summary>Writes that contain this event fail.</summary>
internal sealed record FailWrite(string Event);

/// <summary>Atomic writes that contain this event are rejected, or all answers are wrong in
/// number.</summary>
internal sealed record RejectWrite(string Event, bool WrongCount = false);

/// <summary>Each call of WriteMessagesAsync is told to the actor, as Written.</summary>
internal sealed record Tap(IActorRef To);

/// <summary>The sizes of one call's atomic writes, and a sender found in one of them.</summary>
internal sealed record Written(string Sizes, IActorRef? Sender);

/// <summary>The read of the highest sequence number, or the load of a snapshot, never ends, or
/// it fails.</summary>
internal sealed record BlockReads(bool Fail = false);

internal sealed record FailReplay;

internal sealed record FailSaves;

/// <summary>A deaf store was asked for a snapshot; on the event stream.</summary>
internal sealed record LoadAsked(string Id);

public sealed class SteeredJournal : MemoryJournal
{
    private readonly List<Held> _held = [];

    private string? _failing;
    private RejectWrite? _rejecting;
    private IActorRef? _tap;
    private BlockReads? _block;
    private bool _holding;
    private bool _failReplay;

    public override Task<long> ReadHighestSequenceNrAsync(
        string persistenceId, long fromSequenceNr) => _block switch
    {
        null => base.ReadHighestSequenceNrAsync(persistenceId, fromSequenceNr),
        { Fail: true } => Task.FromException<long>(new InvalidOperationException("no read")),
        _ => new TaskCompletionSource<long>().Task,
    };

    public override async Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr,
        long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        await base.ReplayMessagesAsync(
            context, persistenceId, fromSequenceNr, toSequenceNr, max, recoveryCallback);
        if (_failReplay)
            throw new InvalidOperationException("no replay");
    }

    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(
        IEnumerable<AtomicWrite> messages)
    {
        AtomicWrite[] batch = [.. messages];
        _tap?.Tell(new Written(
            string.Join(' ', batch.Select(write => write.Size)),
            batch.SelectMany(Events).Select(e => e.Sender).FirstOrDefault(s => s is not null)));
        if (!_holding)
            return Write(batch);
        Held held = new(batch, new());
        _held.Add(held);
        return held.End.Task;
    }

    protected override bool ReceivePluginInternal(object message)
    {
        switch (message)
        {
            case Hold:
                _holding = true;
                break;
            case Release release:
                LetGo(release.NewestFirst);
                break;
            case FailWrite fail:
                _failing = fail.Event;
                break;
            case RejectWrite reject:
                _rejecting = reject;
                break;
            case Tap tap:
                _tap = tap.To;
                break;
            case BlockReads block:
                _block = block;
                break;
            case FailReplay:
                _failReplay = true;
                break;
            default:
                return base.ReceivePluginInternal(message);
        }

        Sender.Tell(new Steered());
        return true;
    }

    private static IEnumerable<IPersistentRepresentation> Events(AtomicWrite write) =>
        (IEnumerable<IPersistentRepresentation>)write.Payload;

    private static bool Contains(AtomicWrite write, string @event) =>
        Events(write).Any(e => Equals(e.Payload, @event));

    private void LetGo(bool newestFirst)
    {
        _holding = false;
        if (newestFirst)
            _held.Reverse();
        foreach (Held held in _held)
        {
            Task<IImmutableList<Exception>> written = Write(held.Batch);
            if (written.IsFaulted)
                held.End.SetException(written.Exception!.InnerExceptions);
            else
                held.End.SetResult(written.Result);
        }

        _held.Clear();
    }

    private Task<IImmutableList<Exception>> Write(AtomicWrite[] batch)
    {
        if (_failing is { } failing && batch.Any(write => Contains(write, failing)))
        {
            return Task.FromException<IImmutableList<Exception>>(
                new InvalidOperationException("no disk"));
        }

        if (_rejecting is not { } reject || !batch.Any(write => Contains(write, reject.Event)))
            return base.WriteMessagesAsync(batch);
        ImmutableList<Exception> results =
        [
            .. batch.Select(write => Contains(write, reject.Event)
                ? new ArgumentException("no good")
                : (Exception)null!),
        ];
        base.WriteMessagesAsync(batch.Where(write => !Contains(write, reject.Event))).Wait();
        return Task.FromResult<IImmutableList<Exception>>(
            reject.WrongCount ? results.Add(null!) : results);
    }

    private sealed record Held(
        AtomicWrite[] Batch, TaskCompletionSource<IImmutableList<Exception>> End);
}

public sealed class SteeredSnapshotStore : MemorySnapshotStore
{
    private BlockReads? _block;
    private bool _failSaves;
    private IActorRef? _tap;

    protected override Task<SelectedSnapshot> LoadAsync(
        string persistenceId, SnapshotSelectionCriteria criteria) => _block switch
    {
        null => base.LoadAsync(persistenceId, criteria),
        { Fail: true } => Task.FromException<SelectedSnapshot>(
            new InvalidOperationException("no read")),
        _ => new TaskCompletionSource<SelectedSnapshot>().Task,
    };

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot) => _failSaves
        ? Task.FromException(new InvalidOperationException("no disk"))
        : base.SaveAsync(metadata, snapshot);

    protected override bool ReceivePluginInternal(object message)
    {
        switch (message)
        {
            case BlockReads block:
                _block = block;
                break;
            case FailSaves:
                _failSaves = true;
                break;
            case Tap tap:
                _tap = tap.To;
                break;
            case ISnapshotResponse:
                _tap?.Tell(message.GetType().Name);
                return true;
            default:
                return base.ReceivePluginInternal(message);
        }

        Sender.Tell(new Steered());
        return true;
    }
}

/// <summary>Never answers.</summary>
public sealed class DeafSnapshotStore : SnapshotStore
{
    private readonly ActorSystem _system = Context.System;

    protected override Task<SelectedSnapshot> LoadAsync(
        string persistenceId, SnapshotSelectionCriteria criteria)
    {
        _system.EventStream.Publish(new LoadAsked(persistenceId));
        return new TaskCompletionSource<SelectedSnapshot>().Task;
    }

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot) =>
        Task.CompletedTask;

    protected override Task DeleteAsync(SnapshotMetadata metadata) => Task.CompletedTask;

    protected override Task DeleteAsync(
        string persistenceId, SnapshotSelectionCriteria criteria) => Task.CompletedTask;
}
