using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rotom.Simulation.World;

namespace Rotom.Simulation.Oracle;

// The limits of memory and disk. Which keys a server evicts, and when it has no room, is its own
// affair: the oracle is told which handlers ran and which keys went before (CallLog), and sees to
// it that this is within the rules:
//
//   a key is evicted     only while there is a limit, and by a policy that may choose it; from then
//                        on it does not exist, and whoever watched it hears so
//   a command refused    only while there is a limit, and if it is one that may need memory
//   all others           ran, each once, in the order in which they were asked for
//
// A command inside MULTI that was queued or refused leaves no trace but its reply: both are taken,
// and EXEC shows which it was.
internal sealed partial class Model
{
    private const string OutOfMemoryError =
        "OOM command not allowed when used memory > 'maxmemory'.";

    private static readonly string[] s_writers =
    [
        "set", "setnx", "setex", "psetex", "getset", "getdel", "getex", "append", "mset", "msetnx",
        "setrange", "incr", "decr", "incrby", "decrby", "incrbyfloat", "del", "unlink", "rename",
        "renamenx", "copy", "move", "swapdb", "flushdb", "flushall", "expire", "pexpire",
        "expireat", "pexpireat", "persist", "lpush", "rpush", "lpushx", "rpushx", "lpop", "rpop",
        "lrem", "ltrim", "linsert", "lmove", "rpoplpush", "blpop", "brpop", "blmove", "hset",
        "hdel", "hincrby", "sadd", "srem", "zadd", "zincrby", "zrem", "zpopmin", "zpopmax",
        "bzpopmin", "bzpopmax", "restore", "lset", "smove", "sunionstore", "zremrangebyrank",
    ];

    private static readonly HashSet<string> s_growing =
    [
        "set", "setnx", "setex", "psetex", "getset", "append", "mset", "msetnx", "setrange",
        "incr", "decr", "incrby", "decrby", "incrbyfloat", "copy", "lpush", "rpush", "lpushx",
        "rpushx", "linsert", "lmove", "rpoplpush", "blmove", "hset", "hincrby", "sadd", "zadd",
        "zincrby", "restore", "lset", "sunionstore",
    ];

    /// <summary>The handlers that ran in the turn; null when nobody notes them.</summary>
    internal CallLog? Log { get; set; }

    /// <summary>What writers hear while the disk does not take writes; null when it does.</summary>
    internal string? DiskError { get; set; }

    /// <summary>Commands that heard of a bad disk.</summary>
    internal long Misconfs { get; private set; }

    /// <summary>Commands that found no room.</summary>
    internal long OutOfMemory { get; private set; }

    /// <summary>Keys that were evicted.</summary>
    internal long Evicted { get; private set; }

    private long MaxMemory { get; set; }

    private string Policy { get; set; } = "noeviction";

    /// <summary>All commands of a turn are executed: the log has nothing more.</summary>
    internal void EndLoggedTurn()
    {
        if (Log is not { } log) return;
        if (log.Calls.TryPeek(out LoggedCall? call))
        {
            throw new SimulationFailure(
                $"the server executed '{call.Name}' of client {call.ClientId}, which nobody asked");
        }

        Evict(log.TakeEvicted());
        EndBatch();
    }

    private void AddMemory() => Add("config|set", -4, c =>
    {
        for (int i = 2; i + 1 < c.Args.Length; i += 2)
        {
            if (Is(c, i, "maxmemory"))
                MaxMemory = long.Parse(c[i + 1], CultureInfo.InvariantCulture);
            if (Is(c, i, "maxmemory-policy")) Policy = c[i + 1];
        }

        c.Reply.Ok();
    });

    private void NoteWriters()
    {
        foreach (string name in s_writers)
        {
            _commands[name] = _commands[name] with
            {
                Writes = true,
                MayGrow = s_growing.Contains(name),
            };
        }
    }

    private bool Writes(string[] args) =>
        _commands.TryGetValue(args[0].ToLowerInvariant(), out ModelCommand? command)
        && command.Writes;

    /// <summary>The command may have been refused for lack of memory.</summary>
    private bool MayLackMemory(ModelCall c, ModelCommand command)
    {
        if (Log is null || MaxMemory == 0) return false;
        if (command.MayGrow) return true;
        if (!c.Client.InMulti || command.Name is "discard" or "quit" or "reset") return false;
        return command.Name != "exec" || c.Client.MayBeRefused || c.Client.Queue.Exists(args =>
            _commands.TryGetValue(args[0].ToLowerInvariant(), out ModelCommand? queued)
            && queued.MayGrow);
    }

    /// <summary>The next handler that ran is this client's for this command.</summary>
    private bool IsCalled(ModelClient client, string name) =>
        Log!.Calls.TryPeek(out LoggedCall? call) && call.ClientId == client.Id
        && call.Name == name && !call.InExec;

    /// <summary>The command is executed: the log must say so, and what went before.</summary>
    private void TakeCall(ModelClient client, string name, bool inExec)
    {
        if (Log is null) return;
        if (!Log.Calls.TryDequeue(out LoggedCall? call) || call.ClientId != client.Id
            || call.Name != name || call.InExec != inExec)
        {
            throw new SimulationFailure(
                $"the server did not execute '{name}' of client {client.Id}, but "
                + (call is null ? "nothing" : $"'{call.Name}' of client {call.ClientId}"));
        }

        Evict(call.Evicted);
    }

    private void Evict(List<(int Database, string Key)> keys)
    {
        foreach ((int database, string key) in keys)
        {
            if (!Databases[database].TryGetValue(key, out ModelValue? value))
                throw new SimulationFailure($"evicted '{key}', which is not there");
            bool isVolatile = Policy.StartsWith("volatile", StringComparison.Ordinal);
            if (MaxMemory == 0 || Policy == "noeviction" || (isVolatile && value.ExpireAtMs < 0))
            {
                throw new SimulationFailure(
                    $"evicted '{key}' ({value.ExpireAtMs}) by {Policy}, limit {MaxMemory}");
            }

            Diary?.WriteLine($"  evicted: {database} {key}");
            Evicted++;
            _isLoss = true;
            // What is past its time and was not met since is told now, and not as an end.
            if (!Delete(database, key)) Invalidate(key);
            _isLoss = false;
            History?.Note(this);
        }
    }

    // Refused for a reason of its own, or for lack of memory before anybody looked at that.
    private static void RejectEither(ModelCall c, string error)
    {
        bool inMulti = c.Client.InMulti;
        if (inMulti) c.Client.IsRefused = true;
        string first = RefusalOf(c, error);
        string second = first == error
            ? OutOfMemoryError
            : "EXECABORT Transaction discarded because of: " + OutOfMemoryError;
        c.Reply.Check(node => node.Type == '-' && (node.Text == first || node.Text == second)
            ? null
            : $"neither '{first}' nor '{second}'");
    }

    private static void QueueOrReject(ModelCall c)
    {
        c.Client.MayBeRefused = true;
        c.Reply.Check(node =>
            node is { Type: '+', Text: "QUEUED" } or { Type: '-', Text: OutOfMemoryError }
                ? null
                : "neither queued nor out of memory");
    }

    // What was queued did not run: then something was refused.
    private bool IsAborted(
        ModelCall c, bool mayBeRefused, bool changed, List<string[]> queue) =>
        mayBeRefused && !changed && queue.Count > 0
        && !(Log!.Calls.TryPeek(out LoggedCall? next) && next.InExec
            && next.ClientId == c.Client.Id);
}
