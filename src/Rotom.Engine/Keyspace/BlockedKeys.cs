using System;
using System.Collections.Generic;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// BlockedKeys: who waits for which key.
//
// A key that somebody waits for has a queue, found by its name without a copy; a client that waits
// for several keys has one place in the queue of each. Whoever makes a key appear notes it here;
// when the command or transaction is done the noted keys are served in the order in which they
// were noted, and the clients of each in the order in which they came. Serving is running the
// blocked command anew: it takes what is there or goes on waiting where it was.
//
// Invariants: a queue in the table holds a waiter; each waiter's places are all in queues; a queue
// is in the list of ready ones exactly if it is marked so. Databases keep their numbers when they
// are exchanged, so a queue is of a number.
//
// Called by the engine alone, inside the keyspace's turn.

/// <summary>The keys that blocked clients wait for.</summary>
internal sealed class BlockedKeys
{
    private readonly RotomEngine _engine;
    private readonly Dictionary<Sds, KeyQueue>[] _queues;
    private readonly Queue<KeyQueue> _ready = new();

    internal BlockedKeys(RotomEngine engine, int databases)
    {
        _engine = engine;
        _queues = new Dictionary<Sds, KeyQueue>[databases];
    }

    /// <summary>Keys that somebody waits for (INFO's total_blocking_keys).</summary>
    internal int KeyCount { get; private set; }

    /// <summary>A key appeared, or has more elements.</summary>
    internal void Note(Database database, ReadOnlySpan<byte> key)
    {
        if (Find(database, key) is { } queue) Note(queue);
    }

    /// <summary>Any key of a database may have appeared (SWAPDB).</summary>
    internal void NoteAll(Database database)
    {
        if (_queues[database.Index] is not { } queues) return;
        foreach (KeyQueue queue in queues.Values)
        {
            if (database.Exists(queue.Key.Span)) Note(queue);
        }
    }

    /// <summary>
    /// Serves those who waited for the keys noted, in the order of their arrival.
    /// </summary>
    internal void Serve()
    {
        // What is served may make other keys appear: they come behind.
        while (_ready.TryDequeue(out KeyQueue? queue))
        {
            queue.IsReady = false;
            Serve(queue);
        }
    }

    /// <summary>Gives a waiter a place behind all others that wait for a key.</summary>
    internal void Add(Waiter waiter, Database database, ReadOnlySpan<byte> key)
    {
        Dictionary<Sds, KeyQueue> queues =
            _queues[database.Index] ??= new Dictionary<Sds, KeyQueue>(SdsComparer.Instance);
        KeyQueue? queue = Find(database, key);
        if (queue is null)
        {
            queue = new KeyQueue(database, new Sds(key));
            queues.Add(queue.Key, queue);
            KeyCount++;
        }

        // A key that is named twice is waited for once.
        if (ReferenceEquals(queue.Waiters.Last?.Value, waiter)) return;
        waiter.Places.Add(new WaiterPlace(queue, queue.Waiters.AddLast(waiter)));
    }

    /// <summary>Takes a waiter out of all queues.</summary>
    internal void Remove(Waiter waiter)
    {
        foreach ((KeyQueue queue, LinkedListNode<Waiter> node) in waiter.Places)
        {
            queue.Waiters.Remove(node);
            if (queue.Waiters.Count > 0) continue;
            _queues[queue.Database.Index].Remove(queue.Key);
            KeyCount--;
        }

        waiter.Places.Clear();
    }

    private void Note(KeyQueue queue)
    {
        if (queue.IsReady) return;
        queue.IsReady = true;
        _ready.Enqueue(queue);
    }

    private KeyQueue? Find(Database database, ReadOnlySpan<byte> key)
    {
        if (_queues[database.Index] is not { } queues) return null;
        return queues.GetAlternateLookup<ReadOnlySpan<byte>>()
            .TryGetValue(key, out KeyQueue? queue) ? queue : null;
    }

    private void Serve(KeyQueue queue)
    {
        LinkedListNode<Waiter>? node = queue.Waiters.First;
        while (node is not null)
        {
            // Serving takes at most this waiter out of the queue, so the next one stays in it.
            LinkedListNode<Waiter>? next = node.Next;
            Waiter waiter = node.Value;
            Key key = new(queue.Key.Span, _engine.Hash(queue.Key.Span));
            Entry entry = queue.Database.Peek(key);
            if (entry.IsNull) return;
            // A client whose connection is already closed must not take an element with it.
            if (entry.Type == waiter.Type && !waiter.Client.Link.IsClosing
                && _engine.MayBeServed(waiter))
            {
                _engine.Retry(waiter, queue.Key);
            }

            node = next;
        }
    }
}
