using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net.Sockets;
using System.Text;

namespace Rotom.Compat.Wire;

// A blocking client of the tests' own.
//
// It shares no code with the server, Rotom.Resp included: a mistake made on both sides of one
// library would agree with itself. It is strict where the server must be right (CRLF after a
// bulk, known type bytes, nothing after the last reply) and has no limits, for it only talks to
// servers we started.

/// <summary>One connection to a server on 127.0.0.1, commands out and replies in.</summary>
internal sealed class RespConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly Stream? _secure;
    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    /// <param name="port">Where to.</param>
    /// <param name="timeoutMs">How long to wait for anything.</param>
    /// <param name="secure">Makes of the socket's stream what is spoken over; null for plain.
    /// </param>
    public RespConnection(
        int port, int timeoutMs = 20_000, Func<Stream, Stream>? secure = null)
    {
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = timeoutMs,
            SendTimeout = timeoutMs,
        };
        _socket.Connect("127.0.0.1", port);
        _secure = secure?.Invoke(new NetworkStream(_socket, ownsSocket: false));
    }

    public Socket Socket => _socket;

    public void Dispose()
    {
        _secure?.Dispose();
        _socket.Dispose();
    }

    /// <summary>Closes so that the server gets a reset rather than an orderly end.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    /// <summary>Sends a command and reads its reply.</summary>
    public RespReply Call(params string[] args)
    {
        Send(Encode(args));
        return Read();
    }

    /// <summary>Like <see cref="Call"/>; an error reply is thrown.</summary>
    public RespReply Ok(params string[] args)
    {
        RespReply reply = Call(args);
        if (reply.IsError)
            throw new InvalidDataException($"{string.Join(' ', args)}: {reply}");
        return reply;
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (_secure is not null)
        {
            _secure.Write(bytes);
            return;
        }

        while (!bytes.IsEmpty)
            bytes = bytes[_socket.Send(bytes)..];
    }

    /// <summary>A command of strings, one byte a char.</summary>
    public static byte[] Encode(params string[] args)
    {
        MemoryStream bytes = new();
        WriteCommand(bytes, Array.ConvertAll(args, Encoding.Latin1.GetBytes));
        return bytes.ToArray();
    }

    /// <summary>Appends a command of any bytes.</summary>
    public static void WriteCommand(Stream to, IReadOnlyList<byte[]> args)
    {
        to.Write(Encoding.ASCII.GetBytes($"*{args.Count}\r\n"));
        foreach (byte[] arg in args)
        {
            to.Write(Encoding.ASCII.GetBytes($"${arg.Length}\r\n"));
            to.Write(arg);
            to.Write("\r\n"u8);
        }
    }

    /// <summary>Reads one whole reply.</summary>
    public RespReply Read()
    {
        // Parts still missing, innermost last; a stack of our own keeps any depth of nesting
        // safe.
        Stack<(char Type, RespReply[] Items, int Filled)> open = new();
        while (true)
        {
            RespReply? reply = ReadHead(out char type, out int count);
            if (reply is null && count > 0)
            {
                open.Push((type, new RespReply[count], 0));
                continue;
            }
            reply ??= new RespReply(type, null, []);
            while (open.TryPop(out (char Type, RespReply[] Items, int Filled) top))
            {
                top.Items[top.Filled++] = reply;
                if (top.Filled < top.Items.Length)
                {
                    open.Push(top);
                    reply = null;
                    break;
                }
                reply = new RespReply(top.Type, null, top.Items);
            }
            if (reply is not null)
                return reply;
        }
    }

    /// <summary>True if the server says nothing more for a moment.</summary>
    public bool IsSilent(int waitMs = 50)
        => _start == _end && !_socket.Poll(waitMs * 1000, SelectMode.SelectRead);

    /// <summary>
    /// Reads until the server closes, and returns what came; a reset counts as the end.
    /// </summary>
    public byte[] ReadToEnd()
    {
        MemoryStream all = new();
        all.Write(_buffer, _start, _end - _start);
        _start = _end = 0;
        try
        {
            int n;
            while ((n = Receive(_buffer)) > 0)
                all.Write(_buffer, 0, n);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // The server closed while bytes we sent were unread: the kernel says so by a reset.
        }
        return all.ToArray();
    }

    private int Receive(Span<byte> into)
        => _secure is null ? _socket.Receive(into) : _secure.Read(into);

    private RespReply? ReadHead(out char type, out int count)
    {
        byte[] line = ReadLine();
        if (line.Length == 0)
            throw new InvalidDataException("an empty line where a reply begins");
        type = (char)line[0];
        count = 0;
        byte[] rest = line[1..];
        switch (type)
        {
            case '+' or '-' or ':' or '#' or ',' or '(':
                return new RespReply(type, rest);
            case '_':
                return new RespReply('_', null);
            case '$' or '=' or '!':
                int length = Count(rest);
                return new RespReply(type, length < 0 ? null : ReadBulk(length));
            case '*' or '~' or '>' or '%':
                count = Count(rest);
                if (count < 0)
                    return new RespReply(type, null);
                count *= type == '%' ? 2 : 1;
                return null;
            default:
                throw new InvalidDataException($"no reply begins so: {RespReply.Quote(line)}");
        }
    }

    private static int Count(byte[] digits)
        => int.Parse(Encoding.ASCII.GetString(digits), NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture);

    private byte[] ReadLine()
    {
        int scanned = 0;
        while (true)
        {
            int at = _buffer.AsSpan(_start + scanned, _end - _start - scanned).IndexOf("\r\n"u8);
            if (at >= 0)
            {
                byte[] line = _buffer[_start..(_start + scanned + at)];
                _start += scanned + at + 2;
                return line;
            }
            scanned = Math.Max(0, _end - _start - 1);
            Fill();
        }
    }

    private byte[] ReadBulk(int length)
    {
        byte[] bulk = new byte[length];
        int held = Math.Min(length, _end - _start);
        _buffer.AsSpan(_start, held).CopyTo(bulk);
        _start += held;
        for (int n; held < length; held += n)
        {
            n = Receive(bulk.AsSpan(held));
            if (n == 0)
                throw new EndOfStreamException("the server closed inside a bulk");
        }
        while (_end - _start < 2)
            Fill();
        if (_buffer[_start] != '\r' || _buffer[_start + 1] != '\n')
            throw new InvalidDataException($"a bulk of {length} bytes is not followed by CRLF");
        _start += 2;
        return bulk;
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        int n = Receive(_buffer.AsSpan(_end));
        if (n == 0)
            throw new EndOfStreamException("the server closed the connection");
        _end += n;
    }
}
