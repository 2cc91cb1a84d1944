namespace Rotom.Engine.Config;

// Memory: limit, eviction, expiry, freeing.
public static partial class ConfigTable
{
    private static ConfigRow[] MemoryRows() =>
    [
        Bytes(
            "maxmemory", 0, Limits.Memory, 0, c => c.MaxMemory, (c, v) => c.MaxMemory = v,
            apply: ConfigApply.MaxMemory),
        Enum(
            "maxmemory-policy", MaxMemoryPolicy.NoEviction,
            [
                ("volatile-lru", MaxMemoryPolicy.VolatileLru),
                ("volatile-lfu", MaxMemoryPolicy.VolatileLfu),
                ("volatile-random", MaxMemoryPolicy.VolatileRandom),
                ("volatile-ttl", MaxMemoryPolicy.VolatileTtl),
                ("allkeys-lru", MaxMemoryPolicy.AllKeysLru),
                ("allkeys-lfu", MaxMemoryPolicy.AllKeysLfu),
                ("allkeys-random", MaxMemoryPolicy.AllKeysRandom),
                ("noeviction", MaxMemoryPolicy.NoEviction),
            ],
            c => c.MaxMemoryPolicy, (c, v) => c.MaxMemoryPolicy = v),
        // Ten is close to true LRU; a thousand only delays.
        Int(
            "maxmemory-samples", 1, 1000, 5, c => c.MaxMemorySamples,
            (c, v) => c.MaxMemorySamples = v),
        Int(
            "maxmemory-eviction-tenacity", 0, 100, 10, c => c.MaxMemoryEvictionTenacity,
            (c, v) => c.MaxMemoryEvictionTenacity = v),
        Int(
            "lfu-log-factor", 0, int.MaxValue, 10, c => c.LfuLogFactor,
            (c, v) => c.LfuLogFactor = v),
        Int(
            "lfu-decay-time", 0, int.MaxValue, 1, c => c.LfuDecayTime,
            (c, v) => c.LfuDecayTime = v),
        Int(
            "active-expire-effort", 1, 10, 1, c => c.ActiveExpireEffort,
            (c, v) => c.ActiveExpireEffort = v),
        Bool(
            "lazyfree-lazy-eviction", false, c => c.LazyfreeLazyEviction,
            (c, v) => c.LazyfreeLazyEviction = v),
        Bool(
            "lazyfree-lazy-expire", false, c => c.LazyfreeLazyExpire,
            (c, v) => c.LazyfreeLazyExpire = v),
        Bool(
            "lazyfree-lazy-server-del", false, c => c.LazyfreeLazyServerDel,
            (c, v) => c.LazyfreeLazyServerDel = v),
        Bool(
            "lazyfree-lazy-user-del", false, c => c.LazyfreeLazyUserDel,
            (c, v) => c.LazyfreeLazyUserDel = v),
        Bool(
            "lazyfree-lazy-user-flush", false, c => c.LazyfreeLazyUserFlush,
            (c, v) => c.LazyfreeLazyUserFlush = v),
        Long(
            "tracking-table-max-keys", 0, Limits.Count, 1_000_000, c => c.TrackingTableKeysMax,
            (c, v) => c.TrackingTableKeysMax = v, apply: ConfigApply.TrackingTable),
        .. DefragRows(),
    ];

    // Other than in Redis it is on: a round is made of slices of half a millisecond, and moves no
    // more than what has to move. For the same reason much less is ignored, and the effort is
    // greatest from 30 % on.
    private static ConfigRow[] DefragRows() =>
    [
        Bool("activedefrag", true, c => c.ActiveDefrag, (c, v) => c.ActiveDefrag = v),
        Bytes(
            "active-defrag-ignore-bytes", 1, Limits.Memory, 4 * Limits.Megabyte,
            c => c.ActiveDefragIgnoreBytes, (c, v) => c.ActiveDefragIgnoreBytes = v),
        Int(
            "active-defrag-threshold-lower", 0, 1000, 10, c => c.ActiveDefragThresholdLower,
            (c, v) => c.ActiveDefragThresholdLower = v),
        Int(
            "active-defrag-threshold-upper", 0, 1000, 30, c => c.ActiveDefragThresholdUpper,
            (c, v) => c.ActiveDefragThresholdUpper = v),
        Int(
            "active-defrag-cycle-min", 1, 99, 1, c => c.ActiveDefragCycleMin,
            (c, v) => c.ActiveDefragCycleMin = v),
        Int(
            "active-defrag-cycle-max", 1, 99, 25, c => c.ActiveDefragCycleMax,
            (c, v) => c.ActiveDefragCycleMax = v),
        Long(
            "active-defrag-max-scan-fields", 1, Limits.Count, 1000,
            c => c.ActiveDefragMaxScanFields, (c, v) => c.ActiveDefragMaxScanFields = v),
    ];
}
