using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Rotom.Engine.Config;
using Rotom.Engine.Tests.Memory;
using Rotom.Engine.Tests.Support;
using Rotom.Resp.Batch;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>maxmemory: which keys go, what is refused, who hears of it.</summary>
public sealed class EvictionTests
{
    /// <summary>Sets the limit so that so many bytes more fit than are in use.</summary>
    private static void LeaveRoom(EngineHost host, long bytes) =>
        host.Check(
            "CONFIG SET maxmemory "
            + (host.Engine.AccountedMemory + bytes).ToString(CultureInfo.InvariantCulture),
            "+OK");

    private static bool Has(EngineHost host, string key) => host.Send("EXISTS " + key) == ":1";

    private static EngineHost Host(MaxMemoryPolicy policy, Action<ServerConfig>? more = null) =>
        new(config =>
        {
            config.MaxMemoryPolicy = policy;
            // Every key is in every sample: the choice is exact.
            config.MaxMemorySamples = 1000;
            config.MaxMemoryEvictionTenacity = 100;
            more?.Invoke(config);
        });

    private static readonly string s_value = new('x', 900);

    [Fact]
    public void Allkeys_lru_evicts_what_was_not_used_for_longest()
    {
        using EngineHost host = Host(MaxMemoryPolicy.AllKeysLru);
        for (int i = 0; i < 20; i++)
        {
            host.Check($"SET k{i} {s_value}", "+OK");
            host.Advance(1000);
        }

        host.Check("GET k0", "$" + s_value);
        host.Advance(1000);
        LeaveRoom(host, -1);
        Assert.True(Has(host, "k0"));
        Assert.False(Has(host, "k1"));
        host.Check($"SET new {s_value}", "+OK");
        host.Check($"SET new2 {s_value}", "+OK");
        Assert.True(Has(host, "k0"));
        Assert.False(Has(host, "k2"));
        Assert.True(Has(host, "k19"));
        Assert.InRange(host.Engine.MemoryOverLimit, long.MinValue, 2048);
    }

    [Fact]
    public void Allkeys_lfu_evicts_what_is_used_least_often()
    {
        using EngineHost host = Host(MaxMemoryPolicy.AllKeysLfu);
        for (int i = 0; i < 20; i++) host.Check($"SET k{i} {s_value}", "+OK");
        for (int use = 0; use < 50; use++)
        {
            for (int i = 0; i < 20; i++)
            {
                if (i != 7) host.Send("GET k" + i);
            }
        }

        LeaveRoom(host, -1);
        Assert.False(Has(host, "k7"));
        host.Check("DBSIZE", ":19");
    }

    [Fact]
    public void Counts_of_use_decay_with_time()
    {
        using EngineHost host = Host(MaxMemoryPolicy.AllKeysLfu, c => c.LfuLogFactor = 0);
        host.Check($"SET old {s_value}", "+OK");
        for (int i = 0; i < 60; i++) host.Send("GET old");
        host.Advance(100 * 60_000);
        host.Check($"SET new {s_value}", "+OK");
        for (int i = 0; i < 10; i++) host.Send("GET new");
        LeaveRoom(host, -1);
        Assert.False(Has(host, "old"));
        Assert.True(Has(host, "new"));
    }

    [Theory]
    [InlineData(MaxMemoryPolicy.VolatileLru)]
    [InlineData(MaxMemoryPolicy.VolatileLfu)]
    [InlineData(MaxMemoryPolicy.VolatileRandom)]
    [InlineData(MaxMemoryPolicy.VolatileTtl)]
    public void Volatile_policies_leave_keys_without_a_time_to_live(MaxMemoryPolicy policy)
    {
        using EngineHost host = Host(policy);
        for (int i = 0; i < 10; i++)
        {
            host.Check($"SET keep{i} {s_value}", "+OK");
            host.Check($"SET go{i} {s_value} EX 1000", "+OK");
        }

        host.Check("CONFIG SET maxmemory 1", "+OK");
        host.Check("DBSIZE", ":10");
        for (int i = 0; i < 10; i++) Assert.True(Has(host, "keep" + i));
        Assert.StartsWith("-OOM", host.Send("SET more 1"), StringComparison.Ordinal);
    }

    [Fact]
    public void Volatile_ttl_evicts_what_would_end_first()
    {
        using EngineHost host = Host(MaxMemoryPolicy.VolatileTtl);
        for (int i = 0; i < 10; i++) host.Check($"SET k{i} {s_value} EX {1000 - i}", "+OK");
        for (int left = 9; left > 0; left--)
        {
            LeaveRoom(host, -1);
            host.Check("DBSIZE", ":" + left);
            Assert.False(Has(host, "k" + left));
        }
    }

    [Theory]
    [InlineData(MaxMemoryPolicy.AllKeysRandom)]
    [InlineData(MaxMemoryPolicy.VolatileRandom)]
    public void Random_policies_take_the_databases_in_turn(MaxMemoryPolicy policy)
    {
        using EngineHost host = Host(policy);
        foreach (int database in (int[])[0, 3, 7])
        {
            host.Send("SELECT " + database);
            for (int i = 0; i < 8; i++) host.Check($"SET k{i} {s_value} EX 1000", "+OK");
        }

        host.Send("SELECT 0");
        long before = host.Engine.Stats.EvictedKeys;
        while (host.Engine.Stats.EvictedKeys - before < 6) LeaveRoom(host, -1);
        foreach (int database in (int[])[0, 3, 7])
        {
            Assert.InRange(host.Engine.AllDatabases[database].Count, 5, 7);
        }
    }

    [Fact]
    public void Evictions_are_deletions_for_the_journal_and_lazy_ones_are_UNLINK()
    {
        using EngineHost host = Host(MaxMemoryPolicy.AllKeysLru);
        host.Check("SET k v", "+OK");
        host.Check("CONFIG SET maxmemory 1", "+OK");
        Assert.Equal(["DEL k"], host.Effects);
        host.Check("CONFIG SET maxmemory 0 lazyfree-lazy-eviction yes", "+OK");
        host.Check("SET k v", "+OK");
        host.Check("CONFIG SET maxmemory 1", "+OK");
        Assert.Contains("UNLINK k", host.Effects);
    }

    [Fact]
    public void What_a_transaction_lowers_the_limit_to_holds_when_it_is_done()
    {
        using EngineHost host = Host(MaxMemoryPolicy.AllKeysLru);
        host.Check("MULTI", "+OK");
        host.Send("INCR x");
        host.Send("CONFIG SET maxmemory 1");
        host.Send("INCR x");
        host.Check("EXEC", "*3 :1 +OK :2");
        host.Check("DBSIZE", ":0");
    }

    [Fact]
    public void A_transaction_is_one_unit_and_the_eviction_comes_behind_it()
    {
        using EngineHost host = Host(MaxMemoryPolicy.AllKeysLru);
        string all = host.Pipeline("MULTI", "INCR x", "CONFIG SET maxmemory 1", "INCR x", "EXEC");
        Assert.EndsWith("*3 :1 +OK :2", all, StringComparison.Ordinal);
        Assert.Equal(
            ["MULTI", "SELECT 0", "INCR x", "INCR x", "EXEC", "DEL x"], host.Effects);
    }

    [Fact]
    public void A_run_that_has_no_time_is_gone_on_with_in_idle_time()
    {
        using EngineHost host = Host(
            MaxMemoryPolicy.AllKeysLru,
            c =>
            {
                c.MaxMemorySamples = 5;
                c.MaxMemoryEvictionTenacity = 0;
            });
        for (int i = 0; i < 500; i++) host.Check($"SET k{i} {s_value}", "+OK");
        host.Check("CONFIG SET maxmemory 1", "+OK");
        // At no tenacity at all a run is 16 keys.
        Assert.Equal(16, host.Engine.Stats.EvictedKeys);
        Assert.True(host.Engine.HasIdleWork);
        host.Check("SET more 1", "+OK");
        Assert.Equal(32, host.Engine.Stats.EvictedKeys);
        host.Advance(5);
        Assert.DoesNotContain("current_eviction_exceeded_time:0", Info(host));
        int slices = 0;
        for (; host.Engine.HasIdleWork; slices++) host.Engine.WorkInIdleTime();
        Assert.InRange(slices, 20, 40);
        host.Check("DBSIZE", ":0");
        Assert.StartsWith("-OOM", host.Send("SET more 1"), StringComparison.Ordinal);
        host.Advance(500);
        host.Check("CONFIG SET maxmemory 0", "+OK");
        host.Check("SET more 1", "+OK");
        string info = Info(host);
        Assert.Contains("current_eviction_exceeded_time:0", info);
        Assert.DoesNotContain("total_eviction_exceeded_time:0", info);
        host.Check("CONFIG RESETSTAT", "+OK");
        Assert.Contains("total_eviction_exceeded_time:0", Info(host));
        Assert.Contains("evicted_keys:0", Info(host));
    }

    [Fact]
    public void What_waits_to_be_freed_goes_before_another_key()
    {
        using EngineHost host = Host(MaxMemoryPolicy.AllKeysRandom);
        for (int i = 0; i < 40; i++)
        {
            List<byte[]> words = [.. Words.Split("RPUSH big")];
            for (int j = 0; j < 500; j++) words.Add(Encoding.ASCII.GetBytes(s_value));
            host.Send([.. words]);
        }

        host.Check("SET k v", "+OK");
        host.Check("CONFIG SET maxmemory 100000000", "+OK");
        host.Check("UNLINK big", ":1");
        LeaveRoom(host, -200_000);
        host.Check("SET k2 v", "+OK");
        Assert.Equal(0, host.Engine.Stats.EvictedKeys);
        host.Check("DBSIZE", ":2");
    }

    [Fact]
    public void Nothing_is_evicted_while_writes_are_paused()
    {
        using EngineHost host = Host(MaxMemoryPolicy.AllKeysLru);
        host.Check("SET k v", "+OK");
        host.Check("CLIENT PAUSE 10000 WRITE", "+OK");
        host.Check("CONFIG SET maxmemory 1", "+OK");
        host.Check("GET k", "$v");
        host.Check("CLIENT UNPAUSE", "+OK");
        host.Check("GET k", "$-1");
    }

    [Fact]
    public void Buffers_of_clients_count_as_memory_in_use()
    {
        using EngineHost host = Host(MaxMemoryPolicy.AllKeysLru);
        BufferLedger ledger = new();
        host.Engine.AddLedger(ledger);
        ClientLink link = new(99, 0, "127.0.0.1:1", "127.0.0.1:2", 5, false) { Ledger = ledger };
        host.Engine.OpenClient(link);
        for (int i = 0; i < 20; i++) host.Check($"SET k{i} {s_value}", "+OK");
        LeaveRoom(host, 10_000);
        host.Check("DBSIZE", ":20");
        long before = host.Engine.AccountedMemory;
        link.OutputBytes = 15_000;
        link.QueryBufferBytes = 4_000;
        link.QueryBufferFreeBytes = 1_000;
        Assert.Equal(before + 20_000, host.Engine.AccountedMemory);
        host.Send("PING");
        Assert.InRange(host.Engine.Stats.EvictedKeys, 8, 14);
        link.OutputBytes = link.QueryBufferBytes = link.QueryBufferFreeBytes = 0;
        Assert.Equal(0, ledger.Bytes);
        host.Engine.CloseClient(link);
    }

    [Fact]
    public void Clients_go_before_keys_and_the_largest_first()
    {
        using EngineHost host = Host(MaxMemoryPolicy.AllKeysLru);
        BufferLedger ledger = new();
        host.Engine.AddLedger(ledger);
        List<ClientLink> links = [];
        for (int i = 1; i <= 4; i++)
        {
            ClientLink link = new(90 + i, 0, "127.0.0.1:1", "127.0.0.1:2", 5, false)
            {
                Ledger = ledger,
            };
            host.Engine.OpenClient(link).NoEvict = i == 4;
            links.Add(link);
        }

        for (int i = 0; i < 20; i++) host.Check($"SET k{i} {s_value}", "+OK");
        LeaveRoom(host, 60_000);
        host.Check("CONFIG SET maxmemory-clients 50000", "+OK");
        for (int i = 1; i <= 4; i++) links[i - 1].OutputBytes = i * 20_000;
        links[3].OutputBytes = 10_000;
        host.Check("DBSIZE", ":20");
        Assert.Equal(2, host.Engine.Stats.EvictedClients);
        Assert.Equal(0, host.Engine.Stats.EvictedKeys);
        Assert.NotNull(links[0].EngineState);
        Assert.Null(links[1].EngineState);
        Assert.Null(links[2].EngineState);
        // The network's side follows.
        links[1].OutputBytes = links[2].OutputBytes = 0;
        host.Check("DBSIZE", ":20");
        Assert.Equal(2, host.Engine.Stats.EvictedClients);
        Assert.Equal(0, host.Engine.Stats.EvictedKeys);
    }

    [Fact]
    public void A_sample_takes_every_key_as_often_as_any_other()
    {
        foreach (int seed in (int[])[1, 2, 3])
        {
            using EngineHost host = new();
            TestRandom random = new(seed);
            const int keys = 997, rounds = 40_000, samples = 5;
            for (int i = 0; i < keys; i++) host.Send($"SET k{i} v");
            Dictionary<string, int> seen = [];
            Rotom.Engine.Memory.Handle[] into = new Rotom.Engine.Memory.Handle[samples];
            Rotom.Engine.Memory.KeyTable table = host.Engine.AllDatabases[0].Table;
            for (int i = 0; i < rounds; i++)
            {
                Assert.Equal(samples, table.Sample(random, into));
                HashSet<string> one = [];
                foreach (Rotom.Engine.Memory.Handle handle in into)
                {
                    string key = Encoding.ASCII.GetString(table.EntryOf(handle).Key);
                    Assert.True(one.Add(key), $"seed {seed}: {key} twice in one sample");
                    seen[key] = seen.GetValueOrDefault(key) + 1;
                }
            }

            // 200 times each on average, with a deviation of 14.
            Assert.Equal(keys, seen.Count);
            Assert.True(
                seen.Values.Min() > 120 && seen.Values.Max() < 290,
                $"seed {seed}: {seen.Values.Min()} to {seen.Values.Max()} times");
        }
    }

    private static string Info(EngineHost host) => host.Send("INFO stats");
}
