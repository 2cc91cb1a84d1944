using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Rotom.Engine;
using Rotom.Resp.Batch;
using Rotom.Simulation.Oracle;

namespace Rotom.Simulation.World;

// LostKeys: keys that went without a command that says so. Which keys a server with a memory limit
// evicts, and when any server notices that a time has ended, nobody can know but itself: the
// engine's feed of events tells.

/// <summary>Which keys were evicted, and which ended.</summary>
internal sealed class LostKeys
{
    /// <summary>An output of its own, behind those of the loops.</summary>
    private const int Loop = 100;

    private readonly ReplyBatch _events = new();
    private readonly List<(int Database, string Key)> _evicted = [];
    private readonly List<(int Database, string Key)> _ended = [];

    /// <summary>Notes what an engine loses from now on.</summary>
    internal LostKeys(RotomEngine engine)
    {
        engine.SetOutput(Loop, _events);
        engine.FeedEvents(
            new ClientLink(-1, Loop, "lost keys", "", -1, false),
            NotifyClass.Evicted | NotifyClass.Expired);
    }

    /// <summary>Keys that were evicted since it was last asked.</summary>
    internal List<(int Database, string Key)> TakeEvicted() => Take(_evicted);

    /// <summary>Keys whose end the server noticed since it was last asked.</summary>
    internal List<(int Database, string Key)> TakeEnded() => Take(_ended);

    private List<(int Database, string Key)> Take(List<(int Database, string Key)> from)
    {
        Read();
        List<(int Database, string Key)> taken = [.. from];
        from.Clear();
        return taken;
    }

    private void Read()
    {
        if (_events.IsEmpty) return;
        _events.Finish();
        List<byte> bytes = [];
        foreach (ref readonly ReplySegment segment in _events.Segments)
        {
            bytes.AddRange(_events.Bytes(in segment));
        }

        _events.Reset();
        byte[] all = bytes.ToArray();
        for (int at = 0; at < all.Length;)
        {
            RespNode told = RespNode.Read(all, ref at)!;
            int[] numbers = [.. told.Items.Take(2).Select(item =>
                int.Parse(item.Text!, CultureInfo.InvariantCulture))];
            bool ended = numbers[0] == (int)NotifyClass.Expired;
            (ended ? _ended : _evicted).Add((numbers[1], told.Items[3].Bulk));
        }
    }
}
