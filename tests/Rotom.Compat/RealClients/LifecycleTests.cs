using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Rotom.Compat.Server;
using Rotom.Compat.Wire;
using Xunit;

namespace Rotom.Compat.RealClients;

/// <summary>How the process starts and ends, as those who run it see it.</summary>
public sealed class LifecycleTests
{
    [Fact]
    public void Start_is_logged_with_version_port_and_pid()
    {
        using ServerProcess server = ServerProcess.Start("--always-show-logo", "yes");
        Assert.Contains("Ready to accept connections", server.Output, StringComparison.Ordinal);
        Assert.Contains($"Port: {server.Port}", server.Output, StringComparison.Ordinal);
        Assert.Contains($"PID: {server.Pid}", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Sigterm_stops_the_server_with_exit_code_zero()
    {
        using ServerProcess server = ServerProcess.Start();
        using RespConnection client = server.Connect();
        client.Ok("SET", "k", "v");
        Assert.Equal(0, server.Terminate());
        Assert.Empty(client.ReadToEnd());
    }

    [TheoryWith(Need.OwnServer)]
    [InlineData("")]
    [InlineData("--transport portable")]
    [InlineData("--io-threads 3")]
    public void Sigterm_under_load_stops_the_server_with_exit_code_zero(string mode)
    {
        string[] flags = mode.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        using ServerProcess server = ServerProcess.Start(flags);
        using CountdownEvent busy = new(8);
        Thread[] clients = [.. Enumerable.Range(0, 8).Select(i => new Thread(() => Hammer(i)))];
        foreach (Thread client in clients)
            client.Start();
        busy.Wait();
        Assert.Equal(0, server.Terminate());
        foreach (Thread client in clients)
            client.Join();

        void Hammer(int number)
        {
            byte[] pipeline = [.. Enumerable.Repeat(
                RespConnection.Encode("SET", $"k{number}", "value"), 100).SelectMany(b => b)];
            bool reported = false;
            try
            {
                using RespConnection client = server.Connect();
                while (true)
                {
                    client.Send(pipeline);
                    for (int i = 0; i < 100; i++)
                        Assert.Equal("+OK", client.Read().ToString());
                    if (!reported)
                        busy.Signal();
                    reported = true;
                }
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // How it is to end: by a close, never by a wrong reply.
            }
        }
    }

    [Fact]
    public void Maxclients_over_the_limit_of_descriptors_is_lowered_and_said()
    {
        // More descriptors than Linux gives anybody, root included, unless fs.nr_open is raised.
        const string Most = "1048576";
        using ServerProcess server = ServerProcess.Start("--maxclients", Most);
        using RespConnection client = server.Connect();
        string now = Setting(client, "maxclients");
        Assert.InRange(int.Parse(now), 1, int.Parse(Most) - 1);
        Assert.Contains($"maxclients has been reduced to {now} to compensate for low ulimit",
            server.Output, StringComparison.Ordinal);
        Assert.True(client.Call("CONFIG", "SET", "maxclients", Most).IsError);
        Assert.Equal(now, Setting(client, "maxclients"));
    }

    [Fact]
    public void Renamed_commands_are_gone_under_their_old_name()
    {
        using ServerProcess server = ServerProcess.Start(
            "--rename-command", "FLUSHALL", "", "--rename-command", "CONFIG", "secret");
        using RespConnection client = server.Connect();
        Assert.StartsWith("-ERR unknown command 'FLUSHALL'", client.Call("FLUSHALL").ToString(),
            StringComparison.Ordinal);
        Assert.StartsWith("-ERR unknown command", client.Call("CONFIG", "GET", "port").ToString(),
            StringComparison.Ordinal);
        Assert.Equal($"{server.Port}", client.Ok("SECRET", "GET", "port").Items[1].Text);
    }

    [Fact]
    public void Shutdown_nosave_stops_the_server_with_exit_code_zero()
    {
        using ServerProcess server = ServerProcess.Start();
        using RespConnection client = server.Connect();
        client.Send(RespConnection.Encode("SHUTDOWN", "NOSAVE"));
        Assert.Empty(client.ReadToEnd());
        Assert.True(server.WaitForExit(10_000), "still running 10 s after SHUTDOWN");
        Assert.Equal(0, server.ExitCode);
    }

    [Theory]
    [InlineData("--nosuchsetting", "1")]
    [InlineData("--port", "many")]
    [InlineData("--maxmemory", "lots")]
    public void Bad_setting_stops_the_start_with_exit_code_one(string name, string value)
    {
        ProgramResult result = Tools.Run(ServerProcess.PathUnderTest(),
            ["--port", $"{ServerProcess.FreePort()}", name, value], timeoutMs: 20_000);
        Assert.True(result.ExitCode == 1, result.ToString());
        string said = result.Output + result.Error;
        Assert.Contains(name.TrimStart('-'), said, StringComparison.Ordinal);
    }

    [Fact]
    public void Busy_port_stops_the_start_with_exit_code_one()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        ProgramResult result = Tools.Run(ServerProcess.PathUnderTest(),
            ["--port", $"{port}", "--bind", "127.0.0.1"], timeoutMs: 20_000);
        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Contains("already in use", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_come_from_a_file_and_flags_override_it()
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, """
            # A file as redis-server reads it.
            maxmemory 100mb
            maxmemory-policy allkeys-lfu
            timeout 17
            """);
        using ServerProcess server = ServerProcess.StartWithFile(file, "--timeout", "18");
        using RespConnection client = server.Connect();
        Assert.Equal("104857600", Setting(client, "maxmemory"));
        Assert.Equal("allkeys-lfu", Setting(client, "maxmemory-policy"));
        Assert.Equal("18", Setting(client, "timeout"));
        File.Delete(file);
    }

    private static string Setting(RespConnection client, string name)
        => client.Ok("CONFIG", "GET", name).Items[1].Text;
}
