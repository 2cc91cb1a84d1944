using System;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Rotom.Compat.Load;

/// <summary>
/// What a crowd of clients has seen so far; shared, counted with interlocked adds.
/// </summary>
internal sealed class LoadCounts(long repliesWanted)
{
    private long _replies;
    private long _pipelines;
    private long _vanished;

    public long Replies => Interlocked.Read(ref _replies);

    public long Pipelines => Interlocked.Read(ref _pipelines);

    public long Vanished => Interlocked.Read(ref _vanished);

    public bool Enough => Replies >= repliesWanted;

    public void AddPipeline(int replies)
    {
        Interlocked.Add(ref _replies, replies);
        Interlocked.Increment(ref _pipelines);
    }

    public void AddVanished() => Interlocked.Increment(ref _vanished);
}

// One of the crowd.
//
// Every reply has an id that says whose it is, of which connection, and in which place it
// belongs, so one look tells a lost reply (a later id), a doubled one (an earlier id), a
// foreign one (another client's) and a wrong order apart. Now and then the client vanishes in
// the middle of a pipeline, half of its replies unread: what was meant for it must reach nobody
// else.

/// <summary>
/// A client that sends pipelines of ids and checks that each comes back in its place.
/// </summary>
internal sealed class EchoClient(int number, int port, int seed, LoadCounts counts)
{
    private const int PipelineMax = 1_000;
    private const double VanishChance = 0.03;

    private readonly Random _random = new(seed);
    private readonly byte[] _input = new byte[32 * 1024];
    private int _connection;
    private long _sequence;

    public async Task Run(CancellationToken cancel)
    {
        while (!counts.Enough)
        {
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            socket.NoDelay = true;
            await socket.ConnectAsync(IPAddress.Loopback, port, cancel);
            _connection++;
            _sequence = 0;
            while (!counts.Enough)
            {
                if (await RunPipeline(socket, cancel))
                    continue;
                if (_random.Next(2) == 0)
                    socket.LingerState = new LingerOption(true, 0);
                counts.AddVanished();
                break;
            }
        }
    }

    /// <summary>
    /// Sends one pipeline and checks its replies; false if the client is to vanish.
    /// </summary>
    private async Task<bool> RunPipeline(Socket socket, CancellationToken cancel)
    {
        // As many short pipelines as long ones: the logarithm of the length is uniform.
        int length = (int)Math.Exp(_random.NextDouble() * Math.Log(PipelineMax + 1));
        (byte[] request, byte[] expected) = Build(Math.Clamp(length, 1, PipelineMax));
        bool vanish = _random.NextDouble() < VanishChance;
        int read = vanish ? _random.Next(expected.Length) : expected.Length;
        Task sending = SendAll(socket, request, cancel);
        try
        {
            await ReadExactly(socket, expected, read, cancel);
            if (!vanish)
                await sending;
        }
        finally
        {
            if (vanish)
                _ = sending.ContinueWith(t => t.Exception, TaskScheduler.Default);
        }
        if (!vanish)
            counts.AddPipeline(length);
        return !vanish;
    }

    private static async Task SendAll(Socket socket, byte[] bytes, CancellationToken cancel)
    {
        for (int sent = 0; sent < bytes.Length;)
            sent += await socket.SendAsync(bytes.AsMemory(sent), SocketFlags.None, cancel);
    }

    /// <summary>
    /// Commands of three kinds, all of whose replies carry an id of this client.
    /// </summary>
    private (byte[] Request, byte[] Expected) Build(int length)
    {
        MemoryStream request = new(length * 48);
        MemoryStream expected = new(length * 24);
        string key = $"own:{number}";
        string? held = null;
        for (int i = 0; i < length; i++)
        {
            string id = $"c{number}.{_connection}.{_sequence++}";
            switch (_random.Next(8))
            {
                case 0:
                    Command(request, "SET", key, id);
                    expected.Write("+OK\r\n"u8);
                    held = id;
                    break;
                case 1 when held is not null:
                    Command(request, "GET", key);
                    Bulk(expected, held);
                    break;
                default:
                    Command(request, "ECHO", id);
                    Bulk(expected, id);
                    break;
            }
        }
        return (request.ToArray(), expected.ToArray());
    }

    private static void Command(MemoryStream to, params ReadOnlySpan<string> words)
    {
        Number(to, (byte)'*', words.Length);
        foreach (string word in words)
            Bulk(to, word);
    }

    private static void Bulk(MemoryStream to, string word)
    {
        Span<byte> bytes = stackalloc byte[64];
        int n = Encoding.ASCII.GetBytes(word, bytes);
        Number(to, (byte)'$', n);
        to.Write(bytes[..n]);
        to.Write("\r\n"u8);
    }

    private static void Number(MemoryStream to, byte type, int value)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes[0] = type;
        value.TryFormat(bytes[1..], out int digits, default, CultureInfo.InvariantCulture);
        to.Write(bytes[..(1 + digits)]);
        to.Write("\r\n"u8);
    }

    private async Task ReadExactly(
        Socket socket, byte[] expected, int count, CancellationToken cancel)
    {
        for (int at = 0; at < count;)
        {
            Memory<byte> room = _input.AsMemory(0, Math.Min(_input.Length, expected.Length - at));
            int n = await socket.ReceiveAsync(room, SocketFlags.None, cancel);
            if (n == 0)
                throw new EndOfStreamException($"client {number}: closed by the server");
            int same = _input.AsSpan(0, n).CommonPrefixLength(expected.AsSpan(at, n));
            if (same < n)
                throw Misplaced(expected, at + same, _input.AsSpan(same, n - same));
            at += n;
        }
        if (count == expected.Length && socket.Available > 0)
            throw new InvalidDataException($"client {number}: bytes after the last reply");
    }

    private InvalidDataException Misplaced(byte[] expected, int at, ReadOnlySpan<byte> got)
    {
        int shown = Math.Min(60, expected.Length - at);
        string wanted = Encoding.Latin1.GetString(expected.AsSpan(at, shown));
        string had = Encoding.Latin1.GetString(got[..Math.Min(60, got.Length)]);
        return new($"client {number}, connection {_connection}, seed {seed}: at byte {at} "
            + $"of the replies came '{had}' in place of '{wanted}'");
    }
}
