using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using Rotom.Compat.Server;
using Rotom.Compat.Wire;

namespace Rotom.Compat.Load;

// HeapWriters: clients who write and note what was acknowledged. Each has keys of its own and
// writes to them in turn, always something newer, so that one number a key says what must be there:
// at least what was acknowledged, at most what was sent. What was sent on a connection that broke
// may be executed behind what the next one sends, so any of it may be there instead.

/// <summary>Clients who write to a server until they are disposed of, and know what.</summary>
internal sealed class HeapWriters : IDisposable
{
    private const int Threads = 4;
    private const int Keys = 200;

    private readonly ServerProcess _server;
    private readonly Thread[] _threads = new Thread[Threads];
    private readonly long[,] _sent = new long[Threads, Keys];
    private readonly long[,] _kept = new long[Threads, Keys];
    private readonly HashSet<(int Own, long Number)> _inDoubt = [];
    private readonly long[,] _keptMs = new long[Threads, Keys];
    private long _acknowledged;
    private long _refused;
    private volatile bool _ended;

    public HeapWriters(ServerProcess server, int seed)
    {
        _server = server;
        for (int i = 0; i < Threads; i++)
        {
            int own = i;
            Random random = new(seed + own);
            _threads[i] = new Thread(() => Run(own, random)) { IsBackground = true };
            _threads[i].Start();
        }
    }

    /// <summary>Writes that were acknowledged.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Writes that were answered with an error.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Why a reply was not what it must be; null if none was.</summary>
    public string? Wrong { get; private set; }

    public void Dispose()
    {
        _ended = true;
        foreach (Thread thread in _threads) thread.Join();
    }

    /// <summary>Keys that are not as they were acknowledged, with what they hold.</summary>
    /// <param name="client">Where to look.</param>
    /// <param name="untilMs">What was acknowledged later need not be there.</param>
    public List<string> Lost(RespConnection client, long untilMs)
    {
        List<string> lost = [];
        for (int own = 0; own < Threads; own++)
        {
            for (int key = 0; key < Keys; key++)
            {
                RespReply value = client.Ok("GET", Name(own, key));
                long there = value.IsNull
                    ? 0
                    : long.Parse(value.Text.Split(':')[0], CultureInfo.InvariantCulture);
                long kept = _kept[own, key];
                bool isOld = there < kept && _keptMs[own, key] <= untilMs
                    && !_inDoubt.Contains((own, there));
                if (isOld || there > _sent[own, key])
                    lost.Add($"{Name(own, key)} {there}, kept {kept}, sent {_sent[own, key]}");
            }
        }

        return lost;
    }

    private static string Name(int own, int key) => $"w:{own}:{key}";

    private void Run(int own, Random random)
    {
        long number = 0;
        while (!_ended && !_server.HasExited)
        {
            try
            {
                using RespConnection client = new(_server.Port, 5_000);
                while (!_ended) Write(client, own, random, ref number);
            }
            catch (Exception gone) when (gone is SocketException or IOException)
            {
                Thread.Sleep(10);
            }
            catch (InvalidDataException wrong)
            {
                Wrong = wrong.Message;
                return;
            }
        }
    }

    private void Write(RespConnection client, int own, Random random, ref long number)
    {
        int count = random.Next(1, 20);
        MemoryStream pipeline = new();
        long first = number;
        for (int i = 0; i < count; i++)
        {
            int key = (int)(++number % Keys);
            _sent[own, key] = number;
            string value = $"{number}:{new string('v', random.Next(random.Next(2_000)))}";
            pipeline.Write(RespConnection.Encode("SET", Name(own, key), value));
        }

        int read = 0;
        try
        {
            client.Send(pipeline.ToArray());
            for (; read < count; read++) Take(client.Read(), own, first + read + 1);
        }
        finally
        {
            lock (_inDoubt)
            {
                for (; read < count; read++) _inDoubt.Add((own, first + read + 1));
            }
        }
    }

    private void Take(RespReply reply, int own, long done)
    {
        if (reply.IsError)
        {
            Interlocked.Increment(ref _refused);
            return;
        }

        if (reply.ToString() != "+OK") throw new InvalidDataException($"SET: {reply}");
        _kept[own, (int)(done % Keys)] = done;
        _keptMs[own, (int)(done % Keys)] = Environment.TickCount64;
        Interlocked.Increment(ref _acknowledged);
    }
}
