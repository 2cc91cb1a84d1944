using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Rotom.Engine.Tests.Support;

/// <summary>Splits a line into words as redis-cli does.</summary>
internal static class Words
{
    internal static byte[][] Split(string line)
    {
        List<byte[]> words = [];
        int i = 0;
        while (true)
        {
            while (i < line.Length && line[i] == ' ') i++;
            if (i == line.Length) return [.. words];
            List<byte> word = [];
            if (line[i] == '"') i = Quoted(line, i + 1, word);
            else
            {
                int start = i;
                while (i < line.Length && line[i] != ' ') i++;
                word.AddRange(Encoding.UTF8.GetBytes(line[start..i]));
            }

            words.Add([.. word]);
        }
    }

    private static int Quoted(string line, int i, List<byte> word)
    {
        while (line[i] != '"')
        {
            if (line[i] != '\\')
            {
                word.AddRange(Encoding.UTF8.GetBytes(line.Substring(i++, 1)));
                continue;
            }

            char escape = line[i + 1];
            i += 2;
            switch (escape)
            {
                case 'n': word.Add((byte)'\n'); break;
                case 'r': word.Add((byte)'\r'); break;
                case 't': word.Add((byte)'\t'); break;
                case 'x':
                    word.Add(byte.Parse(
                        line.AsSpan(i, 2), NumberStyles.HexNumber,
                        CultureInfo.InvariantCulture));
                    i += 2;
                    break;
                default: word.Add((byte)escape); break;
            }
        }

        return i + 1;
    }
}
