using System.Collections.Generic;

namespace Rotom.Engine;

/// <summary>What the engine asks of its owner; it never does these things itself.</summary>
public enum OutboxKind
{
    /// <summary>SHUTDOWN.</summary>
    Shutdown,

    /// <summary>A setting changed; <see cref="OutboxItem.Argument"/> is its name.</summary>
    SettingChanged,

    /// <summary>SAVE.</summary>
    Save,

    /// <summary>BGSAVE.</summary>
    BackgroundSave,

    /// <summary>BGREWRITEAOF.</summary>
    RewriteJournal,

    /// <summary>A command threw; the argument says which and why.</summary>
    CommandFailed,

    /// <summary>CONFIG RESETSTAT: the owner's counters are zeroed too.</summary>
    ResetStatistics,

    /// <summary>DEBUG LOG: the argument is to be logged.</summary>
    Debug,

    /// <summary>The argument is to be logged, for information.</summary>
    Log,
}

/// <summary>One request of the engine to its owner.</summary>
/// <param name="Kind">What is asked.</param>
/// <param name="Argument">Details, or empty.</param>
/// <param name="Client">Who asked, or null.</param>
public sealed record OutboxItem(OutboxKind Kind, string Argument, Client? Client)
{
    /// <summary>The command threw because memory was refused.</summary>
    public bool IsStarved { get; init; }
}

/// <summary>Requests of a turn, in order; the owner takes them at its end.</summary>
public sealed class Outbox
{
    private readonly Queue<OutboxItem> _items = new();

    /// <summary>Adds a request.</summary>
    public void Add(OutboxItem item) => _items.Enqueue(item);

    /// <summary>Requests not taken yet.</summary>
    public int Count => _items.Count;

    /// <summary>Takes the oldest request.</summary>
    public bool TryTake(out OutboxItem? item) => _items.TryDequeue(out item);
}
