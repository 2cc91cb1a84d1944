using System;

namespace Rotom.Engine.Config;

/// <summary>A save point: so many changes within so many seconds start a BGSAVE.</summary>
public readonly record struct SavePoint(long Seconds, long Changes);

/// <summary>client-output-buffer-limit of one class of clients; 0 = no limit.</summary>
/// <param name="HardBytes">Over this the client is closed at once.</param>
/// <param name="SoftBytes">Over this for <paramref name="SoftSeconds"/> it is closed.</param>
/// <param name="SoftSeconds">How long the soft limit may be passed.</param>
public readonly record struct OutputBufferLimit(long HardBytes, long SoftBytes, int SoftSeconds);

/// <summary>The output limits of the three classes of clients.</summary>
public readonly record struct OutputBufferLimits(
    OutputBufferLimit Normal, OutputBufferLimit Replica, OutputBufferLimit PubSub)
{
    /// <summary>Redis' defaults.</summary>
    public static OutputBufferLimits Default { get; } = new(
        new(0, 0, 0), new(256L << 20, 64L << 20, 60), new(32L << 20, 8L << 20, 60));
}

/// <summary>host and port of <c>replicaof</c>.</summary>
public sealed record ReplicaOf(string Host, int Port);

/// <summary>A command renamed by <c>rename-command</c>; an empty new name removes it.</summary>
public sealed record RenamedCommand(string From, string To);
