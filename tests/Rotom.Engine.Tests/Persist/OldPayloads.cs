using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Rotom.Engine.Persist;

namespace Rotom.Engine.Tests.Persist;

// Payloads in the layouts of other versions of Redis, which no server at hand writes, made by a
// writer of their own: from the descriptions of the formats, not from the engine's readers.

/// <summary>A payload of another version of Redis, and how to make the value by commands.</summary>
/// <param name="Title">What it is about.</param>
/// <param name="Command">The command that makes the same value, for key k2.</param>
/// <param name="Bytes">The payload.</param>
internal sealed record OldPayload(string Title, string Command, byte[] Bytes);

/// <summary>Payloads of other versions of Redis.</summary>
internal static class OldPayloads
{
    private static readonly string[] s_mixed =
        ["a", "0", "12", "13", "-1", "127", "128", "-129", "40000", "-8388608", "8388607", "70000",
        "-3000000000", "9223372036854775807", "", "007", new string('x', 63), new string('y', 64),
        new string('z', 300), new string('w', 20_000), "end"];

    /// <summary>All of them.</summary>
    internal static IReadOnlyList<OldPayload> All { get; } = [.. Make()];

    /// <summary>A ziplist of elements.</summary>
    internal static byte[] Ziplist(IReadOnlyList<string> elements)
    {
        List<byte> body = [];
        int before = 0;
        int last = 10;
        foreach (string element in elements)
        {
            last = 10 + body.Count;
            int start = body.Count;
            if (before < 254)
            {
                body.Add((byte)before);
            }
            else
            {
                body.Add(254);
                body.AddRange(Little((uint)before));
            }

            body.AddRange(ZiplistEntry(element));
            before = body.Count - start;
        }

        return
        [
            .. Little((uint)(body.Count + 11)), .. Little((uint)last),
            (byte)elements.Count, (byte)(elements.Count >> 8), .. body, 255,
        ];
    }

    /// <summary>A zipmap of fields and values.</summary>
    internal static byte[] Zipmap(IReadOnlyList<string> words, int free)
    {
        List<byte> map = [(byte)Math.Min(words.Count / 2, 254)];
        for (int i = 0; i < words.Count; i++)
        {
            map.AddRange(words[i].Length < 254
                ? [(byte)words[i].Length]
                : [254, .. Little((uint)words[i].Length)]);
            if (i % 2 == 1) map.Add((byte)free);
            map.AddRange(Encoding.ASCII.GetBytes(words[i]));
            if (i % 2 == 1) map.AddRange(new byte[free]);
        }

        return [.. map, 255];
    }

    private static IEnumerable<OldPayload> Make()
    {
        string list = "RPUSH k2 " + Line(s_mixed);
        yield return New("list-1", list, RdbType.List, w => Strings(w, s_mixed));
        yield return New(
            "list-ziplist", list, RdbType.ListZiplist, w => w.String(Ziplist(s_mixed)));
        yield return New("list-quicklist", list, RdbType.ListQuicklist, w =>
        {
            w.Count(2);
            w.String(Ziplist(s_mixed[..5]));
            w.String(Ziplist(s_mixed[5..]));
        });
        string[] pairs = ["f1", "v1", "f2", "22", "", new string('v', 300), "7", ""];
        string hash = "HSET k2 " + Line(pairs);
        yield return New("hash-ziplist", hash, RdbType.HashZiplist, w => w.String(Ziplist(pairs)));
        yield return New("hash-zipmap", hash, RdbType.HashZipmap, w => w.String(Zipmap(pairs, 0)));
        yield return New(
            "hash-zipmap-free", hash, RdbType.HashZipmap, w => w.String(Zipmap(pairs, 3)));
        string[] members = ["a", "1", "", "-70000", "longer-member"];
        yield return New(
            "set-listpack", "SADD k2 " + Line(members), RdbType.SetListpack,
            w => w.String(Packed(members)));
        string[] scored = ["a", "1", "b", "2.5", "c", "inf", "", "-3"];
        const string Zset = "ZADD k2 1 a 2.5 b inf c -3 \"\"";
        yield return New(
            "zset-ziplist", Zset, RdbType.SortedSetZiplist, w => w.String(Ziplist(scored)));
        yield return New("zset-1", Zset, RdbType.SortedSet, w =>
        {
            w.Count(4);
            for (int i = 0; i < scored.Length; i += 2)
            {
                w.String(Encoding.ASCII.GetBytes(scored[i]));
                if (scored[i + 1] == "inf")
                {
                    w.Byte(254);
                    continue;
                }

                w.Byte((byte)scored[i + 1].Length);
                w.Bytes(Encoding.ASCII.GetBytes(scored[i + 1]));
            }
        });
    }

    private static OldPayload New(
        string title, string command, RdbType type, Action<RdbWriter> write)
    {
        RdbWriter writer = new();
        writer.Byte((byte)type);
        write(writer);
        return new OldPayload(title, command, RdbPayloads.Seal(writer.Written, 11));
    }

    private static void Strings(RdbWriter writer, string[] words)
    {
        writer.Count((ulong)words.Length);
        foreach (string word in words) writer.String(Encoding.ASCII.GetBytes(word));
    }

    private static byte[] Packed(string[] elements)
    {
        List<byte> body = [];
        foreach (string element in elements)
        {
            // Strings of up to 63 bytes; integers are spelled out, as a reader must take them too.
            body.Add((byte)(0x80 | element.Length));
            body.AddRange(Encoding.ASCII.GetBytes(element));
            body.Add((byte)(element.Length + 1));
        }

        return
        [
            .. Little((uint)(body.Count + 7)), (byte)elements.Length, 0, .. body, 255,
        ];
    }

    private static byte[] ZiplistEntry(string element)
    {
        if (long.TryParse(element, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out long number) && number.ToString(CultureInfo.InvariantCulture) == element)
        {
            byte[] bytes = BitConverter.GetBytes(number);
            return number switch
            {
                >= 0 and <= 12 => [(byte)(0xF1 + number)],
                >= sbyte.MinValue and <= sbyte.MaxValue => [0xFE, bytes[0]],
                >= short.MinValue and <= short.MaxValue => [0xC0, .. bytes[..2]],
                >= -(1 << 23) and < 1 << 23 => [0xF0, .. bytes[..3]],
                >= int.MinValue and <= int.MaxValue => [0xD0, .. bytes[..4]],
                _ => [0xE0, .. bytes],
            };
        }

        byte[] text = Encoding.ASCII.GetBytes(element);
        int n = text.Length;
        if (n < 64) return [(byte)n, .. text];
        if (n < 16_384) return [(byte)(0x40 | (n >> 8)), (byte)n, .. text];
        return [0x80, (byte)(n >> 24), (byte)(n >> 16), (byte)(n >> 8), (byte)n, .. text];
    }

    private static string Line(string[] words) => '"' + string.Join("\" \"", words) + '"';

    private static byte[] Little(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}
