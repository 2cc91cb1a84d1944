using System;
using System.Globalization;

namespace Rotom.Engine.Persist;

/// <summary>Up to where a journal is to be read: a time, or the number of an event.</summary>
/// <param name="Seconds">Unix seconds; -1 when it is a number.</param>
/// <param name="Seq">Number of the last event; -1 when it is a time.</param>
public readonly record struct RestorePoint(long Seconds, long Seq)
{
    /// <summary>
    /// Reads unix seconds, a time in ISO 8601 (UTC unless it says otherwise), or <c>seq:N</c>.
    /// </summary>
    public static bool TryParse(string text, out RestorePoint point)
    {
        point = default;
        CultureInfo invariant = CultureInfo.InvariantCulture;
        if (text.StartsWith("seq:", StringComparison.OrdinalIgnoreCase))
        {
            if (!long.TryParse(text.AsSpan(4), NumberStyles.None, invariant, out long seq))
            {
                return false;
            }

            point = new RestorePoint(-1, seq);
            return true;
        }

        if (long.TryParse(text, NumberStyles.None, invariant, out long seconds))
        {
            point = new RestorePoint(seconds, -1);
            return true;
        }

        const DateTimeStyles styles =
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        bool isTime = DateTimeOffset.TryParse(text, invariant, styles, out DateTimeOffset time);
        if (!isTime) return false;
        point = new RestorePoint(time.ToUnixTimeSeconds(), -1);
        return point.Seconds >= 0;
    }

    /// <summary>True when what an annotation announces comes after the point.</summary>
    internal bool IsBefore(AofAnnotation note) => Seconds >= 0
        ? note.Kind == AofAnnotationKind.Timestamp && note.Value > Seconds
        : note.Kind == AofAnnotationKind.Seq && note.Value > Seq;

    /// <inheritdoc/>
    public override string ToString() => Seconds >= 0
        ? DateTimeOffset.FromUnixTimeSeconds(Seconds)
            .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"event {Seq}");
}
