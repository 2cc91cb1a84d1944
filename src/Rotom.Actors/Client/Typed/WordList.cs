using System;
using System.Buffers;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Resp;

namespace Rotom.Actors.Client;

// WordList: the words of a command whose number is not known before. They lie in an array of the
// pool until they are sent: the client copies their bytes into its batch, so nothing of them is
// needed after that. Commands of a fixed number of words need none of it: a collection expression
// puts them on the stack.

/// <summary>Gathers the words of one command, and sends them once.</summary>
internal ref struct WordList
{
    private RespArgument[] _words;
    private int _count;

    /// <summary>Begins with the command's name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="more">About how many words will follow.</param>
    internal WordList(RespArgument name, int more = 8)
    {
        _words = ArrayPool<RespArgument>.Shared.Rent(more + 4);
        _words[0] = name;
        _count = 1;
    }

    /// <summary>A name, and what follows it.</summary>
    internal static WordList Of(RespArgument name, scoped ReadOnlySpan<RespArgument> rest)
    {
        WordList words = new(name, rest.Length);
        words.Add(rest);
        return words;
    }

    /// <summary>A name, a key or the second part of the name, and what follows it.</summary>
    internal static WordList Of(
        RespArgument name, RespArgument key, scoped ReadOnlySpan<RespArgument> rest)
    {
        WordList words = new(name, rest.Length + 1);
        words.Add(key);
        words.Add(rest);
        return words;
    }

    internal void Add(RespArgument word)
    {
        if (_count == _words.Length) Grow(_count + 1);
        _words[_count++] = word;
    }

    internal void Add(RespArgument word, RespArgument value)
    {
        Add(word);
        Add(value);
    }

    internal void Add(scoped ReadOnlySpan<RespArgument> words)
    {
        if (_count + words.Length > _words.Length) Grow(_count + words.Length);
        words.CopyTo(_words.AsSpan(_count));
        _count += words.Length;
    }

    /// <summary>How many, and then they themselves.</summary>
    internal void AddCounted(scoped ReadOnlySpan<RespArgument> words)
    {
        Add(words.Length);
        Add(words);
    }

    internal void AddPairs(
        scoped ReadOnlySpan<(RespArgument Name, RespArgument Value)> pairs)
    {
        foreach ((RespArgument name, RespArgument value) in pairs) Add(name, value);
    }

    /// <summary>Sends them; the list is empty then and must not be used any more.</summary>
    internal ValueTask<T> Send<T>(
        IRotomCommands client, Func<RespValue, T> result, CancellationToken cancellation = default)
    {
        RespArgument[] words = Take();
        try
        {
            return client.ExecuteAsync(words.AsSpan(0, _count), result, cancellation);
        }
        finally
        {
            Return(words, _count);
        }
    }

    /// <summary>The same for a command that answers OK, or an error.</summary>
    internal ValueTask SendForOk(IRotomCommands client)
    {
        RespArgument[] words = Take();
        try
        {
            return Typed.Ok(client.ExecuteAsync(
                words.AsSpan(0, _count), CancellationToken.None));
        }
        finally
        {
            Return(words, _count);
        }
    }

    private RespArgument[] Take()
    {
        RespArgument[] words = _words;
        _words = [];
        return words;
    }

    private static void Return(RespArgument[] words, int count)
    {
        // What they refer to is the caller's: the pool must not keep it alive.
        words.AsSpan(0, count).Clear();
        ArrayPool<RespArgument>.Shared.Return(words);
    }

    private void Grow(int wanted)
    {
        RespArgument[] larger = ArrayPool<RespArgument>.Shared.Rent(
            Math.Max(wanted, checked(_count * 2)));
        _words.AsSpan(0, _count).CopyTo(larger);
        Return(_words, _count);
        _words = larger;
    }
}
