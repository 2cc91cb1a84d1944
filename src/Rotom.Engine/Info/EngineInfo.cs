using System;
using System.Collections.Generic;
using System.Globalization;
using Rotom.Engine.Config;

namespace Rotom.Engine.Info;

/// <summary>The lines of INFO that the engine itself knows.</summary>
internal static class EngineInfo
{
    internal static void Register(InfoReport info, RotomEngine engine)
    {
        info.Add("Server", w => Server(w, engine));
        info.Add("Clients", w => Clients(w, engine));
        info.Add("Memory", w => Memory(w, engine));
        info.Add("Stats", w => Stats(w, engine));
        info.Add("Replication", w => Replication(w, engine));
        info.Add("Commandstats", w => Commands(w, engine.Commands));
        info.Add("Errorstats", w => Errors(w, engine));
        info.Add("Latencystats", w => Latency(w, engine, engine.Commands));
        info.Add("Cluster", w => w.Line("cluster_enabled", 0));
        info.Add("Keyspace", w => Keyspace(w, engine));
    }

    private static void Server(InfoWriter w, RotomEngine engine)
    {
        w.Line("redis_version", ServerVersion.Redis);
        w.Line("redis_git_sha1", "00000000");
        w.Line("redis_git_dirty", 0);
        w.Line("redis_build_id", "0");
        w.Line("redis_mode", "standalone");
        w.Line("rotom_version", ServerVersion.Rotom);
        w.Line("run_id", engine.RunId);
        long uptime = (engine.NowMs - engine.StartedMs) / 1000;
        w.Line("server_time_usec", engine.Clock.UnixTimeMicros);
        w.Line("uptime_in_seconds", uptime);
        w.Line("uptime_in_days", uptime / 86400);
        w.Line("hz", engine.Config.Hz);
        w.Line("configured_hz", engine.Config.Hz);
        w.Line("lru_clock", engine.LruClock);
    }

    private static void Clients(InfoWriter w, RotomEngine engine)
    {
        long pubsub = 0, tracking = 0, maxOut = 0, maxIn = 0;
        foreach (Client client in engine.Clients.Values)
        {
            if (client.Has(ClientGate.Tracking)) tracking++;
            if (client.SubscriptionCount > 0) pubsub++;
            maxOut = Math.Max(maxOut, client.Link.OutputBytes);
            maxIn = Math.Max(maxIn, client.Link.QueryBufferBytes);
        }

        w.Line("connected_clients", engine.Clients.Count);
        w.Line("cluster_connections", 0);
        w.Line("client_recent_max_input_buffer", maxIn);
        w.Line("client_recent_max_output_buffer", maxOut);
        w.Line("blocked_clients", engine.WaitingClients);
        w.Line("tracking_clients", tracking);
        w.Line("pubsub_clients", pubsub);
        w.Line("clients_in_timeout_table", engine.WaitersWithDeadline);
        w.Line("total_blocking_keys", engine.BlockedKeys.KeyCount);
        w.Line("total_blocking_keys_on_nokey", 0);
    }

    private static void Memory(InfoWriter w, RotomEngine engine)
    {
        long used = engine.AccountedMemory;
        long peak = Math.Max(engine.PeakMemory, used);
        long overhead = engine.OverheadMemory + engine.ClientMemory;
        w.Bytes("used_memory", used);
        w.Bytes("used_memory_peak", peak);
        w.Percent("used_memory_peak_perc", used, peak);
        w.Line("used_memory_overhead", overhead);
        w.Line("used_memory_startup", engine.StartupMemory);
        w.Line("used_memory_dataset", used - overhead);
        w.Percent("used_memory_dataset_perc", used - overhead, used - engine.StartupMemory);
        w.Line("allocator_allocated", engine.Heap.UsedBytes);
        w.Line("allocator_active", engine.Heap.ActiveBytes);
        w.Line("allocator_resident", engine.Heap.ResidentBytes);
        w.Line("allocator_mapped", engine.Heap.MappedBytes);
        w.Ratio("allocator_frag", engine.Heap.ActiveBytes, engine.Heap.UsedBytes);
        w.Ratio("allocator_rss", engine.Heap.ResidentBytes, engine.Heap.ActiveBytes);
        w.Bytes("maxmemory", engine.Config.MaxMemory);
        w.Line("maxmemory_policy", ConfigTable.Find("maxmemory-policy")!.Get(engine.Config));
        w.Line("mem_clients_normal", engine.ClientMemory);
        w.Line("mem_allocator", "rotom-slab");
        w.Line("lazyfree_pending_objects", engine.LazyFreePending);
        w.Line("lazyfreed_objects", engine.Stats.LazyFreedObjects);
        w.Line("active_defrag_running", engine.Defragmenter.RunningPercent);
        // No scripts, replicas, cluster or journal so far.
        w.Bytes("used_memory_lua", 0);
        w.Bytes("used_memory_scripts", 0);
        w.Bytes("used_memory_vm_total", 0);
        w.Zeros(
            "used_memory_vm_eval", "used_memory_scripts_eval", "number_of_cached_scripts",
            "number_of_functions", "number_of_libraries", "used_memory_vm_functions",
            "used_memory_functions", "mem_not_counted_for_evict", "mem_replication_backlog",
            "mem_total_replication_buffers", "mem_clients_slaves", "mem_cluster_links",
            "mem_aof_buffer");
    }

    private static long Millis(long nanos) => nanos / 1_000_000;

    private static void Stats(InfoWriter w, RotomEngine engine)
    {
        w.Line("total_commands_processed", engine.Stats.CommandsProcessed);
        w.Line("instantaneous_ops_per_sec", engine.OpsPerSecond);
        w.Line("expired_keys", engine.Stats.ExpiredKeys);
        w.Line("expired_subkeys", engine.Stats.ExpiredFields);
        w.Line("expired_stale_perc", engine.Stats.ExpiredStalePercent, 2);
        w.Line("expired_time_cap_reached_count", engine.Stats.ExpiredTimeCapReached);
        w.Line("expire_cycle_cpu_milliseconds", engine.Stats.ExpireCycleNanos / 1_000_000);
        w.Line("evicted_keys", engine.Stats.EvictedKeys);
        w.Line("evicted_clients", engine.Stats.EvictedClients);
        w.Line("total_eviction_exceeded_time", Millis(
            engine.Stats.EvictionExceededNanos + engine.Evictor.ExceededNanos));
        w.Line("current_eviction_exceeded_time", Millis(engine.Evictor.ExceededNanos));
        w.Line("keyspace_hits", engine.Stats.KeyspaceHits);
        w.Line("keyspace_misses", engine.Stats.KeyspaceMisses);
        w.Line("pubsub_channels", engine.PubSub.Channels.Count);
        w.Line("pubsub_patterns", engine.PubSub.Patterns.Count);
        w.Line("pubsubshard_channels", engine.PubSub.ShardChannels.Count);
        w.Line("tracking_total_keys", engine.Caches?.Table.Keys ?? 0);
        w.Line("tracking_total_items", engine.Caches?.Table.Items ?? 0);
        w.Line("tracking_total_prefixes", engine.Caches?.Prefixes.Count ?? 0);
        w.Line("total_error_replies", engine.Stats.ErrorReplies);
        w.Line("internal_errors", engine.Stats.InternalErrors);
        w.Line("active_defrag_hits", engine.Defragmenter.Hits);
        w.Line("active_defrag_misses", engine.Defragmenter.Misses);
        w.Line("active_defrag_key_hits", engine.Defragmenter.KeyHits);
        w.Line("active_defrag_key_misses", engine.Defragmenter.KeyMisses);
        w.Line("total_active_defrag_time", Millis(engine.Defragmenter.TotalNanos));
        w.Line("current_active_defrag_time", Millis(engine.Defragmenter.CurrentNanos));
        // What Rotom never does (forks, an error without a reply) or not yet.
        w.Zeros(
            "latest_fork_usec", "total_forks", "migrate_cached_sockets",
            "slave_expires_tracked_keys",
            "unexpected_error_replies", "dump_payload_sanitizations", "reply_buffer_shrinks",
            "reply_buffer_expands", "sync_full", "sync_partial_ok", "sync_partial_err");
        w.Line("acl_access_denied_auth", engine.AclDenials.Auth);
        w.Line("acl_access_denied_cmd", engine.AclDenials.Command);
        w.Line("acl_access_denied_key", engine.AclDenials.Key);
        w.Line("acl_access_denied_channel", engine.AclDenials.Channel);
    }

    private static void Replication(InfoWriter w, RotomEngine engine)
    {
        w.Line("role", "master");
        w.Line("connected_slaves", 0);
        w.Line("master_failover_state", "no-failover");
        w.Line("master_replid", engine.ReplicationId);
        w.Line("master_replid2", new string('0', 40));
        w.Line("master_repl_offset", 0);
        w.Line("second_repl_offset", -1);
        w.Line("repl_backlog_active", 0);
        w.Line("repl_backlog_size", 1048576);
        w.Line("repl_backlog_first_byte_offset", 0);
        w.Line("repl_backlog_histlen", 0);
    }

    private static void Commands(InfoWriter w, CommandTable table)
    {
        foreach (Command command in table.All)
        {
            if (command.Calls + command.RejectedCalls + command.FailedCalls > 0)
            {
                long micros = command.Nanos / 1000;
                double each = command.Calls == 0 ? 0 : micros / (double)command.Calls;
                w.Line(
                    "cmdstat_" + command.FullName,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"calls={command.Calls},usec={micros},usec_per_call={each:F2},")
                    + string.Create(
                        CultureInfo.InvariantCulture,
                        $"rejected_calls={command.RejectedCalls},"
                        + $"failed_calls={command.FailedCalls}"));
            }

            if (command.Subcommands is not null) Commands(w, command.Subcommands);
        }
    }

    private static void Errors(InfoWriter w, RotomEngine engine)
    {
        foreach ((string code, long count) in engine.Stats.Errors)
        {
            w.Line("errorstat_" + code, "count=" + count.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void Latency(InfoWriter w, RotomEngine engine, CommandTable table)
    {
        foreach (Command command in table.All)
        {
            if (command.Latency is { Count: > 0 } latency)
            {
                List<string> parts = [];
                foreach (double percentile in engine.Config.LatencyTrackingInfoPercentiles)
                {
                    parts.Add(string.Create(
                        CultureInfo.InvariantCulture,
                        $"p{percentile:0.######}={latency.Percentile(percentile):F3}"));
                }

                w.Line("latency_percentiles_usec_" + command.FullName, string.Join(',', parts));
            }

            if (command.Subcommands is not null) Latency(w, engine, command.Subcommands);
        }
    }

    private static void Keyspace(InfoWriter w, RotomEngine engine)
    {
        foreach (Database database in engine.AllDatabases)
        {
            if (database.Count == 0) continue;
            w.Line(
                string.Create(CultureInfo.InvariantCulture, $"db{database.Index}"),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"keys={database.Count},expires={database.ExpiresCount},")
                + string.Create(CultureInfo.InvariantCulture, $"avg_ttl={database.AverageTtlMs}"));
        }
    }
}
