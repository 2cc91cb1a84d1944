using System;
using System.Collections.Generic;
using Rotom.Engine.Memory;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

/// <summary>What a blocked client waits for.</summary>
internal enum WaitKind
{
    /// <summary>One of some keys (BLPOP and its kin).</summary>
    Keys,

    /// <summary>Acknowledgements by others: of replicas, of the disk (WAIT, WAITAOF).</summary>
    Acknowledgement,

    /// <summary>The end of CLIENT PAUSE; the command rests and has not begun.</summary>
    Pause,

    /// <summary>The end of the delay after which a password is looked at.</summary>
    Guess,
}

/// <summary>Answers a client whose time is over.</summary>
internal delegate void TimeoutReply(RotomEngine engine, Client client, ReplyBatch reply);

/// <summary>
/// One blocked client: the command that waits, with copies of its words, and until when. Made when
/// it blocks, dropped when it is served, times out, is unblocked or goes.
/// </summary>
internal sealed class Waiter
{
    internal Waiter(Client client, WaitKind kind)
    {
        Client = client;
        Kind = kind;
    }

    internal Client Client { get; }

    internal WaitKind Kind { get; }

    /// <summary>The command; null for a pause, whose commands rest.</summary>
    internal Command? Command { get; init; }

    /// <summary>The command's words, as its only command.</summary>
    internal CommandBatch? Words { get; init; }

    /// <summary>Bytes that the command's words hold.</summary>
    internal long WordBytes => Words?.InputUsed ?? 0;

    /// <summary>The type of value it waits for.</summary>
    internal ObjectType Type { get; init; }

    /// <summary>When its time is over, on the monotonic clock; long.MaxValue for never.</summary>
    internal long DueNanos { get; init; } = long.MaxValue;

    /// <summary>Counts up: who came first.</summary>
    internal long Order { get; init; }

    /// <summary>CLIENT REPLY keeps its answer from the client.</summary>
    internal bool IsSilent { get; init; }

    /// <summary>What it hears when its time is over; null for the null array.</summary>
    internal TimeoutReply? TimedOut { get; init; }

    /// <summary>Called once when it ends otherwise than by <see cref="RotomEngine.Complete"/>.
    /// </summary>
    internal Action? Ended { get; set; }

    /// <summary>A paused command was put to rest by whoever executes its client.</summary>
    internal bool IsRested { get; set; }

    /// <summary>Its place among those who wait for the end of a pause, or null.</summary>
    internal LinkedListNode<Waiter>? PausePlace { get; set; }

    /// <summary>Its places in the queues of the keys, one a key.</summary>
    internal List<WaiterPlace> Places { get; } = [];
}

/// <summary>A waiter's place in the queue of one key.</summary>
internal readonly record struct WaiterPlace(KeyQueue Queue, LinkedListNode<Waiter> Node);

/// <summary>Those who wait for one key, in the order of their arrival.</summary>
internal sealed class KeyQueue(Database database, Sds key)
{
    internal Database Database { get; } = database;

    internal Sds Key { get; } = key;

    internal LinkedList<Waiter> Waiters { get; } = new();

    /// <summary>The key appeared and its waiters have not been looked at since.</summary>
    internal bool IsReady { get; set; }
}

/// <summary>By the time at which they are due, then by arrival.</summary>
internal sealed class ByDueTime : IComparer<Waiter>
{
    internal static readonly ByDueTime Instance = new();

    public int Compare(Waiter? x, Waiter? y)
    {
        int due = x!.DueNanos.CompareTo(y!.DueNanos);
        return due != 0 ? due : x.Order.CompareTo(y.Order);
    }
}
