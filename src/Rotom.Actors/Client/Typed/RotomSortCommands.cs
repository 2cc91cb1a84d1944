using System.Collections.Generic;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

/// <summary>SORT.</summary>
public static class RotomSortCommands
{
    /// <summary>SORT: the elements of a list, set or sorted set in order, or what the GET patterns
    /// find for each; null for what they do not find.</summary>
    [Calls("SORT")]
    public static ValueTask<byte[]?[]> SortAsync(
        this IRotomCommands client, RespArgument key, SortOptions? options = null)
    {
        WordList words = new(Word.Sort);
        words.Add(key);
        options?.AddTo(ref words);
        return words.Send(client, Reply.BytesOrNullArray);
    }

    /// <summary>SORT_RO: the same, for users who may only read.</summary>
    [Calls("SORT_RO")]
    public static ValueTask<byte[]?[]> SortReadOnlyAsync(
        this IRotomCommands client, RespArgument key, SortOptions? options = null)
    {
        WordList words = new(Word.SortRo);
        words.Add(key);
        options?.AddTo(ref words);
        return words.Send(client, Reply.BytesOrNullArray);
    }

    /// <summary>SORT with STORE: puts the result into a list; its length.</summary>
    [Calls("SORT")]
    public static ValueTask<long> SortAndStoreAsync(
        this IRotomCommands client, RespArgument destination, RespArgument key,
        SortOptions? options = null)
    {
        WordList words = new(Word.Sort, 12);
        words.Add(key);
        options?.AddTo(ref words);
        words.Add(Word.Store, destination);
        return words.Send(client, Reply.Integer);
    }
}

/// <summary>How SORT sorts.</summary>
public sealed record SortOptions
{
    /// <summary>
    /// A pattern of the keys whose values are compared, <c>*</c> standing for the element and
    /// <c>-&gt;field</c> for a field of a hash; a pattern without <c>*</c> leaves the order as it
    /// is. Null to compare the elements themselves.
    /// </summary>
    public string? By { get; init; }

    /// <summary>Patterns of what to give for each element, <c>#</c> for itself.</summary>
    public IReadOnlyList<string> Get { get; init; } = [];

    /// <summary>How many to leave out at the beginning.</summary>
    public long Offset { get; init; }

    /// <summary>How many to give; all when null.</summary>
    public long? Count { get; init; }

    /// <summary>From the largest down (DESC).</summary>
    public bool Descending { get; init; }

    /// <summary>Compares texts (ALPHA), not numbers.</summary>
    public bool Alphabetic { get; init; }

    internal void AddTo(ref WordList words)
    {
        if (By is not null) words.Add(Word.By, By);
        if (Offset != 0 || Count is not null)
        {
            words.Add(Word.Limit, Offset);
            words.Add(Count ?? -1);
        }

        foreach (string pattern in Get) words.Add(Word.Get, pattern);
        if (Descending) words.Add(Word.Desc);
        if (Alphabetic) words.Add(Word.Alpha);
    }
}
