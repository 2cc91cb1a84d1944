namespace Rotom.Engine.Abstractions;

/// <summary>
/// Keeps snapshots of the data set where they outlive the process. The engine asks it inside its
/// own turn; what takes long it does between turns.
/// </summary>
public interface ISnapshotKeeper
{
    /// <summary>True while a snapshot is made in the background.</summary>
    bool IsSaving { get; }

    /// <summary>Makes a snapshot at once (SAVE); false, with the reason logged, if not.</summary>
    bool Save();

    /// <summary>Begins one in the background (BGSAVE); false when it cannot even begin.</summary>
    bool BeginSaving();

    /// <summary>Gives up the one in the background (FLUSHALL, SHUTDOWN).</summary>
    void StopSaving();

    /// <summary>
    /// Puts the newest snapshot's keys into the databases (DEBUG RELOAD); false when that failed.
    /// </summary>
    /// <param name="merge">Keys that are there are replaced, else they are an error.</param>
    bool Load(bool merge);
}
