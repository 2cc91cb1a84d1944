using System;
using System.IO;

namespace Rotom.Net.Tls;

/// <summary>Whether clients have to show a certificate (tls-auth-clients).</summary>
public enum TlsClients
{
    /// <summary>They are not asked for one.</summary>
    Anonymous,

    /// <summary>They may have none; one that is shown must be good.</summary>
    MayShowCertificate,

    /// <summary>Without a good one they are refused.</summary>
    MustShowCertificate,
}

/// <summary>What <see cref="TlsServer"/> is made from: the <c>tls-*</c> settings.</summary>
public sealed record TlsFiles
{
    /// <summary>The server's certificate, then those between it and the root (PEM).</summary>
    public string CertificateFile { get; init; } = "";

    /// <summary>Its private key (PEM).</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>Password of the key; empty for a key in the clear.</summary>
    public string KeyPassword { get; init; } = "";

    /// <summary>Roots that clients' certificates may come from (PEM).</summary>
    public string AuthorityFile { get; init; } = "";

    /// <summary>A directory of files of such roots.</summary>
    public string AuthorityDirectory { get; init; } = "";

    /// <summary>Whether clients have to show a certificate.</summary>
    public TlsClients Clients { get; init; } = TlsClients.MustShowCertificate;

    /// <summary>Versions, as <c>TLSv1.2 TLSv1.3</c>; empty for these two.</summary>
    public string Protocols { get; init; } = "";

    /// <summary>Suites up to TLS 1.2 by OpenSSL's names; empty for the framework's.</summary>
    public string Ciphers { get; init; } = "";

    /// <summary>Suites of TLS 1.3; empty for the framework's.</summary>
    public string CipherSuites { get; init; } = "";

    /// <summary>Whether clients may resume sessions (tls-session-caching).</summary>
    public bool MayResume { get; init; } = true;
}

/// <summary>TLS cannot be set up; the message names the setting.</summary>
public sealed class TlsSetupException : IOException
{
    /// <summary>Says which setting is wrong and why.</summary>
    public TlsSetupException(string setting, string reason, Exception? inner = null)
        : base($"{setting}: {reason}", inner) =>
        Setting = setting;

    /// <summary>The setting at fault.</summary>
    public string Setting { get; }
}
