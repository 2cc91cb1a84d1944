using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace Rotom.Compat.Handshakes;

/// <summary>A command of a transcript, and the shape its reply must have.</summary>
internal sealed record Exchange(byte[][] Command, string Text, ReplyShape Shape);

/// <summary>
/// What a client says on one connection, batch by batch: the commands of a batch are written at
/// once, as a pipelining client does.
/// </summary>
/// <remarks>
/// One item a line: <c># comment</c>; <c>connection</c> begins a new connection; <c>--</c> ends
/// a batch; <c>&gt; COMMAND</c> is sent, with quotes and <c>\xNN</c> as in redis-cli; the line
/// <c>&lt; SHAPE</c> below it is what must come back (see <see cref="ReplyShape"/>).
/// </remarks>
internal sealed class Transcript
{
    /// <summary>Connections, each a list of batches.</summary>
    public List<List<List<Exchange>>> Connections { get; } = [[[]]];

    public int CommandCount => Connections.Sum(c => c.Sum(b => b.Count));

    public static Transcript Parse(IEnumerable<string> lines)
    {
        Transcript transcript = new();
        string? command = null;
        foreach (string line in lines.Select(l => l.Trim()))
        {
            List<List<Exchange>> batches = transcript.Connections[^1];
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (line == "connection")
                transcript.Connections.Add([[]]);
            else if (line == "--")
                batches.Add([]);
            else if (line.StartsWith("> ", StringComparison.Ordinal) && command is null)
                command = line[2..];
            else if (line.StartsWith("< ", StringComparison.Ordinal) && command is not null)
            {
                batches[^1].Add(new Exchange(Words(command), command, ReplyShape.Parse(line[2..])));
                command = null;
            }
            else
                throw new InvalidDataException($"transcript: unexpected '{line}'");
        }
        return command is null
            ? transcript
            : throw new InvalidDataException($"transcript: no reply for '{command}'");
    }

    /// <summary>
    /// The words of a command line; <c>"…"</c> may hold blanks and <c>\xNN</c>.
    /// </summary>
    private static byte[][] Words(string line)
    {
        List<byte[]> words = [];
        StringBuilder word = new();
        bool quoted = false, any = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c == '"')
                (quoted, any) = (!quoted, true);
            else if (c == '\\' && i + 3 < line.Length && line[i + 1] == 'x')
            {
                word.Append((char)Convert.ToByte(line.Substring(i + 2, 2), 16));
                i += 3;
            }
            else if (c != ' ' || quoted)
                word.Append(c);
            else if (word.Length > 0 || any)
            {
                words.Add(Encoding.Latin1.GetBytes(word.ToString()));
                word.Clear();
                any = false;
            }
        }
        if (word.Length > 0 || any)
            words.Add(Encoding.Latin1.GetBytes(word.ToString()));
        return [.. words];
    }
}
