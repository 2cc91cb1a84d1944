using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;

namespace Rotom.Resp;

// RequestOutput: requests on their way into a stream. Small ones that gather while a write is in
// flight leave with one write; large arguments are written from where they lie, and streams are
// copied through one small buffer. Add may be called from any thread; one writer drains.

/// <summary>The outgoing side of a <see cref="RespConnection"/>.</summary>
internal sealed class RequestOutput(Stream stream)
{
    private const int CopyBytes = 64 << 10;

    // From here on an argument is not copied into the buffer of small ones.
    private const int LargeBytes = 16 << 10;
    private const int KeptBytesMax = 256 << 10;

    private readonly object _gate = new();
    private readonly Queue<Part> _parts = new();
    private RespWriter? _tail;
    private RespWriter? _spare;
    private bool _draining;

    /// <summary>
    /// Adds a request, after <paramref name="register"/> has run under the same lock, so that
    /// replies are awaited in the order in which requests are sent.
    /// </summary>
    /// <returns>True when the caller has to call <see cref="DrainAsync"/>.</returns>
    public bool Add(ReadOnlySpan<RespArgument> arguments, Action register)
    {
        lock (_gate)
        {
            register();
            Tail().ArrayHeader(arguments.Length);
            foreach (RespArgument argument in arguments) Add(argument);
            if (_draining) return false;
            _draining = true;
            return true;
        }
    }

    /// <summary>Writes until nothing is left. Throws what the stream throws.</summary>
    public async Task DrainAsync()
    {
        while (true)
        {
            while (TryTake(out Part part))
            {
                if (part.Source is not null) await CopyAsync(part.Source, part.Length);
                else if (part.Writer is null) await stream.WriteAsync(part.Bytes);
                else await WriteAsync(part.Writer);
            }

            await stream.FlushAsync();
            lock (_gate)
            {
                if (_parts.Count > 0) continue;
                _draining = false;
                return;
            }
        }
    }

    private async ValueTask WriteAsync(RespWriter writer)
    {
        await stream.WriteAsync(writer.WrittenMemory);
        lock (_gate)
        {
            if (writer.WrittenMemory.Length > KeptBytesMax) return;
            writer.Clear();
            _spare = writer;
        }
    }

    private async ValueTask CopyAsync(Stream source, int length)
    {
        byte[] buffer = new byte[Math.Min(CopyBytes, length)];
        int left = length;
        while (left > 0)
        {
            int n = await source.ReadAsync(buffer.AsMemory(0, Math.Min(buffer.Length, left)));
            if (n == 0) throw new EndOfStreamException("the argument's stream ended too early");
            await stream.WriteAsync(buffer.AsMemory(0, n));
            left -= n;
        }
    }

    private void Add(in RespArgument argument)
    {
        if (argument.Source is null && argument.Length < LargeBytes)
        {
            Tail().Bulk(argument.Bytes.Span);
            return;
        }

        Tail().BulkHeader(argument.Length);
        _parts.Enqueue(new Part(null, argument.Bytes, argument.Source, argument.Length));
        _tail = null;
        Tail().Raw("\r\n"u8);
    }

    private RespWriter Tail()
    {
        if (_tail is not null) return _tail;
        _tail = _spare ?? new RespWriter();
        _spare = null;
        _parts.Enqueue(new Part(_tail, default, null, 0));
        return _tail;
    }

    private bool TryTake(out Part part)
    {
        lock (_gate)
        {
            if (!_parts.TryDequeue(out part)) return false;
            if (ReferenceEquals(part.Writer, _tail)) _tail = null;
            return true;
        }
    }

    private readonly record struct Part(
        RespWriter? Writer, ReadOnlyMemory<byte> Bytes, Stream? Source, int Length);
}
