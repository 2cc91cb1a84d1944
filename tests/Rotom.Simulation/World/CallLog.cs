using System.Collections.Generic;
using Rotom.Engine;

namespace Rotom.Simulation.World;

/// <summary>A command whose handler ran.</summary>
/// <param name="ClientId">Whose.</param>
/// <param name="Name">Its full name.</param>
/// <param name="InExec">It was queued.</param>
/// <param name="Evicted">Keys that had to go before it.</param>
internal sealed record LoggedCall(
    long ClientId, string Name, bool InExec, List<(int Database, string Key)> Evicted);

// CallLog: what an oracle cannot know of a server with a memory limit: which keys it chose to
// evict, and whether a command found room. A piece of middleware notes each handler that runs, and
// which keys were evicted before it.

/// <summary>Which handlers ran, and which keys were evicted before.</summary>
internal sealed class CallLog
{
    private readonly LostKeys _lost;

    /// <summary>Notes what an engine does from now on.</summary>
    internal CallLog(RotomEngine engine, LostKeys lost)
    {
        _lost = lost;
        engine.Use(next => (ref CommandContext c) =>
        {
            Client client = c.Client;
            Calls.Enqueue(new LoggedCall(
                client.Link.Id, c.Command.FullName, client.Has(ClientGate.InExec), TakeEvicted()));
            next(ref c);
        });
    }

    /// <summary>The handlers that ran and that the oracle has not heard of.</summary>
    internal Queue<LoggedCall> Calls { get; } = new();

    /// <summary>Keys that were evicted since it was last asked.</summary>
    internal List<(int Database, string Key)> TakeEvicted() => _lost.TakeEvicted();
}
