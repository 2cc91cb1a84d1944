using System;
using System.Collections.Generic;

namespace Rotom.Resp.Batch;

// CommandExtras: what a sender in the same process gives along with a command, beside its words: a
// reader of the value where it lies, and a tag that the command's handler can see. A batch of a
// network loop has none, and a batch that has some is looked at once a command of it.
//
// They belong to the batch. A command that is put aside (queued by MULTI, resting behind a blocked
// client) loses them: whoever sent it is answered as if he had given nothing.

/// <summary>Is shown a value where it lies; in the keyspace's turn.</summary>
public interface IValueReader
{
    /// <summary>Sees the value, which is there during the call only; throws nothing.</summary>
    /// <param name="value">The value.</param>
    /// <param name="ticket">What was given with the command.</param>
    void Read(ReadOnlySpan<byte> value, short ticket);
}

/// <summary>What goes along with one command.</summary>
/// <param name="Command">Its place in the batch.</param>
/// <param name="Reader">Is shown the value instead of a reply with it; null for nobody.</param>
/// <param name="Ticket">What the reader is told.</param>
/// <param name="Tag">What the handler may see; null for nothing.</param>
public readonly record struct CommandExtra(
    int Command, IValueReader? Reader, short Ticket, object? Tag);

/// <summary>The extras of a batch, in the order of its commands.</summary>
public sealed class CommandExtras
{
    private readonly List<CommandExtra> _extras = [];
    private int _next;

    /// <summary>True when there are any.</summary>
    public bool Any => _extras.Count > 0;

    /// <summary>The extra of a command; the default when it has none.</summary>
    /// <param name="command">Its place; not before the one that was asked for last.</param>
    public CommandExtra Of(int command)
    {
        while (_next < _extras.Count && _extras[_next].Command < command) _next++;
        return _next < _extras.Count && _extras[_next].Command == command
            ? _extras[_next]
            : default;
    }

    internal void Add(CommandExtra extra) => _extras.Add(extra);

    internal void Clear()
    {
        _extras.Clear();
        _next = 0;
    }
}
