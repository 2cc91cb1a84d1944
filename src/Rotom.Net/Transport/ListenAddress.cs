using System;
using System.Net;
using System.Net.Sockets;

namespace Rotom.Net.Transport;

/// <summary>Addresses as <c>bind</c> and <c>unixsocket</c> spell them.</summary>
public static class ListenAddress
{
    /// <summary>
    /// A TCP address: an IP address, a host name, <c>*</c> for all of IPv4, <c>::*</c> for all of
    /// IPv6.
    /// </summary>
    /// <exception cref="FormatException">It is none of these, or the name is not known.</exception>
    public static EndPoint Tcp(string bind, int port)
    {
        if (bind == "*") return new IPEndPoint(IPAddress.Any, port);
        if (bind == "::*") return new IPEndPoint(IPAddress.IPv6Any, port);
        if (IPAddress.TryParse(bind, out IPAddress? address)) return new IPEndPoint(address, port);
        try
        {
            IPAddress[] found = Dns.GetHostAddresses(bind);
            if (found.Length > 0) return new IPEndPoint(found[0], port);
        }
        catch (SocketException unknown)
        {
            throw new FormatException($"'{bind}' is no address: {unknown.Message}", unknown);
        }

        throw new FormatException($"'{bind}' is no address");
    }

    /// <summary>The path of a unix socket.</summary>
    public static EndPoint Unix(string path) => new UnixDomainSocketEndPoint(path);
}
