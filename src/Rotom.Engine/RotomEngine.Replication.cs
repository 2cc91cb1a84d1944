using System;

namespace Rotom.Engine;

// What the engine knows of replication: so far only the name its history goes by.
public sealed partial class RotomEngine
{
    private string? _replicationId;

    /// <summary>40 hexadecimal digits that name this history of changes.</summary>
    internal string ReplicationId => _replicationId ?? RunId;

    /// <summary>Gives the history another name (DEBUG CHANGE-REPL-ID).</summary>
    internal void NewReplicationId()
    {
        Span<byte> id = stackalloc byte[20];
        Random.Fill(id);
        _replicationId = Convert.ToHexStringLower(id);
    }
}
