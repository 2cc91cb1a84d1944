using System;
using System.Globalization;
using System.Text;

namespace Rotom.Engine;

/// <summary>A client as a line of CLIENT LIST, with the fields and order of Redis 7.2.</summary>
internal static class ClientInfo
{
    /// <summary>Adds a client's line, without a line end.</summary>
    /// <param name="to">The text.</param>
    /// <param name="client">The client.</param>
    /// <param name="c">The command that asks: its client's words are still in hand.</param>
    internal static void Append(StringBuilder to, Client client, in CommandContext c)
    {
        (long wire, long words) = ReferenceEquals(client, c.Client) ? InHand(in c) : default;
        Append(to, client, c.NowMs, wire, words);
    }

    /// <summary>Adds a client's line where none of its commands is in hand.</summary>
    internal static void Append(StringBuilder to, Client client, long nowMs) =>
        Append(to, client, nowMs, 0, 0);

    private static void Append(
        StringBuilder to, Client client, long nowMs, long wireBytes, long wordBytes)
    {
        CultureInfo c = CultureInfo.InvariantCulture;
        string command = client.LastCommand?.FullName ?? "NULL";
        to.Append(c, $"id={client.Id} addr={client.Link.RemoteAddress} ")
            .Append(c, $"laddr={client.Link.LocalAddress} fd={client.Link.FileDescriptor} ")
            .Append(c, $"name={Encoding.Latin1.GetString(client.Name)} ")
            .Append(c, $"age={(nowMs - client.CreatedMs) / 1000} ")
            .Append(c, $"idle={Math.Max(0, nowMs - client.LastCommandMs) / 1000} ")
            .Append(c, $"flags={Flags(client)} db={client.Database.Index} ")
            .Append(c, $"sub={client.Channels?.Count ?? 0} psub={client.Patterns?.Count ?? 0} ")
            .Append(c, $"ssub={client.ShardChannels?.Count ?? 0} multi={client.QueuedCount} ")
            .Append(c, $"qbuf={client.Link.QueryBufferBytes + wireBytes} ")
            .Append(c, $"qbuf-free={client.Link.QueryBufferFreeBytes} ")
            .Append(c, $"argv-mem={client.RestingBytes + wordBytes} ")
            .Append(c, $"multi-mem={client.QueuedBytes} ")
            .Append(c, $"rbs={0} rbp={0} obl=0 oll={(client.Link.OutputBytes > 0 ? 1 : 0)} ")
            .Append(c, $"omem={client.Link.OutputBytes} tot-mem={TotalBytes(client) + wireBytes} ")
            .Append(c, $"events=r cmd={command} user={client.User} ")
            .Append(c, $"redir={client.Caching?.Redirect ?? -1} ")
            .Append(c, $"resp={(client.Resp3 ? 3 : 2)} ")
            .Append(c, $"lib-name={Encoding.Latin1.GetString(client.LibraryName)} ")
            .Append(c, $"lib-ver={Encoding.Latin1.GetString(client.LibraryVersion)}");
    }

    /// <summary>Memory a client's buffers take.</summary>
    internal static long TotalBytes(Client client) =>
        client.Link.QueryBufferBytes + client.Link.QueryBufferFreeBytes + client.Link.OutputBytes
        + client.OwnBytes;

    // What the command takes on the wire, and in words alone.
    private static (long Wire, long Words) InHand(in CommandContext c)
    {
        long wire = 3 + Digits(c.ArgCount);
        long words = 0;
        for (int i = 0; i < c.ArgCount; i++)
        {
            words += c[i].Length;
            wire += c[i].Length + 5 + Digits(c[i].Length);
        }

        return (wire, words);
    }

    private static int Digits(int number) =>
        number.ToString(CultureInfo.InvariantCulture).Length;

    private static string Flags(Client client)
    {
        Span<char> flags = stackalloc char[16];
        int n = 0;
        if (client.Has(ClientGate.Monitor)) flags[n++] = 'O';
        if (client.SubscriptionCount + (client.ShardChannels?.Count ?? 0) > 0) flags[n++] = 'P';
        if (client.Has(ClientGate.Multi)) flags[n++] = 'x';
        if (client.Has(ClientGate.Blocked)) flags[n++] = 'b';
        if (client.Has(ClientGate.Tracking)) flags[n++] = 't';
        if (client.Caching is { IsRedirectBroken: true }) flags[n++] = 'R';
        if (client.Caching?.Has(TrackingOptions.Broadcast) == true) flags[n++] = 'B';
        if (client.Has(ClientGate.DirtyCas)) flags[n++] = 'd';
        if (client.Has(ClientGate.Closing)) flags[n++] = 'c';
        if (client.Link.IsUnixSocket) flags[n++] = 'U';
        if (client.NoEvict) flags[n++] = 'e';
        if (client.NoTouch) flags[n++] = 'T';
        if (n == 0) flags[n++] = 'N';
        return new string(flags[..n]);
    }
}
