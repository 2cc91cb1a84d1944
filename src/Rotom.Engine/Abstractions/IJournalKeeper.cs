namespace Rotom.Engine.Abstractions;

/// <summary>
/// Keeps the journal. The engine asks it inside its own turn; what takes long it does between
/// turns.
/// </summary>
public interface IJournalKeeper
{
    /// <summary>True while what is executed is kept.</summary>
    bool IsEnabled { get; }

    /// <summary>True while a new base is made.</summary>
    bool IsRewriting { get; }

    /// <summary>True when a new base is to be made as soon as that is possible.</summary>
    bool IsScheduled { get; set; }

    /// <summary>Number of the event that the turn in hand is going to be, if it changes anything.
    /// </summary>
    long TurnSeq { get; }

    /// <summary>Number of the newest event that is on the disk; -1 while there is none.</summary>
    long DurableSeq { get; }

    /// <summary>
    /// Whether <see cref="RotomEngine.JournalFlushed"/> is to be called when more is on the disk.
    /// </summary>
    void AwaitFlush(bool awaits);

    /// <summary>Begins to make a new base (BGREWRITEAOF); false when it cannot.</summary>
    bool BeginRewrite();

    /// <summary>
    /// Gives up the walk of a rewrite under way, which begins anew by itself soon: a snapshot that
    /// is made at once needs the tables.
    /// </summary>
    void PutOffRewrite();

    /// <summary>Empties the databases and loads the journal's files (DEBUG LOADAOF); false when
    /// that failed: why is in the log.</summary>
    bool Reload();
}
