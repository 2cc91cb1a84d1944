namespace Akka.Actor;

/// <summary>Where an actor system is: protocol and name. A host and port are taken for part of
/// the name, so a remote address never is one of this process.</summary>
public sealed record Address
{
    internal Address(string protocol, string system) => (Protocol, System) = (protocol, system);

    public string System { get; }

    public string Protocol { get; }

    public override string ToString() => $"{Protocol}://{System}";

    /// <summary>Also gives what follows the address, beginning with its slash, or "/".</summary>
    public static bool TryParse(
        ReadOnlySpan<char> span, out Address address, out ReadOnlySpan<char> absolutUri)
    {
        address = null;
        absolutUri = "/";
        int colon = span.IndexOf("://");
        if (colon <= 0 || !span.StartsWith("akka")) return false;
        ReadOnlySpan<char> system = span[(colon + 3)..];
        int slash = system.IndexOf('/');
        if (slash >= 0)
        {
            absolutUri = system[slash..];
            system = system[..slash];
        }

        if (system.IsEmpty) return false;
        address = new Address(span[..colon].ToString(), system.ToString());
        return true;
    }
}
