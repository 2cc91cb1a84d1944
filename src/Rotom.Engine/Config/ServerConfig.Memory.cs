namespace Rotom.Engine.Config;

// Memory: limit, eviction, expiry, freeing.
// Defaults, ranges and their reasons: ConfigTable.Memory.cs.
public sealed partial class ServerConfig
{
    /// <summary>maxmemory: bytes the data may use; 0 = no limit.</summary>
    public long MaxMemory { get; set; }

    /// <summary>maxmemory-policy: what is evicted at the limit.</summary>
    public MaxMemoryPolicy MaxMemoryPolicy { get; set; }

    /// <summary>maxmemory-samples: keys looked at for each eviction.</summary>
    public int MaxMemorySamples { get; set; }

    /// <summary>
    /// maxmemory-eviction-tenacity: how long one command may evict: 0 = least, 100 = until
    /// done.
    /// </summary>
    public int MaxMemoryEvictionTenacity { get; set; }

    /// <summary>lfu-log-factor: how hard the access counter grows.</summary>
    public int LfuLogFactor { get; set; }

    /// <summary>
    /// lfu-decay-time: minutes after which the access counter falls; 0 = at each look.
    /// </summary>
    public int LfuDecayTime { get; set; }

    /// <summary>active-expire-effort: how hard expired keys are looked for.</summary>
    public int ActiveExpireEffort { get; set; }

    /// <summary>lazyfree-lazy-eviction: free evicted values in the background.</summary>
    public bool LazyfreeLazyEviction { get; set; }

    /// <summary>lazyfree-lazy-expire: free expired values in the background.</summary>
    public bool LazyfreeLazyExpire { get; set; }

    /// <summary>
    /// lazyfree-lazy-server-del: free values that a write replaces in the background.
    /// </summary>
    public bool LazyfreeLazyServerDel { get; set; }

    /// <summary>lazyfree-lazy-user-del: DEL frees as UNLINK does.</summary>
    public bool LazyfreeLazyUserDel { get; set; }

    /// <summary>
    /// lazyfree-lazy-user-flush: FLUSHALL and FLUSHDB without ASYNC or SYNC work as with ASYNC.
    /// </summary>
    public bool LazyfreeLazyUserFlush { get; set; }

    /// <summary>
    /// tracking-table-max-keys: keys remembered for client-side caching; 0 = no limit.
    /// </summary>
    public long TrackingTableKeysMax { get; set; }

    /// <summary>activedefrag: memory that lies free between used blocks is given back.</summary>
    public bool ActiveDefrag { get; set; }

    /// <summary>active-defrag-ignore-bytes: up to so much, nothing is done.</summary>
    public long ActiveDefragIgnoreBytes { get; set; }

    /// <summary>active-defrag-threshold-lower: nor up to so many per cent of it.</summary>
    public int ActiveDefragThresholdLower { get; set; }

    /// <summary>active-defrag-threshold-upper: from here on with all effort.</summary>
    public int ActiveDefragThresholdUpper { get; set; }

    /// <summary>active-defrag-cycle-min: least share of the processor's time, per cent.</summary>
    public int ActiveDefragCycleMin { get; set; }

    /// <summary>active-defrag-cycle-max: greatest share, per cent.</summary>
    public int ActiveDefragCycleMax { get; set; }

    /// <summary>
    /// active-defrag-max-scan-fields: a value of more elements is moved in parts.
    /// </summary>
    public long ActiveDefragMaxScanFields { get; set; }
}
