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

    /// <summary>Begins to make a new base (BGREWRITEAOF); false when it cannot.</summary>
    bool BeginRewrite();

    /// <summary>Empties the databases and loads the journal's files (DEBUG LOADAOF); false when
    /// that failed: why is in the log.</summary>
    bool Reload();
}
