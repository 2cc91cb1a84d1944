using static Rotom.Engine.Config.ConfigFlags;

namespace Rotom.Engine.Config;

// TLS.
public static partial class ConfigTable
{
    private static ConfigRow[] TlsRows() =>
    [
        Int(
            "tls-port", 0, ushort.MaxValue, 0, c => c.TlsPort, (c, v) => c.TlsPort = v,
            apply: ConfigApply.Listeners),
        Text(
            "tls-cert-file", "", c => c.TlsCertFile, (c, v) => c.TlsCertFile = v,
            apply: ConfigApply.Tls),
        Text(
            "tls-key-file", "", c => c.TlsKeyFile, (c, v) => c.TlsKeyFile = v,
            apply: ConfigApply.Tls),
        Text(
            "tls-client-cert-file", "", c => c.TlsClientCertFile,
            (c, v) => c.TlsClientCertFile = v, apply: ConfigApply.Tls),
        Text(
            "tls-client-key-file", "", c => c.TlsClientKeyFile, (c, v) => c.TlsClientKeyFile = v,
            apply: ConfigApply.Tls),
        Text(
            "tls-ca-cert-file", "", c => c.TlsCACertFile, (c, v) => c.TlsCACertFile = v,
            apply: ConfigApply.Tls),
        Text(
            "tls-ca-cert-dir", "", c => c.TlsCACertDirectory, (c, v) => c.TlsCACertDirectory = v,
            apply: ConfigApply.Tls),
        Text(
            "tls-protocols", "", c => c.TlsProtocols, (c, v) => c.TlsProtocols = v,
            apply: ConfigApply.Tls),
        // Names of suites; of OpenSSL's expressions only what leaves the framework's own suites.
        Text(
            "tls-ciphers", "", c => c.TlsCiphers, (c, v) => c.TlsCiphers = v,
            apply: ConfigApply.Tls),
        Text(
            "tls-ciphersuites", "", c => c.TlsCipherSuites, (c, v) => c.TlsCipherSuites = v,
            apply: ConfigApply.Tls),
        Bool(
            "tls-session-caching", true, c => c.TlsSessionCaching,
            (c, v) => c.TlsSessionCaching = v, apply: ConfigApply.Tls),
        Secret(
            "tls-key-file-pass", "", c => c.TlsKeyFilePassword,
            (c, v) => c.TlsKeyFilePassword = v, flags: Sensitive, apply: ConfigApply.Tls),
        Secret(
            "tls-client-key-file-pass", "", c => c.TlsClientKeyFilePassword,
            (c, v) => c.TlsClientKeyFilePassword = v, flags: Sensitive, apply: ConfigApply.Tls),
        Enum(
            "tls-auth-clients", TlsAuthClients.Yes,
            [
                ("no", TlsAuthClients.No), ("yes", TlsAuthClients.Yes),
                ("optional", TlsAuthClients.Optional),
            ],
            c => c.TlsAuthClients, (c, v) => c.TlsAuthClients = v, apply: ConfigApply.Tls),
        Bool(
            "tls-replication", false, c => c.TlsReplication, (c, v) => c.TlsReplication = v,
            apply: ConfigApply.Tls),
    ];
}
