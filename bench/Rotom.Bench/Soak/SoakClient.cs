using System;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rotom.Bench.Soak;

/// <summary>
/// A client with buffers of its own: it sends what was added and reads up to a mark.
/// </summary>
internal sealed class SoakClient : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _input = new byte[64 << 10];
    private readonly byte[] _output = new byte[64 << 10];
    private int _length;

    public SoakClient(EndPoint server)
    {
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = 60_000,
        };
        _socket.Connect(server);
    }

    /// <summary>Adds a command to what is sent next.</summary>
    public void Add(ReadOnlySpan<string> words)
    {
        Write($"*{words.Length}\r\n");
        foreach (string word in words) Write($"${word.Length}\r\n{word}\r\n");
    }

    /// <summary>Sends what was added.</summary>
    public void Send()
    {
        _socket.Send(_output.AsSpan(0, _length));
        _length = 0;
    }

    /// <summary>Sends what was added and reads until the mark has come back.</summary>
    public void Exchange(ReadOnlySpan<byte> mark)
    {
        Add(["ECHO", Encoding.ASCII.GetString(mark)]);
        Send();
        ReadTo(mark);
    }

    /// <summary>Reads until the mark has come; everything before it is dropped.</summary>
    public void ReadTo(ReadOnlySpan<byte> mark)
    {
        int held = 0;
        while (true)
        {
            int read = _socket.Receive(_input.AsSpan(held));
            if (read == 0) throw new IOException("the server closed the connection");
            ReadOnlySpan<byte> all = _input.AsSpan(0, held + read);
            if (all.Contains((byte)0xDD)) throw new IOException("a reply has freed bytes in it");
            if (all.IndexOf(mark) >= 0) return;
            held = Math.Min(all.Length, mark.Length);
            all[^held..].CopyTo(_input);
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Write(string text)
    {
        if (_length + text.Length > _output.Length)
            throw new InvalidOperationException(text.Length.ToString(CultureInfo.InvariantCulture));
        _length += Encoding.ASCII.GetBytes(text, _output.AsSpan(_length));
    }
}
