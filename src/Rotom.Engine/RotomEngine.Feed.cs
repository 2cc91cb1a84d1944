using System;
using System.Runtime.CompilerServices;
using Rotom.Engine.Memory;
using Rotom.Engine.Persist;
using Rotom.Resp.Batch;

namespace Rotom.Engine;

// Keyspace events for the host. They are pushes to a link of the host's own, so they leave the turn
// as replies do: in order, and not before what they tell of is kept, when replies wait for that.
//
//   > 4  class  database  name  key
//   > 9  class  database  name  key  type  length  state  time  value
//
// The second form carries what an expired or evicted key held (OldValue), for those keys of which
// the host wants it; the value is null when it is not whole. What notify-keyspace-events says is
// for clients and does not matter here.
public sealed partial class RotomEngine
{
    /// <summary>Items of a push before those of an old value.</summary>
    internal const int EventHeadItems = 4;

    private const int EventValueItems = 5;

    private ClientLink? _feed;
    private NotifyClass _feedClasses;
    private IOldValueLimits? _oldValues;
    private ValueCapture? _capture;

    /// <summary>
    /// What is loaded happened before and is no event; unless the engine is there for nothing else.
    /// </summary>
    public bool FeedsWhileLoading { get; set; }

    /// <summary>What writing old values down has cost so far.</summary>
    internal long CaptureCost => _capture is null ? 0 : _capture.Cost;

    /// <summary>Says which events the host wants; none at first.</summary>
    /// <param name="to">Who hears them; it needs no client in the engine.</param>
    /// <param name="classes">Classes of events.</param>
    /// <param name="oldValues">Says of which keys it wants the old value; null: of none.</param>
    public void FeedEvents(
        ClientLink? to, NotifyClass classes, IOldValueLimits? oldValues = null)
    {
        _feed = to;
        _feedClasses = to is null ? NotifyClass.None : classes;
        _oldValues = oldValues;
    }

    /// <summary>
    /// Writes down a value that is about to go, if the event wants it; true when it does.
    /// </summary>
    internal bool CaptureForEvent(
        NotifyClass notifyClass, Database database, ReadOnlySpan<byte> key, Entry entry) =>
        (_feedClasses & notifyClass) != 0 && Capture(notifyClass, database, key, entry);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Capture(
        NotifyClass notifyClass, Database database, ReadOnlySpan<byte> key, Entry entry)
    {
        if (_oldValues is null) return false;
        OldValueLimit limit = _oldValues.LimitOf(notifyClass, database.Index, key);
        if (limit.IsNone) return false;
        _capture ??= new ValueCapture(this, ValueWriter);
        _capture.Take(entry, limit);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void FeedEvent(
        NotifyClass notifyClass, ReadOnlySpan<byte> name, ReadOnlySpan<byte> key,
        Database database, bool withValue)
    {
        if (_replaysExpiry && name.SequenceEqual("hdel"u8)) name = "hexpired"u8;
        ReplyBatch to = _outputs[_feed!.Loop];
        to.Begin(_feed, resp3: true);
        to.PushHeader(withValue ? EventHeadItems + EventValueItems : EventHeadItems);
        to.Integer((long)notifyClass);
        to.Integer(database.Index);
        to.Bulk(name);
        to.Bulk(key);
        if (withValue)
        {
            bool isWhole = _capture!.State == OldValueState.Whole;
            to.Bulk(_capture.TypeName);
            to.Integer(_capture.Length);
            to.Integer((long)_capture.State);
            to.Integer(_capture.AtMs);
            to.BulkOrNull(_capture.Body, isWhole);
        }

        EndPush();
    }
}
