using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
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
