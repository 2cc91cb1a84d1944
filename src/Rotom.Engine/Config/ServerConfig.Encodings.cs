namespace Rotom.Engine.Config;

// Limits up to which values keep their compact encoding.
// Defaults, ranges and their reasons: ConfigTable.Encodings.cs.
public sealed partial class ServerConfig
{
    /// <summary>hash-max-listpack-entries: fields of a hash in a listpack.</summary>
    public long HashMaxListpackEntries { get; set; }

    /// <summary>hash-max-listpack-value: bytes of a field or value in a listpack.</summary>
    public long HashMaxListpackValue { get; set; }

    /// <summary>
    /// list-max-listpack-size: entries of a list node, or -1 to -5: 4 kB to 64 kB.
    /// </summary>
    public int ListMaxListpackSize { get; set; }

    /// <summary>
    /// No setting, but what DEBUG QUICKLIST-PACKED-THRESHOLD says: elements of so many bytes get a
    /// list node for themselves; 0: those that no listpack of the list's limit could hold.
    /// </summary>
    internal int ListPackedThreshold { get; set; }

    /// <summary>
    /// list-compress-depth: nodes at each end of a list that are not compressed; 0 = compress
    /// none.
    /// </summary>
    public int ListCompressDepth { get; set; }

    /// <summary>
    /// list-compress-idle-seconds: nodes in the middle of long lists that were not used for so long
    /// are compressed; 0 = none. Only where list-compress-depth is 0.
    /// </summary>
    public int ListCompressIdleSeconds { get; set; }

    /// <summary>set-max-intset-entries: members of a set of integers in an intset.</summary>
    public long SetMaxIntsetEntries { get; set; }

    /// <summary>set-max-listpack-entries: members of a set in a listpack.</summary>
    public long SetMaxListpackEntries { get; set; }

    /// <summary>set-max-listpack-value: bytes of a member in a listpack.</summary>
    public long SetMaxListpackValue { get; set; }

    /// <summary>zset-max-listpack-entries: members of a sorted set in a listpack.</summary>
    public long ZsetMaxListpackEntries { get; set; }

    /// <summary>zset-max-listpack-value: bytes of a member in a listpack.</summary>
    public long ZsetMaxListpackValue { get; set; }

    /// <summary>hll-sparse-max-bytes: bytes of a HyperLogLog in its sparse form.</summary>
    public long HllSparseMaxBytes { get; set; }

    /// <summary>stream-node-max-bytes: bytes of a stream node; 0 = no limit.</summary>
    public long StreamNodeMaxBytes { get; set; }

    /// <summary>stream-node-max-entries: entries of a stream node; 0 = no limit.</summary>
    public long StreamNodeMaxEntries { get; set; }
}
