namespace Rotom.Engine.Config;

// Limits up to which values keep their compact encoding.
public static partial class ConfigTable
{
    private static ConfigRow[] EncodingsRows() =>
    [
        // An entry count is an int, and no array holds more.
        Long(
            "hash-max-listpack-entries", 0, Limits.Count, 512, c => c.HashMaxListpackEntries,
            (c, v) => c.HashMaxListpackEntries = v, alias: "hash-max-ziplist-entries"),
        Bytes(
            "hash-max-listpack-value", 0, Limits.Gigabyte, 64, c => c.HashMaxListpackValue,
            (c, v) => c.HashMaxListpackValue = v, alias: "hash-max-ziplist-value"),
        Int(
            "list-max-listpack-size", int.MinValue, int.MaxValue, -2, c => c.ListMaxListpackSize,
            (c, v) => c.ListMaxListpackSize = v, alias: "list-max-ziplist-size"),
        Int(
            "list-compress-depth", 0, int.MaxValue, 0, c => c.ListCompressDepth,
            (c, v) => c.ListCompressDepth = v),
        // Rotom's own. A day is longer than a round should ever wait.
        Int(
            "list-compress-idle-seconds", 0, 86_400, 10, c => c.ListCompressIdleSeconds,
            (c, v) => c.ListCompressIdleSeconds = v),
        Long(
            "set-max-intset-entries", 0, Limits.Count, 512, c => c.SetMaxIntsetEntries,
            (c, v) => c.SetMaxIntsetEntries = v),
        Long(
            "set-max-listpack-entries", 0, Limits.Count, 128, c => c.SetMaxListpackEntries,
            (c, v) => c.SetMaxListpackEntries = v),
        Bytes(
            "set-max-listpack-value", 0, Limits.Gigabyte, 64, c => c.SetMaxListpackValue,
            (c, v) => c.SetMaxListpackValue = v),
        Long(
            "zset-max-listpack-entries", 0, Limits.Count, 128, c => c.ZsetMaxListpackEntries,
            (c, v) => c.ZsetMaxListpackEntries = v, alias: "zset-max-ziplist-entries"),
        Bytes(
            "zset-max-listpack-value", 0, Limits.Gigabyte, 64, c => c.ZsetMaxListpackValue,
            (c, v) => c.ZsetMaxListpackValue = v, alias: "zset-max-ziplist-value"),
        Bytes(
            "hll-sparse-max-bytes", 0, Limits.Gigabyte, 3000, c => c.HllSparseMaxBytes,
            (c, v) => c.HllSparseMaxBytes = v),
        Bytes(
            "stream-node-max-bytes", 0, Limits.Gigabyte, 4096, c => c.StreamNodeMaxBytes,
            (c, v) => c.StreamNodeMaxBytes = v),
        Long(
            "stream-node-max-entries", 0, Limits.Count, 100, c => c.StreamNodeMaxEntries,
            (c, v) => c.StreamNodeMaxEntries = v),
    ];
}
