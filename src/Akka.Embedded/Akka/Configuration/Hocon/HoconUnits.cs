namespace Akka.Configuration.Hocon;

/// <summary>Durations and sizes, with the units of HOCON's specification.</summary>
internal static class HoconUnits
{
    private const decimal TicksPerMs = TimeSpan.TicksPerMillisecond;

    private static readonly Dictionary<string, decimal> s_ticks = Table(
        (TicksPerMs / 1_000_000, "ns nano nanos nanosecond nanoseconds"),
        (TicksPerMs / 1_000, "us micro micros microsecond microseconds"),
        (TicksPerMs, "ms milli millis millisecond milliseconds"),
        (TimeSpan.TicksPerSecond, "s second seconds"),
        (TimeSpan.TicksPerMinute, "m minute minutes"), (TimeSpan.TicksPerHour, "h hour hours"),
        (TimeSpan.TicksPerDay, "d day days"));

    private static readonly Dictionary<string, decimal> s_bytes = Table((1, "B b byte bytes"),
        (1e3m, "kB kilobyte kilobytes"), (1e6m, "MB megabyte megabytes"),
        (1e9m, "GB gigabyte gigabytes"), (1e12m, "TB terabyte terabytes"),
        (1e15m, "PB petabyte petabytes"), (1e18m, "EB exabyte exabytes"),
        (1L << 10, "K k Ki KiB kibibyte kibibytes"), (1L << 20, "M m Mi MiB mebibyte mebibytes"),
        (1L << 30, "G g Gi GiB gibibyte gibibytes"), (1L << 40, "T t Ti TiB tebibyte tebibytes"),
        (1L << 50, "P p Pi PiB pebibyte pebibytes"), (1L << 60, "E e Ei EiB exbibyte exbibytes"));

    /// <summary>"5s", "1.5 minutes", "250" (milliseconds), "infinite".</summary>
    internal static TimeSpan Duration(string text, bool allowInfinite)
    {
        if (allowInfinite && text.Equals("infinite", StringComparison.OrdinalIgnoreCase))
            return Timeout.InfiniteTimeSpan;

        return TimeSpan.FromTicks(Amount(text, s_ticks, TicksPerMs, "duration"));
    }

    /// <summary>"64", "64kB", "128 MiB", "1.5G".</summary>
    internal static long Bytes(string text) => Amount(text, s_bytes, 1, "size");

    private static long Amount(
        string text, Dictionary<string, decimal> units, decimal bare, string what)
    {
        string trimmed = text.Trim();
        int end = trimmed.Length;
        while (end > 0 && char.IsLetter(trimmed[end - 1])) end--;

        string unit = trimmed[end..];
        decimal factor = bare;
        bool known = unit.Length == 0 || units.TryGetValue(unit, out factor);
        if (!known || !decimal.TryParse(
            trimmed.AsSpan(0, end), NumberStyles.Float, CultureInfo.InvariantCulture,
            out decimal number))
            throw new FormatException($"'{text}' is no {what}.");

        if (number < 0) throw new FormatException($"'{text}': a {what} can't be negative.");

        return decimal.ToInt64(decimal.Round(number * factor));
    }

    private static Dictionary<string, decimal> Table(params (decimal Factor, string Names)[] rows)
    {
        Dictionary<string, decimal> table = [];
        foreach ((decimal factor, string names) in rows)
            foreach (string name in names.Split(' ')) table[name] = factor;

        return table;
    }
}
