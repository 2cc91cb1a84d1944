namespace Akka.Actor;

/// <summary>Where an actor system is: protocol and name. A host and port are taken for part of
/// the name, so a remote address never is one of this process.</summary>
public sealed class Address : IEquatable<Address>
{
    private readonly string _text;

    internal Address(string protocol, string system)
    {
        Protocol = protocol;
        System = system;
        _text = $"{protocol}://{system}";
    }

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

        if (rest.IsEmpty) return false;
        address = new Address(span[..colon].ToString(), rest.ToString());
        return true;
    }
}
