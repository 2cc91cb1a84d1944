using System;
using System.Collections.Generic;
using System.Linq;

namespace Rotom.Simulation.Oracle;

/// <summary>A client as the model knows it.</summary>
internal sealed class ModelClient(long id, string address, ReplyChecker checker)
{
    internal long Id => id;

    internal string Address => address;

    internal ReplyChecker Checker => checker;

    internal long CreatedMs { get; init; }

    internal int Database { get; set; }

    /// <summary>Whose rights it has; null: the default user's, who may do all.</summary>
    internal string? User { get; set; }

    internal bool Resp3 { get; set; }

    internal string Name { get; set; } = "";

    /// <summary>It is to be closed once it has heard what it is owed.</summary>
    internal bool IsClosing { get; set; }

    /// <summary>It was killed or has left.</summary>
    internal bool IsGone { get; set; }

    internal bool ReplyOff { get; set; }

    internal bool Skip { get; set; }

    internal bool SkipNext { get; set; }

    /// <summary>The command answers by pushes, which CLIENT REPLY does not silence.</summary>
    internal bool IsPushReply { get; set; }

    internal bool InMulti { get; set; }

    /// <summary>Its transaction is being executed.</summary>
    internal bool InExec { get; set; }

    /// <summary>What it waits for; null when it does not.</summary>
    internal ModelWaiter? Waiter { get; set; }

    /// <summary>It waits, or has not yet gone on with what rested meanwhile.</summary>
    internal bool IsBlocked { get; set; }

    /// <summary>It wants to hear of changes.</summary>
    internal ModelTracking? Tracking { get; set; }

    /// <summary>The turn in which it last chose what to hear of changes, or how.</summary>
    internal Turn? SwitchedIn { get; set; }

    /// <summary>The turn in which a command of it was last executed.</summary>
    internal Turn? RanIn { get; set; }

    /// <summary>Commands behind the one that waits.</summary>
    internal Queue<string[]> Resting { get; } = new();

    /// <summary>How the answer to broken input behind them begins.</summary>
    internal string? RestingError { get; set; }

    /// <summary>True when the server knows that its connection is closed.</summary>
    internal Func<bool> IsLinkClosing { get; init; } = () => false;

    /// <summary>A command was refused inside MULTI: EXEC will abort.</summary>
    internal bool IsRefused { get; set; }

    /// <summary>A command may have been refused inside MULTI for lack of memory.</summary>
    internal bool MayBeRefused { get; set; }

    internal List<string[]> Queue { get; } = [];

    /// <summary>
    /// Something was queued, or not, while it was not known whether a watched key had been met that
    /// had ended.
    /// </summary>
    internal bool IsQueueUnsure { get; set; }

    /// <summary>Watched keys, and whether they existed when the watch began.</summary>
    internal Dictionary<(int Database, string Key), bool> Watched { get; } = [];

    /// <summary>A watched key changed.</summary>
    internal bool IsDirty { get; set; }

    internal SortedSet<string> Channels { get; } = new(StringComparer.Ordinal);

    internal SortedSet<string> Patterns { get; } = new(StringComparer.Ordinal);

    internal int Subscriptions => Channels.Count + Patterns.Count;

    internal bool IsSubscriber => Subscriptions > 0;

    /// <summary>Pushes to itself by its own command: they come behind the reply.</summary>
    internal List<ReplyModel> OwnPushes { get; } = [];

    internal void LeaveMulti()
    {
        InMulti = IsRefused = MayBeRefused = IsQueueUnsure = false;
        Queue.Clear();
    }

    internal void Unwatch()
    {
        Watched.Clear();
        IsDirty = false;
    }
}

/// <summary>A value.</summary>
/// <param name="Text">The bytes of a string.</param>
/// <param name="Encoding">As OBJECT ENCODING names it.</param>
/// <param name="ExpireAtMs">When its time ends, -1 for never.</param>
internal sealed record ModelValue(string Text, string Encoding, long ExpireAtMs = -1)
{
    /// <summary>A collection, which is never changed; null for a string.</summary>
    internal object? Data { get; init; }

    /// <summary>Its type as TYPE names it.</summary>
    internal string Type => Data switch
    {
        null => "string",
        List<string> => "list",
        ModelHash => "hash",
        SortedSet<string> => "set",
        _ => "zset",
    };

    /// <summary>All that it holds, in an order of its own where it has none.</summary>
    internal string Describe() => Type + " " + Data switch
    {
        null => Text,
        List<string> list => string.Join('\0', list),
        ModelHash hash => string.Join('\0', hash.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key}\0{pair.Value}")),
        SortedSet<string> set => string.Join('\0', set),
        _ => string.Join('\0', ((Dictionary<string, long>)Data)
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key}\0{pair.Value}")),
    };
}
