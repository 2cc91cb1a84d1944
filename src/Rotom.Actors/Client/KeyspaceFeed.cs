using System;
using System.Collections.Generic;
using System.Text;
using Akka.Actor;
using Rotom.Actors.Messages;
using Rotom.Engine;
using Rotom.Resp;

namespace Rotom.Actors.Client;

// KeyspaceFeed: the actors that want to hear of keys. The engine is asked for the classes that
// anybody wants and no others, so keys cost nothing while nobody listens. The keyspace's turn only.
// Old values are written down as far as the most demanding of those who hear of the key wants; the
// others are told what they asked for.
//
// Who wants to hear of the past first is behind: what happens meanwhile is kept for it, and told
// when the past has been (KeyspaceHistory does that, in a thread of its own).

/// <summary>Tells actors what happens to keys.</summary>
internal sealed class KeyspaceFeed(LocalPort port)
    : LocalConnection(port, "events"), IOldValueLimits
{
    /// <summary>Events that are kept for one who hears of the past, at the most.</summary>
    private const int BehindMax = 1 << 17;

    /// <summary>Bytes of keys and old values in them, at the most.</summary>
    private const long BehindBytesMax = 256 << 20;

    private readonly List<Subscriber> _subscribers = [];
    private readonly RespReader _reader = new();

    /// <summary>Number of the turn whose pushes come next.</summary>
    internal long Seq { get; set; }

    /// <summary>Adds what an actor asked for.</summary>
    internal Subscriber Add(RotomEngine engine, IActorRef actor, SubscribeToKeys request)
    {
        byte[]? key = request.Key is null ? null : Encoding.UTF8.GetBytes(request.Key);
        byte[]? pattern = request.Pattern is null ? null : Encoding.UTF8.GetBytes(request.Pattern);
        Subscriber added = new(actor, request, key, pattern);
        _subscribers.Add(added);
        Ask(engine);
        return added;
    }

    /// <summary>True when an actor has asked for something.</summary>
    internal bool Has(IActorRef actor) =>
        _subscribers.Exists(subscriber => subscriber.Actor.Equals(actor));

    /// <summary>Takes an actor out.</summary>
    internal void Remove(RotomEngine engine, IActorRef actor)
    {
        _subscribers.RemoveAll(subscriber => subscriber.Actor.Equals(actor));
        Ask(engine);
    }

    /// <summary>True when somebody waits for the disk.</summary>
    internal bool IsAwaited => _subscribers.Exists(subscriber => subscriber.Waits is not null);

    /// <summary>Those who wait until the journal has a number on the disk.</summary>
    internal IEnumerable<Subscriber> Waiting(long kept) => _subscribers.FindAll(
        subscriber => subscriber.Waits is { } range && range.UpTo <= kept);

    /// <summary>
    /// The past has been told: what was kept meanwhile is told now. Or it cannot be told.
    /// </summary>
    internal void HistoryEnded(RotomEngine engine, IActorRef history, string error)
    {
        Subscriber? ended =
            _subscribers.Find(subscriber => history.Equals(subscriber.History));
        if (ended is null) return;
        if (error.Length > 0 || ended.Behind is null)
        {
            string reason = error.Length > 0 ? error : "too much happened meanwhile";
            _subscribers.Remove(ended);
            Ask(engine);
            ended.Actor.Tell(new KeysRefused(ended.Request, reason, -1), Port.Keyspace);
            return;
        }

        ended.History = ActorRefs.Nobody;
        Queue<KeyspaceEvent> behind = ended.Behind;
        ended.Behind = null;
        ended.IsBehind = false;
        foreach (KeyspaceEvent told in behind) ended.Actor.Tell(told, Port.Keyspace);
    }

    /// <inheritdoc/>
    public OldValueLimit LimitOf(NotifyClass notifyClass, int database, ReadOnlySpan<byte> key)
    {
        OldValueLimit limit = OldValueLimit.None;
        foreach (Subscriber subscriber in _subscribers)
        {
            limit = limit.Or(subscriber.LimitOf(notifyClass, database, key));
        }

        return limit;
    }

    internal override void Receive(ReadOnlySpan<byte> resp)
    {
        while (!resp.IsEmpty)
        {
            if (_reader.Read(resp, out int consumed) == RespReadResult.Value)
            {
                Tell(Parse(_reader.Value, Seq));
            }

            resp = resp[consumed..];
        }
    }

    internal override void End(Exception why) => _subscribers.Clear();

    /// <summary>What a push of the engine's feed says.</summary>
    internal static KeyspaceEvent Parse(RespValue push, long seq)
    {
        IReadOnlyList<RespValue> items = push.Items;
        return new KeyspaceEvent(
            (NotifyClass)items[0].AsInteger(),
            Encoding.ASCII.GetString(items[2].Bytes.Span),
            (int)items[1].AsInteger(),
            items[3].Bytes.ToArray(),
            OldValue.Of(push))
        {
            Seq = seq,
        };
    }

    private void Ask(RotomEngine engine)
    {
        NotifyClass wanted = NotifyClass.None;
        foreach (Subscriber subscriber in _subscribers) wanted |= subscriber.Request.Classes;
        engine.FeedEvents(_subscribers.Count == 0 ? null : Link, wanted, this);
    }

    private void Tell(KeyspaceEvent told)
    {
        foreach (Subscriber subscriber in _subscribers)
        {
            if (!subscriber.Wants(told)) continue;
            if (!subscriber.IsBehind)
            {
                subscriber.Actor.Tell(subscriber.AsAskedFor(told), Port.Keyspace);
            }
            else if (subscriber.Behind is { } behind && told.Seq > subscriber.ToldUpTo)
            {
                KeyspaceEvent kept = subscriber.AsAskedFor(told);
                behind.Enqueue(kept);
                subscriber.BehindBytes += kept.Key.Length + (kept.OldValue?.PayloadBytes ?? 0);
                if (behind.Count > BehindMax || subscriber.BehindBytes > BehindBytesMax)
                {
                    subscriber.Behind = null;
                }
            }
        }
    }
}

/// <summary>An actor and what it wants to hear.</summary>
internal sealed class Subscriber(
    IActorRef actor, SubscribeToKeys request, byte[]? key, byte[]? pattern) : IOldValueLimits
{
    internal IActorRef Actor => actor;

    internal SubscribeToKeys Request => request;

    /// <summary>It hears of the past.</summary>
    internal bool IsBehind { get; set; }

    /// <summary>Who tells it of the past.</summary>
    internal IActorRef History { get; set; } = ActorRefs.Nobody;

    /// <summary>What that will be, once it is on the disk; null when it is being told.</summary>
    internal HistoryRange? Waits { get; set; }

    /// <summary>Up to where the past is told to it.</summary>
    internal long ToldUpTo { get; set; }

    /// <summary>What has happened meanwhile; null when it was too much.</summary>
    internal Queue<KeyspaceEvent>? Behind { get; set; }

    /// <summary>Bytes of keys and old values in it.</summary>
    internal long BehindBytes { get; set; }

    internal bool Wants(KeyspaceEvent told) => Wants(told.Class, told.Database, told.Key);

    /// <inheritdoc/>
    public OldValueLimit LimitOf(NotifyClass notifyClass, int database, ReadOnlySpan<byte> key) =>
        !request.OldValues.IsNone && Wants(notifyClass, database, key)
            ? request.OldValues
            : OldValueLimit.None;

    /// <summary>The event with no more of an old value than it asked for.</summary>
    internal KeyspaceEvent AsAskedFor(KeyspaceEvent told)
    {
        if (told.OldValue is not { } old) return told;
        OldValue? within = request.OldValues.IsNone ? null : old.Within(request.OldValues);
        return ReferenceEquals(within, old) ? told : told with { OldValue = within };
    }

    private bool Wants(NotifyClass notifyClass, int database, ReadOnlySpan<byte> name) =>
        (request.Classes & notifyClass) != 0
        && (request.Database is null || request.Database == database)
        && (key is null || name.SequenceEqual(key))
        && (pattern is null || Glob.Matches(pattern, name));
}
