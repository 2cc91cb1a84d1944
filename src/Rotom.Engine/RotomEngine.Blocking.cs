using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// Clients that wait for a key. Whoever makes a key appear signals it; the keys that somebody waits
// for are noted and served when the command (or the transaction) is done, so that its effects are
// seen whole.
public sealed partial class RotomEngine
{
    /// <summary>Hears of keys that appeared; null while nobody waits for any.</summary>
    internal IReadyKeys? ReadyKeys { get; set; }

    /// <summary>A value appeared under a key.</summary>
    internal void SignalKeyReady(Database database, ReadOnlySpan<byte> key, ObjectType type)
    {
        if (ReadyKeys is null) return;
        ReadyKeys.Note(database, key, type);
        _afterCommand |= After.ReadyKeys;
    }

    /// <summary>A database holds other keys than before.</summary>
    internal void SignalAllReady(Database database)
    {
        if (ReadyKeys is null) return;
        ReadyKeys.NoteAll(database);
        _afterCommand |= After.ReadyKeys;
    }

    private void ServeReadyKeys() => ReadyKeys?.Serve();
}

/// <summary>The clients that wait for keys.</summary>
internal interface IReadyKeys
{
    /// <summary>A key appeared, or has more elements.</summary>
    void Note(Database database, ReadOnlySpan<byte> key, ObjectType type);

    /// <summary>Any key of a database may have appeared (SWAPDB).</summary>
    void NoteAll(Database database);

    /// <summary>
    /// Serves those who waited for the keys noted, in the order of their arrival.
    /// </summary>
    void Serve();
}
