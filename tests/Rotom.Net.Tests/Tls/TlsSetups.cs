using Rotom.Net.Tls;

namespace Rotom.Net.Tests.Tls;

internal static class TlsSetups
{
    /// <summary>Settings with the server's certificate, for clients without one.</summary>
    public static TlsFiles Files(this TestCertificates made) => new()
    {
        CertificateFile = made.PathOf("server.crt"),
        KeyFile = made.PathOf("server.key"),
        AuthorityFile = made.PathOf("ca.crt"),
        Clients = TlsClients.Anonymous,
    };
}
