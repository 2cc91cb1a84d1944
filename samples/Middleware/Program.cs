using System;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rotom.Actors.Hosting;
using Rotom.Engine;
using Rotom.Resp;

namespace Middleware;

// Four pieces of middleware: a log, passwords of the host's own, statistics, quotas. What is added
// first is outermost: the log hears what the quotas refuse, the statistics count it.

internal static class Program
{
    private static async Task Main()
    {
        using ILoggerFactory logs = LoggerFactory.Create(
            logging => logging.AddProvider(new ConsoleLines()));
        using IHost host = new HostBuilder()
            .ConfigureLogging(logging => logging.ClearProviders())
            .ConfigureServices(services => services.AddRotom(rotom =>
            {
                rotom.Port = null;
                rotom.Users.Add("default off");
                rotom.Users.Add("ann on nopass ~ann:* +@all -@dangerous");
                Extend(rotom.Commands, logs.CreateLogger("commands"));
            }))
            .Build();
        await host.StartAsync();
        RotomServer server = host.Services.GetRequiredService<RotomServer>();
        await Try("ann with a wrong password", () => Connect(server, "ann", "guess"));
        await using (RespConnection nobody = new(server.ConnectStream()))
        {
            Console.WriteLine($"nobody: {await nobody.ExecuteAsync("GET", "ann:1")}");
        }

        await using RespClient ann = await Connect(server, "ann", "secret");
        await Try("a key of hers", () => ann.CallAsync("SET", "ann:1", "x"));
        await Try("her second change", () => ann.CallAsync("LPUSH", "ann:1", "y"));
        await Try("her third change", () => ann.CallAsync("SET", "ann:1", "z"));
        await Try("a look at it", () => ann.CallAsync("GET", "ann:1"));
        Console.WriteLine($"statistics: {await ann.CallAsync("STATS.USERS")}");
        await host.StopAsync();
    }

    private static void Extend(RotomCommands commands, ILogger log)
    {
        Statistics statistics = new();
        Passwords passwords = new Passwords().Add("ann", "secret");
        commands
            .Register("STATS.USERS", 1, statistics.Show, CommandFlags.ReadOnly)
            .Use(new CommandLog(log, slow: TimeSpan.FromSeconds(1)).Around)
            .Use(statistics.Around)
            .Use(Acl.Write, new Quotas(burst: 2, perSecond: 0.001).Around)
            .Wrap("auth", passwords.Around)
            .Wrap("hello", passwords.Around);
    }

    private static Task<RespClient> Connect(RotomServer server, string user, string password) =>
        RespClient.ConnectAsync(
            server.ConnectStream(), new RespClientOptions { User = user, Password = password });

    private static async Task Try(string what, Func<Task> action)
    {
        try
        {
            await action();
            Console.WriteLine($"{what}: done");
        }
        catch (RespErrorException refused)
        {
            Console.WriteLine($"{what}: {refused.Message}");
        }
    }

    /// <summary>A log for a sample's output.</summary>
    private sealed class ConsoleLines : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            Console.WriteLine($"  log: {formatter(state, exception)}");
    }
}
