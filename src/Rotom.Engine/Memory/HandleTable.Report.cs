using System;
using System.Globalization;
using System.Text;

namespace Rotom.Engine.Memory;

/// <summary>How full the buckets of a table are.</summary>
internal sealed class TableReport
{
    private const int LongestCounted = 50;

    private readonly long[] _lengths = new long[LongestCounted];
    private long _elements;
    private int _longest;

    /// <summary>Notes a bucket with so many elements.</summary>
    internal void Add(int elements)
    {
        _elements += elements;
        _longest = Math.Max(_longest, elements);
        _lengths[Math.Min(elements, LongestCounted - 1)]++;
    }

    /// <summary>The text that DEBUG HTSTATS answers; tools read Redis' words.</summary>
    internal string Text()
    {
        if (_elements == 0) return "No stats available for empty dictionaries\n";
        long buckets = 0;
        foreach (long count in _lengths) buckets += count;
        long used = buckets - _lengths[0];
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $" table size: {buckets}\n");
        text.Append(CultureInfo.InvariantCulture, $" number of elements: {_elements}\n");
        text.Append(CultureInfo.InvariantCulture, $" different slots: {used}\n");
        text.Append(CultureInfo.InvariantCulture, $" max chain length: {_longest}\n");
        double average = _elements / (double)used;
        text.Append(
            CultureInfo.InvariantCulture, $" avg chain length (counted): {average:F2}\n");
        text.Append(
            CultureInfo.InvariantCulture, $" avg chain length (computed): {average:F2}\n");
        text.Append(" Chain length distribution:\n");
        for (int i = 0; i < _lengths.Length; i++)
        {
            if (_lengths[i] == 0) continue;
            string more = i == LongestCounted - 1 ? ">= " : "";
            text.Append(
                CultureInfo.InvariantCulture,
                $"   {more}{i}: {_lengths[i]} ({_lengths[i] * 100.0 / buckets:F2}%)\n");
        }

        return text.ToString();
    }
}

internal readonly unsafe partial struct HandleTable<TOps>
{
    /// <summary>How full its buckets are: a walk over all of them.</summary>
    public TableReport Report()
    {
        TableReport report = new();
        for (uint i = 0; i < _root->Buckets; i++)
        {
            int elements = 0;
            for (ulong* part = _root->BucketAt(i); part != null; part = TableRoot.Next(part))
            {
                elements += TableRoot.Length(part);
            }

            report.Add(elements);
        }

        return report;
    }
}
