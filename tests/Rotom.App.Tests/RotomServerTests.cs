using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Rotom.Engine.Config;
using Xunit;

namespace Rotom.App.Tests;

public sealed class RotomServerTests
{
    [Fact]
    public async Task A_run_logs_as_redis_does_and_removes_its_pid_file()
    {
        using TempFiles files = new();
        string log = files.Path("server.log");
        string pid = files.Path("server.pid");
        string pidSeen = "";
        Host host = new(onStart: setup =>
        {
            setup.Logs.CreateLogger("x").LogDebug("not shown");
            setup.Logs.CreateLogger("x").LogInformation("from {Who}", "the host");
        });
        int code = await Run(
            host, () => pidSeen = File.ReadAllText(pid),
            "--logfile", log, "--pidfile", pid, "--port", "1234", "--daemonize", "yes",
            "--set-proc-title", "no");
        Assert.Equal(0, code);
        Assert.Equal(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), pidSeen.Trim());
        Assert.False(File.Exists(pid));

        string[] lines = await File.ReadAllLinesAsync(log);
        foreach (string line in lines)
        {
            Assert.Matches(
                @"^\d+:[CM] \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d\.\d{3} [.\-*#] .", line);
        }

        string text = string.Join('\n', lines);
        Assert.Contains($" PID: {Environment.ProcessId}", text, StringComparison.Ordinal);
        Assert.Contains("port=1234", text, StringComparison.Ordinal);
        Assert.Contains(" * from the host", text, StringComparison.Ordinal);
        Assert.Contains("daemonize is accepted", text, StringComparison.Ordinal);
        Assert.Contains("M " + lines[^2].Split("M ")[1], text, StringComparison.Ordinal);
        Assert.EndsWith(" * Ready to accept connections", lines[^2], StringComparison.Ordinal);
        Assert.DoesNotContain("not shown", text, StringComparison.Ordinal);
        Assert.Equal(["start", "dispose"], host.Calls);
    }

    [Fact]
    public async Task A_port_in_use_ends_the_start_with_one()
    {
        using TempFiles files = new();
        string log = files.Path("server.log");
        Host host = new(onStart: setup =>
            throw ServerStartException.Port("*", setup.Config.Port, "Address already in use"));
        Assert.Equal(1, await Run(host, () => { }, "--logfile", log, "--port", "77"));
        string text = await File.ReadAllTextAsync(log);
        Assert.Contains(
            "# Warning: Could not create server TCP listening socket *:77: bind: "
                + "Address already in use\n",
            text,
            StringComparison.Ordinal);
        Assert.Contains(
            "# Failed listening on port 77 (TCP), aborting.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Ready", text, StringComparison.Ordinal);
        Assert.Equal(["start", "dispose"], host.Calls);
    }

    [Fact]
    public async Task The_exit_code_of_the_host_is_that_of_the_program()
    {
        using TempFiles files = new();
        Host host = new(onStart: _ => { }) { Code = 3 };
        Assert.Equal(3, await Run(host, () => { }, "--logfile", files.Path("log")));
    }

    [Fact]
    public async Task A_signal_counts_after_a_shutdown_that_was_called_off()
    {
        using TempFiles files = new();
        string log = files.Path("log");
        Host host = new(onStart: _ => { }) { StopsRefused = 2, RunsUntilStopped = true };
        // The last signal may come when the server no longer listens to it: it must end nobody.
        using PosixSignalRegistration guard =
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = true);
        Task<int> run = Run(host, () => { }, "--logfile", log);
        // One that comes while a shutdown is being tried belongs to that one, so it is repeated.
        while (await Task.WhenAny(run, Task.Delay(20)) != run)
        {
            if (host.Calls.Contains("start")) Assert.Equal(0, Kill(Environment.ProcessId, 15));
        }

        Assert.Equal(0, await run);
        Assert.Equal(["start", "stop", "stop", "stop", "dispose"], host.Calls);
        string text = await File.ReadAllTextAsync(log);
        Assert.Contains("Received SIGTERM scheduling shutdown...", text, StringComparison.Ordinal);
        Assert.Contains("Errors trying to shut down the server", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_that_reach_the_process_take_effect()
    {
        using TempFiles files = new();
        string log = files.Path("log");
        Host host = new(onStart: setup =>
        {
            setup.Config.LogLevel = LogVerbosity.Debug;
            Assert.True(setup.Applier.TryApply(ConfigApply.LogLevel, setup.Config, out _));
            setup.Logs.CreateLogger("x").LogTrace("finest");
            setup.Config.Directory = "/no/such";
            Assert.False(
                setup.Applier.TryApply(ConfigApply.Directory, setup.Config, out string error));
            Assert.Equal("No such file or directory", error);
        });
        Assert.Equal(0, await Run(host, () => { }, "--logfile", log));
        string text = await File.ReadAllTextAsync(log);
        Assert.Contains(" . finest", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{title} {listen-addr} {server-mode}", "rotom-server 127.0.0.1:6379")]
    [InlineData("{port}-{title}", "6379-rotom-server")]
    public void The_title_follows_its_template(string template, string title)
    {
        ServerConfig config = new() { ProcessTitleTemplate = template };
        Assert.Equal(title, ProcessIdentity.Title(config));
    }

    [Fact]
    public void The_picture_tells_port_and_pid()
    {
        string picture = Banner.Picture(new ServerConfig { Port = 4321 });
        Assert.Contains("Port: 4321\n", picture, StringComparison.Ordinal);
        Assert.Matches(new Regex($" PID: {Environment.ProcessId}\n"), picture);
    }

    private static async Task<int> Run(Host host, Action whenReady, params string[] args)
    {
        host.WhenReady = whenReady;
        return await Program.Run(
            args, TextReader.Null, TextWriter.Null, TextWriter.Null, setup =>
            {
                host.Setup = setup;
                return host;
            });
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int pid, int signal);

    // Serves nobody: starts, says so, and ends by itself as SHUTDOWN does.
    private sealed class Host(Action<ServerSetup> onStart) : IServerHost
    {
        public List<string> Calls { get; } = [];

        public int Code { get; init; }

        public Action WhenReady { get; set; } = () => { };

        public int StopsRefused { get; set; }

        public bool RunsUntilStopped { get; init; }

        public ServerSetup? Setup { get; set; }

        public Task<int> Ended
        {
            get
            {
                WhenReady();
                return RunsUntilStopped
                    ? new TaskCompletionSource<int>().Task
                    : Task.FromResult(Code);
            }
        }

        public Task StartAsync()
        {
            Calls.Add("start");
            Setup!.Listening?.Invoke();
            onStart(Setup!);
            return Task.CompletedTask;
        }

        public Task<bool> StopAsync(ShutdownOnSignal how)
        {
            Calls.Add("stop");
            return Task.FromResult(StopsRefused-- <= 0);
        }

        public ValueTask DisposeAsync()
        {
            Calls.Add("dispose");
            return ValueTask.CompletedTask;
        }
    }
}
