using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Rotom.Engine.Persist;

namespace Rotom.Simulation.Clients;

/// <summary>
/// Values as RESTORE takes them, in the plainest form that Redis has for each, and back. A member
/// of a sorted set has its length for a score.
/// </summary>
internal static class Payload
{
    private const byte TypeString = 0;
    private const byte TypeList = 1;
    private const byte TypeSet = 2;
    private const byte TypeSortedSet = 5;
    private const int TrailerBytes = 10;
    private const byte Version = 9;

    internal static string OfString(string text)
    {
        using MemoryStream bytes = Begin(TypeString);
        Write(bytes, text);
        return End(bytes);
    }

    internal static string OfList(IReadOnlyCollection<string> elements) =>
        OfAll(TypeList, elements);

    internal static string OfSet(IReadOnlyCollection<string> members) => OfAll(TypeSet, members);

    internal static string OfSortedSet(IReadOnlyCollection<string> members) =>
        OfAll(TypeSortedSet, members);

    /// <summary>Reads a payload: its type as TYPE names it, and its elements.</summary>
    internal static (string Type, List<string> Elements) Read(string payload)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(payload[..^TrailerBytes]);
        int at = 1;
        byte type = bytes[0];
        int count = type == TypeString ? 1 : Length(bytes, ref at);
        List<string> elements = [];
        for (int i = 0; i < count; i++)
        {
            int length = Length(bytes, ref at);
            elements.Add(Encoding.Latin1.GetString(bytes, at, length));
            at += length + (type == TypeSortedSet ? sizeof(double) : 0);
        }

        string name = type switch
        {
            TypeString => "string",
            TypeList => "list",
            TypeSet => "set",
            _ => "zset",
        };
        return (name, elements);
    }

    private static string OfAll(byte type, IReadOnlyCollection<string> elements)
    {
        using MemoryStream bytes = Begin(type);
        WriteLength(bytes, elements.Count);
        byte[] score = new byte[sizeof(double)];
        foreach (string element in elements)
        {
            Write(bytes, element);
            if (type != TypeSortedSet) continue;
            BinaryPrimitives.WriteDoubleLittleEndian(score, element.Length);
            bytes.Write(score);
        }

        return End(bytes);
    }

    private static MemoryStream Begin(byte type)
    {
        MemoryStream bytes = new();
        bytes.WriteByte(type);
        return bytes;
    }

    private static string End(MemoryStream bytes)
    {
        bytes.Write([Version, 0]);
        byte[] checksum = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(checksum, Crc64.Update(0, bytes.ToArray()));
        bytes.Write(checksum);
        return Encoding.Latin1.GetString(bytes.ToArray());
    }

    private static void Write(MemoryStream to, string text)
    {
        WriteLength(to, text.Length);
        to.Write(Encoding.Latin1.GetBytes(text));
    }

    // Always the form of five bytes.
    private static void WriteLength(MemoryStream to, int length)
    {
        byte[] bytes = [0x80, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), length);
        to.Write(bytes);
    }

    private static int Length(byte[] bytes, ref int at)
    {
        int length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 1));
        at += 5;
        return length;
    }
}
