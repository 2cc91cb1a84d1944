using System.Globalization;
using System.Text;

namespace Rotom.Engine.Memory;

/// <summary>What MEMORY MALLOC-STATS prints: the heap by size of its blocks.</summary>
internal static class HeapReport
{
    /// <summary>The report, a line for each size of which there are blocks.</summary>
    internal static string Of(NativeHeap heap)
    {
        StringBuilder text = new();
        Line(text, "used", heap.UsedBytes);
        Line(text, "peak", heap.PeakUsedBytes);
        Line(text, "in slabs", heap.ActiveBytes);
        Line(text, "mapped", heap.MappedBytes);
        Line(text, "empty slabs in reserve", heap.ReserveBytes);
        text.Append("\n    block      slabs     blocks       free         used bytes\n");
        foreach (HeapClass line in heap.Classes())
        {
            text.AppendFormat(
                CultureInfo.InvariantCulture, "{0,9} {1,10} {2,10} {3,10} {4,18}\n",
                line.BlockBytes, line.Slabs, line.Used, line.Free, line.Used * line.BlockBytes);
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, string name, long bytes) =>
        text.AppendFormat(CultureInfo.InvariantCulture, "{0,-24}{1,18}\n", name + ":", bytes);
}
