using System;
using System.Runtime.CompilerServices;
using Rotom.Engine.Commands;
using Rotom.Engine.Memory;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

// Keyspace events for the host. They are pushes to a link of the host's own, so they leave the turn
// as replies do: in order, and not before what they tell of is kept, when replies wait for that.
//
//   > 5  class  database  name  key  value
//
// The value is what an expired or evicted key held, when it was a string of bounded length; else
// null. What notify-keyspace-events says is for clients and does not matter here.
public sealed partial class RotomEngine
{
    /// <summary>A value longer than this is not copied into an event.</summary>
    public const int EventValueBytesMax = 1 << 20;

    private ClientLink? _feed;
    private NotifyClass _feedClasses;

    /// <summary>
    /// What is loaded happened before and is no event; unless the engine is there for nothing else.
    /// </summary>
    public bool FeedsWhileLoading { get; set; }

    /// <summary>Says which events the host wants; none at first.</summary>
    /// <param name="to">Who hears them; it needs no client in the engine.</param>
    /// <param name="classes">Classes of events.</param>
    public void FeedEvents(ClientLink? to, NotifyClass classes)
    {
        _feed = to;
        _feedClasses = to is null ? NotifyClass.None : classes;
    }

    /// <summary>A copy of a value that is about to go, when an event wants it; else null.</summary>
    internal byte[]? ValueForEvent(NotifyClass notifyClass, Entry entry)
    {
        if ((_feedClasses & notifyClass) == 0 || entry.Type != ObjectType.String) return null;
        ReadOnlySpan<byte> value = StringValue.Bytes(entry, stackalloc byte[20]);
        return value.Length > EventValueBytesMax ? null : value.ToArray();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void FeedEvent(
        NotifyClass notifyClass, ReadOnlySpan<byte> name, ReadOnlySpan<byte> key,
        Database database, byte[]? oldValue)
    {
        ReplyBatch to = _outputs[_feed!.Loop];
        to.Begin(_feed, resp3: true);
        to.PushHeader(5);
        to.Integer((long)notifyClass);
        to.Integer(database.Index);
        to.Bulk(name);
        to.Bulk(key);
        to.BulkOrNull(oldValue, oldValue is not null);
        EndPush();
    }
}
