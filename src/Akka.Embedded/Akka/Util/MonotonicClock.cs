using System.Diagnostics;

namespace Akka.Util;

/// <summary>Time since the process began to use the runtime; never goes back.</summary>
internal static class MonotonicClock
{
    private static readonly long Origin = Stopwatch.GetTimestamp();

    internal static TimeSpan Elapsed => Stopwatch.GetElapsedTime(Origin);

    /// <summary>In units of 100 ns.</summary>
    internal static long ElapsedTicks => Elapsed.Ticks;
}
