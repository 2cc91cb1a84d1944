using System.Text;
using Akka.Actor;
using Rotom.Engine;

namespace Rotom.Actors.Messages;

// Keyspace events for actors. An actor tells the keyspace SubscribeToKeys, is told KeysSubscribed,
// and from then on every event that fits, in the order in which they happen. It may do so several
// times; an event that fits several is told once for each. It ends with UnsubscribeFromKeys or with
// the actor. What notify-keyspace-events says does not matter: that is for clients.
//
// What a key held that expired or was evicted is written down only if an actor wants it of that
// key, and no further than its limit; a value beyond it is told as too large.
//
// With a journal, events carry the number of the turn they belong to (an event of the journal), and
// an actor that has noted the last one it has dealt with may ask for what came after it, also after
// the server or the actor has been started anew: it is told of the past out of the journal, then of
// what happens. Each event is told at least once; those of the turn that was cut short come again.
// A past that the journal no longer holds, since it was rewritten, is refused: KeysRefused.

/// <summary>I want to hear of keys; answered by <see cref="KeysSubscribed"/>.</summary>
/// <param name="Classes">Which events, for example Expired or All.</param>
public sealed record SubscribeToKeys(NotifyClass Classes = NotifyClass.All)
    : INoSerializationVerificationNeeded
{
    /// <summary>One key only.</summary>
    public string? Key { get; init; }

    /// <summary>Keys that match a glob only.</summary>
    public string? Pattern { get; init; }

    /// <summary>One database only.</summary>
    public int? Database { get; init; }

    /// <summary>
    /// How large a value may be that Expired and Evicted carry;
    /// <see cref="OldValueLimit.None"/>: they carry none.
    /// </summary>
    public OldValueLimit OldValues { get; init; } = OldValueLimit.Default;

    /// <summary>
    /// First what came after the turn of this number (<see cref="KeyspaceEvent.Seq"/>); needs a
    /// journal. Where it was written by another server, or an older one, keys that expired or were
    /// evicted are told as deleted.
    /// </summary>
    public long? After { get; init; }
}

/// <summary>Events are told from now on.</summary>
/// <param name="Request">What was asked.</param>
public sealed record KeysSubscribed(SubscribeToKeys Request) : INoSerializationVerificationNeeded
{
    /// <summary>Number of the newest turn in the journal when it was asked; 0 without one.
    /// </summary>
    public long Seq { get; init; }
}

/// <summary>The past cannot be told, or not any more; nothing is subscribed to.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="Reason">Why not.</param>
/// <param name="EarliestAfter">
/// The smallest number that may be asked for; -1 when there is none at the moment.
/// </param>
public sealed record KeysRefused(SubscribeToKeys Request, string Reason, long EarliestAfter)
    : INoSerializationVerificationNeeded;

/// <summary>I do not want to hear of keys any more.</summary>
public sealed record UnsubscribeFromKeys : INoSerializationVerificationNeeded;

/// <summary>Something happened to a key.</summary>
/// <param name="Class">Class of the event.</param>
/// <param name="Name">As Redis names it: <c>set</c>, <c>del</c>, <c>expired</c>, ...</param>
/// <param name="Database">The database.</param>
/// <param name="Key">The key.</param>
/// <param name="OldValue">
/// Of an expired or evicted key: what it held, or that this was too large, see
/// <see cref="SubscribeToKeys.OldValues"/>; else null.
/// </param>
public sealed record KeyspaceEvent(
    NotifyClass Class, string Name, int Database, byte[] Key, OldValue? OldValue)
    : INoSerializationVerificationNeeded
{
    /// <summary>Number of its turn in the journal; 0 without one.</summary>
    public long Seq { get; init; }

    /// <summary>The key as text.</summary>
    public string KeyText => Encoding.UTF8.GetString(Key);

    /// <summary>The text that an expired or evicted string was; null when it is not known.
    /// </summary>
    public string? OldText =>
        OldValue is { IsWhole: true, Type: "string" } ? OldValue.AsText() : null;
}

/// <summary>A message of a Redis channel, on Akka's event stream.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Message">What was published.</param>
public sealed record ChannelMessage(string Channel, byte[] Message)
    : INoSerializationVerificationNeeded
{
    /// <summary>The message as text.</summary>
    public string Text => Encoding.UTF8.GetString(Message);
}

/// <summary>Published on Akka's event stream, it is published on a Redis channel.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Message">What to publish.</param>
public sealed record PublishToChannel(string Channel, byte[] Message)
    : INoSerializationVerificationNeeded;
