using System;
using System.Collections.Generic;
using System.Linq;

namespace Rotom.Simulation.Oracle;

/// <summary>A client that waits for keys.</summary>
/// <param name="Client">Who.</param>
/// <param name="Args">The command, which is run anew when one of its keys appears.</param>
/// <param name="Keys">The keys it waits for.</param>
/// <param name="Type">The type of value it waits for.</param>
/// <param name="DueNanos">When its time is over.</param>
/// <param name="Order">Its number among all that ever waited.</param>
/// <param name="IsSilent">What it will hear is not sent.</param>
/// <param name="TimedOut">What it hears when its time is over.</param>
internal sealed record ModelWaiter(
    ModelClient Client, string[] Args, List<(int Database, string Key)> Keys, string Type,
    long DueNanos, long Order, bool IsSilent, Action<ReplyModel> TimedOut);

// Clients that wait for keys, as Redis' documentation has it: whoever came first is served first;
// keys that one command or transaction made appear are served in the order in which it did; what
// waits behind a blocking command in a client's pipeline goes on when the others of the turn are
// done.
internal sealed partial class Model
{
    private readonly Dictionary<(int Database, string Key), List<ModelWaiter>> _queues = [];
    private readonly Queue<(int Database, string Key)> _ready = new();
    private readonly Queue<ModelClient> _freed = new();
    private readonly List<ModelWaiter> _waiters = [];
    private long _waitOrder;
    private ModelWaiter? _retrying;
    private string _retryKey = "";
    private bool _retryStays;

    /// <summary>The clock that timeouts go by, in nanoseconds.</summary>
    internal long NowNanos { get; set; }

    /// <summary>Clients that wait.</summary>
    internal int WaitingClients => _waiters.Count + _postponed.Count;

    /// <summary>Clients that were served while they waited.</summary>
    internal long Served { get; private set; }

    /// <summary>True when a client waits for a key that has what it waits for.</summary>
    internal bool SomebodyWaitsInVain => _waiters.Exists(waiter =>
        !waiter.Client.IsLinkClosing() && waiter.Keys.Exists(place =>
            Find(place.Database, place.Key) is { } value && value.Type == waiter.Type));

    /// <summary>The server looks at its timers.</summary>
    internal void RunTimers()
    {
        foreach (ModelWaiter waiter in _waiters.Where(one => one.DueNanos <= NowNanos)
            .OrderBy(one => one.DueNanos).ThenBy(one => one.Order).ToList())
        {
            Free(waiter);
            if (waiter.IsSilent || waiter.Client.ReplyOff) continue;
            string what = "time over: " + string.Join(' ', waiter.Args);
            ReplyModel reply = new(waiter.Client.Resp3, what);
            waiter.TimedOut(reply);
            waiter.Client.Checker.Expect(reply.Parts, Turn);
        }

        EndPauseInTime();
        RunFreed();
        EndBatch();
    }

    /// <summary>All commands of a batch are executed: those that rested go on.</summary>
    internal void RunFreed()
    {
        while (_freed.TryPeek(out ModelClient? client))
        {
            if (client.Waiter is null && !_postponed.Contains(client) && !client.IsClosing
                && !client.IsGone)
            {
                client.IsBlocked = false;
                RunResting(client);
            }

            _freed.Dequeue();
        }
    }

    private void RunResting(ModelClient client)
    {
        while (!client.IsBlocked && !client.IsClosing && client.Resting.Count > 0)
        {
            string[] args = client.Resting.Dequeue();
            Diary?.WriteLine($"  {client.Id} {client.Address} goes on: {string.Join(' ', args)}");
            Run(client, args);
        }

        if (client.IsBlocked || client.RestingError is not { } error) return;
        client.RestingError = null;
        Refuse(client, error);
    }

    /// <summary>
    /// Waits, or answers at once inside a transaction; a command that is run anew stays.
    /// </summary>
    private void Block(
        ModelCall c, IEnumerable<string> keys, string type, long timeoutMs,
        Action<ReplyModel> timedOut)
    {
        ModelClient client = c.Client;
        if (client.InExec)
        {
            timedOut(c.Reply);
            return;
        }

        if (_retrying?.Client == client)
        {
            _retryStays = true;
            return;
        }

        ModelWaiter waiter = new(
            client, c.Args, [.. keys.Distinct().Select(key => (client.Database, key))], type,
            timeoutMs == 0 ? long.MaxValue : NowNanos + (timeoutMs * 1_000_000), _waitOrder++,
            client.ReplyOff || client.Skip, timedOut);
        client.Waiter = waiter;
        client.IsBlocked = true;
        _waiters.Add(waiter);
        foreach ((int Database, string Key) place in waiter.Keys)
        {
            if (!_queues.TryGetValue(place, out List<ModelWaiter>? queue))
                _queues[place] = queue = [];
            queue.Add(waiter);
        }
    }

    private bool IsAwaited(ModelCall c, string key) =>
        _retrying?.Client != c.Client || key == _retryKey;

    /// <summary>A key holds something new.</summary>
    private void Note(int database, string key, ModelValue value)
    {
        if (value.Data is null || !_queues.ContainsKey((database, key))) return;
        if (!_ready.Contains((database, key))) _ready.Enqueue((database, key));
    }

    /// <summary>A command or transaction is done: whoever waited is served.</summary>
    private void Serve()
    {
        while (_ready.TryDequeue(out (int Database, string Key) place))
        {
            if (!_queues.TryGetValue(place, out List<ModelWaiter>? queue)) continue;
            foreach (ModelWaiter waiter in queue.ToList())
            {
                if (Find(place.Database, place.Key) is not { } value) break;
                if (value.Type == waiter.Type && !waiter.Client.IsLinkClosing())
                    Retry(waiter, place.Key);
            }
        }
    }

    private void Retry(ModelWaiter waiter, string key)
    {
        ReplyModel reply = new(waiter.Client.Resp3, "served: " + string.Join(' ', waiter.Args));
        ModelCommand command = _commands[waiter.Args[0].ToLowerInvariant()];
        if (WhyForbidden(waiter.Client, command, waiter.Args) is { } denial)
        {
            Free(waiter);
            reply.Error(denial);
            if (!waiter.IsSilent && !waiter.Client.ReplyOff)
                waiter.Client.Checker.Expect(reply.Parts, Turn);
            return;
        }

        (_retrying, _retryKey, _retryStays) = (waiter, key, false);
        ModelClient? outer = _executing;
        _executing = waiter.Client;
        waiter.Client.RanIn = Turn;
        command.Run(new ModelCall(waiter.Client, waiter.Args, reply));
        _retrying = null;
        _executing = outer;
        History?.Note(this);
        if (_retryStays) return;
        Diary?.WriteLine(
            $"  {waiter.Client.Id} {waiter.Client.Address} {reply.What}, at {key}");
        Served++;
        Free(waiter);
        if (!waiter.IsSilent && !waiter.Client.ReplyOff)
            waiter.Client.Checker.Expect(reply.Parts, Turn);
    }

    private void Free(ModelWaiter waiter)
    {
        ModelClient client = waiter.Client;
        Leave(waiter);
        if (client.Resting.Count == 0 && client.RestingError is null) client.IsBlocked = false;
        else _freed.Enqueue(client);
    }

    private void Leave(ModelWaiter waiter)
    {
        waiter.Client.Waiter = null;
        _waiters.Remove(waiter);
        foreach ((int Database, string Key) place in waiter.Keys)
        {
            _queues[place].Remove(waiter);
            if (_queues[place].Count == 0) _queues.Remove(place);
        }
    }

    /// <summary>A client is gone: nobody serves it any more.</summary>
    private void ForgetWaiter(ModelClient client)
    {
        if (client.Waiter is { } waiter) Leave(waiter);
        _postponed.Remove(client);
        client.Resting.Clear();
        client.RestingError = null;
    }

    private static bool TryTimeout(ModelCall c, int arg, out long milliseconds)
    {
        milliseconds = 0;
        if (!double.TryParse(c[arg], System.Globalization.CultureInfo.InvariantCulture,
            out double seconds))
        {
            c.Reply.Error("ERR timeout is not a float or out of range");
            return false;
        }

        milliseconds = (long)Math.Ceiling(seconds * 1000);
        if (milliseconds >= 0) return true;
        c.Reply.Error("ERR timeout is negative");
        return false;
    }
}
