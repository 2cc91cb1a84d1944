using System;
using System.Collections.Generic;
using System.Globalization;

namespace Rotom.Engine.Config;

// The kinds that hold several values.

/// <summary>A list of words, such as the addresses of <c>bind</c>; "" is the empty list.</summary>
internal sealed class WordsKind(int maxCount, string tooMany) : ConfigKind<string[]>
{
    /// <inheritdoc/>
    public override string Name => "words";

    /// <inheritdoc/>
    public override (int Min, int Max) Arguments => (0, int.MaxValue);

    /// <inheritdoc/>
    public override string? Read(
        IReadOnlyList<string> args, string[] current, bool more, out string[] value)
    {
        value = [];
        if (args.Count > maxCount) return tooMany;
        if (args.Count == 0 || (args.Count == 1 && args[0].Length == 0)) return null;
        value = new string[args.Count];
        for (int i = 0; i < value.Length; i++)
        {
            if (!ByteText.TryToText(args[i], out value[i])) return "argument must be UTF-8 text";
        }

        return null;
    }

    /// <inheritdoc/>
    public override string Write(string[] value) => ByteText.FromText(string.Join(' ', value));

    /// <inheritdoc/>
    public override IEnumerable<string> Rewrite(string[] value, string[] standard) =>
        [value.Length == 0 ? "\"\"" : Write(value)];

    /// <inheritdoc/>
    public override bool Same(string[] left, string[] right) => left.AsSpan().SequenceEqual(right);
}

/// <summary>save: pairs of seconds and changes; "" means never.</summary>
internal sealed class SavePointsKind : ConfigKind<SavePoint[]>
{
    private const string Bad = "Invalid save parameters";

    /// <inheritdoc/>
    public override string Name => "seconds changes ...";

    /// <inheritdoc/>
    public override (int Min, int Max) Arguments => (0, int.MaxValue);

    /// <inheritdoc/>
    public override string? Read(
        IReadOnlyList<string> args, SavePoint[] current, bool more, out SavePoint[] value)
    {
        value = [];
        if (args.Count == 1 && args[0].Length == 0) return null;
        if (args.Count % 2 != 0) return Bad;
        List<SavePoint> points = more ? [.. current] : [];
        for (int i = 0; i < args.Count; i += 2)
        {
            if (!Number(args[i], out long seconds) || seconds < 1) return Bad;
            if (!Number(args[i + 1], out long changes) || changes < 0) return Bad;
            points.Add(new SavePoint(seconds, changes));
        }

        value = [.. points];
        return null;
    }

    /// <inheritdoc/>
    public override string Write(SavePoint[] value) =>
        string.Join(' ', Array.ConvertAll(value, Text));

    /// <inheritdoc/>
    public override IEnumerable<string> Rewrite(SavePoint[] value, SavePoint[] standard) =>
        value.Length == 0 ? ["\"\""] : Array.ConvertAll(value, Text);

    /// <inheritdoc/>
    public override bool Same(SavePoint[] left, SavePoint[] right) =>
        left.AsSpan().SequenceEqual(right);

    private static string Text(SavePoint point) =>
        string.Create(CultureInfo.InvariantCulture, $"{point.Seconds} {point.Changes}");

    private static bool Number(string text, out long value) =>
        Numbers.TryParse(ByteText.ToBytes(text), out value) && value <= int.MaxValue;
}

/// <summary>client-output-buffer-limit: <c>class hard soft seconds</c>, repeated.</summary>
internal sealed class OutputLimitsKind : ConfigKind<OutputBufferLimits>
{
    /// <inheritdoc/>
    public override string Name => "class hard soft seconds ...";

    /// <inheritdoc/>
    public override (int Min, int Max) Arguments => (1, int.MaxValue);

    /// <inheritdoc/>
    public override string? Read(
        IReadOnlyList<string> args,
        OutputBufferLimits current,
        bool more,
        out OutputBufferLimits value)
    {
        value = current;
        if (args.Count % 4 != 0)
        {
            return "Wrong number of arguments in buffer limit configuration.";
        }

        for (int i = 0; i < args.Count; i += 4)
        {
            string name = args[i].ToLowerInvariant();
            if (name is not ("normal" or "slave" or "replica" or "pubsub"))
            {
                return "Invalid client class specified in buffer limit configuration.";
            }

            if (!ByteSize.TryParse(args[i + 1], out long hard)
                || !ByteSize.TryParse(args[i + 2], out long soft)
                || !int.TryParse(args[i + 3], NumberStyles.None, null, out int seconds))
            {
                return "Error in hard, soft or soft_seconds setting in buffer limit configuration.";
            }

            OutputBufferLimit limit = new(hard, soft, seconds);
            value = name switch
            {
                "normal" => value with { Normal = limit },
                "pubsub" => value with { PubSub = limit },
                _ => value with { Replica = limit },
            };
        }

        return null;
    }

    /// <inheritdoc/>
    public override string Write(OutputBufferLimits value) => string.Create(
        CultureInfo.InvariantCulture,
        $"normal {Plain(value.Normal)} slave {Plain(value.Replica)} pubsub {Plain(value.PubSub)}");

    /// <inheritdoc/>
    public override IEnumerable<string> Rewrite(
        OutputBufferLimits value, OutputBufferLimits standard)
    {
        if (value.Normal != standard.Normal) yield return "normal " + Units(value.Normal);
        if (value.Replica != standard.Replica) yield return "replica " + Units(value.Replica);
        if (value.PubSub != standard.PubSub) yield return "pubsub " + Units(value.PubSub);
    }

    private static string Plain(OutputBufferLimit limit) => string.Create(
        CultureInfo.InvariantCulture, $"{limit.HardBytes} {limit.SoftBytes} {limit.SoftSeconds}");

    private static string Units(OutputBufferLimit limit) => string.Join(
        ' ',
        ByteSize.Format(limit.HardBytes),
        ByteSize.Format(limit.SoftBytes),
        limit.SoftSeconds.ToString(CultureInfo.InvariantCulture));
}

/// <summary>oom-score-adj-values: for the master, replicas and children.</summary>
internal sealed class OomValuesKind : ConfigKind<int[]>
{
    // The range of the kernel is -1000 to 1000; twice that allows relative values.
    private const int Bound = 2000;

    /// <inheritdoc/>
    public override string Name => "three integers";

    /// <inheritdoc/>
    public override (int Min, int Max) Arguments => (3, 3);

    /// <inheritdoc/>
    public override string? Read(
        IReadOnlyList<string> args, int[] current, bool more, out int[] value)
    {
        value = new int[3];
        for (int i = 0; i < 3; i++)
        {
            if (!int.TryParse(args[i], NumberStyles.AllowLeadingSign, null, out value[i])
                || Math.Abs((long)value[i]) > Bound)
            {
                return "Invalid oom-score-adj-values, elements must be between -2000 and 2000.";
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public override string Write(int[] value) => string.Create(
        CultureInfo.InvariantCulture, $"{value[0]} {value[1]} {value[2]}");

    /// <inheritdoc/>
    public override bool Same(int[] left, int[] right) => left.AsSpan().SequenceEqual(right);
}

/// <summary>latency-tracking-info-percentiles.</summary>
internal sealed class PercentilesKind : ConfigKind<double[]>
{
    private const string Named = "latency-tracking-info-percentiles parameters";

    /// <inheritdoc/>
    public override string Name => "percentages";

    /// <inheritdoc/>
    public override (int Min, int Max) Arguments => (0, 64); // INFO prints one field for each

    /// <inheritdoc/>
    public override string? Read(
        IReadOnlyList<string> args, double[] current, bool more, out double[] value)
    {
        value = [];
        if (args.Count == 0 || (args.Count == 1 && args[0].Length == 0)) return null;
        value = new double[args.Count];
        for (int i = 0; i < value.Length; i++)
        {
            if (!Numbers.TryParse(ByteText.ToBytes(args[i]), out double percent))
            {
                return "Invalid " + Named;
            }

            if (percent is not (>= 0 and <= 100)) return Named + " should sit between [0.0,100.0]";
            value[i] = percent;
        }

        return null;
    }

    /// <inheritdoc/>
    public override string Write(double[] value) => string.Join(
        ' ', Array.ConvertAll(value, p => p.ToString("R", CultureInfo.InvariantCulture)));

    /// <inheritdoc/>
    public override IEnumerable<string> Rewrite(double[] value, double[] standard) =>
        [value.Length == 0 ? "\"\"" : Write(value)];

    /// <inheritdoc/>
    public override bool Same(double[] left, double[] right) => left.AsSpan().SequenceEqual(right);
}

/// <summary>replicaof: host and port; <c>no one</c> or "" for none.</summary>
internal sealed class ReplicaOfKind : ConfigKind<ReplicaOf?>
{
    /// <inheritdoc/>
    public override string Name => "host port";

    /// <inheritdoc/>
    public override (int Min, int Max) Arguments => (1, 2);

    /// <inheritdoc/>
    public override string? Read(
        IReadOnlyList<string> args, ReplicaOf? current, bool more, out ReplicaOf? value)
    {
        value = null;
        if (args.Count == 1) return args[0].Length == 0 ? null : "wrong number of arguments";
        if (args[0].Equals("no", StringComparison.OrdinalIgnoreCase)
            && args[1].Equals("one", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (!ushort.TryParse(args[1], NumberStyles.None, null, out ushort port))
        {
            return "Invalid master port";
        }

        value = new ReplicaOf(args[0], port);
        return null;
    }

    /// <inheritdoc/>
    public override string Write(ReplicaOf? value) => value is null
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{value.Host} {value.Port}");
}

/// <summary>notify-keyspace-events: letters of classes.</summary>
internal sealed class NotifyKind : ConfigKind<NotifyClass>
{
    /// <inheritdoc/>
    public override string Name => "letters";

    /// <inheritdoc/>
    public override string? Read(
        IReadOnlyList<string> args, NotifyClass current, bool more, out NotifyClass value) =>
        NotifyClasses.TryParse(args[0], out value)
            ? null
            : "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.";

    /// <inheritdoc/>
    public override string Write(NotifyClass value) => NotifyClasses.Format(value);

    /// <inheritdoc/>
    public override IEnumerable<string> Rewrite(NotifyClass value, NotifyClass standard) =>
        [ConfLine.Quote(Write(value))];
}

/// <summary>acl-pubsub-default: allchannels or resetchannels.</summary>
internal sealed class AclPubSubKind : ConfigKind<bool>
{
    /// <inheritdoc/>
    public override string Name => "allchannels | resetchannels";

    /// <inheritdoc/>
    public override string? Read(
        IReadOnlyList<string> args, bool current, bool more, out bool value)
    {
        value = args[0].Equals("allchannels", StringComparison.OrdinalIgnoreCase);
        if (value || args[0].Equals("resetchannels", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        return "argument(s) must be one of the following: allchannels, resetchannels";
    }

    /// <inheritdoc/>
    public override string Write(bool value) => value ? "allchannels" : "resetchannels";
}
