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

/// <summary>Tells actors what happens to keys.</summary>
internal sealed class KeyspaceFeed(LocalPort port) : LocalConnection(port, "events")
{
    private readonly List<Subscriber> _subscribers = [];
    private readonly RespReader _reader = new();

    /// <summary>Adds what an actor asked for.</summary>
    internal void Add(RotomEngine engine, IActorRef actor, SubscribeToKeys request)
    {
        byte[]? key = request.Key is null ? null : Encoding.UTF8.GetBytes(request.Key);
        byte[]? pattern = request.Pattern is null ? null : Encoding.UTF8.GetBytes(request.Pattern);
        _subscribers.Add(new Subscriber(actor, request, key, pattern));
        Ask(engine);
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

    internal override void Receive(ReadOnlySpan<byte> resp)
    {
        while (!resp.IsEmpty)
        {
            if (_reader.Read(resp, out int consumed) == RespReadResult.Value) Tell(_reader.Value);
            resp = resp[consumed..];
        }
    }

    internal override void End(Exception why) => _subscribers.Clear();

    private void Ask(RotomEngine engine)
    {
        NotifyClass wanted = NotifyClass.None;
        foreach (Subscriber subscriber in _subscribers) wanted |= subscriber.Request.Classes;
        engine.FeedEvents(_subscribers.Count == 0 ? null : Link, wanted);
    }

    private void Tell(RespValue push)
    {
        IReadOnlyList<RespValue> items = push.Items;
        KeyspaceEvent told = new(
            (NotifyClass)items[0].AsInteger(),
            Encoding.ASCII.GetString(items[2].Bytes.Span),
            (int)items[1].AsInteger(),
            items[3].Bytes.ToArray(),
            items[4].IsNull ? null : items[4].Bytes.ToArray());
        foreach (Subscriber subscriber in _subscribers)
        {
            if (subscriber.Wants(told)) subscriber.Actor.Tell(told, Port.Keyspace);
        }
    }

    private sealed record Subscriber(
        IActorRef Actor, SubscribeToKeys Request, byte[]? Key, byte[]? Pattern)
    {
        internal bool Wants(KeyspaceEvent told) =>
            (Request.Classes & told.Class) != 0
            && (Request.Database is null || Request.Database == told.Database)
            && (Key is null || told.Key.AsSpan().SequenceEqual(Key))
            && (Pattern is null || Glob.Matches(Pattern, told.Key));
    }
}
