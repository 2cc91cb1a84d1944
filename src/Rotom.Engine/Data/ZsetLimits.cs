using Rotom.Engine.Config;

namespace Rotom.Engine;

/// <summary>Up to where a sorted set is a listpack.</summary>
/// <param name="Entries">zset-max-listpack-entries: members.</param>
/// <param name="ValueBytes">zset-max-listpack-value: bytes of a member.</param>
internal readonly record struct ZsetLimits(long Entries, long ValueBytes)
{
    /// <summary>The limits the settings give.</summary>
    public static ZsetLimits Of(ServerConfig config) =>
        new(config.ZsetMaxListpackEntries, config.ZsetMaxListpackValue);

    /// <summary>True when so many members, the longest of them this long, are too much.</summary>
    public bool Exceeds(long count, long bytes) => count > Entries || bytes > ValueBytes;
}

/// <summary>A member that was looked up; dead after any change of its set.</summary>
/// <param name="Exists">False when the set does not have it.</param>
/// <param name="Score">Its score.</param>
/// <param name="Element">Its element in a large set.</param>
/// <param name="At">Its position in a listpack.</param>
/// <param name="Hash">Its hash, when the set is large.</param>
internal readonly record struct ZsetMember(
    bool Exists, double Score, Memory.Handle Element, int At, ulong Hash);

/// <summary>A place in the order of a sorted set; dead after any change of it.</summary>
/// <param name="Block">The leaf, or the listpack.</param>
/// <param name="At">Index in the leaf, or position in the listpack.</param>
internal readonly record struct ZsetPosition(Memory.Handle Block, int At)
{
    /// <summary>True when there is no such element.</summary>
    public bool IsNull => Block.IsNull;
}
