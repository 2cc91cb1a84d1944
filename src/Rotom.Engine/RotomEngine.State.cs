using System;
using Rotom.Engine.Info;
using Rotom.Engine.Memory;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

// A client's state as commands change it, and the engine's own when something went wrong.
public sealed partial class RotomEngine
{
    /// <summary>INFO's sections; the owner adds its own.</summary>
    public InfoReport Info { get; } = new();

    /// <summary>True when a user of that name (byte text) exists.</summary>
    internal bool HasUser(string name) => Acl.Find(name) is not null;

    /// <summary>RESET: the client is as if it had just connected.</summary>
    internal void ResetClient(Client client)
    {
        bool subscribed = client.SubscriptionCount > 0;
        PubSub.Forget(client);
        client.DropQueue();
        Unwatch(client);
        StopTracking(client);
        RemoveMonitor(client);
        ClientGate kept = client.Gate
            & (ClientGate.Closing | ClientGate.Blocked | ClientGate.ReplySkip);
        client.Gate = kept;
        client.Resp3 = false;
        client.Database = Databases[0];
        client.Name = [];
        client.NoEvict = client.NoTouch = false;
        if (subscribed) Order(client, ClientOrderKind.BecomeNormal);
        Account(client);
        BecomeDefaultUser(client);
    }

    /// <summary>Enters or leaves the mode in which a RESP2 client may only (un)subscribe.</summary>
    internal void UpdateSubscriberMode(Client client)
    {
        Account(client);
        bool subscribed = client.SubscriptionCount + (client.ShardChannels?.Count ?? 0) > 0;
        if (subscribed == client.Has(ClientGate.Subscriber)) return;
        client.Set(ClientGate.Subscriber, subscribed);
        Order(client, subscribed ? ClientOrderKind.BecomeSubscriber : ClientOrderKind.BecomeNormal);
    }

    /// <summary>What else a client held when it went.</summary>
    private void OnClientGone(Client client)
    {
        Unwatch(client);
        StopTracking(client);
        RemoveMonitor(client);
        client.DropQueue();
        if (client.Waiter is { } waiter) Leave(waiter);
        client.Resting = null;
    }

    /// <summary>
    /// Proves the invariants of all tables and collections. Costs a walk over every key and
    /// element.
    /// </summary>
    /// <exception cref="InvariantException">One does not hold.</exception>
    public void CheckInvariants()
    {
        CheckValues();
        Payloads.Hashes.DeepCheck();
        Payloads.Customs.DeepCheck();
        _trackingTable?.DeepCheck();
        Heap.DeepCheck();
    }

    /// <summary>Proves the invariants of all tables and collections, but not the heap's.</summary>
    internal void CheckValues()
    {
        ValueChecker checker = new(Payloads);
        foreach (Database database in Databases)
        {
            KeyTable table = database.Table;
            table.DeepCheck();
            for (uint i = 0; i < table.BucketCount; i++) table.VisitBucket(i, ref checker);
        }
    }

    private readonly struct ValueChecker(Payloads payloads) : IEntryVisitor
    {
        public void Visit(Entry entry)
        {
            if (entry.Type == ObjectType.String) return;
            payloads.DeepCheck(entry.Type, entry.Encoding, entry.Payload);
            if (entry.IsEmbedded) Invariant.Require(payloads.IsWhole(entry));
        }
    }
}
