using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Rotom.Actors.Messages;

namespace Rotom.Actors.Persistence;

// AofJournal: Akka.Persistence's journal in files of redis-server's format. It knows bytes and
// numbers; what the commands mean is nobody's business here. What is done is in AofStore, one for
// each persistence id; here are the doors: Akka's protocol, and messages of the server.

/// <summary>A journal in append-only files; HOCON section <c>rotom.persistence.aof</c>.</summary>
public sealed class AofJournal : AsyncWriteJournal
{
    /// <summary>The section of the plugin, by which a persistent actor names it.</summary>
    public const string PluginId = "rotom.persistence.aof";

    private readonly Config _config;
    private readonly AofStores _stores;
    private readonly IScheduler _scheduler;
    private readonly IActorRef _self;

    /// <summary>Called by Akka.</summary>
    public AofJournal(Config config)
    {
        _config = config;
        _stores = AofStores.For(Context.System);
        _scheduler = Context.System.Scheduler;
        _self = Self;
    }

    /// <inheritdoc/>
    public override Task<long> ReadHighestSequenceNrAsync(
        string persistenceId, long fromSequenceNr)
    {
        try
        {
            return Task.FromResult(StoreOf(persistenceId).Highest());
        }
        catch (AofLoadException broken)
        {
            return Task.FromException<long>(broken);
        }
    }

    /// <inheritdoc/>
    public override Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr,
        long max, Action<IPersistentRepresentation> recoveryCallback) =>
        _stores.HasEnded(persistenceId)
            ? Task.FromException(new AofLoadException("The journal has ended"))
            : StoreOf(persistenceId).Replay(
                fromSequenceNr, toSequenceNr, max, persistenceId, recoveryCallback);

    /// <inheritdoc/>
    protected override Task<IImmutableList<Exception>?> WriteMessagesAsync(
        IEnumerable<AtomicWrite> messages)
    {
        // One id a batch is what Akka sends; more are taken for what they are.
        string? id = null;
        List<AtomicWrite> writes = [];
        List<Task<IImmutableList<Exception>?>>? others = null;
        foreach (AtomicWrite write in messages)
        {
            if (id is not null && write.PersistenceId != id)
            {
                others ??= [];
                others.Add(WriteTo(id, writes));
                writes = [];
            }

            id = write.PersistenceId;
            writes.Add(write);
        }

        if (id is null) return Task.FromResult<IImmutableList<Exception>?>(null);
        Task<IImmutableList<Exception>?> last = WriteTo(id, writes);
        return others is null ? last : All(others, last);
    }

    /// <inheritdoc/>
    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr) =>
        StoreOf(persistenceId).DeleteTo(toSequenceNr);

    /// <inheritdoc/>
    protected override bool ReceivePluginInternal(object message)
    {
        switch (message)
        {
            case AofFlushed flushed:
                flushed.Store.OnFlushed(flushed);
                return true;
            case AofTick tick:
                tick.Store.OnTick();
                return true;
            case AofFlushDue due:
                due.Store.OnFlushDue();
                return true;
            case AofHistoryDue due:
                due.Store.DeleteHistory();
                return true;
            case CutJournal late when !_stores.IsCurrent(late.PersistenceId, late.Store):
                return true;
            case CutJournal cut:
                if (cut.Seq < 0) StoreOf(cut.PersistenceId).ForgetCut();
                else StoreOf(cut.PersistenceId).Cut(cut.Seq);
                return true;
            case ForgetJournal forget:
                // Its files are closed behind the flush.
                Forget(forget);
                return true;
            case FlushNow late when _stores.HasEnded(late.PersistenceId):
                Sender.Tell(Akka.Done.Instance, _self);
                return true;
            case FlushNow flush:
                IActorRef asker = Sender;
                StoreOf(flush.PersistenceId)
                    .WhenFlushed(() => asker.Tell(Akka.Done.Instance, _self));
                return true;
            case InstallBase install:
                Install(install, Sender);
                return true;
            default:
                return false;
        }
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        foreach (AofStore store in _stores.All) store.Leave();
        base.PostStop();
    }

    private Task<IImmutableList<Exception>?> WriteTo(string id, List<AtomicWrite> writes)
    {
        try
        {
            return StoreOf(id).Write(writes);
        }
        catch (AofLoadException broken)
        {
            return Task.FromException<IImmutableList<Exception>?>(broken);
        }
    }

    private static async Task<IImmutableList<Exception>?> All(
        List<Task<IImmutableList<Exception>?>> others, Task<IImmutableList<Exception>?> last)
    {
        foreach (Task<IImmutableList<Exception>?> other in others)
        {
            await other.ConfigureAwait(false);
        }

        await last.ConfigureAwait(false);
        return null;
    }

    private void Install(InstallBase install, IActorRef sender)
    {
        if (!_stores.IsCurrent(install.PersistenceId, install.Store))
        {
            install.Done(new AofWriteException("the journal has ended"));
            return;
        }

        Task installed = StoreOf(install.PersistenceId)
            .Install(install.Seq, install.TempName, install.IsRdb);
        installed.ContinueWith(
            ended => install.Done(ended.Exception?.InnerException),
            default,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private void Forget(ForgetJournal forget)
    {
        AofStore store = forget.Store ?? StoreOf(forget.PersistenceId);
        store.FlushWritten();
        _stores.Remove(forget.PersistenceId, store);
        Sender.Tell(new JournalForgotten(store), _self);
    }

    private AofStore StoreOf(string persistenceId)
    {
        AofStore store = _stores.Of(persistenceId, _config);
        store.Attach(_self, _scheduler);
        return store;
    }
}

/// <summary>The journal goes on in a new file behind this event; a base follows.</summary>
/// <param name="PersistenceId">Whose journal.</param>
/// <param name="Seq">The last event that the base holds; -1: there will be none.</param>
/// <param name="Store">Which, if another one of that id may have begun.</param>
internal sealed record CutJournal(string PersistenceId, long Seq, AofStore? Store = null)
    : INoSerializationVerificationNeeded;

/// <summary>A base is finished under a name of its own.</summary>
/// <param name="Store">The journal that it was made for; another one has no use for it.</param>
/// <param name="PersistenceId">Whose journal.</param>
/// <param name="Seq">The last event that it holds.</param>
/// <param name="TempName">Its name so far.</param>
/// <param name="IsRdb">Whether it is a snapshot, or commands.</param>
/// <param name="Done">Hears when it is the base, or why it is not.</param>
internal sealed record InstallBase(
    AofStore Store, string PersistenceId, long Seq, string TempName, bool IsRdb,
    Action<Exception?> Done)
    : INoSerializationVerificationNeeded;

/// <summary>
/// The journal has ended: it is flushed and closed, which is answered by JournalForgotten.
/// </summary>
/// <param name="PersistenceId">Whose.</param>
/// <param name="Store">Which, if another one of that id may have begun.</param>
internal sealed record ForgetJournal(string PersistenceId, AofStore? Store = null)
    : INoSerializationVerificationNeeded;
