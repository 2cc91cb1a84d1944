using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Rotom.Resp;
using Rotom.Resp.Batch;

namespace Rotom.Resp.Tests.Client;

/// <summary>
/// A server of one connection on a free loopback port: it parses what comes with the server's own
/// parser and lets the test answer.
/// </summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string[], RespWriter, bool> _answer;
    private readonly TcpClient _client = new();
    private TcpClient? _accepted;
    private Task _serving = Task.CompletedTask;

    private ScriptedServer(Func<string[], RespWriter, bool> answer) => _answer = answer;

    /// <summary>The client's end.</summary>
    public Stream Stream => _client.GetStream();

    /// <summary>Commands as they came.</summary>
    public List<string[]> Seen { get; } = [];

    /// <summary>
    /// Starts with what to answer to a command; false means: send what is written, then close.
    /// </summary>
    public static async Task<ScriptedServer> StartAsync(Func<string[], RespWriter, bool> answer)
    {
        ScriptedServer server = new(answer);
        server._listener.Start();
        int port = ((IPEndPoint)server._listener.LocalEndpoint).Port;
        await server._client.ConnectAsync(IPAddress.Loopback, port);
        server._accepted = await server._listener.AcceptTcpClientAsync();
        server._serving = server.ServeAsync(server._accepted.GetStream());
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _accepted?.Dispose();
        _listener.Stop();
        await _serving;
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        CommandBatch batch = new();
        QueryBuffer buffer = new(new RespLimits());
        ClientLink link = new(1, 0, "a", "b", 3, false);
        RespWriter replies = new();
        try
        {
            while (true)
            {
                int n = await stream.ReadAsync(buffer.ReceiveInto(batch).AsMemory());
                if (n == 0) return;
                buffer.ParseReceived(batch, link, n);
                bool open = Answer(batch, replies);
                await stream.WriteAsync(replies.WrittenMemory);
                replies.Clear();
                if (open) continue;
                stream.Close();
                return;
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The test has closed its end.
        }
    }

    private bool Answer(CommandBatch batch, RespWriter replies)
    {
        bool open = true;
        foreach (CommandRef command in batch.Commands)
        {
            string[] args = new string[command.ArgCount];
            for (int i = 0; i < args.Length; i++)
            {
                args[i] = Encoding.Latin1.GetString(batch.Bytes(batch.Args[command.FirstArg + i]));
            }

            lock (Seen) Seen.Add(args);
            open &= _answer(args, replies);
        }

        batch.Reset();
        return open;
    }
}
