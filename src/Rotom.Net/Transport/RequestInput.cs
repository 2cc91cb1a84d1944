using System;
using System.Buffers.Text;
using Rotom.Resp.Batch;

namespace Rotom.Net.Transport;

// RequestInput: the unfinished tail of a client's input, and the parser that makes commands of it.
internal sealed class RequestInput
{
    public const int ReadBytes = 1 << 16;
    private const int InlineMax = 1 << 16;

    private byte[] _tail = [];
    private int _length;

    public int Length => _length;

    public Span<byte> Target(CommandBatch batch)
    {
        if (_length == 0) return batch.Input.AsSpan(batch.InputUsed, ReadBytes);
        if (_tail.Length - _length < ReadBytes / 2)
        {
            Array.Resize(ref _tail, Math.Max(ReadBytes, _tail.Length) * 2);
        }

        return _tail.AsSpan(_length, Math.Min(ReadBytes, _tail.Length - _length));
    }

    public void Received(CommandBatch batch, int bytes)
    {
        if (_length == 0)
        {
            int end = batch.InputUsed + bytes;
            int parsed = Parse(batch, batch.Input, 0, batch.InputUsed, end);
            batch.InputUsed = parsed;
            Keep(batch.Input.AsSpan(parsed, end - parsed));
            return;
        }

        _length += bytes;
        int buffer = batch.AdoptBuffer(_tail);
        int used = Parse(batch, _tail, buffer, 0, _length);
        if (used == 0) return;
        byte[] old = _tail;
        int left = _length - used;
        _tail = [];
        Keep(old.AsSpan(used, left));
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        _length = rest.Length;
        if (rest.Length > _tail.Length) _tail = new byte[Math.Max(256, rest.Length * 2)];
        rest.CopyTo(_tail);
    }

    private static int Parse(CommandBatch batch, byte[] data, int number, int from, int end)
    {
        while (from < end)
        {
            int firstArg = batch.ArgCount;
            int next = data[from] == '*'
                ? Multibulk(batch, data, number, from, end)
                : Inline(batch, data, number, from, end);
            if (next < 0)
            {
                batch.TruncateArgs(firstArg);
                if (next == -2) batch.Fail("Protocol error: invalid multibulk length");
                return next == -2 ? end : from;
            }

            if (batch.ArgCount > firstArg) batch.EndCommand(firstArg);
            from = next;
        }

        return from;
    }

    private static int Multibulk(CommandBatch batch, byte[] data, int number, int at, int end)
    {
        if (!Number(data, at + 1, end, out long count, out int next)) return next;
        for (; count > 0; count--)
        {
            if (next >= end) return -1;
            if (data[next] != '$') return -2;
            if (!Number(data, next + 1, end, out long length, out int start)) return start;
            if (end - start < length + 2) return -1;
            batch.AddArg(number, start, (int)length);
            next = start + (int)length + 2;
        }

        return next;
    }

    private static bool Number(byte[] data, int at, int end, out long value, out int next)
    {
        int line = data.AsSpan(at, end - at).IndexOf((byte)'\n');
        value = 0;
        next = -1;
        if (line < 0) return false;
        next = at + line + 1;
        if (Utf8Parser.TryParse(data.AsSpan(at, line), out value, out int n) && n == line - 1)
        {
            return true;
        }

        next = -2;
        return false;
    }

    private static int Inline(CommandBatch batch, byte[] data, int number, int at, int end)
    {
        int line = data.AsSpan(at, end - at).IndexOf((byte)'\n');
        if (line < 0) return end - at > InlineMax ? -2 : -1;
        int stop = at + line;
        int next = stop + 1;
        if (stop > at && data[stop - 1] == '\r') stop--;
        while (at < stop)
        {
            int word = data.AsSpan(at, stop - at).IndexOf((byte)' ');
            int to = word < 0 ? stop : at + word;
            if (to > at) batch.AddArg(number, at, to - at);
            at = to + 1;
        }

        return next;
    }
}
