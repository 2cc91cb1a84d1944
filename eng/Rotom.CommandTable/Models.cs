using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Rotom.CommandTable;

// What the generator keeps of a handler between two runs of the compiler: plain values that compare
// by content, no symbols and no syntax, so that an edit elsewhere regenerates nothing.

/// <summary>One [Command] and the attributes beside it.</summary>
internal sealed record CommandModel(
    string Name,
    string Handler,
    int Arity,
    string Since,
    string Complexity,
    string? Group,
    EquatableArray<string> Flags,
    EquatableArray<string>? Acl,
    string Summary,
    string Syntax,
    EquatableArray<string> Tips,
    string? DeprecatedSince,
    string? ReplacedBy,
    bool KeysNone,
    EquatableArray<KeyModel> Keys,
    string? ShapeError,
    Place Place);

/// <summary>One key specification, with its enum values by name.</summary>
internal sealed record KeyModel(
    string Search,
    int Begin,
    string Keyword,
    string Find,
    int LastKey,
    int Step,
    int Limit,
    EquatableArray<string> Access,
    string Notes,
    string? Error);

/// <summary>A place in the sources that survives the compilation it was read from.</summary>
internal sealed record Place(string Path, TextSpan Span, LinePositionSpan Lines)
{
    public static Place From(Location location) =>
        new(location.SourceTree?.FilePath ?? "", location.SourceSpan, location.GetLineSpan().Span);

    public Location ToLocation() => Location.Create(Path, Span, Lines);
}

/// <summary>A list that compares by its elements, as incremental generation needs it.</summary>
internal readonly struct EquatableArray<T> : IEquatable<EquatableArray<T>>, IEnumerable<T>
    where T : IEquatable<T>
{
    private readonly T[]? _items;

    public EquatableArray(IEnumerable<T> items) => _items = items.ToArray();

    public int Count => _items?.Length ?? 0;

    public T this[int index] => _items![index];

    public bool Equals(EquatableArray<T> other) => this.SequenceEqual(other);

    public override bool Equals(object? obj) => obj is EquatableArray<T> other && Equals(other);

    public override int GetHashCode() =>
        this.Aggregate(17, (hash, item) => unchecked((hash * 31) + item.GetHashCode()));

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)(_items ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
