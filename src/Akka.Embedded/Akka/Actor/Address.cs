using System;
using System.Collections.Generic;
using System.Globalization;

namespace Akka.Actor;

/// <summary>Where an actor system is: protocol, name and, for a remote one, host and port.</summary>
public sealed class Address : IComparable<Address>, IComparable, IEquatable<Address>, ICloneable
{
    public static readonly IComparer<Address> Comparer = Comparer<Address>.Default;
    public static readonly Address AllSystems = new("akka", "all-systems");

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

    public bool HasLocalScope => Host is null;

    public bool HasGlobalScope => Host is not null;

    public static bool operator ==(Address left, Address right) => Equals(left, right);

    public static bool operator !=(Address left, Address right) => !Equals(left, right);

    public int CompareTo(Address other) => string.CompareOrdinal(_text, other?._text);

    int IComparable.CompareTo(object obj) => CompareTo(obj as Address);

    public bool Equals(Address other) => other is not null && _text == other._text;

    public override bool Equals(object obj) => Equals(obj as Address);

    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => _text;

    public object Clone() => new Address(Protocol, System, Host, Port);

    public Address WithProtocol(string protocol) => new(protocol, System, Host, Port);

    public Address WithSystem(string system) => new(Protocol, system, Host, Port);

    public Address WithHost(string host = null) => new(Protocol, System, host, Port);

    public Address WithPort(int? port = null) => new(Protocol, System, Host, port);

    public string HostPort() => _text[(Protocol.Length + 3)..];

    public static Address Parse(string address) =>
        TryParse(address, out Address parsed)
            ? parsed
            : throw new UriFormatException($"[{address}] is not an actor system address");

    public static bool TryParse(string path, out Address address) =>
        TryParse(path.AsSpan(), out address, out _);

    public static bool TryParse(ReadOnlySpan<char> span, out Address address) =>
        TryParse(span, out address, out _);

    /// <summary>Also gives what follows the address, beginning with its slash, or "/".</summary>
    public static bool TryParse(
        ReadOnlySpan<char> span, out Address address, out ReadOnlySpan<char> absolutUri)
    {
        address = null;
        absolutUri = "/";
        int colon = span.IndexOf("://");
        if (colon <= 0 || !span.StartsWith("akka"))
            return false;
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
                if (!int.TryParse(digits, NumberStyles.None, null, out int number))
                    return false;
                port = number;
                place = place[..portAt];
            }

            host = place.ToString();
        }

        if (system.IsEmpty || host is "")
            return false;
        address = new Address(span[..colon].ToString(), system.ToString(), host, port);
        return true;
    }
}
