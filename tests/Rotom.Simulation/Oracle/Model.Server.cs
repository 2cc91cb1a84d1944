using System;
using System.Collections.Generic;
using System.Linq;

namespace Rotom.Simulation.Oracle;

/// <summary>The keyspace actor is to fail at this command.</summary>
internal sealed class ModelKeyspaceFault : Exception
{
}

// Server commands, and the faults that the simulation adds to the server.
internal sealed partial class Model
{
    /// <summary>
    /// The supervisor bears so many restarts a minute, and gives up above: the simulated fault
    /// keeps this distance, in the server and here.
    /// </summary>
    internal const long FaultPauseMs = 10_000;

    private long _lastFaultMs = -FaultPauseMs;

    private void AddServer()
    {
        Add("time", 1, c =>
        {
            c.Reply.Array(2);
            c.Reply.Bulk($"{NowMicros / 1_000_000}");
            c.Reply.Bulk($"{NowMicros % 1_000_000}");
        });
        Add("info", -1, Info);
        Add("sim.fail", 2, Fail);
        Add("bgsave", 1, Save);
        Add("lastsave", 1, c => c.Reply.Between(0, (NowMs / 1000) + 1));
        // Begun, put off, or refused since one is under way.
        Add("bgrewriteaof", 1, c =>
            c.Reply.Check(node => node.Type is '+' or '-' ? null : "no status"));
    }

    /// <summary>What snapshots may hold, if they are of the moment at which they began.</summary>
    internal List<ModelState> Snapshots { get; } = [];

    /// <summary>One began at another moment than its command's.</summary>
    internal bool HasOtherSnapshots { get; private set; }

    /// <summary>The newest of which a client was told that it began; -1 for none.</summary>
    internal int LastBegun { get; private set; } = -1;

    // FLUSHALL gives up what is under way, and saves that there is nothing.
    private void NoteFlushed()
    {
        Snapshots.Clear();
        Snapshots.Add(new ModelState(Databases, NowMs));
        LastBegun = -1;
        _flushes++;
    }

    private int _flushes;

    private void Save(ModelCall c)
    {
        int number = Snapshots.Count;
        int flushes = _flushes;
        Snapshots.Add(new ModelState(Databases, NowMs));
        HasOtherSnapshots |= c.Client.InExec;
        c.Reply.Check(node =>
        {
            if (node.Type is not ('+' or '-')) return "no status";
            if (flushes == _flushes && node.Text!.EndsWith("started", StringComparison.Ordinal))
                LastBegun = Math.Max(LastBegun, number);
            HasOtherSnapshots |= node.Text!.EndsWith("scheduled", StringComparison.Ordinal);
            return null;
        });
    }

    private void Info(ModelCall c)
    {
        bool clients = c.Args.Length == 2 && Is(c, 1, "clients");
        int most = _clients.Count;
        int least = _clients.Values.Count(client => !client.IsGone);
        c.Reply.Check(node =>
        {
            if (node.Type is not ('$' or '=')) return "not a text";
            bool hasSection = node.Bulk.StartsWith("# ", StringComparison.Ordinal);
            if (!clients) return hasSection ? null : "no section";
            string line = node.Bulk.Split("\r\n")
                .First(text => text.StartsWith("connected_clients:", StringComparison.Ordinal));
            int count = int.Parse(line.Split(':')[1]);
            return count >= least && count <= most ? null : $"not {least} to {most} clients";
        });
    }

    private void Fail(ModelCall c)
    {
        if (!Is(c, 1, "keyspace"))
        {
            c.Reply.Error("ERR internal error: the command 'sim.fail' failed; see the log");
        }
        else if (NowMs - _lastFaultMs < FaultPauseMs)
        {
            c.Reply.Ok();
        }
        else
        {
            _lastFaultMs = NowMs;
            throw new ModelKeyspaceFault();
        }
    }
}
