using System.Runtime.CompilerServices;
using Rotom.Engine.Stats;

namespace Rotom.Engine;

public sealed partial class RotomEngine
{
    /// <summary>The slow commands.</summary>
    public Slowlog Slowlog { get; }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void LogSlow(in CommandContext context, long nanos)
    {
        if (!context.Command.Is(CommandFlags.SkipSlowlog)) Slowlog.Add(in context, nanos);
    }
}
