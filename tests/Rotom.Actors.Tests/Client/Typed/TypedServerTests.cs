using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Rotom.Actors.Client;
using Rotom.Resp;
using Xunit;

namespace Rotom.Actors.Tests.Client.Typed;

/// <summary>Methods about the server, connections, channels, users and commands.</summary>
public sealed class TypedServerTests
{
    [Fact]
    public Task Databases_are_emptied_and_swapped() => TypedHost.RunAsync(Databases);

    [Fact]
    public Task Settings_and_figures_are_read() => TypedHost.RunAsync(Settings);

    [Fact]
    public Task Snapshots_are_made() => TypedHost.RunAsync(Saving);

    [Fact]
    public Task Clients_are_described_and_closed() => TypedHost.RunAsync(Clients);

    [Fact]
    public Task A_client_pings_selects_and_watches() => TypedHost.RunAsync(Connection);

    [Fact]
    public Task Channels_are_counted() => TypedHost.RunAsync(Channels);

    [Fact]
    public Task Slow_commands_and_delays_are_told() => TypedHost.RunAsync(Observe);

    [Fact]
    public Task Users_are_made_and_described() => TypedHost.RunAsync(Users);

    [Fact]
    public Task Commands_are_described() => TypedHost.RunAsync(Commands);

    internal static async Task Databases(TypedHost h)
    {
        IRotomCommands c = h.C;
        await c.StringSetAsync("k", "v");
        Assert.Equal(1, await c.DatabaseSizeAsync());
        await c.SwapDatabasesAsync(0, 1);
        Assert.Equal(0, await c.DatabaseSizeAsync());
        await c.SwapDatabasesAsync(0, 1);
        await c.FlushDatabaseAsync(FlushMode.Sync);
        Assert.Equal(0, await c.DatabaseSizeAsync());
        await c.StringSetAsync("k", "v");
        await c.FlushAllAsync(FlushMode.Async);
        await c.FlushAllAsync();
        Assert.Equal(0, await c.DatabaseSizeAsync());
        Assert.Equal(h.Host.Now.ToUnixTimeSeconds(), (await c.TimeAsync()).ToUnixTimeSeconds());
    }

    internal static async Task Settings(TypedHost h)
    {
        IRotomCommands c = h.C;
        await c.ConfigSetAsync(("maxmemory", "1gb"), ("maxmemory-samples", 7));
        Dictionary<string, string> settings = await c.ConfigGetAsync("maxmemory", "*-samples");
        Assert.Equal("1073741824", settings["maxmemory"]);
        Assert.Equal("7", settings["maxmemory-samples"]);
        Assert.Empty(await c.ConfigGetAsync("none"));
        await c.ConfigResetStatisticsAsync();
        await TypedHost.ErrorAsync(() => c.ConfigRewriteAsync());
        Dictionary<string, Dictionary<string, string>> info = await c.InfoAsync("server", "stats");
        Assert.Equal(2, info.Count);
        Assert.Equal("7", info["Server"]["redis_version"][..1]);
        Assert.True((await c.InfoAsync()).Count > 5);
        Assert.NotEmpty(await c.LolwutAsync());
        Assert.NotEmpty(await c.LolwutAsync(5));
        ServerRole role = await c.RoleAsync();
        Assert.Equal("master", role.Name);
        Assert.Empty(role.Replicas);
        Assert.Equal(0, await c.WaitForReplicasAsync(0, TimeSpan.FromMilliseconds(5)));
        Assert.Equal(0, (await c.WaitForAofAsync(local: false)).Replicas);
        Assert.StartsWith(
            "ERR ", await TypedHost.ErrorAsync(() => c.WaitForAofAsync()),
            StringComparison.Ordinal);
        Dictionary<string, double> memory = await c.MemoryStatisticsAsync();
        Assert.True(memory["total.allocated"] > 0);
        await c.StringSetAsync("k", "v");
        Assert.Contains("db.0.overhead.hashtable.main", (await c.MemoryStatisticsAsync()).Keys);
        Assert.NotEmpty(await c.MemoryDoctorAsync());
        Assert.NotEmpty(await c.MemoryAllocatorAsync());
        await c.MemoryPurgeAsync();
    }

    internal static async Task Saving(TypedHost h)
    {
        IRotomCommands c = h.C;
        await c.SaveAsync();
        Assert.Equal(h.Host.Now.ToUnixTimeSeconds(), (await c.LastSaveAsync()).ToUnixTimeSeconds());
        Assert.Equal("Background saving started", await c.BackgroundSaveAsync());
        while ((await c.InfoAsync("persistence"))["Persistence"]["rdb_bgsave_in_progress"] != "0")
        {
            await Task.Yield();
        }

        Assert.StartsWith(
            "Background saving", await c.BackgroundSaveAsync(schedule: true),
            StringComparison.Ordinal);
        while ((await c.InfoAsync("persistence"))["Persistence"]["rdb_bgsave_in_progress"] != "0")
        {
            await Task.Yield();
        }

        Assert.StartsWith(
            "Background append only file rewriting", await c.RewriteAofAsync(),
            StringComparison.Ordinal);
    }

    internal static async Task Clients(TypedHost h)
    {
        IRotomCommands c = h.C;
        Assert.Null(await c.ClientNameAsync());
        await c.ClientSetNameAsync("me");
        Assert.Equal("me", await c.ClientNameAsync());
        await c.ClientSetInfoAsync(ClientAttribute.LibraryName, "typed");
        await c.ClientSetInfoAsync(ClientAttribute.LibraryVersion, "1.2");
        await c.ClientNoEvictAsync(on: true);
        await c.ClientNoTouchAsync(on: true);
        await h.Host.AdvanceAsync(TimeSpan.FromSeconds(3));
        ClientDescription me = await c.ClientInfoAsync();
        Assert.Equal(await c.ClientIdAsync(), me.Id);
        Assert.Equal("me", me.Name);
        Assert.Equal("default", me.User);
        Assert.Equal(0, me.Database);
        Assert.Equal("client|info", me.Command);
        Assert.Equal("typed", me.Fields["lib-name"]);
        Assert.Equal("eT", me.Flags);
        Assert.Equal(TimeSpan.FromSeconds(3), me.Age);
        Assert.Equal(TimeSpan.Zero, me.IdleTime);
        Assert.True(me.MemoryBytes > 0);
        await using IRotomClient other = h.Another();
        await other.StringGetAsync("k");
        Assert.Equal(2, (await c.ClientListAsync()).Length);
        Assert.Equal(2, (await c.ClientListAsync(ClientType.Normal)).Length);
        Assert.Empty(await c.ClientListAsync(ClientType.PubSub));
        ClientDescription found = Assert.Single(await c.ClientListAsync(other.Id, 999_999));
        Assert.Equal(other.Id, found.Id);
        Assert.False(await c.ClientUnblockAsync(other.Id, withError: true));
        await c.ClientPauseAsync(TimeSpan.FromSeconds(5), writesOnly: true);
        await c.ClientUnpauseAsync();
        Assert.Equal(1, await c.ClientKillAsync(new ClientFilter { Id = other.Id }));
        Assert.Equal(0, await c.ClientKillAsync(new ClientFilter
        {
            Type = ClientType.Normal,
            User = "default",
            MinAge = TimeSpan.FromSeconds(1),
        }));
        Assert.Equal(
            "ERR No such client", await TypedHost.ErrorAsync(() => c.ClientKillAsync("1.2.3.4:5")));
        await using IRotomClient third = h.Another();
        await third.StringGetAsync("k");
        await c.ClientKillAsync((await c.ClientListAsync(third.Id))[0].Address);
        await Assert.ThrowsAsync<RespConnectionException>(
            async () => await third.StringGetAsync("k"));
    }

    internal static async Task Connection(TypedHost h)
    {
        IRotomCommands c = h.C;
        await c.PingAsync();
        Assert.Equal("hello", TypedHost.Text(await c.PingAsync("hello")));
        Assert.Equal("hello", TypedHost.Text(await c.EchoAsync("hello")));
        await using IRotomClient own = h.Another();
        IRotomCommands noted = h.Noted(own);
        await noted.SelectAsync(3);
        await noted.StringSetAsync("k", "v");
        Assert.False(await c.KeyExistsAsync("k"));
        await TypedHost.ErrorAsync(() => noted.SelectAsync(999));
        await noted.WatchAsync("k", "l");
        await noted.UnwatchAsync();
    }

    internal static async Task Channels(TypedHost h)
    {
        IRotomCommands c = h.C;
        Assert.Equal(0, await c.PublishAsync("ch", "x"));
        Assert.Equal(0, await c.PublishShardAsync("ch", "x"));
        await using RotomSubscription one = await h.Host.Client.SubscribeAsync("ch");
        await using RotomSubscription all = await h.Host.Client.SubscribePatternAsync("c*");
        Assert.Equal(2, await c.PublishAsync("ch", "x"));
        Assert.Equal("x", (await one.ReadAsync()).Text);
        Assert.Equal(["ch"], await c.ChannelsAsync());
        Assert.Empty(await c.ChannelsAsync("d*"));
        Assert.Empty(await c.ShardChannelsAsync());
        Assert.Empty(await c.ShardChannelsAsync("d*"));
        Dictionary<string, long> subscribers = await c.ChannelSubscribersAsync("ch", "none");
        Assert.Equal(1, subscribers["ch"]);
        Assert.Equal(0, subscribers["none"]);
        Assert.Equal(0, (await c.ShardChannelSubscribersAsync("ch"))["ch"]);
        await using (RotomSubscription shard = await h.Host.Client.SubscribeShardAsync("sh"))
        {
            Assert.Equal(1, await c.PublishShardAsync("sh", "y"));
            RotomMessage message = await shard.ReadAsync();
            Assert.Equal(("sh", "y"), (message.Channel, message.Text));
            Assert.Equal(["sh"], await c.ShardChannelsAsync("s*"));
            Assert.Equal(1, (await c.ShardChannelSubscribersAsync("sh"))["sh"]);
        }

        Assert.Equal(1, await c.PatternCountAsync());
    }

    internal static async Task Observe(TypedHost h)
    {
        IRotomCommands c = h.C;
        await c.SlowlogResetAsync();
        await c.ConfigSetAsync(("slowlog-log-slower-than", 0));
        await c.StringSetAsync("k", "v");
        Assert.True(await c.SlowlogLengthAsync() > 0);
        SlowCommand slow = (await c.SlowlogGetAsync(20))
            .Single(entry => TypedHost.Text(entry.Words[0]) == "SET");
        Assert.Equal(["SET", "k", "v"], TypedHost.Texts(slow.Words));
        Assert.Equal(h.Host.Now.ToUnixTimeSeconds(), slow.Time.ToUnixTimeSeconds());
        Assert.NotEmpty(await c.SlowlogGetAsync());
        Assert.Empty(await c.LatencyHistoryAsync("none"));
        Assert.Empty(await c.LatencyLatestAsync());
        Assert.Equal(0, await c.LatencyResetAsync());
        Assert.Equal(0, await c.LatencyResetAsync("none"));
        Assert.NotEmpty(await c.LatencyDoctorAsync());
        await TypedHost.ErrorAsync(() => c.LatencyGraphAsync("none"));
        LatencyDistribution set = (await c.LatencyHistogramAsync("set"))["set"];
        Assert.Equal(1, set.Calls);
        Assert.Equal(1, set.Microseconds.Values.Max());
        Assert.NotEmpty(await c.LatencyHistogramAsync());
    }

    internal static async Task Users(TypedHost h)
    {
        IRotomCommands c = h.C;
        Assert.Contains("geo", await c.AclCategoriesAsync());
        Assert.Contains("geoadd", await c.AclCategoryAsync("geo"));
        Assert.Equal("default", await c.AclWhoAmIAsync());
        Assert.Null(await c.AclGetUserAsync("ann"));
        await c.AclSetUserAsync("ann", "on", ">secret", "~a:*", "+get", "(+set ~b:*)");
        Assert.Equal(["ann", "default"], (await c.AclUsersAsync()).Order());
        Assert.Equal(2, (await c.AclListAsync()).Length);
        AclUserDescription ann = (await c.AclGetUserAsync("ann"))!;
        Assert.Contains("on", ann.Flags);
        Assert.Equal(64, Assert.Single(ann.Passwords).Length);
        Assert.Equal("~a:*", ann.Rights.Keys);
        Assert.Equal("~b:*", Assert.Single(ann.Selectors).Keys);
        Assert.Null(await c.AclDryRunAsync("ann", "GET", "a:1"));
        Assert.StartsWith(
            "This user has no permissions", await c.AclDryRunAsync("ann", "DEL", "a:1"),
            StringComparison.Ordinal);
        await using IRotomClient limited = h.Host.Server.CreateClient(user: "ann");
        await TypedHost.ErrorAsync(() => limited.StringGetAsync("c:1"));
        AclLogItem refused = Assert.Single(await c.AclLogAsync());
        Assert.Equal("key", refused.Reason);
        Assert.Equal("c:1", refused.Object);
        Assert.Equal("ann", refused.User);
        await c.AclLogResetAsync();
        Assert.Empty(await c.AclLogAsync(5));
        Assert.Equal(64, (await c.AclGeneratePasswordAsync()).Length);
        Assert.Equal(8, (await c.AclGeneratePasswordAsync(32)).Length);
        await TypedHost.ErrorAsync(() => c.AclLoadAsync());
        await TypedHost.ErrorAsync(() => c.AclSaveAsync());
        Assert.Equal(1, await c.AclDeleteUserAsync("ann", "bob"));
    }

    internal static async Task Commands(TypedHost h)
    {
        IRotomCommands c = h.C;
        CommandDescription[] all = await c.CommandsAsync();
        Assert.Equal(all.Length, await c.CommandCountAsync());
        Assert.Contains(
            "config|get", all.Single(one => one.Name == "config").Subcommands
                .Select(sub => sub.Name));
        CommandDescription?[] info = await c.CommandInfoAsync("get", "none");
        Assert.Equal(2, info[0]!.Arity);
        Assert.Contains("readonly", info[0]!.Flags);
        Assert.Contains("@string", info[0]!.Categories);
        Assert.Equal(1, info[0]!.FirstKey);
        Assert.Equal(1, info[0]!.LastKey);
        Assert.Equal(1, info[0]!.KeyStep);
        Assert.Single(info[0]!.KeySpecifications);
        Assert.Empty(info[0]!.Tips);
        Assert.Null(info[1]);
        CommandDocumentation old = (await c.CommandDocsAsync("substr"))["substr"];
        Assert.Equal("1.0.0", old.Since);
        Assert.Equal("string", old.Group);
        Assert.NotEmpty(old.Summary);
        Assert.NotEmpty(old.Complexity);
        Assert.NotNull(old.DeprecatedSince);
        Assert.NotNull(old.ReplacedBy);
        Assert.NotNull(old.All);
        Assert.Null((await c.CommandDocsAsync("get"))["get"].ReplacedBy);
        Assert.Contains("get", await c.CommandNamesAsync());
        Assert.All(
            await c.CommandNamesAsync(CommandFilter.Pattern, "z*"),
            name => Assert.StartsWith("z", name, StringComparison.Ordinal));
        Assert.Contains("geoadd", await c.CommandNamesAsync(CommandFilter.Category, "geo"));
        Assert.Equal(["a", "b"], TypedHost.Texts(await c.CommandKeysAsync("MSET", "a", 1, "b", 2)));
        CommandKey key = Assert.Single(await c.CommandKeysWithFlagsAsync("GET", "a"));
        Assert.Equal("a", TypedHost.Text(key.Key));
        Assert.Contains("RO", key.Flags);
    }
}
