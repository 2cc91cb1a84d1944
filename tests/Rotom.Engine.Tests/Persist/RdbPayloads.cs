using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Rotom.Engine.Persist;

namespace Rotom.Engine.Tests.Persist;

/// <summary>A payload that redis-server 7.0.15 made.</summary>
/// <param name="Title">What it is about.</param>
/// <param name="Type">TYPE of the value.</param>
/// <param name="Encoding">OBJECT ENCODING of the value there.</param>
/// <param name="Digest">DEBUG DIGEST-VALUE of the value.</param>
/// <param name="Bytes">What DUMP answered.</param>
internal sealed record RdbPayload(
    string Title, string Type, string Encoding, string Digest, byte[] Bytes);

/// <summary>Payloads of DUMP: recorded ones, and such made byte by byte.</summary>
internal static class RdbPayloads
{
    /// <summary>The recorded ones, by title.</summary>
    internal static IReadOnlyDictionary<string, RdbPayload> Recorded { get; } = Read();

    /// <summary>True for types that are there.</summary>
    internal static bool IsReadable(string type) => type.Length > 0;

    /// <summary>A payload of these bytes, with a footer that is right.</summary>
    internal static byte[] Seal(ReadOnlySpan<byte> body, ushort version = 10)
    {
        byte[] payload = new byte[body.Length + 10];
        body.CopyTo(payload);
        BinaryPrimitives.WriteUInt16LittleEndian(payload.AsSpan(body.Length), version);
        Reseal(payload);
        return payload;
    }

    /// <summary>Makes the checksum of a payload right.</summary>
    internal static void Reseal(Span<byte> payload) => BinaryPrimitives.WriteUInt64LittleEndian(
        payload[^8..], Crc64.Update(0, payload[..^8]));

    private static Dictionary<string, RdbPayload> Read()
    {
        const string Name = "Rotom.Engine.Tests.Persist.redis-7.0.15-payloads.txt";
        using Stream file = typeof(RdbPayloads).Assembly.GetManifestResourceStream(Name)!;
        using StreamReader reader = new(file, Encoding.ASCII);
        Dictionary<string, RdbPayload> payloads = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            string[] words = line.Split(' ');
            payloads.Add(words[0], new RdbPayload(
                words[0], words[1], words[2], words[3], Convert.FromHexString(words[4])));
        }

        return payloads;
    }
}
