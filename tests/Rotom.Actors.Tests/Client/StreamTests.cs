using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Resp;
using Xunit;

namespace Rotom.Actors.Tests.Client;

public sealed class StreamTests
{
    [Fact]
    public async Task A_client_of_any_make_talks_over_a_stream()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        await using RespClient client = await RespClient.ConnectAsync(test.Server.ConnectStream());
        Assert.Equal(3, client.Protocol);
        await client.CallAsync("SET", "k", "v");
        Assert.Equal("v", (await client.CallAsync("GET", "k")).AsString());
        Task<RespValue>[] many = Enumerable.Range(0, 5000)
            .Select(_ => client.CallAsync("INCR", "n")).ToArray();
        RespValue[] replies = await Task.WhenAll(many);
        Assert.Equal(5000, replies[^1].AsInteger());
    }

    [Fact]
    public async Task Large_values_and_cut_commands_go_through()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        await using Stream raw = test.Server.ConnectStream();
        await raw.WriteAsync("*1\r\n$4\r\nPI"u8.ToArray());
        await raw.WriteAsync("NG\r\nPING\r\n"u8.ToArray());
        Assert.Equal("+PONG\r\n+PONG\r\n", await Read(raw, 14));
        await using RespClient client = await RespClient.ConnectAsync(test.Server.ConnectStream());
        byte[] value = new byte[3_000_000];
        new Random(2).NextBytes(value);
        await client.CallAsync("SET", "big", value);
        Assert.Equal(value, (await client.CallAsync("GET", "big")).Bytes.ToArray());
    }

    [Fact]
    public async Task A_stream_client_logs_in_like_one_on_a_socket()
    {
        await using TestServer test = await TestServer.StartAsync(c =>
        {
            c.Port = 0;
            c.RequirePass = "secret";
        });
        await using Stream raw = test.Server.ConnectStream();
        await raw.WriteAsync("GET k\r\nAUTH secret\r\nGET k\r\n"u8.ToArray());
        const string expected = "-NOAUTH Authentication required.\r\n+OK\r\n$-1\r\n";
        Assert.Equal(expected, await Read(raw, expected.Length));
    }

    [Fact]
    public async Task Quit_and_a_protocol_error_end_the_stream_behind_the_reply()
    {
        await using TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        await using Stream raw = test.Server.ConnectStream();
        await raw.WriteAsync("QUIT\r\n"u8.ToArray());
        Assert.Equal("+OK\r\n", await ReadToEnd(raw));
        await using Stream bad = test.Server.ConnectStream();
        await bad.WriteAsync("*1\r\n:1\r\n"u8.ToArray());
        Assert.Equal(
            "-ERR Protocol error: expected '$', got ':'\r\n", await ReadToEnd(bad));
    }

    [Fact]
    public async Task Serving_ends_with_the_token_or_with_the_server()
    {
        TestServer test = await TestServer.StartAsync(c => c.Port = 0);
        using CancellationTokenSource stop = new();
        Task served = test.Server.ServeAsync(new NeverStream(), stop.Token);
        stop.Cancel();
        await served.WaitAsync(TimeSpan.FromSeconds(10));
        Task second = test.Server.ServeAsync(new NeverStream());
        await test.Server.Client.ExecuteAsync("PING");
        await test.DisposeAsync();
        await second.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private static async Task<string> Read(Stream stream, int bytes)
    {
        byte[] buffer = new byte[bytes];
        await stream.ReadExactlyAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        return Encoding.ASCII.GetString(buffer);
    }

    private static async Task<string> ReadToEnd(Stream stream)
    {
        using StreamReader reader = new(stream, Encoding.ASCII, leaveOpen: true);
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(10));
    }

    /// <summary>A peer that never says anything.</summary>
    private sealed class NeverStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => 0;

        public override long Position { get; set; }

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => 0;

        public override long Seek(long offset, SeekOrigin origin) => 0;

        public override void SetLength(long value)
        {
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
        }
    }
}
