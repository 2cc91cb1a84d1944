using System;
using System.Globalization;
using System.IO;
using System.Net.Sockets;
using System.Text;

namespace Rotom.Bench.SideBySide;

/// <summary>As much of a client as the measurements need: ask one thing, or load keys.</summary>
internal sealed class RespProbe : IDisposable
{
    private readonly TcpClient _client;
    private readonly BufferedStream _input;
    private readonly NetworkStream _stream;

    public RespProbe(int port)
    {
        _client = new TcpClient("127.0.0.1", port) { NoDelay = true };
        _stream = _client.GetStream();
        _stream.ReadTimeout = 60_000;
        _input = new BufferedStream(_stream, 64 * 1024);
    }

    /// <summary>
    /// Sends a command; returns its reply if that is a line, an integer or a bulk.
    /// </summary>
    public string Call(params string[] words)
    {
        MemoryStream bytes = new();
        Write(bytes, words);
        _stream.Write(bytes.ToArray());
        return ReadReply();
    }

    /// <summary>False for a command the server does not know.</summary>
    public bool Knows(string command)
        => !Call(command).StartsWith("ERR unknown command", StringComparison.Ordinal);

    /// <summary>Sends commands as a pipeline; none may be answered by an error.</summary>
    public void Load(System.Collections.Generic.IEnumerable<string[]> commands)
    {
        const int Batch = 200;
        foreach (string[][] some in System.Linq.Enumerable.Chunk(commands, Batch))
        {
            MemoryStream bytes = new();
            foreach (string[] command in some)
                Write(bytes, command);
            _stream.Write(bytes.GetBuffer(), 0, (int)bytes.Length);
            foreach (string[] command in some)
            {
                string reply = ReadReply();
                if (reply.StartsWith("ERR", StringComparison.Ordinal))
                    throw new BenchmarkException($"{command[0]} was answered '{reply}'");
            }
        }
    }

    /// <summary>Sets <c>key:000000000000</c> and so on to values of 16 bytes.</summary>
    public void LoadKeys(int count)
    {
        const int Batch = 1_000;
        MemoryStream bytes = new();
        for (int first = 0; first < count; first += Batch)
        {
            bytes.SetLength(0);
            int last = Math.Min(count, first + Batch);
            for (int i = first; i < last; i++)
                Write(bytes, ["SET", $"key:{i:D12}", $"value{i:D11}"]);
            _stream.Write(bytes.GetBuffer(), 0, (int)bytes.Length);
            for (int i = first; i < last; i++)
            {
                string reply = ReadReply();
                if (reply != "OK")
                    throw new BenchmarkException($"SET was answered '{reply}'");
            }
        }
    }

    public void Dispose() => _client.Dispose();

    private static void Write(MemoryStream to, ReadOnlySpan<string> words)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
        foreach (string word in words)
            text.Append(CultureInfo.InvariantCulture, $"${word.Length}\r\n{word}\r\n");
        to.Write(Encoding.ASCII.GetBytes(text.ToString()));
    }

    private string ReadReply()
    {
        string line = ReadLine();
        if (line[0] is not '$')
            return line[1..];
        byte[] bulk = new byte[int.Parse(line[1..], CultureInfo.InvariantCulture) + 2];
        _input.ReadExactly(bulk);
        return Encoding.Latin1.GetString(bulk, 0, bulk.Length - 2);
    }

    private string ReadLine()
    {
        StringBuilder line = new();
        while (true)
        {
            int b = _input.ReadByte();
            if (b < 0)
                throw new IOException("the server closed the connection");
            if (b == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append((char)b);
        }
    }
}
