using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading;

namespace Rotom.Bench.Persistence;

// HalfLoad: clients that send at a given pace, whatever the server does. A batch's latency counts
// from when it was to be sent, not from when it was, so a server that stands still for 10 ms makes
// all batches late that should have been served in them.

/// <summary>Latencies of clients at a steady pace.</summary>
internal sealed class HalfLoad : IDisposable
{
    private const int Threads = 6;
    private const int Batch = 8;

    private readonly List<Sender> _senders = [];
    private volatile bool _ending;

    /// <summary>Begins to send so many requests a second; 0 as many as are answered.</summary>
    /// <param name="port">Where.</param>
    /// <param name="rate">Requests a second.</param>
    /// <param name="keys">How many different keys or fields.</param>
    /// <param name="hash">The hash to change fields of; null for keys.</param>
    public HalfLoad(int port, double rate, int keys, string? hash)
    {
        double period = rate == 0 ? 0 : Threads * Batch / rate * Stopwatch.Frequency;
        for (int i = 0; i < Threads; i++)
        {
            Sender sender = new(this, port, period, keys, hash, i);
            _senders.Add(sender);
            sender.Thread.Start();
        }
    }

    /// <summary>What was measured since the last call.</summary>
    public List<double> Take()
    {
        List<double> all = [];
        foreach (Sender sender in _senders)
        {
            lock (sender.Millis)
            {
                all.AddRange(sender.Millis);
                sender.Millis.Clear();
            }
        }

        all.Sort();
        return all;
    }

    /// <summary>Requests answered a second when nothing holds them back.</summary>
    public static double Most(int port, int keys, string? hash)
    {
        using HalfLoad load = new(port, 0, keys, hash);
        Thread.Sleep(500);
        load.Take();
        long began = Stopwatch.GetTimestamp();
        Thread.Sleep(1500);
        return load.Take().Count * Batch / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>The latency that one in a thousand exceeds.</summary>
    public static double P999(List<double> sorted) =>
        sorted.Count == 0 ? double.NaN : sorted[(int)((sorted.Count - 1) * 0.999)];

    public void Dispose()
    {
        _ending = true;
        foreach (Sender sender in _senders) sender.Thread.Join();
    }

    private sealed class Sender
    {
        public readonly List<double> Millis = [];
        public readonly Thread Thread;
        private readonly HalfLoad _owner;
        private readonly int _port;
        private readonly double _period;
        private readonly int _keys;
        private readonly string? _hash;
        private readonly Random _random;
        private readonly byte[] _reply = new byte[64 * 1024];

        public Sender(
            HalfLoad owner, int port, double period, int keys, string? hash, int number)
        {
            _owner = owner;
            (_port, _period, _keys, _hash) = (port, period, keys, hash);
            _random = new Random(number);
            Thread = new Thread(Run) { IsBackground = true };
        }

        private void Run()
        {
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Connect("127.0.0.1", _port);
            double due = Stopwatch.GetTimestamp() + (_random.NextDouble() * _period);
            while (!_owner._ending)
            {
                double wait = (due - Stopwatch.GetTimestamp()) * 1000.0 / Stopwatch.Frequency;
                if (wait > 0.05) Thread.Sleep(TimeSpan.FromMilliseconds(wait));
                double from = _period == 0 ? Stopwatch.GetTimestamp() : due;
                due += _period;
                socket.Send(Requests());
                for (int lines = 0; lines < Batch;)
                {
                    int got = socket.Receive(_reply);
                    if (got == 0) return;
                    lines += _reply.AsSpan(0, got).Count((byte)'\n');
                }

                double took = (Stopwatch.GetTimestamp() - from) * 1000.0 / Stopwatch.Frequency;
                lock (Millis) Millis.Add(took);
            }
        }

        // Writes, whose replies are one line each, half of them to what is already there.
        private byte[] Requests()
        {
            StringBuilder text = new();
            for (int i = 0; i < Batch; i++)
            {
                int key = _random.Next(_keys);
                string name = string.Create(CultureInfo.InvariantCulture, $"key:{key:D12}");
                string[] words = _hash is not null
                    ? ["HSET", _hash, name, Values.Of(key + 1, 20)]
                    : i % 2 == 0 ? ["SET", name, Values.Of(key + 1, 100)] : ["STRLEN", name];
                text.Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
                foreach (string word in words)
                    text.Append(CultureInfo.InvariantCulture, $"${word.Length}\r\n{word}\r\n");
            }

            return Encoding.ASCII.GetBytes(text.ToString());
        }
    }
}

/// <summary>Values that hardly compress.</summary>
internal static class Values
{
    private const string Letters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

    internal static string Of(int seed, int length) =>
        string.Create(length, seed, static (to, from) =>
        {
            ulong state = (ulong)from * 0x9E3779B97F4A7C15;
            for (int i = 0; i < to.Length; i++)
            {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                to[i] = Letters[(int)(state >> 58)];
            }
        });

    /// <summary>Commands that make keys, or fields of a hash.</summary>
    internal static IEnumerable<string[]> Load(int count, string? hash) =>
        Enumerable.Range(0, count).Select(i => hash is null
            ? (string[])["SET", $"key:{i:D12}", Of(i, 100)]
            : ["HSET", hash, $"key:{i:D12}", Of(i, 20)]);
}
