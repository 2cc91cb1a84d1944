using System.Diagnostics;

namespace Akka.Actor.Internal;

/// <summary>One child's name, reference and record of restarts.</summary>
public class ChildRestartStats
{
    private TimeSpan? _windowStart;

    internal ChildRestartStats(IInternalActorRef child) => Child = child;

    public IInternalActorRef Child { get; }

    public uint MaxNrOfRetriesCount { get; private set; }

    internal bool Stopping { get; set; }

    /// <summary>Counts a restart and says whether it is allowed; -1 is no limit, 0 none at
    /// all.</summary>
    public bool RequestRestartPermission(int maxNrOfRetries, int withinTimeMilliseconds)
    {
        if (maxNrOfRetries == 0) return false;
        if (withinTimeMilliseconds <= 0)
            return maxNrOfRetries < 0 || ++MaxNrOfRetriesCount <= maxNrOfRetries;
        int allowed = maxNrOfRetries < 0 ? 1 : maxNrOfRetries;
        TimeSpan now = Stopwatch.GetElapsedTime(0);
        _windowStart ??= now;
        if ((now - _windowStart.Value).TotalMilliseconds <= withinTimeMilliseconds)
            return ++MaxNrOfRetriesCount <= allowed;
        MaxNrOfRetriesCount = 1;
        _windowStart = now;
        return true;
    }
}
