using Rotom.Engine.Abstractions;

namespace Rotom.Engine;

// The journal, as far as commands and settings reach it. What goes into it is Propagation.
public sealed partial class RotomEngine
{
    /// <summary>Who keeps the journal; null when nobody does.</summary>
    public IJournalKeeper? Journal { get; set; }

    /// <summary>Where the owner can be made to fail; null where it cannot.</summary>
    public IFaults? Faults { get; set; }
}
