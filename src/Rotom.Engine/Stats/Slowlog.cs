using System;
using System.Collections.Generic;
using Rotom.Engine.Config;

namespace Rotom.Engine.Stats;

/// <summary>One slow command.</summary>
/// <param name="Id">Unique, ascending.</param>
/// <param name="UnixSeconds">When it was logged.</param>
/// <param name="Micros">How long it took.</param>
/// <param name="Arguments">Its words, shortened as Redis does.</param>
/// <param name="Address">The client's address.</param>
/// <param name="ClientName">The client's name.</param>
public sealed record SlowlogEntry(
    long Id, long UnixSeconds, long Micros, IReadOnlyList<byte[]> Arguments, string Address,
    byte[] ClientName);

/// <summary>
/// The commands that took longer than <c>slowlog-log-slower-than</c>, newest first.
/// </summary>
public sealed class Slowlog(ServerConfig config)
{
    /// <summary>Words kept of a command, and bytes of a word, as in Redis.</summary>
    private const int WordsMax = 32;
    private const int WordBytesMax = 128;

    private readonly LinkedList<SlowlogEntry> _entries = new();
    private long _nextId;

    /// <summary>The entries, newest first.</summary>
    public IReadOnlyCollection<SlowlogEntry> Entries => _entries;

    /// <summary>Forgets them.</summary>
    public void Reset() => _entries.Clear();

    internal void Add(in CommandContext c, long nanos)
    {
        if (config.SlowlogMaxLen == 0) return;
        List<byte[]> words = [];
        for (int i = 0; i < c.ArgCount; i++)
        {
            if (i == WordsMax - 1 && c.ArgCount > WordsMax)
            {
                words.Add(System.Text.Encoding.ASCII.GetBytes(
                    $"... ({c.ArgCount - WordsMax + 1} more arguments)"));
                break;
            }

            bool secret = SecretArguments.Hides(c.Command, new ArgView(c.Batch, c.Args), i);
            words.Add(Shortened(secret ? SecretArguments.Shown : c[i]));
        }

        _entries.AddFirst(new SlowlogEntry(
            _nextId++, c.NowMs / 1000, nanos / 1000, words, c.Client.Link.RemoteAddress,
            c.Client.Name));
        Trim();
    }

    internal void Trim()
    {
        while (_entries.Count > config.SlowlogMaxLen) _entries.RemoveLast();
    }

    private static byte[] Shortened(ReadOnlySpan<byte> word)
    {
        if (word.Length <= WordBytesMax) return word.ToArray();
        byte[] more = System.Text.Encoding.ASCII.GetBytes(
            $"... ({word.Length - WordBytesMax} more bytes)");
        byte[] text = new byte[WordBytesMax + more.Length];
        word[..WordBytesMax].CopyTo(text);
        more.CopyTo(text, WordBytesMax);
        return text;
    }
}
