using System;
using System.Text;

namespace Rotom.Engine;

/// <summary>Which clients CLIENT KILL (and LIST TYPE) mean.</summary>
internal sealed class ClientFilter
{
    internal long? Id { get; set; }

    internal string? Type { get; set; }

    internal string? Address { get; set; }

    internal string? LocalAddress { get; set; }

    internal string? User { get; set; }

    internal long? MaxAgeSeconds { get; set; }

    internal bool SkipMe { get; set; } = true;

    /// <summary>The name of a client class as CLIENT LIST and KILL take it, or null.</summary>
    internal static string? TypeName(ReadOnlySpan<byte> text)
    {
        string name = Encoding.Latin1.GetString(text).ToLowerInvariant();
        return name switch
        {
            "normal" or "pubsub" or "master" or "replica" => name,
            "slave" => "replica",
            _ => null,
        };
    }

    internal static string TypeOf(Client client) =>
        client.SubscriptionCount + (client.ShardChannels?.Count ?? 0) > 0 ? "pubsub" : "normal";

    internal bool Matches(Client client, Client self, long nowMs)
    {
        if (SkipMe && ReferenceEquals(client, self)) return false;
        if (Id is long id && client.Id != id) return false;
        if (Type is not null && TypeOf(client) != Type) return false;
        if (Address is not null && client.Link.RemoteAddress != Address) return false;
        if (LocalAddress is not null && client.Link.LocalAddress != LocalAddress) return false;
        if (User is not null && client.User != User) return false;
        return MaxAgeSeconds is not long age || (nowMs - client.CreatedMs) / 1000 >= age;
    }
}
