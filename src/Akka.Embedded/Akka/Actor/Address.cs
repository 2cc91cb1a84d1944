using System;
using System.Globalization;

namespace Akka.Actor;

/// <summary>Where an actor system is: protocol, name and, for a remote one, host and
/// port.</summary>
public sealed class Address : IEquatable<Address>
{
    private readonly string _text;

    public Address(string protocol, string system, string host = null, int? port = null)
    {
        Protocol = protocol;
        System = system;
        Host = host?.ToLowerInvariant();
        Port = port;
        string place = host is null ? "" : $"@{Host}{(port is null ? "" : $":{port}")}";
        _text = $"{protocol}://{system}{place}";
    }

    public string Host { get; }

    public int? Port { get; }

    public string System { get; }

    public string Protocol { get; }

    public static bool operator ==(Address left, Address right) => Equals(left, right);

    public static bool operator !=(Address left, Address right) => !Equals(left, right);

    public bool Equals(Address other) => other is not null && _text == other._text;

    public override bool Equals(object obj) => Equals(obj as Address);

    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => _text;

    /// <summary>Also gives what follows the address, beginning with its slash, or "/".</summary>
    public static bool TryParse(
        ReadOnlySpan<char> span, out Address address, out ReadOnlySpan<char> absolutUri)
    {
        address = null;
        absolutUri = "/";
        int colon = span.IndexOf("://");
        if (colon <= 0 || !span.StartsWith("akka")) return false;
        ReadOnlySpan<char> rest = span[(colon + 3)..];
        int slash = rest.IndexOf('/');
        if (slash >= 0)
        {
            absolutUri = rest[slash..];
            rest = rest[..slash];
        }

        string host = null;
        int? port = null;
        int at = rest.IndexOf('@');
        ReadOnlySpan<char> system = at < 0 ? rest : rest[..at];
        if (at >= 0)
        {
            ReadOnlySpan<char> place = rest[(at + 1)..];
            int portAt = place.LastIndexOf(':');
            if (portAt >= 0)
            {
                ReadOnlySpan<char> digits = place[(portAt + 1)..];
                if (!int.TryParse(digits, NumberStyles.None, null, out int number)) return false;
                port = number;
                place = place[..portAt];
            }

            host = place.ToString();
        }

        if (system.IsEmpty || host is "") return false;
        address = new Address(span[..colon].ToString(), system.ToString(), host, port);
        return true;
    }
}
