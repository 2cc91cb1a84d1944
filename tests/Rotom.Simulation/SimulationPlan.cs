using Rotom.Engine.Config;
using Rotom.Simulation.World;

namespace Rotom.Simulation;

/// <summary>What kind of run a seed is.</summary>
internal sealed record SimulationPlan
{
    internal SimulationPlan(SimRandom random)
    {
        bool journaled = random.PerMille(400);
        Journal = !journaled
            ? null
            : random.Pick([AppendFsync.Always, AppendFsync.EverySecond, AppendFsync.Always,
                AppendFsync.EverySecond, AppendFsync.No]);
        LimitsMemory = random.PerMille(300);
        // What was queued while memory was short cannot be told from what was refused: that a disk
        // refuses too is left to the others.
        DiskFails = journaled && !LimitsMemory && random.PerMille(600);
        Blocks = !LimitsMemory && random.PerMille(600);
        KeyspaceFails = !Blocks && !journaled && !LimitsMemory;
        Saves = !DiskFails && random.PerMille(500);
        SwitchesJournal = !journaled && !KeyspaceFails && random.PerMille(500);
        IsSmall = random.PerMille(600);
        Caches = !KeyspaceFails && random.PerMille(500);
        Pauses = !KeyspaceFails && !LimitsMemory && random.PerMille(400);
        HasUsers = !KeyspaceFails && !LimitsMemory && random.PerMille(600);
        SlicesFinely = random.PerMille(800);
        BasesAreCommands = random.PerMille(250);
    }

    /// <summary>When the journal is flushed; null: there is none.</summary>
    internal AppendFsync? Journal { get; }

    /// <summary>The disk fails, fills up and is slow.</summary>
    internal bool DiskFails { get; }

    /// <summary>Clients set memory limits and policies.</summary>
    internal bool LimitsMemory { get; }

    /// <summary>
    /// Clients wait for keys. Then no fault of the keyspace, and nothing that makes keys appear in
    /// an order that nobody promises, is part of it.
    /// </summary>
    internal bool Blocks { get; }

    /// <summary>The keyspace is made to fail, and is restarted.</summary>
    internal bool KeyspaceFails { get; }

    /// <summary>Clients ask for snapshots.</summary>
    internal bool Saves { get; }

    /// <summary>Clients switch the journal on and off.</summary>
    internal bool SwitchesJournal { get; }

    /// <summary>Clients cache what they read, and want to hear of changes.</summary>
    internal bool Caches { get; }

    /// <summary>Clients are paused.</summary>
    internal bool Pauses { get; }

    /// <summary>Clients act as users who may not do everything.</summary>
    internal bool HasUsers { get; }

    /// <summary>
    /// A few elements make a table, a tree or a list of nodes, which snapshots take in steps; else
    /// it takes hundreds, which some clients send at once.
    /// </summary>
    internal bool IsSmall { get; }

    /// <summary>A snapshot does the least it can in a turn; else all at once.</summary>
    internal bool SlicesFinely { get; }

    /// <summary>Rewritten journals begin with commands.</summary>
    internal bool BasesAreCommands { get; }

    /// <summary>At the end another server is to hold what this one kept.</summary>
    internal bool IsKept => Journal is null && (Saves || SwitchesJournal);

    /// <inheritdoc/>
    public override string ToString() =>
        $"journal {Journal?.ToString() ?? "none"}"
        + (DiskFails ? ", the disk fails" : "") + (LimitsMemory ? ", memory is limited" : "")
        + (Blocks ? ", clients wait" : "") + (KeyspaceFails ? ", the keyspace fails" : "")
        + (Saves ? ", it is saved" : "") + (SwitchesJournal ? ", the journal is switched" : "")
        + (Caches ? ", clients cache" : "") + (Pauses ? ", clients are paused" : "")
        + (HasUsers ? ", there are users" : "")
        + (IsSmall ? ", values are small" : "") + (SlicesFinely ? "" : ", nothing is sliced")
        + (BasesAreCommands ? ", bases are commands" : "");
}
