using System;
using System.Text;
using Rotom.Engine.Stats;

namespace Rotom.Engine;

/// <summary>
/// A command as one engine has it: the shared spec, this engine's handler and figures.
/// </summary>
public sealed class Command
{
    internal Command(CommandSpec spec, Command? container)
    {
        Spec = spec;
        Container = container;
        Handler = spec.Handler;
        Arity = spec.Arity;
        Flags = spec.Flags;
        FullName = spec.Name.ToLowerInvariant();
        int bar = FullName.IndexOf('|', StringComparison.Ordinal);
        Name = bar < 0 ? FullName : FullName[(bar + 1)..];
        NameBytes = Encoding.ASCII.GetBytes(Name);
        FullNameBytes = Encoding.ASCII.GetBytes(FullName);
        IsQuick = (spec.Flags & CommandFlags.Fast) != 0 || spec.Name == "SET";
        ChannelUse = spec.Name switch
        {
            "PUBLISH" or "SPUBLISH" => AclChannelUse.Publish,
            "SUBSCRIBE" or "SSUBSCRIBE" => AclChannelUse.Channels,
            "PSUBSCRIBE" => AclChannelUse.Patterns,
            _ => AclChannelUse.None,
        };
        if (spec.Keys is [{ Search: KeySearch.Index, Find: KeyFind.Range, Limit: 0 } keys])
        {
            FirstKey = keys.Begin;
            LastKey = keys.LastKey;
            KeyStep = keys.Step;
        }
    }

    /// <summary>What is declared about it.</summary>
    public CommandSpec Spec { get; }

    /// <summary>The command it is a sub-command of, or null.</summary>
    public Command? Container { get; }

    /// <summary>Lower-case name without the container's.</summary>
    public string Name { get; }

    /// <summary>Lower-case name, <c>container|sub</c> for a sub-command.</summary>
    public string FullName { get; }

    /// <summary>Its sub-commands, or null.</summary>
    public CommandTable? Subcommands { get; internal set; }

    /// <summary>Number of words; negative = at least.</summary>
    public int Arity { get; }

    /// <summary>Its flags.</summary>
    public CommandFlags Flags { get; }

    /// <summary>The handler with any middleware around it; null for a mere container.</summary>
    public CommandHandler? Handler { get; internal set; }

    /// <summary>First key when its keys are one plain range, else 0.</summary>
    internal int FirstKey { get; }

    /// <summary>Last key of the range relative to the first, or negative: from the end.</summary>
    internal int LastKey { get; }

    /// <summary>Distance between keys of the range.</summary>
    internal int KeyStep { get; }

    /// <summary>How often it ran.</summary>
    public long Calls { get; internal set; }

    /// <summary>Time its calls took, in nanoseconds.</summary>
    public long Nanos { get; internal set; }

    /// <summary>How often it was refused before it ran.</summary>
    public long RejectedCalls { get; internal set; }

    /// <summary>How often it ran and answered an error.</summary>
    public long FailedCalls { get; internal set; }

    /// <summary>How long its calls took, for INFO latencystats and LATENCY HISTOGRAM.</summary>
    internal LatencyHistogram? Latency { get; set; }

    /// <summary>Its number among the commands, for the rights' bits.</summary>
    internal int AclId { get; set; } = -1;

    /// <summary>Which of its words are channels.</summary>
    internal AclChannelUse ChannelUse { get; }

    internal byte[] NameBytes { get; }

    internal byte[] FullNameBytes { get; }

    /// <summary>True for O(1) commands, whose time is measured for several in a row.</summary>
    internal bool IsQuick { get; }

    internal bool Is(CommandFlags flags) => (Flags & flags) != 0;

    internal bool ArityFits(int words) => Arity >= 0 ? words == Arity : words >= -Arity;

    internal void ResetStats()
    {
        Calls = Nanos = RejectedCalls = FailedCalls = 0;
        Latency?.Reset();
    }
}
