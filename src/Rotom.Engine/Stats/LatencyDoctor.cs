using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Rotom.Engine.Config;

namespace Rotom.Engine.Stats;

// LATENCY DOCTOR: the events in sentences, with what can be done about them here. It advises only
// what this server has: no fork, no swap of huge pages.

/// <summary>Writes the report of LATENCY DOCTOR.</summary>
internal static class LatencyDoctor
{
    internal static string Report(LatencyMonitor monitor, ServerConfig config)
    {
        if (monitor.Events.Count == 0 && config.LatencyMonitorThresholdMilliseconds == 0)
        {
            return "Latency monitoring is off. \"CONFIG SET latency-monitor-threshold "
                + "<milliseconds>\" turns it on.\n";
        }

        if (monitor.Events.Count == 0)
        {
            return "No latency spike was observed since the start or the last LATENCY RESET.\n";
        }

        StringBuilder text = new("Latency spikes were observed, of these kinds:\n\n");
        int number = 0;
        foreach (LatencyEvent row in monitor.Events) Describe(text, ++number, row);
        text.Append("\nWhat can be done:\n\n");
        foreach (string advice in Advice(monitor, config)) text.Append("- ").Append(advice);
        return text.ToString();
    }

    private static void Describe(StringBuilder text, int number, LatencyEvent row)
    {
        long sum = 0, worst = 0;
        for (int i = 0; i < row.Count; i++)
        {
            sum += row[i].Milliseconds;
            worst = Math.Max(worst, row[i].Milliseconds);
        }

        double mean = sum / (double)row.Count;
        double deviations = 0;
        for (int i = 0; i < row.Count; i++) deviations += Math.Abs(row[i].Milliseconds - mean);
        double period = row.Count < 2
            ? 0
            : (row.Last.UnixSeconds - row[0].UnixSeconds) / (double)(row.Count - 1);
        text.Append(
            CultureInfo.InvariantCulture,
            $"{number}. {row.Name}: {row.Count} latency spikes (average {mean:F0}ms, ");
        text.Append(
            CultureInfo.InvariantCulture,
            $"mean deviation {deviations / row.Count:F0}ms, period {period:F2} sec). ");
        text.Append(
            CultureInfo.InvariantCulture,
            $"Worst of these {worst}ms, all time worst event {row.MaxMilliseconds}ms.\n");
    }

    private static List<string> Advice(LatencyMonitor monitor, ServerConfig config)
    {
        List<string> advice = [];
        if (monitor.Find("command") is { } command)
        {
            if (config.SlowlogLogSlowerThan < 0)
            {
                advice.Add("Turn the slow log on (slowlog-log-slower-than): it tells which "
                    + "commands are slow.\n");
            }
            else if (config.SlowlogLogSlowerThan / 1000 > command.MaxMilliseconds)
            {
                advice.Add("Lower slowlog-log-slower-than: the slow log is set to longer times "
                    + "than those observed.\n");
            }

            advice.Add("Look for slow commands with SLOWLOG GET.\n");
            advice.Add("Large values are best read in parts, and deleted by UNLINK.\n");
        }

        if (monitor.Find("fast-command") is not null)
        {
            advice.Add("Commands that are always fast were slow: the machine is short of "
                + "processor time or of memory.\n");
        }

        if (monitor.Find("expire-cycle") is not null || monitor.Find("expire-del") is not null)
        {
            advice.Add("Many keys expire at the same time: spread their times to live, and let "
                + "lazyfree-lazy-expire free large values aside.\n");
        }

        if (advice.Count == 0) advice.Add("Nothing is known against these kinds.\n");
        return advice;
    }
}
