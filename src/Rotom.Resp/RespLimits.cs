using System;

namespace Rotom.Resp;

// RespLimits: every bound on what a client may send, in one place.
//
// One object is shared by all connections of a server; CONFIG SET changes it while they run. Each
// value is a single word, so a reader sees the old or the new one. No maximum exceeds what a .NET
// array can hold: several old faults of servers like this one began with a limit raised too far.

/// <summary>Limits on the input of a connection, with Redis' names and defaults.</summary>
public sealed class RespLimits
{
    /// <summary>No bulk string may be longer than this, whatever the settings say: 1 GiB.</summary>
    public const int BulkBytesTop = 1 << 30;

    /// <summary>
    /// The most a query buffer can hold: what an array can, less the slack behind it.
    /// </summary>
    public const int QueryBufferBytesTop = 0x7FFFFFC7 - 64;

    private int _bulkBytesMax = 512 << 20;
    private int _queryBufferBytesMax = 1 << 30;

    /// <summary>
    /// Longest bulk string of a request in bytes (<c>proto-max-bulk-len</c>), 512 MiB as in Redis.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1 MiB or above 1 GiB.</exception>
    public int BulkBytesMax
    {
        get => _bulkBytesMax;
        set => _bulkBytesMax = Checked(value, 1 << 20, BulkBytesTop);
    }

    /// <summary>
    /// Most bytes held for one incomplete command (<c>client-query-buffer-limit</c>), 1 GiB as in
    /// Redis. Arguments that are parsed already count, with what their table takes.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1 MiB or above the top.</exception>
    public int QueryBufferBytesMax
    {
        get => _queryBufferBytesMax;
        set => _queryBufferBytesMax = Checked(value, 1 << 20, QueryBufferBytesTop);
    }

    /// <summary>
    /// Longest inline command, and longest header line, in bytes without its end; Redis' 64 KiB.
    /// </summary>
    public int LineBytesMax { get; init; } = 64 << 10;

    /// <summary>
    /// Most arguments a command may announce; Redis 7.0 takes any positive 32-bit number. The
    /// query buffer's limit is what bounds the memory, since nothing is allocated by a count.
    /// </summary>
    public int ArgCountMax { get; init; } = int.MaxValue;

    /// <summary>Most arguments before the client has authenticated; Redis' 10.</summary>
    public int UnauthenticatedArgCountMax { get; init; } = 10;

    /// <summary>Longest bulk string before the client has authenticated; Redis' 16 KiB.</summary>
    public int UnauthenticatedBulkBytesMax { get; init; } = 16 << 10;

    /// <summary>Most bytes of an incomplete command before authentication; Redis' 1 MiB.</summary>
    public int UnauthenticatedQueryBufferBytesMax { get; init; } = 1 << 20;

    private static int Checked(int value, int min, int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, min);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, max);
        return value;
    }
}
