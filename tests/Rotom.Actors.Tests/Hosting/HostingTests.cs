using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Linq;
using System.Net;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rotom.Actors.Client;
using Rotom.Actors.Hosting;
using Rotom.Actors.Messages;
using Rotom.Engine;
using Rotom.Engine.Config;
using Xunit;

namespace Rotom.Actors.Tests.Hosting;

public sealed class HostingTests
{
    [Fact]
    public async Task AddRotom_starts_and_stops_with_the_host_and_brings_a_client()
    {
        using IHost host = Build(services => services.AddRotom(rotom =>
        {
            rotom.Port = null;
            rotom.Commands.Register("ONE", 1, (ref CommandContext c) => c.Reply.Integer(1));
        }));
        await host.StartAsync();
        IRotomClient client = host.Services.GetRequiredService<IRotomClient>();
        Assert.True(await client.StringSetAsync("k", "v"));
        Assert.Equal(1, (await client.ExecuteAsync("ONE")).AsInteger());
        Assert.Empty(host.Services.GetRequiredService<RotomServer>().EndPoints);
        await host.StopAsync();
        await Assert.ThrowsAsync<Rotom.Resp.RespConnectionException>(
            async () => await client.StringGetAsync("k"));
    }

    [Fact]
    public async Task WithRotom_serves_in_the_hosts_own_system_and_is_in_its_registry()
    {
        using IHost host = Build(services => services
            .AddAkka("app", akka => akka.WithRotom(rotom => rotom.Port = RotomOptions.AnyPort))
            .AddRotomClient());
        await host.StartAsync();
        IRequiredActor<RotomServer> keyspace =
            host.Services.GetRequiredService<IRequiredActor<RotomServer>>();
        RedisReply reply = await keyspace.ActorRef.Ask<RedisReply>(
            new RedisCommand("SET", "k", "v"), TimeSpan.FromSeconds(10));
        Assert.Equal("OK", reply.Value.AsString());
        RotomServer server = host.Services.GetRequiredService<RotomServer>();
        Assert.NotEqual(0, ((IPEndPoint)Assert.Single(server.EndPoints)).Port);
        Assert.Equal("v", await server.Client.StringGetTextAsync("k"));
        await host.StopAsync();
    }

    [Fact]
    public async Task Several_servers_live_in_one_process_and_share_nothing()
    {
        using IHost host = Build(services => services
            .AddRotom(rotom => rotom.Port = null)
            .AddRotom(rotom => rotom.Port = null, "second"));
        await host.StartAsync();
        RotomExtension servers =
            RotomExtension.For(host.Services.GetRequiredService<ActorSystem>());
        await servers.Server().Client.StringSetAsync("k", "first");
        Assert.Null(await servers.Server("second").Client.StringGetAsync("k"));
        Assert.Throws<InvalidOperationException>(() => servers.Server("third"));
        await host.StopAsync();
    }

    [Fact]
    public async Task Options_come_from_the_configuration_then_from_code()
    {
        using IHost host = Build(
            services => services.AddRotom(rotom => rotom.Set("maxmemory", "32mb")),
            new()
            {
                ["Rotom:Port"] = "none",
                ["Rotom:MaxMemory"] = "64mb",
                ["Rotom:MaxMemoryPolicy"] = "allkeys-lru",
                ["Rotom:lazyfree-lazy-expire"] = "true",
                ["Rotom:Save:0"] = "3600 1",
                ["Rotom:dbfilename"] = Guid.NewGuid().ToString("N") + ".rdb",
            });
        await host.StartAsync();
        IRotomClient client = host.Services.GetRequiredService<IRotomClient>();
        var all = await client.ExecuteAsync("CONFIG", "GET", "maxmemory*");
        Dictionary<string, string?> values = Enumerable.Range(0, all.Items.Count / 2)
            .ToDictionary(
                i => all.Items[2 * i].AsString()!, i => all.Items[(2 * i) + 1].AsString());
        Assert.Equal("33554432", values["maxmemory"]);
        Assert.Equal("allkeys-lru", values["maxmemory-policy"]);
        await host.StopAsync();
    }

    [Fact]
    public async Task Hocon_is_read_first_then_the_configuration_then_code()
    {
        using IHost host = Build(
            services => services.AddAkka("app", (akka, provider) => akka
                .AddHocon(
                    """
                    rotom {
                      port = none
                      maxmemory = 64MiB
                      maxmemory-policy = allkeys-lru
                      hz = 50
                      timeout = 2 minutes
                      loop { throughput = 10 }
                      servers.second { port = none, maxmemory = 32MiB, lazyfree-lazy-expire = on }
                    }
                    """,
                    HoconAddMode.Prepend)
                .WithRotom(
                    provider.GetRequiredService<IConfiguration>().GetSection("Rotom"),
                    rotom => rotom.Set("hz", "70"))
                .WithRotom(name: "second")),
            new() { ["Rotom:MaxMemoryPolicy"] = "volatile-ttl", ["Rotom:hz"] = "60" });
        await host.StartAsync();
        RotomExtension servers =
            RotomExtension.For(host.Services.GetRequiredService<ActorSystem>());
        ServerConfig first = servers.Server().Parts.Engine.Config;
        Assert.Equal(64 << 20, first.MaxMemory);
        Assert.Equal(120, first.TimeoutSeconds);
        Assert.Equal(MaxMemoryPolicy.VolatileTtl, first.MaxMemoryPolicy);
        Assert.Equal(70, first.Hz);
        Assert.Empty(first.Save);
        ServerConfig second = servers.Server("second").Parts.Engine.Config;
        Assert.Equal(32 << 20, second.MaxMemory);
        Assert.True(second.LazyfreeLazyExpire);
        Assert.Equal(MaxMemoryPolicy.NoEviction, second.MaxMemoryPolicy);
        Assert.Empty(servers.Server("second").EndPoints);
        await servers.Server().Client.StringSetAsync("k", "first");
        Assert.Null(await servers.Server("second").Client.StringGetAsync("k"));
        await host.StopAsync();
    }

    [Fact]
    public void What_is_wrong_is_named_by_where_it_was_said()
    {
        RotomOptions options = new RotomOptions().LoadHocon(
            "app.redis { port = 70000, maxmemory = lots, nonsense = 1, hz = [] }", "app.redis");
        options.Load(new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?> { ["Rotom:MaxClients"] = "-1" })
            .Build().GetSection("Rotom"));
        options.Set("databases", "many");
        options.Users.Add("ann on +@nonsense");
        IReadOnlyList<string> wrong = options.Validate();
        foreach (string path in new[]
        {
            "app.redis.port:", "app.redis.maxmemory:", "app.redis.nonsense:", "app.redis.hz:",
            "Rotom:MaxClients:", "databases:", "Users:",
        })
        {
            Assert.Single(
                wrong, line => line.StartsWith(path + " ", StringComparison.Ordinal));
        }

        Assert.Equal(7, wrong.Count);
    }

    [Fact]
    public void Options_say_all_that_is_wrong_with_them()
    {
        RotomOptions options = new();
        options.Load(new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["Port"] = "many",
                ["MaxMemory"] = "lots",
                ["NoSuchThing"] = "1",
                ["StopHostOnShutdown"] = "maybe",
            }).Build());
        IReadOnlyList<string> wrong = options.Validate();
        Assert.Equal(4, wrong.Count);
        Assert.Empty(new RotomOptions().Validate());
        Assert.Single(new RotomOptions { Port = 70000 }.Validate());
    }

    [Fact]
    public async Task A_host_with_wrong_options_does_not_start()
    {
        using IHost host = Build(services => services.AddRotom(rotom => rotom.Set("nope", "1")));
        OptionsValidationException wrong =
            await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains("nope: there is no such setting", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_health_check_asks_the_keyspace()
    {
        using IHost host = Build(services =>
        {
            services.AddRotom(rotom => rotom.Port = null);
            services.AddHealthChecks().AddRotom();
        });
        await host.StartAsync();
        HealthCheckService checks = host.Services.GetRequiredService<HealthCheckService>();
        Assert.Equal(HealthStatus.Healthy, (await checks.CheckHealthAsync()).Status);
        await host.Services.GetRequiredService<RotomServer>().StopAsync();
        Assert.Equal(HealthStatus.Unhealthy, (await checks.CheckHealthAsync()).Status);
        await host.StopAsync();
    }

    [Fact]
    public async Task The_meter_tells_the_main_figures()
    {
        TaskCompletionSource<long> keys = new(TaskCreationOptions.RunContinuationsAsynchronously);
        string name = "metered" + Guid.NewGuid().ToString("N");
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == "Rotom") l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (instrument.Name == "rotom.keys" && (string?)tags[0].Value == name && value > 0)
            {
                keys.TrySetResult(value);
            }
        });
        listener.Start();
        using IHost host = Build(services => services.AddRotom(r => r.Port = null, name));
        await host.StartAsync();
        await host.Services.GetRequiredService<IRotomClient>().StringSetAsync("k", "v");
        DateTime end = DateTime.UtcNow.AddSeconds(20);
        while (!keys.Task.IsCompleted && DateTime.UtcNow < end)
        {
            listener.RecordObservableInstruments();
            await Task.WhenAny(keys.Task, Task.Delay(50));
        }

        Assert.Equal(1, await keys.Task);
        await host.StopAsync();
    }

    private static IHost Build(
        Action<IServiceCollection> add, Dictionary<string, string?>? settings = null) =>
        new HostBuilder()
            .ConfigureAppConfiguration(c => c.AddInMemoryCollection(settings ?? []))
            .ConfigureLogging(logging => logging.ClearProviders())
            .ConfigureServices(add)
            .Build();
}
