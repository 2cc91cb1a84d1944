using System;
using System.Collections.Generic;
using Rotom.Engine.Memory;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

// Clients that wait. No thread, actor or timer belongs to one: it is a Waiter in the client, places
// in the queues of the keys (BlockedKeys), and a place in the order of deadlines.
//
//   blocks     a handler finds nothing and calls context.TryBlock: the command's words are copied,
//              nothing is answered, the gate bit Blocked is set. What follows in the client's
//              pipeline, in this batch or a later one, rests on the client (Client.Resting).
//   is served  when the command or transaction that made a key appear is done, the blocked command
//              is run anew (Retry), for that key alone. It answers, or calls TryBlock again and
//              thereby keeps its place. Its reply goes out with the turn that served it.
//   times out  the owner calls RunTimers at NextDueNanos.
//   is freed   any of the above, CLIENT UNBLOCK, the end of a pause: its resting commands run at
//              the end of the batch in hand. Until they have, Blocked stays set, so that commands
//              that come later cannot overtake them.
//   goes       CLIENT KILL or its connection's end: waiter and resting commands are dropped.
//
// A blocked command counts as one call: it is booked when it is answered, not when it blocks.
public sealed partial class RotomEngine
{
    private readonly SortedSet<Waiter> _deadlines = new(ByDueTime.Instance);
    private readonly Queue<Client> _freed = new();
    private readonly HashSet<Client> _waiting = [];
    private long _waitOrder;

    /// <summary>The command that is being run anew, and the key for which.</summary>
    private Waiter? _retrying;
    private Sds _retryKey;
    private bool _retryStays;

    /// <summary>True while somebody waits for a key: else a key that appears costs nothing.
    /// </summary>
    internal bool KeysAreAwaited => BlockedKeys.KeyCount != 0;

    /// <summary>The keys that clients wait for.</summary>
    internal BlockedKeys BlockedKeys { get; }

    /// <summary>Clients that wait for something (INFO's blocked_clients).</summary>
    internal int WaitingClients => _waiting.Count;

    /// <summary>Clients that wait for something.</summary>
    public int BlockedClientCount => _waiting.Count;

    /// <summary>Clients that wait no longer than a while.</summary>
    internal int WaitersWithDeadline => _deadlines.Count;

    /// <summary>
    /// When <see cref="RunTimers"/> is to be called next, on the clock's monotonic nanoseconds;
    /// long.MaxValue while there is no need.
    /// </summary>
    public long NextDueNanos
    {
        get
        {
            if (_freed.Count > 0) return 0;
            long due = _deadlines.Min?.DueNanos ?? long.MaxValue;
            return Math.Min(due, PauseEndNanos);
        }
    }

    /// <summary>Is told that timers are about to run: for a simulation's oracle.</summary>
    internal Action? BeforeTimers { get; set; }

    /// <summary>
    /// Answers the blocked clients whose time is over and ends a pause whose time is. Replies and
    /// effects are where <see cref="Execute"/> leaves them. Too early a call does nothing.
    /// </summary>
    public void RunTimers()
    {
        BeginTurn();
        BeforeTimers?.Invoke();
        while (_deadlines.Min is { } waiter && waiter.DueNanos <= _nowNanos) TimeOut(waiter);
        if (PauseEndNanos <= _nowNanos) Unpause();
        RunFreed();
        Caches?.EndTurn();
    }

    /// <summary>
    /// Releases all who wait for keys or acknowledgements, with an error: what they waited on is
    /// not what it was (the owner's instance failed, the role changed).
    /// </summary>
    public void ReleaseWaiters()
    {
        foreach (Client client in new List<Client>(_waiting))
        {
            Waiter waiter = client.Waiter!;
            if (waiter.Kind is WaitKind.Pause or WaitKind.Guess) continue;
            Answer(waiter, static (_, _, reply) => reply.Error(Errors.UnblockedRole), true);
        }
    }

    /// <summary>A value appeared under a key.</summary>
    internal void SignalKeyReady(Database database, ReadOnlySpan<byte> key, ObjectType type)
    {
        if (!KeysAreAwaited || type == ObjectType.String) return;
        BlockedKeys.Note(database, key);
        _afterCommand |= After.ReadyKeys;
    }

    /// <summary>A database holds other keys than before.</summary>
    internal void SignalAllReady(Database database)
    {
        if (!KeysAreAwaited) return;
        BlockedKeys.NoteAll(database);
        _afterCommand |= After.ReadyKeys;
    }

    /// <summary>True when a command may wait: not inside a transaction.</summary>
    internal static bool MayBlock(Client client) => !client.Has(ClientGate.InExec);

    /// <summary>
    /// Blocks the command's client until one of its keys has a value of a type; a command that is
    /// run anew keeps its place instead.
    /// </summary>
    internal void BlockOnKeys(
        ref CommandContext c, ObjectType type, int firstKey, int keyCount, long timeoutMs,
        TimeoutReply? timedOut)
    {
        if (ReferenceEquals(_retrying?.Client, c.Client))
        {
            _retryStays = true;
            return;
        }

        Waiter waiter = MakeWaiter(in c, WaitKind.Keys, type, timeoutMs, timedOut);
        for (int i = 0; i < keyCount; i++)
        {
            BlockedKeys.Add(waiter, c.Database, c.Key(firstKey + i).Bytes);
        }

        Block(waiter);
    }

    /// <summary>
    /// Blocks the command's client until whoever counts acknowledgements calls
    /// <see cref="Answer"/>, or its time is over.
    /// </summary>
    internal Waiter BlockOnAcknowledgement(
        in CommandContext c, long timeoutMs, TimeoutReply timedOut)
    {
        Waiter waiter = MakeWaiter(in c, WaitKind.Acknowledgement, default, timeoutMs, timedOut);
        Block(waiter);
        return waiter;
    }

    /// <summary>True when the key is the one for which a command is (or may be) run.</summary>
    internal bool IsAwaited(Client client, Key key) =>
        _retrying is null || !ReferenceEquals(_retrying.Client, client)
        || key.Bytes.SequenceEqual(_retryKey.Span);

    /// <summary>Runs a blocked command anew: it is served, or goes on waiting.</summary>
    internal void Retry(Waiter waiter, Sds key)
    {
        Client client = waiter.Client;
        ReplyBatch reply = BeginReply(client);
        ReplyBatch.Mark before = reply.Here();
        Client? outer = _executing;
        _executing = client;
        _retrying = waiter;
        _retryKey = key;
        _retryStays = false;
        bool completed = false;
        try
        {
            CommandRef words = waiter.Words!.Commands[0];
            Call(
                client,
                waiter.Command!,
                waiter.Words,
                waiter.Words.Args.Slice(words.FirstArg, words.ArgCount),
                reply);
            completed = true;
        }
        finally
        {
            _retrying = null;
            // After a fault of the keyspace its next instance answers the client.
            if (!completed)
            {
                _failedRetry = client;
                Free(waiter);
            }
        }

        if (_retryStays) Uncount(waiter.Command!);
        else Free(waiter);
        if (!_retryStays && (waiter.IsSilent || client.Has(ClientGate.ReplyOff)))
        {
            BeginReply(client);
            reply.Rollback(client.Link, before);
        }

        SendOwnPushes(client, reply);
        _executing = outer;
        if (outer is not null) BeginReply(outer);
    }

    /// <summary>CLIENT UNBLOCK: as if its time were over, or with an error.</summary>
    /// <returns>False when the client is not blocked by a command that can be.</returns>
    internal bool Unblock(Client client, bool withError)
    {
        if (client.Waiter is not { } waiter) return false;
        if (waiter.Kind is WaitKind.Pause or WaitKind.Guess) return false;
        if (withError)
        {
            Answer(waiter, static (_, _, reply) => reply.Error(Errors.Unblocked), true);
            CountError(Errors.Unblocked);
        }
        else
        {
            TimeOut(waiter);
        }

        EndPush();
        return true;
    }

    /// <summary>Answers a client that waits and frees it.</summary>
    internal void Answer(Waiter waiter, TimeoutReply answer, bool failed)
    {
        Client client = waiter.Client;
        Command command = waiter.Command!;
        Free(waiter);
        command.Calls++;
        if (failed) command.FailedCalls++;
        Stats.CommandsProcessed++;
        if (waiter.IsSilent || client.Has(ClientGate.ReplyOff)) return;
        answer(this, client, BeginReply(client));
    }

    /// <summary>Runs what rested on the clients that were freed.</summary>
    private void RunFreed()
    {
        // Freed clients may free others; each runs at most what rested on it.
        while (_freed.TryPeek(out Client? client))
        {
            bool isGone = client.Has(ClientGate.Closing) || client.Link.EngineState is null;
            if (client.Waiter is null && !isGone)
            {
                client.Set(ClientGate.Blocked, false);
                RunResting(client);
            }

            _freed.Dequeue();
        }

        if (_metered.Count != 0) Meter();
    }

    private void TimeOut(Waiter waiter)
    {
        if (waiter.Kind == WaitKind.Guess) Retry(waiter, default);
        else Answer(waiter, waiter.TimedOut ?? (static (_, _, reply) => reply.NullArray()), false);
    }

    private Waiter MakeWaiter(
        in CommandContext c, WaitKind kind, ObjectType type, long timeoutMs, TimeoutReply? timedOut)
    {
        int bytes = 0;
        for (int i = 0; i < c.ArgCount; i++) bytes += c[i].Length;
        CommandBatch words = CommandBatch.ForCopies(bytes, c.ArgCount);
        words.BeginRun(c.Client.Link);
        for (int i = 0; i < c.ArgCount; i++) words.AddCopy(c[i]);
        words.EndCommand(0);
        // What no clock will reach is for ever.
        bool forEver = timeoutMs == 0 || timeoutMs > (long.MaxValue - _nowNanos) / 1_000_000;
        return new Waiter(c.Client, kind)
        {
            Command = c.Command,
            Words = words,
            Type = type,
            DueNanos = forEver ? long.MaxValue : _nowNanos + (timeoutMs * 1_000_000),
            Order = _waitOrder++,
            IsSilent = c.Client.Has(ClientGate.ReplyOff | ClientGate.ReplySkip),
            TimedOut = timedOut,
        };
    }

    private void Block(Waiter waiter)
    {
        Client client = waiter.Client;
        Invariant.Require(client.Waiter is null);
        client.Waiter = waiter;
        client.Link.IsBlocked = true;
        client.Set(ClientGate.Blocked, true);
        _waiting.Add(client);
        Account(client);
        if (waiter.DueNanos != long.MaxValue) _deadlines.Add(waiter);
        if (waiter.Command is not null) Uncount(waiter.Command);
    }

    // The call that is being made is counted when it returns, and again when it is answered.
    private void Uncount(Command command)
    {
        command.Calls--;
        Stats.CommandsProcessed--;
    }

    private void Free(Waiter waiter)
    {
        Client client = waiter.Client;
        Leave(waiter);
        if (client.Resting is null) client.Set(ClientGate.Blocked, false);
        else _freed.Enqueue(client);
    }

    private void Leave(Waiter waiter)
    {
        Client client = waiter.Client;
        if (waiter.DueNanos != long.MaxValue) _deadlines.Remove(waiter);
        _waiting.Remove(client);
        client.Waiter = null;
        client.Link.IsBlocked = false;
        BlockedKeys.Remove(waiter);
        Account(client);
        if (waiter.PausePlace is { } place) _paused.Remove(place);
        Action? ended = waiter.Ended;
        waiter.Ended = null;
        ended?.Invoke();
    }
}
