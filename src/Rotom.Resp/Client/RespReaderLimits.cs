namespace Rotom.Resp;

/// <summary>Limits on the replies that a client accepts from its server.</summary>
public sealed record RespReaderLimits
{
    /// <summary>The limits in use when none are given.</summary>
    public static RespReaderLimits Default { get; } = new();

    /// <summary>
    /// Aggregates within aggregates. COMMAND DOCS needs 8; each level costs an open list, and
    /// whoever walks the tree may do so by recursion.
    /// </summary>
    public int DepthMax { get; init; } = 64;

    /// <summary>Longest line: simple strings, errors, numbers. In bytes without its end.</summary>
    public int LineBytesMax { get; init; } = 64 << 10;

    /// <summary>Longest string in bytes, streamed ones included.</summary>
    public int BulkBytesMax { get; init; } = 512 << 20;

    /// <summary>Most elements of one aggregate; a map counts keys and values.</summary>
    public int ItemCountMax { get; init; } = 1 << 27;

    /// <summary>Most bytes of one reply, with all it contains.</summary>
    public long ReplyBytesMax { get; init; } = 2L << 30;
}
