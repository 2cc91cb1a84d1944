using System;
using System.Collections.Generic;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;
using Rotom.Engine.Info;
using Rotom.Engine.Memory;
using Rotom.Engine.Stats;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

// RotomEngine: the keyspace and everything that executes commands on it, in one object without
// threads, sockets, files or a wall clock. Whoever owns it (the keyspace actor, a test, the
// simulation) feeds it batches and timer ticks and takes the replies away.
//
//   RotomEngine.cs           what it is made of, construction, the clock of a turn
//   RotomEngine.Execute.cs   a batch: clients, runs, commands; the straight way
//   RotomEngine.Gate.cs      the long way: authentication, MULTI, rights, the server's state
//   RotomEngine.Signals.cs   modified keys, notifications, pushes to clients, errors counted
//   RotomEngine.Cron.cs      the periodic work
//
// Not thread-safe: touched by one owner at a time.

/// <summary>One keyspace with its commands and clients.</summary>
public sealed partial class RotomEngine : IDisposable
{
    /// <summary>Makes an empty engine.</summary>
    /// <param name="clock">Where time comes from.</param>
    /// <param name="random">Where randomness comes from.</param>
    /// <param name="config">Settings; read at run time, so CONFIG SET takes effect at once.</param>
    public RotomEngine(IClock clock, IRandom random, ServerConfig config)
    {
        Clock = clock;
        Random = random;
        Config = config;
        Heap = new NativeHeap();
        HashSeed = new HashSeed(random.NextUInt64(), random.NextUInt64());
        Payloads = new Payloads(Heap, HashSeed, config) { FreeLater = FreeLater };
        ValueWriter!.Sets = Payloads.Sets;
        ValueWriter.Customs = Payloads.Customs;
        Payloads.Customs.Complain = Log;
        ExpireCycle = new ExpireCycle(this);
        Evictor = new Evictor(this);
        Defragmenter = new Defragmenter(this);
        ListCompressor = new ListCompressor(this);
        _ahead = new Lookahead(this);
        Slowlog = new Slowlog(config);
        Latency = new LatencyMonitor(config);
        StartedMs = NowMs = clock.UnixTimeMs;
        SnapshotFigures.LastSaveSeconds = NowMs / 1000;
        _nowNanos = clock.MonotonicNanos;
        BlockedKeys = new BlockedKeys(this, config.Databases);
        Databases = new Database[config.Databases];
        for (int i = 0; i < Databases.Length; i++) Databases[i] = new Database(this, i);
        Commands = CommandTableBuilder.Build(GeneratedCommands.Create());
        foreach (RenamedCommand renamed in config.RenamedCommands)
        {
            Invariant.Require(CommandRenames.Apply(Commands, renamed) is null);
        }

        Acl = new AclUsers(Commands, config);
        if (config.RequirePass.Length != 0) Acl.SetDefaultPassword(config.RequirePass);
        HashSet<string> declared = [];
        foreach (IReadOnlyList<string> user in config.Users)
        {
            Invariant.Require(Acl.Declare(user, declared) is null);
        }

        Span<byte> runId = stackalloc byte[20];
        random.Fill(runId);
        RunId = Convert.ToHexStringLower(runId);
        ReadNoteSettings();
        EngineInfo.Register(Info, this);
        StartupMemory = UsedMemory;
    }

    /// <summary>Time.</summary>
    public IClock Clock { get; }

    /// <summary>Randomness.</summary>
    public IRandom Random { get; }

    /// <summary>Settings.</summary>
    public ServerConfig Config { get; }

    /// <summary>The off-heap memory that holds keys and values.</summary>
    internal NativeHeap Heap { get; }

    /// <summary>The databases.</summary>
    public IReadOnlyList<Database> AllDatabases => Databases;

    /// <summary>The commands.</summary>
    public CommandTable Commands { get; }

    /// <summary>The counters.</summary>
    public ServerStats Stats { get; } = new();

    /// <summary>Who listens to what.</summary>
    public PubSubRegistry PubSub { get; } = new();

    /// <summary>The effects of the turn.</summary>
    public Propagation Propagation { get; } = new();

    /// <summary>What the engine asks of the world outside: save, shut down and the like.</summary>
    public Outbox Outbox { get; } = new();

    /// <summary>Changes since the last save (INFO's rdb_changes_since_last_save).</summary>
    public long Dirty { get; internal set; }

    /// <summary>40 hexadecimal digits, new at every start.</summary>
    public string RunId { get; }

    /// <summary>When the engine was made, unix milliseconds.</summary>
    public long StartedMs { get; }

    /// <summary>The time of this turn, unix milliseconds.</summary>
    public long NowMs { get; private set; }

    /// <summary>The LRU clock of this turn.</summary>
    internal uint LruClock { get; private set; }

    internal Database[] Databases { get; }

    [System.Runtime.CompilerServices.MethodImpl(
        System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    internal ulong Hash(ReadOnlySpan<byte> bytes) => KeyHash.Compute(HashSeed, bytes);

    /// <summary>Gives the off-heap memory back. The engine must not be used afterwards.</summary>
    public void Dispose()
    {
        EndSnapshot();
        foreach (Database database in Databases) database.Dispose();
        Heap.Dispose();
    }

    /// <summary>Reads the clock for a new turn.</summary>
    internal void BeginTurn()
    {
        NowMs = Clock.UnixTimeMs;
        if (_leaving.Count != 0) _leaving.RemoveAll(link => link.BufferBytes == 0);
        _nowNanos = Clock.MonotonicNanos;
        LruClock = Lru.Clock(NowMs);
        SetGate(ServerGate.MemoryLimited, Config.MaxMemory != 0);
        UsesLfu = Config.MaxMemoryPolicy
            is MaxMemoryPolicy.AllKeysLfu or MaxMemoryPolicy.VolatileLfu;
    }
}
