using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Rotom.Engine.Commands;

/// <summary>The figures of MEMORY STATS, read once, and what MEMORY DOCTOR makes of them.</summary>
internal readonly struct MemoryFigures
{
    /// <summary>Below that nothing can be said; as Redis.</summary>
    private const long LittleBytes = 5 << 20;

    /// <summary>A client's buffers above this are too large; as Redis.</summary>
    private const long ClientBytesMax = 200 << 10;

    internal MemoryFigures(RotomEngine engine)
    {
        Used = engine.AccountedMemory;
        Peak = Math.Max(engine.PeakMemory, Used);
        Startup = engine.StartupMemory;
        Active = engine.Heap.ActiveBytes;
        Allocated = engine.UsedMemory;
        Held = engine.Heap.ResidentBytes;
        Resident = engine.ProcessMemory?.Invoke() ?? Held;
        IsDefragmenting = engine.Config.ActiveDefrag;
        Clients = engine.ClientMemory;
        ClientCount = engine.Clients.Count;
        foreach (Database database in engine.AllDatabases) Keys += database.Count;
        Overhead = Startup + Clients + engine.OverheadMemory;
    }

    internal long Used { get; }

    internal long Peak { get; }

    internal long Startup { get; }

    /// <summary>Bytes of the slabs that are in use.</summary>
    internal long Active { get; }

    /// <summary>Bytes of blocks handed out.</summary>
    internal long Allocated { get; }

    /// <summary>Bytes the allocator keeps resident.</summary>
    internal long Held { get; }

    internal bool IsDefragmenting { get; }

    internal long Resident { get; }

    internal long Clients { get; }

    internal long ClientCount { get; }

    internal long Keys { get; }

    internal long Overhead { get; }

    internal long Dataset => Math.Max(0, Used - Overhead);

    internal double DatasetPercent => Used == Startup ? 0 : Dataset * 100.0 / (Used - Startup);

    internal double PeakPercent => Used * 100.0 / Peak;

    /// <summary>One figure as a multiple of another.</summary>
    internal static double Over(long bytes, long of) => of == 0 ? 0 : bytes / (double)of;

    /// <summary>The report of MEMORY DOCTOR.</summary>
    internal string Diagnose()
    {
        if (Used < LittleBytes)
        {
            return "There is next to nothing in this instance, so its use of memory tells nothing. "
                + "Fill it with data and ask again.\n";
        }

        List<string> found = [];
        if (Over(Peak, Used) > 1.5)
        {
            found.Add(Say($"Peak: at its highest {Peak:N0} bytes were in use, {Used:N0} are now. ")
                + "Pages that are kept in reserve go back to the system by MEMORY PURGE.");
        }

        if (Over(Active, Allocated) > 1.1 && Active - Allocated > 10 << 20)
        {
            found.Add(Say($"Fragmentation: {Active - Allocated:N0} bytes in slabs are not in use. ")
                + (IsDefragmenting
                    ? "That is usual after many keys were deleted, and given back step by step."
                    : "Set activedefrag to yes, or send MEMORY PURGE, to have them given back."));
        }

        if (Over(Resident, Held) > 1.1 && Resident - Held > 10 << 20)
        {
            found.Add(Say($"Process: {Resident - Held:N0} bytes are the program's, its ")
                + "runtime's and its buffers', outside of the memory for data.");
        }

        if (ClientCount > 0 && Clients / ClientCount > ClientBytesMax)
        {
            found.Add(Say($"Clients: they hold {Clients / ClientCount:N0} bytes each on average. ")
                + "CLIENT LIST shows who sends large commands or does not read its replies.");
        }

        if (found.Count == 0) return "No problem was found with the memory of this instance.\n";
        StringBuilder report = new("This is what stands out:\n\n");
        foreach (string finding in found) report.Append(" * ").Append(finding).Append("\n\n");
        return report.ToString();
    }

    private static string Say(FormattableString text) =>
        text.ToString(CultureInfo.InvariantCulture);
}
