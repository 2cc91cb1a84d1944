using System;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

/// <summary>The words of one command where they lie: a view, valid as long as its batch.</summary>
internal readonly ref struct ArgView
{
    private readonly CommandBatch _batch;
    private readonly ReadOnlySpan<ArgRef> _args;

    internal ArgView(CommandBatch batch, ReadOnlySpan<ArgRef> args)
    {
        _batch = batch;
        _args = args;
    }

    /// <summary>Number of words.</summary>
    internal int Count => _args.Length;

    /// <summary>One word; 0 is the command's name.</summary>
    internal ReadOnlySpan<byte> this[int index] => _batch.Bytes(_args[index]);

    /// <summary>The words from one on: the command inside COMMAND GETKEYS.</summary>
    internal ArgView From(int index) => new(_batch, _args[index..]);

    /// <summary>True when a word is a token, case ignored.</summary>
    internal bool Is(int index, ReadOnlySpan<byte> token) =>
        Ascii.EqualsIgnoreCase(this[index], token);

    internal bool Is(int index, string token)
    {
        ReadOnlySpan<byte> word = this[index];
        if (word.Length != token.Length) return false;
        for (int i = 0; i < word.Length; i++)
        {
            if (Ascii.Lower(word[i]) != Ascii.Lower((byte)token[i])) return false;
        }

        return true;
    }
}
