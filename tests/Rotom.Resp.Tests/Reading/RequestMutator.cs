using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace Rotom.Resp.Tests.Reading;

// Inputs for fuzzing a reader of RESP: seeds, a dictionary of tokens that mean something in the
// protocol, and edits that keep an input near to being valid. One seed gives one sequence.

/// <summary>Makes requests, whole and broken.</summary>
internal sealed class RequestMutator
{
    private static readonly string[] s_tokens =
    [
        "\r\n", "\r", "\n", "*", "$", "$-1\r\n", "*-1\r\n", "*0\r\n", "$0\r\n\r\n", "*1\r\n",
        "*2\r\n", "*10\r\n", "$3\r\nGET\r\n", "$1\r\n", "$16\r\n", "$99\r\n", "$100\r\n",
        "PING\r\n",
        "*1\r\n$4\r\nPING\r\n", "*2147483647\r\n", "*2147483648\r\n", "$536870912\r\n",
        "$536870913\r\n", "$4294967297\r\n",
        "-", "+", "0", "00", "9", " ", "\t", "\v", "\0", "\u00ff",
        "\"", "'", "\\", "\\x41", "\\\"", "\"a b\"", "'x'", ":1\r\n", "%1\r\n", "_\r\n", "~1\r\n",
    ];

    private readonly Random _random;
    private readonly List<byte[]> _seeds;

    public RequestMutator(int seed, IEnumerable<byte[]> corpus)
    {
        _random = new Random(seed);
        _seeds = [.. corpus];
        for (int i = 0; i < 40; i++) _seeds.Add(Valid());
    }

    /// <summary>The next input: mostly a seed with one to eight edits.</summary>
    public byte[] Next()
    {
        if (_random.Next(8) == 0) return Valid();
        List<byte> bytes = [.. _seeds[_random.Next(_seeds.Count)]];
        for (int edits = _random.Next(1, 9); edits > 0; edits--) Edit(bytes);
        if (bytes.Count > 4096) bytes.RemoveRange(4096, bytes.Count - 4096);
        return [.. bytes];
    }

    /// <summary>A pipeline of well-formed requests, the last perhaps cut.</summary>
    public byte[] Valid()
    {
        MemoryStream to = new();
        for (int commands = _random.Next(1, 6); commands > 0; commands--)
        {
            if (_random.Next(4) == 0) to.Write("SET  key \"a\\x41 b\" 'it\\'s'\r\n"u8);
            else Multibulk(to);
        }

        byte[] bytes = to.ToArray();
        return _random.Next(3) == 0 ? bytes[.._random.Next(bytes.Length)] : bytes;
    }

    private void Multibulk(MemoryStream to)
    {
        int args = _random.Next(20) == 0 ? _random.Next(200) : _random.Next(1, 5);
        to.Write(Encoding.ASCII.GetBytes($"*{args}\r\n"));
        for (int i = 0; i < args; i++)
        {
            byte[] arg = new byte[_random.Next(10) == 0 ? _random.Next(300) : _random.Next(20)];
            _random.NextBytes(arg);
            to.Write(Encoding.ASCII.GetBytes($"${arg.Length}\r\n"));
            to.Write(arg);
            to.Write("\r\n"u8);
        }
    }

    private void Edit(List<byte> bytes)
    {
        int at = _random.Next(bytes.Count + 1);
        switch (_random.Next(7))
        {
            case 0:
                bytes.InsertRange(at, Encoding.Latin1.GetBytes(
                    s_tokens[_random.Next(s_tokens.Length)]));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)_random.Next(256);
                break;
            case 2 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 3 when at < bytes.Count:
                bytes.RemoveRange(at, Math.Min(_random.Next(1, 10), bytes.Count - at));
                break;
            case 4 when at < bytes.Count:
                byte[] copy = [.. bytes.Skip(at).Take(_random.Next(1, 60))];
                bytes.InsertRange(_random.Next(bytes.Count + 1), copy);
                break;
            case 5:
                bytes.InsertRange(at, _seeds[_random.Next(_seeds.Count)]);
                break;
            default:
                EditDigit(bytes);
                break;
        }
    }

    /// <summary>Counts and lengths are where the protocol is most easily lied to.</summary>
    private void EditDigit(List<byte> bytes)
    {
        int start = bytes.Count == 0 ? 0 : _random.Next(bytes.Count);
        int at = bytes.FindIndex(start, b => b is >= (byte)'0' and <= (byte)'9');
        if (at >= 0) bytes[at] = (byte)('0' + _random.Next(10));
    }
}
