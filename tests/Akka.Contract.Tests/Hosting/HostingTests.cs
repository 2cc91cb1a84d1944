using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Akka.Contract.Tests.Hosting;

// akka-surface.md section 0, "Hosting", and section 18: a system in a host, from start to end.
public sealed class HostingTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task AddAkka_registers_the_system_the_registry_and_the_hosted_service()
    {
        using IHost host = Build(akka => { });
        await host.StartAsync();
        ActorSystem system = host.Services.GetRequiredService<ActorSystem>();
        Assert.Equal("app", system.Name);
        ActorRegistry registry = host.Services.GetRequiredService<ActorRegistry>();
        Assert.Same(registry, ActorRegistry.For(system));
        Assert.Same(registry, host.Services.GetRequiredService<IActorRegistry>());
        Assert.Same(registry, host.Services.GetRequiredService<IReadOnlyActorRegistry>());
        Assert.Contains(
            host.Services.GetServices<IHostedService>(), service => service is AkkaHostedService);
        await host.StopAsync();
    }

    [Fact]
    public async Task Starters_run_in_order_and_startup_tasks_after_all_of_them()
    {
        List<string> order = [];
        using IHost host = Build(akka => akka
            .AddStartup((_, _) => order.Add("task 1"))
            .WithActors((_, _) => order.Add("starter 1"))
            .WithActors(async (_, _) =>
            {
                await Task.Yield();
                order.Add("starter 2");
            })
            .StartActors((_, _) => order.Add("starter 3"))
            .AddStartup(async (_, _) =>
            {
                await Task.Yield();
                order.Add("task 2");
            }));
        await host.StartAsync();
        Assert.Equal(["starter 1", "starter 2", "starter 3", "task 1", "task 2"], order);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_registered_actor_is_injected_by_its_key()
    {
        using IHost host = Build(akka => akka.WithActors(StartEcho));
        await host.StartAsync();
        IRequiredActor<Echo> required = host.Services.GetRequiredService<IRequiredActor<Echo>>();
        Assert.Equal("hi", await required.ActorRef.Ask<string>("hi", s_limit));
        Assert.Equal(required.ActorRef, await required.GetAsync());
        await host.StopAsync();
    }

    [Fact]
    public async Task A_required_actor_that_was_never_registered_throws_and_GetAsync_waits()
    {
        using IHost host = Build(akka => { });
        await host.StartAsync();
        IRequiredActor<Echo> required = host.Services.GetRequiredService<IRequiredActor<Echo>>();
        Assert.ThrowsAny<Exception>(() => required.ActorRef);
        Task<IActorRef> later = required.GetAsync();
        Assert.False(later.IsCompleted);
        IActorRef actor = host.Services.GetRequiredService<ActorSystem>().DeadLetters;
        host.Services.GetRequiredService<IActorRegistry>().Register<Echo>(actor);
        Assert.Same(actor, await later.WaitAsync(s_limit));
        await host.StopAsync();
    }

    [Fact]
    public async Task Stopping_the_host_runs_the_coordinated_shutdown_and_ends_the_system()
    {
        List<string> phases = [];
        using IHost host = Build(akka => akka.AddStartup((system, _) =>
        {
            CoordinatedShutdown shutdown = CoordinatedShutdown.Get(system);
            shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "t", () => Note("unbind"));
            shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "t", () => Note("stop"));
        }));
        await host.StartAsync();
        ActorSystem system = host.Services.GetRequiredService<ActorSystem>();
        await host.StopAsync();
        Assert.True(system.WhenTerminated.IsCompleted);
        Assert.Equal(["unbind", "stop"], phases);

        Task<Done> Note(string phase)
        {
            phases.Add(phase);
            return Task.FromResult(Done.Instance);
        }
    }

    [Fact]
    public async Task A_system_that_ends_by_itself_stops_the_host()
    {
        using IHost host = Build(akka => { });
        await host.StartAsync();
        TaskCompletionSource stopping = new();
        host.Services.GetRequiredService<IHostApplicationLifetime>()
            .ApplicationStopping.Register(stopping.SetResult);
        await host.Services.GetRequiredService<ActorSystem>().Terminate();
        await stopping.Task.WaitAsync(s_limit);
        await host.StopAsync();
    }

    [Theory]
    [InlineData(HoconAddMode.Append, "1", "2")]
    [InlineData(HoconAddMode.Prepend, "3", "2")]
    [InlineData(HoconAddMode.Replace, "3", null)]
    public async Task The_mode_says_how_hocon_stands_to_what_is_there(
        HoconAddMode mode, string a, string? b)
    {
        using IHost host = Build(akka => akka
            .AddHocon("my { a = 1, b = 2 }", HoconAddMode.Append)
            .AddHocon("my { a = 3, c = 3 }", mode));
        await host.StartAsync();
        Config config = host.Services.GetRequiredService<ActorSystem>().Settings.Config;
        Assert.Equal(a, config.GetString("my.a"));
        Assert.Equal(b, config.GetString("my.b"));
        Assert.Equal("3", config.GetString("my.c"));
        Assert.True(config.HasPath("akka.actor.default-dispatcher"));
        await host.StopAsync();
    }

    [Fact]
    public async Task The_hosts_configuration_can_be_read_as_hocon()
    {
        IConfiguration source = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["My:Some_Key"] = "5s",
                ["My:list:0"] = "x",
                ["My:list:1"] = "y",
                ["dotted.path"] = "on",
            })
            .Build();
        using IHost host = Build(akka => akka.AddHocon(source, HoconAddMode.Prepend));
        await host.StartAsync();
        Config config = host.Services.GetRequiredService<ActorSystem>().Settings.Config;
        Assert.Equal(TimeSpan.FromSeconds(5), config.GetTimeSpan("my.some-key"));
        Assert.Equal(["x", "y"], config.GetStringList("my.list"));
        Assert.True(config.GetBoolean("dotted.path"));
        await host.StopAsync();
    }

    [Fact]
    public async Task An_extension_is_created_with_the_system()
    {
        using IHost host = Build(akka => akka.WithExtension<ProbeExtension>());
        await host.StartAsync();
        ActorSystem system = host.Services.GetRequiredService<ActorSystem>();
        Assert.True(system.HasExtension<Probe>());
        await host.StopAsync();
    }

    [Fact]
    public async Task The_builder_may_use_the_hosts_services()
    {
        HostApplicationBuilder builder = New();
        builder.Services.AddAkka("app", (akka, services) =>
            akka.AddHocon(
                $"my.text = \"{services.GetRequiredService<Service>().Text}\"",
                HoconAddMode.Prepend));
        using IHost host = builder.Build();
        await host.StartAsync();
        ActorSystem system = host.Services.GetRequiredService<ActorSystem>();
        Assert.Equal("from the service", system.Settings.Config.GetString("my.text"));
        await host.StopAsync();
    }

    [Fact]
    public async Task The_log_of_the_system_goes_to_the_hosts_logger()
    {
        CollectingProvider logs = new();
        HostApplicationBuilder builder = New();
        builder.Logging.AddProvider(logs);
        builder.Services.AddAkka("app", akka => akka.ConfigureLoggers(
            loggers => loggers.ClearLoggers().AddLoggerFactory()));
        using IHost host = builder.Build();
        await host.StartAsync();
        host.Services.GetRequiredService<ActorSystem>().Log.Warning("take {0}", "care");
        await logs.Seen(text => text.Contains("take care")).WaitAsync(s_limit);
        await host.StopAsync();
    }

    private static void StartEcho(ActorSystem system, IActorRegistry registry) =>
        registry.Register<Echo>(system.ActorOf(Props.Create(() => new Echo()), "echo"));

    private static HostApplicationBuilder New()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<Service>();
        return builder;
    }

    private static IHost Build(Action<AkkaConfigurationBuilder> akka)
    {
        HostApplicationBuilder builder = New();
        builder.Services.AddAkka(
            "app", configuration =>
            {
                configuration.AddHocon("akka.loglevel = ERROR", HoconAddMode.Append);
                akka(configuration);
            });
        return builder.Build();
    }

    private sealed class MySetup : Akka.Actor.Setup.Setup;

    private sealed class Service
    {
        internal string Text => "from the service";
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message));
    }

    private sealed class Greeter : ReceiveActor
    {
        public Greeter(string greeting, Service service) =>
            ReceiveAny(_ => Sender.Tell($"{greeting}, {service.Text}"));
    }

    public sealed class Probe : IExtension;

    public sealed class ProbeExtension : ExtensionIdProvider<Probe>
    {
        public override Probe CreateExtension(ExtendedActorSystem system) => new();
    }

    private sealed class CollectingProvider : ILoggerProvider, ILogger
    {
        private readonly List<string> _lines = [];
        private readonly TaskCompletionSource _seen =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        private Func<string, bool> _wanted = _ => false;

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            lock (_lines)
            {
                _lines.Add(formatter(state, exception));
                Look();
            }
        }

        internal Task Seen(Func<string, bool> wanted)
        {
            lock (_lines)
            {
                _wanted = wanted;
                Look();
            }

            return _seen.Task;
        }

        private void Look()
        {
            if (_lines.Any(_wanted))
            {
                _seen.TrySetResult();
            }
        }
    }
}
