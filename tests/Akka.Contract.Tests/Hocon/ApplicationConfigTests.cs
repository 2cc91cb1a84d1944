using System;
using Akka.Configuration;
using Xunit;

namespace Akka.Contract.Tests.Hocon;

// The configuration of a whole application: what an operator writes over what a library ships.
// Keys are those of akka-surface.md section 0, "Configuration keys most used".
public sealed class ApplicationConfigTests
{
    private const string Reference = """
        # What the library ships.
        my-app {
          loop {
            type = "My.App.LoopConfigurator, My.App"
            throughput = 30
            busy-poll = off
          }
          blocking-io {
            type = PinnedDispatcher
            executor = thread-pool-executor
          }
          journal {
            class = "My.App.Journal, My.App"
            plugin-dispatcher = my-app.loop
            recovery-event-timeout = 10 minutes
            circuit-breaker { max-failures = 10, call-timeout = 60s, reset-timeout = 30s }
            replay-filter.mode = off
          }
          maxmemory = 0b
          ports = [6379]
        }
        akka {
          loglevel = INFO
          loggers = ["Akka.Event.DefaultLogger"]
          actor {
            default-dispatcher { throughput = 30 }
            deployment { }
          }
          persistence {
            journal.plugin = ""
            max-concurrent-recoveries = 50
          }
        }
        """;

    private const string Operator = """
        akka {
          loglevel = DEBUG
          loggers = ["Akka.Logger.Serilog.SerilogLogger, Akka.Logger.Serilog"]
          actor.deployment {
            "/rotom/keyspace" { dispatcher = my-app.loop }
            /rotom/network {
              dispatcher = my-app.loop
              mailbox = bounded-mailbox
            }
            "/workers/*" {
              router = round-robin-pool
              nr-of-instances = 5
            }
          }
          persistence.journal.plugin = "my-app.journal"
        }
        bounded-mailbox {
          mailbox-type = "Akka.Dispatch.BoundedMailbox"
          mailbox-capacity = 1000
          mailbox-push-timeout-time = 10s
        }
        my-app {
          loop.throughput = 100   // more a turn
          maxmemory = 128 MiB
        }
        """;

    private readonly Config _config = ConfigurationFactory.ParseString(Operator)
        .WithFallback(ConfigurationFactory.ParseString(Reference));

    [Fact]
    public void The_operator_wins_and_the_reference_fills_in()
    {
        Assert.Equal("DEBUG", _config.GetString("akka.loglevel"));
        Assert.Equal(["Akka.Logger.Serilog.SerilogLogger, Akka.Logger.Serilog"],
            _config.GetStringList("akka.loggers"));
        Assert.Equal(30, _config.GetInt("akka.actor.default-dispatcher.throughput"));
        Assert.Equal(134_217_728, _config.GetByteSize("my-app.maxmemory"));
        Assert.Equal([6379], _config.GetIntList("my-app.ports"));
    }

    [Fact]
    public void Deployment_sections_are_read_by_their_quoted_path()
    {
        Config deployment = _config.GetConfig("akka.actor.deployment");
        Assert.Equal("my-app.loop", deployment.GetString("\"/rotom/keyspace\".dispatcher"));
        Assert.Equal("bounded-mailbox", deployment.GetString("/rotom/network.mailbox"));
        Config workers = deployment.GetConfig("\"/workers/*\"");
        Assert.Equal("round-robin-pool", workers.GetString("router"));
        Assert.Equal(5, workers.GetInt("nr-of-instances"));
    }

    [Fact]
    public void A_dispatcher_section_joins_the_operators_keys_with_the_librarys()
    {
        Config loop = _config.GetConfig("my-app.loop");
        Assert.Equal("My.App.LoopConfigurator, My.App", loop.GetString("type"));
        Assert.Equal(100, loop.GetInt("throughput"));
        Assert.False(loop.GetBoolean("busy-poll", true));
    }

    [Fact]
    public void A_plugin_section_is_found_by_the_id_that_another_key_names()
    {
        string id = _config.GetString("akka.persistence.journal.plugin");
        Config journal = _config.GetConfig(id);
        Assert.Equal("My.App.Journal, My.App", journal.GetString("class"));
        Assert.Equal("my-app.loop", journal.GetString("plugin-dispatcher"));
        Assert.Equal(TimeSpan.FromMinutes(10), journal.GetTimeSpan("recovery-event-timeout"));
        Assert.Equal(TimeSpan.FromSeconds(60), journal.GetTimeSpan("circuit-breaker.call-timeout"));
        Assert.Equal("off", journal.GetString("replay-filter.mode"));
    }

    [WholeHoconFact]
    public void The_environment_overrides_where_the_file_says_so()
    {
        string port = "ROTOM_PORT_" + Guid.NewGuid().ToString("N");
        Environment.SetEnvironmentVariable(port, "7001");
        try
        {
            Config config = ConfigurationFactory.ParseString($$"""
                defaults { dir = /var/lib/app, journal { fsync = everysec } }
                app {
                  port = 6379
                  port = ${?{{port}}}
                  host = localhost
                  host = ${?{{port}}_NOT_SET}
                  url = "redis://"${app.host}":"${app.port}
                  data = ${defaults} { dir = ${defaults.dir}/data, journal.segments = 2 }
                  plugins += base
                  plugins += ${app.host}-extra
                }
                """);
            Assert.Equal(7001, config.GetInt("app.port"));
            Assert.Equal("localhost", config.GetString("app.host"));
            Assert.Equal("redis://localhost:7001", config.GetString("app.url"));
            Assert.Equal("/var/lib/app/data", config.GetString("app.data.dir"));
            Assert.Equal("everysec", config.GetString("app.data.journal.fsync"));
            Assert.Equal(2, config.GetInt("app.data.journal.segments"));
            Assert.False(config.HasPath("defaults.journal.segments"));
            Assert.Equal(["base", "localhost-extra"], config.GetStringList("app.plugins"));
        }
        finally
        {
            Environment.SetEnvironmentVariable(port, null);
        }
    }
}
