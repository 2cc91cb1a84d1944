using System.Runtime.CompilerServices;
using Rotom.Engine.Stats;

namespace Rotom.Engine;

// Commands that took long: the slow log keeps them with their words, the latency monitor their
// times.
public sealed partial class RotomEngine
{
    /// <summary>The slow commands.</summary>
    public Slowlog Slowlog { get; }

    /// <summary>What took long, commands and other work.</summary>
    internal LatencyMonitor Latency { get; }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void NoteSlow(in CommandContext context, long nanos)
    {
        Command command = context.Command;
        if (nanos >= _slowNanos && !command.Is(CommandFlags.SkipSlowlog))
        {
            Slowlog.Add(in context, nanos);
        }

        string name = command.Is(CommandFlags.Fast) ? "fast-command" : "command";
        Latency.AddIfNeeded(name, nanos, NowMs);
    }
}
