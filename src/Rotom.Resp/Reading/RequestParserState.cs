using System;
using Rotom.Resp.Batch;

namespace Rotom.Resp;

// RequestParserState: how far an incomplete command has been parsed.
//
// All offsets are relative to the command's first byte, so the bytes may move (into a batch, into a
// bigger buffer) between two reads. With it no byte is looked at twice, whatever the packets: a
// command of a million arguments or a bulk string of 512 MB costs the same in one piece or in many.

/// <summary>The resumable state of <see cref="RequestParser"/>: one a connection.</summary>
public struct RequestParserState
{
    private const int ArgSlotBytes = 8;
    private Slot[]? _args;
    private int _argCount;

    /// <summary>True when no command has been begun.</summary>
    public readonly bool IsFresh => Next == 0 && Searched == 0;

    /// <summary>Bytes that the table of parsed arguments takes; they count to the limit.</summary>
    public readonly long ParsedBytes => (long)_argCount * ArgSlotBytes;

    /// <summary>
    /// Where the bulk string that is being read ends, its line end included; 0 when none is.
    /// </summary>
    public readonly long BulkEnd => InBulk ? (long)Next + BulkLength + 2 : 0;

    /// <summary>Length of the bulk string that is being read; 0 when none is.</summary>
    internal int BulkLength { get; set; }

    /// <summary>True when the header of a bulk string is read and its end is not.</summary>
    internal bool InBulk { get; set; }

    /// <summary>Where parsing goes on.</summary>
    internal int Next { get; set; }

    /// <summary>
    /// Bytes from <see cref="Next"/> on that were searched in vain for a line end.
    /// </summary>
    internal int Searched { get; set; }

    /// <summary>Arguments still to come; 0 before the count has been read.</summary>
    internal int ArgsLeft { get; set; }

    /// <summary>Back to the start of a command; a large table is let go.</summary>
    internal void Reset()
    {
        Next = Searched = ArgsLeft = BulkLength = 0;
        InBulk = false;
        _argCount = 0;
        if (_args is { Length: > 64 }) _args = null;
    }

    /// <summary>Lets the table go, so that an idle connection holds none.</summary>
    internal void Release() => _args = null;

    internal void AddArg(int offset, int length)
    {
        _args ??= new Slot[8];
        if (_argCount == _args.Length) Array.Resize(ref _args, _args.Length * 2);
        _args[_argCount++] = new Slot(offset, length);
    }

    /// <summary>Moves the arguments to the batch as one command.</summary>
    internal readonly void MoveTo(CommandBatch batch, int buffer, int commandStart)
    {
        int first = batch.ArgCount;
        for (int i = 0; i < _argCount; i++)
        {
            batch.AddArg(buffer, commandStart + _args![i].Offset, _args[i].Length);
        }

        batch.EndCommand(first);
    }

    private readonly record struct Slot(int Offset, int Length);
}
