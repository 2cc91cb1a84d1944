using System;
using Akka.Event;
using Rotom.Engine;
using Rotom.Simulation.Oracle;

namespace Rotom.Simulation;

// SIM.FAIL: a command of the simulated server that fails as no command should.
//
//   SIM.FAIL command    throws what a bug in a command would: the client hears of it, nobody else
//   SIM.FAIL keyspace   throws what a broken invariant would: the keyspace actor is restarted
//
// Restarts too close together are not simulated: the supervisor would rightly give up.

/// <summary>The command that fails, and what the server logs of it.</summary>
internal sealed class FaultCommand
{
    private const string Text = "simulated";

    private long _lastFaultMs = -Model.FaultPauseMs;

    /// <summary>Adds the command to an engine's table.</summary>
    internal static FaultCommand AddTo(RotomEngine engine)
    {
        FaultCommand fault = new();
        CommandSpec spec = new() { Name = "SIM.FAIL", Arity = 2, Handler = fault.Run };
        Command command = new(spec, null);
        engine.Commands.Add(command);
        engine.Acl.Commands.Add(command);
        return fault;
    }

    /// <summary>True for what a server is to log of simulated faults.</summary>
    internal bool IsExpected(LogEvent line)
    {
        string text = line.ToString();
        return text.Contains(Text, StringComparison.Ordinal)
            || text.Contains("The keyspace goes on", StringComparison.Ordinal)
            || text.Contains("Background saving given up", StringComparison.Ordinal)
            || text.Contains("The keyspace failed", StringComparison.Ordinal)
            || text.Contains("exceed its output buffer limits", StringComparison.Ordinal);
    }

    private void Run(ref CommandContext c)
    {
        if (!c.Is(1, "keyspace"u8)) throw new InvalidOperationException(Text);
        if (c.NowMs - _lastFaultMs >= Model.FaultPauseMs)
        {
            _lastFaultMs = c.NowMs;
            throw new InvariantException(Text);
        }

        c.Reply.Ok();
    }
}

/// <summary>What a server says of a disk that fails, or of a journal that was cut.</summary>
internal static class DiskLog
{
    private static readonly string[] s_expected =
    [
        "AOF", "append only file", "append-only", "Background saving", "rewrite", "bytes behind",
        "short read", "Fatal error", "The journal", "Error saving DB",
    ];

    internal static bool IsExpected(LogEvent line)
    {
        string text = line.ToString();
        return Array.Exists(
            s_expected, part => text.Contains(part, StringComparison.Ordinal));
    }
}
