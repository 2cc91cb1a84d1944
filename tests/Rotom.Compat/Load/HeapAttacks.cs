using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using Rotom.Compat.Server;
using Rotom.Compat.Wire;

namespace Rotom.Compat.Load;

// HeapAttacks: whatever a client can do to take memory of a server's managed heap, by threads that
// choose at random and keep what they opened open. They expect nothing: every error, and being
// closed, is right.

/// <summary>Clients that take the server's memory, until they are disposed of.</summary>
internal sealed class HeapAttacks : IDisposable
{
    private const int Threads = 6;
    private const int OpenMax = 24;

    private static readonly string s_big = new('x', 1 << 20);
    private static readonly byte[] s_get = RespConnection.Encode("GET", "big");
    private static readonly byte[] s_set = RespConnection.Encode("SET", "never", s_big);

    // All kinds, or those that ROTOM_HEAP_ATTACKS names.
    private static readonly int[] s_kinds =
        Environment.GetEnvironmentVariable("ROTOM_HEAP_ATTACKS") is { Length: > 0 } names
            ? [.. names.Split(',').Select(name => int.Parse(name, CultureInfo.InvariantCulture))]
            : [.. Enumerable.Range(0, 14)];

    private readonly ServerProcess _server;
    private readonly Thread[] _threads;
    private volatile bool _ended;
    private volatile bool _released;

    public HeapAttacks(ServerProcess server, int seed)
    {
        _server = server;
        _threads = new Thread[Threads];
        for (int i = 0; i < Threads; i++)
        {
            Random random = new((seed * Threads) + i);
            _threads[i] = new Thread(() => Run(random)) { IsBackground = true };
            _threads[i].Start();
        }
    }

    /// <summary>No more attacks; what is open stays open.</summary>
    public void End() => _ended = true;

    public void Dispose()
    {
        _ended = true;
        _released = true;
        foreach (Thread thread in _threads) thread.Join();
    }

    private void Run(Random random)
    {
        Queue<RespConnection> open = new();
        while (!_ended)
        {
            try
            {
                RespConnection client = new(_server.Port, 300);
                open.Enqueue(client);
                client.Socket.ReceiveBufferSize = 4_096;
                foreach (byte[] piece in Pieces(random))
                {
                    if (_ended) break;
                    client.Send(piece);
                }
            }
            catch (Exception gone) when (gone is SocketException or IOException)
            {
                // Refused, closed, or not read any more: that is for the server to decide.
                if (_server.HasExited) break;
            }

            while (open.Count > OpenMax) Leave(open.Dequeue(), random);
        }

        while (!_released) Thread.Sleep(20);
        foreach (RespConnection client in open) Leave(client, random);
    }

    private static void Leave(RespConnection client, Random random)
    {
        if (random.Next(2) == 0) client.Dispose();
        else client.Reset();
    }

    private static IEnumerable<byte[]> Pieces(Random random)
    {
        int size = random.Next(1, 65);
        switch (s_kinds[random.Next(s_kinds.Length)])
        {
            case 0:
                return Enumerable.Repeat(s_get, size);
            case 1:
                return Enumerable.Repeat(Pipeline(200, "ECHO", new string('e', 500)), size * 4);
            case 2:
                return Enumerable.Repeat(RespConnection.Encode("LRANGE", "list", "0", "-1"), size);
            case 3:
                const string announced = "*3\r\n$3\r\nSET\r\n$5\r\nnever\r\n$104857600\r\n";
                return Enumerable.Repeat(Encoding.ASCII.GetBytes(s_big), size)
                    .Prepend(Encoding.ASCII.GetBytes(announced));
            case 4:
                return Enumerable.Repeat(s_set, size).Prepend(RespConnection.Encode("MULTI"));
            case 5:
                return Enumerable.Repeat(Pipeline(2_000, "GET", "w"), size)
                    .Prepend(RespConnection.Encode("MULTI"));
            case 6:
                return Enumerable.Repeat(s_set, size)
                    .Prepend(RespConnection.Encode("BLPOP", "nothing", "0"));
            case 7:
                return Names("SUBSCRIBE", "a rather long name of a channel", random, size);
            case 8:
                return Names("PSUBSCRIBE", "news.*", random, size);
            case 9:
                return Enumerable.Repeat(RespConnection.Encode("PUBLISH", "news", s_big), size);
            case 10:
                return Names("WATCH", "a rather long name of a key", random, size);
            case 11:
                string words = string.Concat(Enumerable.Repeat("$1\r\na\r\n", 100_000));
                return Enumerable.Repeat(Encoding.ASCII.GetBytes(words), 10)
                    .Prepend("*1048576\r\n$3\r\nDEL\r\n"u8.ToArray());
            case 12:
                return [RespConnection.Encode("MONITOR")];
            default:
                return
                [
                    RespConnection.Encode("HELLO", "3"),
                    RespConnection.Encode("CLIENT", "TRACKING", "ON", "BCAST"),
                    RespConnection.Encode("SUBSCRIBE", "news"),
                ];
        }
    }

    private static byte[] Pipeline(int count, params string[] command)
    {
        byte[] one = RespConnection.Encode(command);
        MemoryStream all = new();
        for (int i = 0; i < count; i++) all.Write(one);
        return all.ToArray();
    }

    private static IEnumerable<byte[]> Names(
        string command, string name, Random random, int count)
    {
        int of = random.Next();
        for (int i = 0; i < count; i++)
        {
            int first = i * 1_000;
            yield return RespConnection.Encode(
                [command, .. Enumerable.Range(first, 1_000).Select(n => $"{name} {of} {n}")]);
        }
    }
}
