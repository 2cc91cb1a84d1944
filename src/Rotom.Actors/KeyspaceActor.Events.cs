using System.Collections.Generic;
using System.Globalization;
using Akka.Actor;
using Rotom.Actors.Client;
using Rotom.Actors.Messages;
using Rotom.Actors.Persistence;

namespace Rotom.Actors;

// Actors that want to hear of keys, from now on or from an event of the journal on. The past is
// what the journal has up to the moment of asking; it is told once all of that is on the disk, by
// an actor that reads the files.
internal sealed partial class KeyspaceActor
{
    private void OnSubscribe(SubscribeToKeys request)
    {
        long seq = _state.Journal?.LastSeq ?? 0;
        HistoryRange? range = null;
        if (request.After is { } after && Refusal(after, out long earliest, out range) is { } why)
        {
            Sender.Tell(new KeysRefused(request, why, earliest), Self);
            return;
        }

        Subscriber added = _state.Feed.Add(_state.Engine, Sender, request);
        Context.Watch(Sender);
        Sender.Tell(new KeysSubscribed(request) { Seq = seq }, Self);
        if (range is null) return;
        added.IsBehind = true;
        added.Behind = new Queue<KeyspaceEvent>();
        added.ToldUpTo = range.UpTo;
        added.Waits = range;
        TellHistories();
    }

    // Why the past cannot be told from that number on; null when it can, or when there is none.
    private string? Refusal(long after, out long earliest, out HistoryRange? range)
    {
        earliest = -1;
        range = null;
        if (_state.Journal is not { } journal || !_state.Keeper.IsOn)
        {
            return "there is no journal";
        }

        AofStore store = journal.Store;
        if (_state.Engine.IsLoading || !store.IsComplete)
        {
            return "the journal cannot be read at the moment";
        }

        earliest = store.BaseSeq;
        if (after < earliest)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"the journal has been rewritten: what came before {earliest} is gone");
        }

        if (after > journal.LastSeq)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"the journal has not come to {after}: it is at {journal.LastSeq}");
        }

        if (after < journal.LastSeq) range = store.History(after, journal.LastSeq);
        return null;
    }

    /// <summary>The past of which everything is on the disk by now is told.</summary>
    private void TellHistories()
    {
        long kept = _state.Journal?.KeptSeq ?? long.MaxValue;
        foreach (Subscriber subscriber in _state.Feed.Waiting(kept))
        {
            string name = string.Create(
                CultureInfo.InvariantCulture, $"history-{++_state.Histories}");
            Props props = KeyspaceHistory
                .Props(subscriber.Waits!, subscriber, _state.MakeHistoryEngine)
                .WithDispatcher(_state.DiskDispatcher);
            subscriber.Waits = null;
            subscriber.History = Context.Watch(Context.ActorOf(props, name));
        }
    }
}
