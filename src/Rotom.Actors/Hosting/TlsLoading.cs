using Akka.Event;
using Rotom.Engine.Config;
using Rotom.Net.Tls;
using Rotom.Net.Transport;

namespace Rotom.Actors.Hosting;

/// <summary>The settings of TLS in the network layer's terms, and their loading.</summary>
internal static class TlsLoading
{
    /// <summary>
    /// Loads certificates and keys, if there is a port for them; what is in force stays when they
    /// cannot be used.
    /// </summary>
    /// <exception cref="TlsSetupException">A setting cannot be used.</exception>
    internal static void Load(ServerConfig config, TransportGroup transports)
    {
        if (config.TlsPort == 0) transports.Tls = null;
        else transports.Tls = TlsServer.Load(Files(config));
    }

    /// <summary>The same; false, and why in the log, when they cannot be used.</summary>
    internal static bool TryLoad(
        ServerConfig config, TransportGroup transports, ILoggingAdapter log)
    {
        try
        {
            Load(config, transports);
            return true;
        }
        catch (TlsSetupException wrong)
        {
            log.Warning("TLS: {0}", wrong.Message);
            return false;
        }
    }

    private static TlsFiles Files(ServerConfig config) => new()
    {
        CertificateFile = config.TlsCertFile,
        KeyFile = config.TlsKeyFile,
        KeyPassword = config.TlsKeyFilePassword,
        AuthorityFile = config.TlsCACertFile,
        AuthorityDirectory = config.TlsCACertDirectory,
        Protocols = config.TlsProtocols,
        Ciphers = config.TlsCiphers,
        CipherSuites = config.TlsCipherSuites,
        MayResume = config.TlsSessionCaching,
        Clients = config.TlsAuthClients switch
        {
            TlsAuthClients.No => TlsClients.Anonymous,
            TlsAuthClients.Optional => TlsClients.MayShowCertificate,
            _ => TlsClients.MustShowCertificate,
        },
    };
}
