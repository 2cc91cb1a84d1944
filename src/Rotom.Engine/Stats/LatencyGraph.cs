using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Rotom.Engine.Stats;

// LATENCY GRAPH: samples as columns of characters, the oldest at the left, four rows high, each row
// in three steps, and below each column how long ago it was, read downwards.

/// <summary>Draws the samples of an event as Redis does.</summary>
internal static class LatencyGraph
{
    private const int Columns = 80;
    private const int Rows = 4;
    private const string Steps = "_o#";

    internal static string Draw(LatencyEvent samples, long nowSeconds)
    {
        long low = long.MaxValue, high = 0;
        List<string> ages = [];
        for (int i = 0; i < samples.Count; i++)
        {
            low = Math.Min(low, samples[i].Milliseconds);
            high = Math.Max(high, samples[i].Milliseconds);
            ages.Add(Age(nowSeconds - samples[i].UnixSeconds));
        }

        StringBuilder text = new();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{samples.Name} - high {high} ms, low {low} ms ");
        text.Append(
            CultureInfo.InvariantCulture,
            $"(all time high {samples.MaxMilliseconds} ms)\n");
        text.Append('-', Columns).Append('\n');
        for (int from = 0; from < samples.Count; from += Columns)
        {
            if (from > 0) text.Append('\n');
            int count = Math.Min(Columns, samples.Count - from);
            DrawPart(text, samples, ages, from, count, low, Math.Max(1, high - low));
        }

        return text.ToString();
    }

    private static void DrawPart(
        StringBuilder text, LatencyEvent samples, List<string> ages, int from, int count, long low,
        long range)
    {
        for (int row = 0; row < Rows; row++)
        {
            int below = (Rows - row - 1) * Steps.Length;
            for (int i = from; i < from + count; i++)
            {
                long above = (samples[i].Milliseconds - low) * Steps.Length * Rows / range;
                int step = (int)Math.Min(above, (Steps.Length * Rows) - 1) - below;
                text.Append(step < 0 ? ' ' : step < Steps.Length ? Steps[step] : '|');
            }

            text.Append('\n');
        }

        text.Append(' ', count).Append('\n');
        for (int line = 0; ; line++)
        {
            bool any = false;
            for (int i = from; i < from + count; i++) any |= line < ages[i].Length;
            if (!any) return;
            for (int i = from; i < from + count; i++)
            {
                text.Append(line < ages[i].Length ? ages[i][line] : ' ');
            }

            text.Append('\n');
        }
    }

    private static string Age(long seconds)
    {
        (long number, char unit) = seconds switch
        {
            < 60 => (seconds, 's'),
            < 3600 => (seconds / 60, 'm'),
            < 86_400 => (seconds / 3600, 'h'),
            _ => (seconds / 86_400, 'd'),
        };
        return number.ToString(CultureInfo.InvariantCulture) + unit;
    }
}
