using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;

namespace Rotom.Engine.Tests.Support;

/// <summary>Reads RESP without mercy: a byte too many, too few or wrong is an exception.</summary>
internal ref struct StrictResp(ReadOnlySpan<byte> bytes, bool resp3)
{
    private const string Resp2Kinds = "+-:$*";
    private const string Resp3Kinds = Resp2Kinds + "_,#(=%~>|!";

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly string _kinds = resp3 ? Resp3Kinds : Resp2Kinds;
    private int _at;

    /// <summary>How many whole replies there are; attributes belong to what follows them.</summary>
    internal static int Count(ReadOnlySpan<byte> bytes, bool resp3)
    {
        StrictResp reader = new(bytes, resp3);
        int count = 0;
        for (; reader._at < bytes.Length; count++) reader.Skip();
        return count;
    }

    /// <summary>A stream of commands, as words.</summary>
    internal static List<byte[][]> Commands(ReadOnlySpan<byte> bytes)
    {
        StrictResp reader = new(bytes, resp3: false);
        List<byte[][]> commands = [];
        while (reader._at < bytes.Length)
        {
            reader.Require(reader.Kind() == '*', "a command is an array");
            byte[][] words = new byte[reader.Length()][];
            for (int i = 0; i < words.Length; i++)
            {
                reader.Require(reader.Kind() == '$', "a word is a bulk string");
                words[i] = reader.Bulk(reader.Length()).ToArray();
            }

            commands.Add(words);
        }

        return commands;
    }

    private void Skip()
    {
        char kind = Kind();
        switch (kind)
        {
            case '$' or '=' or '!':
                int length = Length(nullAllowed: _kinds == Resp2Kinds);
                if (length >= 0) Bulk(length);
                break;
            case '*' or '~' or '>' or '%' or '|':
                int elements = Length(nullAllowed: _kinds == Resp2Kinds);
                for (int i = 0; i < (kind is '%' or '|' ? elements * 2 : elements); i++) Skip();
                if (kind == '|') Skip();
                break;
            case ':':
                string text = Line();
                long number = long.Parse(text, CultureInfo.InvariantCulture);
                Require(number.ToString(CultureInfo.InvariantCulture) == text, "one spelling");
                break;
            case '_':
                Require(Line().Length == 0, "a null is empty");
                break;
            case '#':
                Require(Line() is "t" or "f", "true or false");
                break;
            default:
                Line();
                break;
        }
    }

    private char Kind()
    {
        Require(_at < _bytes.Length, "something is missing");
        char kind = (char)_bytes[_at++];
        Require(_kinds.Contains(kind), $"type {kind}");
        return kind;
    }

    private int Length(bool nullAllowed = false)
    {
        string text = Line();
        if (nullAllowed && text == "-1") return -1;
        int length = int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
        Require(text == length.ToString(CultureInfo.InvariantCulture), "one spelling");
        return length;
    }

    private ReadOnlySpan<byte> Bulk(int length)
    {
        Require(length + 2 <= _bytes.Length - _at, "the bulk is cut short");
        ReadOnlySpan<byte> bulk = _bytes.Slice(_at, length);
        Require(_bytes.Slice(_at + length, 2).SequenceEqual("\r\n"u8), "a bulk ends with CR LF");
        _at += length + 2;
        return bulk;
    }

    private string Line()
    {
        int end = _bytes[_at..].IndexOf("\r\n"u8);
        Require(end >= 0, "the line does not end");
        string line = Encoding.Latin1.GetString(_bytes.Slice(_at, end));
        Require(line.AsSpan().IndexOfAny('\r', '\n') < 0, "CR or LF inside a line");
        _at += end + 2;
        return line;
    }

    private readonly void Require(bool condition, string what)
    {
        if (condition) return;
        string text = Encoding.Latin1.GetString(_bytes);
        throw new InvalidDataException($"{what}, at {_at} of {text}");
    }
}
