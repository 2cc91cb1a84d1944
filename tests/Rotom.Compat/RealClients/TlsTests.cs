using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Security;
using System.Threading;
using Rotom.Compat.Differential;
using Rotom.Compat.Server;
using Rotom.Compat.Wire;
using Rotom.Net.Tests.Tls;
using Xunit;

namespace Rotom.Compat.RealClients;

// TLS as clients and operators meet it: redis-cli, the framework's client, settings at the start
// and at run time. Certificates are made here. They run on redis-server as well.

public sealed class TlsTests : IDisposable
{
    private readonly TestCertificates _made = new();
    private readonly int _port = ServerProcess.FreePort();

    public void Dispose() => _made.Dispose();

    [FactWith(Need.RedisCli)]
    public void Redis_cli_talks_over_TLS_with_and_without_a_certificate()
    {
        _made.Issue("client", "somebody").Dispose();
        using ServerProcess server = Start("--tls-auth-clients", "optional");
        string[] plain = ["--tls", "--cacert", _made.PathOf("ca.crt")];
        string[] shown =
            [.. plain, "--cert", _made.PathOf("client.crt"), "--key", _made.PathOf("client.key")];
        Assert.Equal("PONG\n", Cli([.. plain, "PING"]).Output);
        Assert.Equal("PONG\n", Cli([.. shown, "PING"]).Output);
        Assert.Equal("OK\n", Cli([.. plain, "SET", "k", new string('v', 100_000)]).Output);
        Assert.Equal(100_001, Cli([.. plain, "GET", "k"]).Output.Length);
        using RespConnection operators = Plain(server);
        operators.Ok("CONFIG", "SET", "tls-auth-clients", "yes");
        Assert.NotEqual("PONG\n", Cli([.. plain, "PING"]).Output);
        Assert.Equal("PONG\n", Cli([.. shown, "PING"]).Output);
    }

    [FactWith(Need.RedisServer)]
    public void Random_pipelines_over_TLS_are_answered_as_redis_answers_them_in_the_clear()
    {
        using ServerProcess reference = ServerProcess.StartProgram(
            "redis-server", ["--enable-debug-command", "yes"]);
        using ServerProcess tested = Start(
            "--enable-debug-command", "yes",
            "--tls-auth-clients", "no", "--client-output-buffer-limit", "normal 64gb 0 0");
        tested.Secure = (_port, Wrap);
        CommandKind[] kinds = [.. DifferentialTests.Kinds
            .Where(k => k.Required || DifferentialTests.Known(tested, k.Name))];
        string file = Path.Combine(Tools.ProjectFolder, "differences.md");
        LockStep run = new(reference, tested, kinds, new(File.ReadLines(file)));
        int seeds = Tools.Full ? 100 : 5;
        int first = Environment.TickCount & 0xFFFF;
        int commands = 0;
        for (int seed = first; seed < first + seeds; seed++)
        {
            SeedReport report = run.Run(seed, 2 + seed % 2, 1_000);
            commands += report.Commands;
            Assert.True(report.Differences.Count == 0, string.Join('\n', report.Differences));
        }

        Figures.Add("differential run over TLS", $"{commands:N0} commands, 0 differences");
    }

    [Fact]
    public void A_port_for_TLS_only_is_the_port_of_the_server()
    {
        using ServerProcess server = Start("--tls-auth-clients", "no", "--port", "0");
        server.Secure = (_port, Wrap);
        Assert.Equal($"{_port}", server.Info("tcp_port"));
        using RespConnection client = server.Connect();
        Assert.Equal("+PONG", client.Call("PING").ToString());
        string list = client.Ok("CLIENT", "LIST").Text;
        Assert.Contains($"laddr=127.0.0.1:{_port} ", list, StringComparison.Ordinal);
        Assert.Contains($"port={_port}", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_certificate_is_loaded_at_run_time_and_a_bad_one_refused()
    {
        using ServerProcess server = Start("--tls-auth-clients", "no");
        server.Secure = (_port, Wrap);
        using RespConnection before = server.Connect();
        string old = _serial;
        _made.Issue("next", "localhost").Dispose();
        using RespConnection operators = Plain(server);
        Assert.StartsWith(
            "-ERR CONFIG SET failed (possibly related to argument 'tls-cert-file') - Unable to "
            + "update TLS configuration. Check server logs.",
            operators.Call("CONFIG", "SET", "tls-cert-file", _made.PathOf("absent")).ToString(),
            StringComparison.Ordinal);
        operators.Ok(
            "CONFIG", "SET", "tls-cert-file", _made.PathOf("next.crt"),
            "tls-key-file", _made.PathOf("next.key"));
        using RespConnection after = server.Connect();
        Assert.NotEqual(old, _serial);
        Assert.Equal("+PONG", before.Call("PING").ToString());
        Assert.Equal("+PONG", after.Call("PING").ToString());
    }

    [Fact]
    public void A_port_opens_and_closes_at_run_time()
    {
        using ServerProcess server = ServerProcess.Start();
        using RespConnection operators = server.Connect();
        string[] port = ["CONFIG", "SET", "tls-port", $"{_port}"];
        Assert.Contains(
            "Unable to update TLS configuration", operators.Call(port).ToString(),
            StringComparison.Ordinal);
        operators.Ok(
            "CONFIG", "SET", "tls-cert-file", _made.PathOf("server.crt"),
            "tls-key-file", _made.PathOf("server.key"), "tls-auth-clients", "no");
        operators.Ok(port);
        server.Secure = (_port, Wrap);
        using RespConnection client = server.Connect();
        Assert.Equal("+PONG", client.Call("PING").ToString());
        operators.Ok("CONFIG", "SET", "tls-port", "0");
        Assert.Equal("+PONG", client.Call("PING").ToString());
        Assert.ThrowsAny<Exception>(() => server.Connect().Dispose());
    }

    [Theory]
    [InlineData("tls-cert-file", "absent.crt")]
    [InlineData("tls-key-file", "absent.key")]
    [InlineData("tls-ca-cert-file", "absent.pem")]
    [InlineData("tls-protocols", "SSLv3")]
    public void A_start_with_a_setting_that_cannot_be_used_says_so_and_ends(
        string setting, string value)
    {
        InvalidOperationException ended = Assert.Throws<InvalidOperationException>(
            () => Start($"--{setting}", value).Dispose());
        Assert.Contains("Failed to configure TLS", ended.Message, StringComparison.Ordinal);
        if (ServerProcess.IsOurs)
        {
            Assert.Contains(setting, ended.Message, StringComparison.Ordinal);
        }
    }

    [FactWith(Need.OwnServer)]
    public void A_setting_that_does_nothing_says_so_in_the_log()
    {
        using ServerProcess server = Start("--tls-session-cache-size", "7");
        Assert.Contains("tls-session-cache-size is accepted but does nothing", server.Output,
            StringComparison.Ordinal);
    }

    // Reliability of the loop: handshakes are the most expensive thing a stranger can ask for.
    [Fact]
    public void Hostile_handshakes_do_not_hold_up_a_canary()
    {
        using ServerProcess server = Start("--tls-auth-clients", "no");
        server.Secure = (_port, Wrap);
        using RespConnection canary = server.Connect();
        canary.Ok("SET", "canary", "sings");
        byte[][] inputs =
        [
            "PING\r\n"u8.ToArray(), "GET / HTTP/1.1\r\n\r\n"u8.ToArray(), [22], [22, 3, 1, 2, 0],
            new byte[5_000], [0x80, 0x2e, 1, 3, 1], [22, 3, 1, 0xFF, 0xFF, .. new byte[70_000]],
        ];
        List<RespConnection> open = [];
        int count = Tools.Full ? 10_000 : 500;
        for (int i = 0; i < count; i++)
        {
            RespConnection hostile = new(_port);
            try
            {
                hostile.Send(inputs[i % inputs.Length]);
            }
            catch (System.Net.Sockets.SocketException)
            {
                // Closed already.
            }

            if (i % 3 == 0) hostile.Reset();
            else open.Add(hostile);
            if (open.Count > 200)
            {
                foreach (RespConnection one in open) one.Dispose();
                open.Clear();
            }

            if (i % 20 == 0) Assert.Equal("$\"sings\"", canary.Call("GET", "canary").ToString());
        }

        foreach (RespConnection one in open) one.Dispose();
        server.RequireAlive();
        Assert.Equal("$\"sings\"", canary.Call("GET", "canary").ToString());
        bool gone = SpinWait.SpinUntil(
            () => canary.Ok("INFO", "clients").Text.Contains(
                "connected_clients:1\r\n", StringComparison.Ordinal), 15_000);
        Assert.True(gone, canary.Ok("INFO", "clients").Text);
    }

    private string _serial = "";

    private SslStream Wrap(Stream socket)
    {
        SslStream stream = new(socket, leaveInnerStreamOpen: false, (_, shown, _, _) =>
        {
            _serial = shown!.GetSerialNumberString();
            return shown.Issuer == _made.Authority.Subject;
        });
        stream.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            AllowTlsResume = false,
        });
        return stream;
    }

    private ServerProcess Start(params string[] more) => ServerProcess.Start(
        [
            "--tls-port", _port.ToString(CultureInfo.InvariantCulture),
            "--tls-cert-file", _made.PathOf("server.crt"),
            "--tls-key-file", _made.PathOf("server.key"),
            "--tls-ca-cert-file", _made.PathOf("ca.crt"),
            .. more,
        ]);

    private static RespConnection Plain(ServerProcess server) => new(server.Port);

    private ProgramResult Cli(string[] args) =>
        Tools.Run("redis-cli", ["-h", "localhost", "-p", $"{_port}", .. args]);
}
