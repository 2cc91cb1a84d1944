using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Rotom.Actors.Client;

namespace Web;

// Rooms: what a hub does, on Redis' channels. A room is a channel and a list of its last lines. Who
// enters is shown the lines, then hears what is said; who says something publishes it, and any
// number of processes, or redis-cli on the server's port, may do so.

internal sealed class Rooms(IRotomClient rotom)
{
    private const int LinesKept = 10;

    /// <summary>Says something; how many heard it.</summary>
    internal async Task<long> SayAsync(string room, string line)
    {
        await rotom.TransactionAsync(
        [
            new("RPUSH", LinesOf(room), line),
            new("LTRIM", LinesOf(room), -LinesKept, -1),
        ]);
        return await rotom.PublishAsync(ChannelOf(room), line);
    }

    /// <summary>The last lines, then whatever is said, until the token ends it.</summary>
    internal async IAsyncEnumerable<string> HearAsync(
        string room, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // Subscribed first: what is said meanwhile is heard, if perhaps twice, and never missed.
        await using RotomSubscription channel = await rotom.SubscribeAsync(ChannelOf(room));
        foreach (byte[] line in await rotom.ListRangeAsync(LinesOf(room)))
        {
            yield return Encoding.UTF8.GetString(line);
        }

        await foreach (RotomMessage message in channel.WithCancellation(cancellation))
        {
            yield return message.Text;
        }
    }

    private static string ChannelOf(string room) => "room:" + room;

    private static string LinesOf(string room) => "lines:" + room;
}
