using System;
using System.Collections.Generic;
using System.Linq;
using Rotom.Engine.Config;
using Xunit;

namespace Rotom.Engine.Tests.Config;

public sealed class ConfigTableTests
{
    private const string OutputLimits = "client-output-buffer-limit "
        + "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60";

    // CONFIG GET * of redis-server 7.0.15: name and value; without what it was told (port, dir,
    // daemonize) and what follows from that (pidfile), and without those whose default differs.
    private const string RedisDefaults = OutputLimits + "\n" + """
        acl-pubsub-default resetchannels
        aclfile
        acllog-max-len 128
        active-defrag-cycle-max 25
        active-defrag-cycle-min 1
        active-defrag-max-scan-fields 1000
        active-defrag-threshold-lower 10
        active-expire-effort 1
        activerehashing yes
        always-show-logo no
        aof-disable-auto-gc no
        aof-load-truncated yes
        aof-rewrite-incremental-fsync yes
        aof-timestamp-enabled no
        aof-use-rdb-preamble yes
        aof_rewrite_cpulist
        appenddirname appendonlydir
        appendfilename appendonly.aof
        appendfsync everysec
        appendonly no
        auto-aof-rewrite-min-size 67108864
        auto-aof-rewrite-percentage 100
        bgsave_cpulist
        bind-source-addr
        bio_cpulist
        busy-reply-threshold 5000
        client-query-buffer-limit 1073741824
        cluster-allow-pubsubshard-when-down yes
        cluster-allow-reads-when-down no
        cluster-allow-replica-migration yes
        cluster-announce-bus-port 0
        cluster-announce-hostname
        cluster-announce-ip
        cluster-announce-port 0
        cluster-announce-tls-port 0
        cluster-config-file nodes.conf
        cluster-enabled no
        cluster-link-sendbuf-limit 0
        cluster-migration-barrier 1
        cluster-node-timeout 15000
        cluster-port 0
        cluster-preferred-endpoint-type ip
        cluster-replica-no-failover no
        cluster-replica-validity-factor 10
        cluster-require-full-coverage yes
        cluster-slave-no-failover no
        cluster-slave-validity-factor 10
        crash-log-enabled yes
        crash-memcheck-enabled yes
        databases 16
        dbfilename dump.rdb
        disable-thp yes
        dynamic-hz yes
        enable-debug-command no
        enable-module-command no
        enable-protected-configs no
        hash-max-listpack-entries 512
        hash-max-listpack-value 64
        hash-max-ziplist-entries 512
        hash-max-ziplist-value 64
        hll-sparse-max-bytes 3000
        hz 10
        ignore-warnings
        io-threads 1
        io-threads-do-reads no
        jemalloc-bg-thread yes
        latency-monitor-threshold 0
        latency-tracking yes
        latency-tracking-info-percentiles 50 99 99.9
        lazyfree-lazy-eviction no
        lazyfree-lazy-expire no
        lazyfree-lazy-server-del no
        lazyfree-lazy-user-del no
        lazyfree-lazy-user-flush no
        lfu-decay-time 1
        lfu-log-factor 10
        list-compress-depth 0
        list-max-listpack-size -2
        list-max-ziplist-size -2
        logfile
        loglevel notice
        lua-time-limit 5000
        masterauth
        masteruser
        maxclients 10000
        maxmemory 0
        maxmemory-clients 0
        maxmemory-eviction-tenacity 10
        maxmemory-policy noeviction
        maxmemory-samples 5
        min-replicas-max-lag 10
        min-replicas-to-write 0
        min-slaves-max-lag 10
        min-slaves-to-write 0
        no-appendfsync-on-rewrite no
        notify-keyspace-events
        oom-score-adj no
        oom-score-adj-values 0 200 800
        proc-title-template {title} {listen-addr} {server-mode}
        propagation-error-behavior ignore
        protected-mode yes
        proto-max-bulk-len 536870912
        rdb-del-sync-files no
        rdb-save-incremental-fsync yes
        rdbchecksum yes
        rdbcompression yes
        repl-backlog-size 1048576
        repl-backlog-ttl 3600
        repl-disable-tcp-nodelay no
        repl-diskless-load disabled
        repl-diskless-sync yes
        repl-diskless-sync-delay 5
        repl-diskless-sync-max-replicas 0
        repl-ping-replica-period 10
        repl-ping-slave-period 10
        repl-timeout 60
        replica-announce-ip
        replica-announce-port 0
        replica-announced yes
        replica-ignore-disk-write-errors no
        replica-ignore-maxmemory yes
        replica-lazy-flush no
        replica-priority 100
        replica-read-only yes
        replica-serve-stale-data yes
        replicaof
        requirepass
        sanitize-dump-payload no
        save 3600 1 300 100 60 10000
        server_cpulist
        set-max-intset-entries 512
        set-proc-title yes
        shutdown-on-sigint default
        shutdown-on-sigterm default
        shutdown-timeout 10
        slave-announce-ip
        slave-announce-port 0
        slave-ignore-maxmemory yes
        slave-lazy-flush no
        slave-priority 100
        slave-read-only yes
        slave-serve-stale-data yes
        slaveof
        slowlog-log-slower-than 10000
        slowlog-max-len 128
        socket-mark-id 0
        stop-writes-on-bgsave-error yes
        stream-node-max-bytes 4096
        stream-node-max-entries 100
        supervised no
        syslog-enabled no
        syslog-facility local0
        syslog-ident redis
        tcp-backlog 511
        tcp-keepalive 300
        timeout 0
        tls-auth-clients yes
        tls-ca-cert-dir
        tls-ca-cert-file
        tls-cert-file
        tls-ciphers
        tls-ciphersuites
        tls-client-cert-file
        tls-client-key-file
        tls-client-key-file-pass
        tls-cluster no
        tls-dh-params-file
        tls-key-file
        tls-key-file-pass
        tls-port 0
        tls-prefer-server-ciphers no
        tls-protocols
        tls-replication no
        tls-session-cache-size 20480
        tls-session-cache-timeout 300
        tls-session-caching yes
        tracking-table-max-keys 1000000
        unixsocket
        unixsocketperm 0
        zset-max-listpack-entries 128
        zset-max-listpack-value 64
        zset-max-ziplist-entries 128
        zset-max-ziplist-value 64
        """;

    [Fact]
    public void Knows_every_setting_of_redis_with_its_default()
    {
        ServerConfig config = new();
        foreach (string line in RedisDefaults.Split('\n', StringSplitOptions.TrimEntries))
        {
            string[] parts = line.Split(' ', 2);
            ConfigRow? row = ConfigTable.Find(parts[0]);
            Assert.True(row is not null, parts[0] + " is missing");
            Assert.True(
                row.Get(config) == (parts.Length == 2 ? parts[1] : ""),
                $"{line} in Redis, here {row.Get(config)}");
        }
    }

    // Where redis-server without a file listens on all addresses.
    [Fact]
    public void Listens_on_this_machine_only_unless_told()
        => Assert.Equal("127.0.0.1 -::1", ConfigTable.Find("bind")!.Get(new ServerConfig()));

    // Redis leaves it to who asks for it, and has more to lose by it: slices of 25 ms.
    [Theory]
    [InlineData("activedefrag", "yes")]
    [InlineData("active-defrag-ignore-bytes", "4194304")]
    public void Gives_memory_back_unless_told_not_to(string name, string value) =>
        Assert.Equal(value, ConfigTable.Find(name)!.Get(new ServerConfig()));

    [Fact]
    public void Lists_what_redis_lists_and_few_others()
    {
        HashSet<string> redis = [.. RedisDefaults.Split('\n', StringSplitOptions.TrimEntries)
            .Select(line => line.Split(' ')[0])];
        string[] more = [.. ConfigTable.Match(["*"]).Select(found => found.Name)
            .Where(name => !redis.Contains(name)).Order(StringComparer.Ordinal)];
        Assert.Equal(
            [
                "active-defrag-ignore-bytes", "active-defrag-threshold-upper", "activedefrag",
                "auth-failure-delay-ms", "bind", "busy-poll-us", "coalesce-us",
                "daemonize", "dir", "list-compress-idle-seconds", "pidfile",
                "port",
                "set-max-listpack-entries", "set-max-listpack-value",
                "snapshot-max-extra-memory", "snapshot-max-pause",
            ],
            more);
    }

    [Fact]
    public void A_value_can_be_set_to_what_get_answers()
    {
        ServerConfig config = new();
        foreach (ConfigRow row in ConfigTable.Rows)
        {
            string value = row.Get(config);
            string? error = row.Set(config, [value]);
            Assert.True(error is null, $"{row.Name} '{value}': {error}");
            Assert.Equal(value, row.Get(config));
            Assert.True(row.IsStandard(config), row.Name + " is no longer the default");
        }
    }

    [Fact]
    public void A_captured_value_comes_back()
    {
        ServerConfig config = new();
        ConfigRow row = ConfigTable.Find("save")!;
        object? old = row.Capture(config);
        Assert.Null(row.Set(config, ["1", "1"]));
        Assert.Equal("1 1", row.Get(config));
        row.Restore(config, old);
        Assert.True(row.IsStandard(config));
    }

    [Fact]
    public void Two_servers_share_no_value()
    {
        ServerConfig one = new();
        ServerConfig two = new();
        foreach (string name in (string[])["hz", "activedefrag", "save"])
        {
            string value = name switch { "hz" => "50", "save" => "5 5", _ => "no" };
            Assert.Null(ConfigTable.Find(name)!.Set(one, [value]));
            Assert.True(ConfigTable.Find(name)!.IsStandard(two), name);
        }
    }

    [Theory]
    [InlineData("HZ", "HZ")]
    [InlineData("hash-max-listp*", "hash-max-listpack-entries hash-max-listpack-value")]
    [InlineData("HASH-MAX-ZIP*s", "hash-max-ziplist-entries")]
    [InlineData("port p[o]rt p?rt nothing", "port")]
    [InlineData("rdb-key-save-d*", "")]
    [InlineData("rdb-key-save-delay", "rdb-key-save-delay")]
    [InlineData("hz h*z", "hz")]
    public void Get_matches_names_as_redis_does(string patterns, string names)
    {
        IEnumerable<string> found =
            ConfigTable.Match(patterns.Split(' ')).Select(match => match.Name);
        Assert.Equal(names, string.Join(' ', found));
    }

    [Fact]
    public void No_maximum_is_the_largest_long()
    {
        foreach (ConfigRow row in ConfigTable.Rows)
        {
            Assert.DoesNotContain("9223372036854775807", row.KindName, StringComparison.Ordinal);
            if (row.Unit != ConfigUnit.Bytes) continue;
            string? error = row.Set(new ServerConfig(), ["18446744073709551615"]);
            Assert.StartsWith("argument must be between ", error, StringComparison.Ordinal);
        }
    }
}
