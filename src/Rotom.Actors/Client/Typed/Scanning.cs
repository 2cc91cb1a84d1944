using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

// Scanning: SCAN, HSCAN, SSCAN and ZSCAN in two forms. A page is one command: the caller keeps the
// cursor. The other form walks all pages, as somebody reads. What is there from the beginning to
// the end comes at least once; what comes or goes meanwhile may or may not come; anything may come
// twice when a table grows or shrinks in between.

/// <summary>A part of what is scanned.</summary>
/// <param name="Cursor">Where to go on; 0 when this was the last.</param>
/// <param name="Items">What was found; may be empty before the end.</param>
public readonly record struct ScanPage<T>(ulong Cursor, IReadOnlyList<T> Items)
{
    /// <summary>True when there is no more.</summary>
    public bool IsLast => Cursor == 0;
}

/// <summary>What a scan looks for.</summary>
public readonly record struct ScanOptions
{
    /// <summary>Only what matches this glob (MATCH); everything when null.</summary>
    public string? Pattern { get; init; }

    /// <summary>About how many to look at in a step (COUNT); 10 when null.</summary>
    public int? Count { get; init; }

    /// <summary>Only keys of this type (TYPE, as KeyTypeAsync says it); SCAN only.</summary>
    public string? Type { get; init; }
}

/// <summary>Pages, and walks over them.</summary>
internal static class Scanning
{
    /// <summary>Reads the page at a cursor.</summary>
    internal delegate ValueTask<ScanPage<T>> PageReader<T>(ulong cursor);

    internal static void Add(this ref WordList words, ulong cursor, in ScanOptions options)
    {
        words.Add(cursor.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (options.Pattern is not null) words.Add(Word.Match, options.Pattern);
        if (options.Count is { } count) words.Add(Word.Count, count);
        if (options.Type is not null) words.Add(Word.Type, options.Type);
    }

    internal static ScanPage<byte[]> Page(RespValue reply) => Page(reply, Reply.BytesArray);

    internal static ScanPage<HashEntry> HashPage(RespValue reply) =>
        Page(reply, Reply.HashEntries);

    internal static ScanPage<ScoredMember> ScoredPage(RespValue reply) =>
        Page(reply, Reply.ScoredMembers);

    internal static async IAsyncEnumerable<T> Walk<T>(
        PageReader<T> read, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ulong cursor = 0;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            ScanPage<T> page = await read(cursor).ConfigureAwait(false);
            foreach (T item in page.Items) yield return item;
            cursor = page.Cursor;
        }
        while (cursor != 0);
    }

    private static ScanPage<T> Page<T>(RespValue reply, Func<RespValue, T[]> make)
    {
        IReadOnlyList<RespValue> items = Reply.Items(reply, 2);
        return ulong.TryParse(items[0].Bytes.Span, out ulong cursor)
            ? new ScanPage<T>(cursor, make(items[1]))
            : throw Reply.Other(items[0], "a cursor");
    }
}
