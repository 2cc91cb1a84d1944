namespace Rotom.Engine.Config;

// TLS.
// Defaults, ranges and their reasons: ConfigTable.Tls.cs.
public sealed partial class ServerConfig
{
    /// <summary>tls-port: TCP port for TLS; 0 = none.</summary>
    public int TlsPort { get; set; }

    /// <summary>The port to name where one is: the plain one if there is one.</summary>
    public int MainPort => Port != 0 ? Port : TlsPort;

    /// <summary>tls-cert-file: certificate of the server.</summary>
    public string TlsCertFile { get; set; } = "";

    /// <summary>tls-key-file: its key.</summary>
    public string TlsKeyFile { get; set; } = "";

    /// <summary>tls-client-cert-file: certificate towards a master.</summary>
    public string TlsClientCertFile { get; set; } = "";

    /// <summary>tls-client-key-file: its key.</summary>
    public string TlsClientKeyFile { get; set; } = "";

    /// <summary>tls-ca-cert-file: certificates trusted.</summary>
    public string TlsCACertFile { get; set; } = "";

    /// <summary>tls-ca-cert-dir: directory of certificates trusted.</summary>
    public string TlsCACertDirectory { get; set; } = "";

    /// <summary>tls-protocols: versions allowed, as "TLSv1.2 TLSv1.3".</summary>
    public string TlsProtocols { get; set; } = "";

    /// <summary>tls-ciphers: cipher suites up to TLS 1.2, by name.</summary>
    public string TlsCiphers { get; set; } = "";

    /// <summary>tls-ciphersuites: cipher suites of TLS 1.3, by name.</summary>
    public string TlsCipherSuites { get; set; } = "";

    /// <summary>tls-session-caching: whether clients may resume sessions.</summary>
    public bool TlsSessionCaching { get; set; } = true;

    /// <summary>tls-key-file-pass: password of the key.</summary>
    public string TlsKeyFilePassword { get; set; } = "";

    /// <summary>tls-client-key-file-pass: password of the client key.</summary>
    public string TlsClientKeyFilePassword { get; set; } = "";

    /// <summary>tls-auth-clients: whether clients need a certificate.</summary>
    public TlsAuthClients TlsAuthClients { get; set; }

    /// <summary>tls-replication: TLS towards a master.</summary>
    public bool TlsReplication { get; set; }
}
