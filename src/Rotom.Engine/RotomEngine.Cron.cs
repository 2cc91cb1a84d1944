using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// The periodic work: what Redis' serverCron does, driven by timer messages of the owner.
public sealed partial class RotomEngine
{
    /// <summary>How long the end of a turn may work on what waits to be freed.</summary>
    private const long FreeNanosPerTurn = 100_000;

    /// <summary>How long a tick may work on what waits to be freed.</summary>
    private const long FreeNanosPerTick = 1_000_000;

    /// <summary>How long the time between turns may be used for it at once.</summary>
    private const long FreeNanosPerIdleTick = 500_000;

    private readonly long[] _opsSamples = new long[16];
    private int _opsSample;
    private long _opsLastCount;
    private long _opsLastMs;
    private long _slowNanos = 10_000_000;

    /// <summary>instantaneous_ops_per_sec, averaged over the last 16 samples.</summary>
    public long OpsPerSecond { get; private set; }

    /// <summary>Highest <see cref="AccountedMemory"/> seen.</summary>
    public long PeakMemory { get; private set; }

    /// <summary>
    /// What the data takes: the off-heap memory handed out, exactly, and what the host's types say
    /// of their values.
    /// </summary>
    public long UsedMemory => Heap.UsedBytes + Payloads.Customs.Bytes;

    /// <summary>What the off-heap memory takes from the system.</summary>
    public long AllocatorBytes => Heap.MappedBytes;

    /// <summary>What of it should be resident.</summary>
    public long AllocatorResidentBytes => Heap.ResidentBytes;

    /// <summary>used_memory_startup: what an empty engine uses.</summary>
    internal long StartupMemory { get; }

    /// <summary>used_memory_overhead: what is neither keys nor values.</summary>
    internal long OverheadMemory
    {
        get
        {
            long bytes = 0;
            foreach (Database database in Databases) bytes += database.Table.TableBytes;
            return bytes;
        }
    }

    /// <summary>Values waiting to be freed in slices.</summary>
    public long LazyFreePending { get; internal set; }

    internal ExpireCycle ExpireCycle { get; }

    /// <summary>Resident memory of the process, if the owner tells; MEMORY shows it.</summary>
    public Func<long>? ProcessMemory { get; set; }

    /// <summary>DEBUG PAUSE-CRON: the periodic work rests.</summary>
    internal bool CronPaused { get; set; }

    /// <summary>DEBUG SET-DISABLE-DENY-SCRIPTS: scripts may call what denies them.</summary>
    internal bool ScriptsMayCallAll { get; set; }

    /// <summary>
    /// One tick of the periodic work: expiry, figures. To be called <c>hz</c> times a second;
    /// replies and effects are where <see cref="Execute"/> leaves them.
    /// </summary>
    public void Cron()
    {
        BeginTurn();
        if (CronPaused) return;
        ReadNoteSettings();
        PeakMemory = Math.Max(PeakMemory, AccountedMemory);
        _clientsAreStuck = false;
        EvictClients();
        Evictor.SettleIfEnough();
        ExpireCycle.Run(fast: false);
        ExpireFields(1_000_000_000 / Config.Hz / ExpireShare);
        FreeSome(FreeNanosPerTick);
        FreeTrackingTable(FreeNanosPerTick);
        Defragmenter.Tick();
        Defragmenter.Run(DefragNanosPerSlice);
        ListCompressor.Tick();
        ListCompressor.Run(DefragNanosPerSlice);
        SaveWhenDue();
        SampleOps();
        if (_freed.Count != 0) RunFreed();
        Caches?.EndTurn();
    }

    /// <summary>
    /// Deletes every key whose time is over, however long it takes: for whoever holds the clock and
    /// wants all that is due to have happened.
    /// </summary>
    public void ExpireAllDue()
    {
        BeginTurn();
        foreach (Database database in Databases)
        {
            // A pass shows every key with a time to live; deleting may shrink the table under it.
            while (database.ExpiresCount > 0
                && database.SampleExpired(int.MaxValue / 32, NowMs).Expired > 0)
            {
            }
        }
    }

    /// <summary>
    /// What a turn ends with: a fast expire cycle when the slow one falls behind.
    /// </summary>
    public void EndTurn()
    {
        ExpireCycle.Run(fast: true);
        ExpireFields(ExpireNanosPerTurn);
        if (LazyFreePending > 0) FreeSome(FreeNanosPerTurn);
        Caches?.EndTurn();
    }

    private void SampleOps()
    {
        long elapsed = NowMs - _opsLastMs;
        if (elapsed < 100) return;
        long count = Stats.CommandsProcessed;
        _opsSamples[_opsSample++ & 15] = (count - _opsLastCount) * 1000 / elapsed;
        _opsLastCount = count;
        _opsLastMs = NowMs;
        long sum = 0;
        foreach (long sample in _opsSamples) sum += sample;
        OpsPerSecond = sum / _opsSamples.Length;
    }
}
