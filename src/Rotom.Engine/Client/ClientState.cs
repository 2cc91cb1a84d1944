using System;

namespace Rotom.Engine;

/// <summary>
/// What makes a client's next command take the long way through the dispatcher. A client with none
/// of these (nearly all, nearly always) goes straight from name look-up to handler.
/// </summary>
[Flags]
public enum ClientGate
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>Has not authenticated and must.</summary>
    NeedsAuth = 1 << 0,

    /// <summary>Inside MULTI: commands are queued.</summary>
    Multi = 1 << 1,

    /// <summary>RESP2 subscriber: only pub/sub commands are allowed.</summary>
    Subscriber = 1 << 2,

    /// <summary>CLIENT REPLY OFF.</summary>
    ReplyOff = 1 << 3,

    /// <summary>CLIENT REPLY SKIP: the command being executed is not answered.</summary>
    ReplySkip = 1 << 4,

    /// <summary>CLIENT REPLY SKIP was just said: it holds for the next command.</summary>
    ReplySkipNext = 1 << 5,

    /// <summary>Its user may not do everything: rights are checked.</summary>
    Restricted = 1 << 6,

    /// <summary>Client-side caching is on.</summary>
    Tracking = 1 << 7,

    /// <summary>Waits for a key, a pause or an acknowledgement: its pipeline rests.</summary>
    Blocked = 1 << 8,

    /// <summary>To be closed: nothing more is executed for it.</summary>
    Closing = 1 << 9,

    /// <summary>MONITOR: nothing but the feed is sent to it.</summary>
    Monitor = 1 << 10,

    /// <summary>Commands queued in MULTI must fail at EXEC: one was refused.</summary>
    DirtyExec = 1 << 11,

    /// <summary>A watched key changed: EXEC answers null.</summary>
    DirtyCas = 1 << 12,

    /// <summary>Inside EXEC: nothing may block.</summary>
    InExec = 1 << 13,

    /// <summary>Commands of the batch in hand have something along with them.</summary>
    Extras = 1 << 14,
}
