using System;
using System.IO;
using System.Net.Security;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rotom.Net.Tls;

// TlsServer: our side of every TLS connection - certificate, trusted roots, versions, suites.
//
// Made as a whole from the settings and never changed: a reload makes another one, which the
// connections accepted from then on use, while older ones keep theirs. Nothing is fetched from
// the network on the way, neither certificates in between nor revocation lists: a handshake runs
// on the loop's thread and must not wait.
//
// Files are read when it is made; a directory of roots too, where OpenSSL would look at each
// handshake. So a new root counts after the setting was set again.

/// <summary>Certificate, trust and limits of TLS connections.</summary>
public sealed class TlsServer
{
    private const string ClientPurpose = "1.3.6.1.5.5.7.3.2";

    private readonly TlsClients _clients;

    private TlsServer(TlsFiles files)
    {
        _clients = files.Clients;
        X509Certificate2Collection roots = Roots(files);
        X509Certificate2Collection chain = [];
        X509Certificate2 own = Own(files, chain);
        chain.AddRange(roots);
        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(roots);
        policy.ApplicationPolicy.Add(new Oid(ClientPurpose));
        Options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext =
                SslStreamCertificateContext.Create(own, chain, offline: true),
            ClientCertificateRequired = _clients != TlsClients.Anonymous,
            RemoteCertificateValidationCallback = IsWelcome,
            CertificateChainPolicy = policy,
            EnabledSslProtocols = TlsSuites.Protocols(files.Protocols),
            AllowRenegotiation = false,
            AllowTlsResume = files.MayResume,
        };
        if (TlsSuites.Suites(files.Ciphers, files.CipherSuites) is { } suites)
        {
            if (OperatingSystem.IsWindows())
            {
                string setting = files.Ciphers.Length > 0 ? "tls-ciphers" : "tls-ciphersuites";
                throw new TlsSetupException(setting, "this system chooses the suites itself");
            }

            Options.CipherSuitesPolicy = new CipherSuitesPolicy(suites);
        }
    }

    internal SslServerAuthenticationOptions Options { get; }

    /// <summary>Reads the files.</summary>
    /// <exception cref="TlsSetupException">One of the settings cannot be used.</exception>
    public static TlsServer Load(TlsFiles files)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (files.CertificateFile.Length == 0)
        {
            throw new TlsSetupException("tls-cert-file", "is needed for TLS");
        }

        if (files.KeyFile.Length == 0)
        {
            throw new TlsSetupException("tls-key-file", "is needed for TLS");
        }

        bool hasRoots = files.AuthorityFile.Length > 0 || files.AuthorityDirectory.Length > 0;
        return files.Clients == TlsClients.Anonymous || hasRoots
            ? new TlsServer(files)
            : throw new TlsSetupException(
                "tls-ca-cert-file", "it or tls-ca-cert-dir is needed with tls-auth-clients");
    }

    private static X509Certificate2 Own(TlsFiles files, X509Certificate2Collection between)
    {
        string pem = Read("tls-cert-file", files.CertificateFile);
        string key = Read("tls-key-file", files.KeyFile);
        Import("tls-cert-file", files.CertificateFile, pem, between);
        using X509Certificate2 first = between[0];
        between.RemoveAt(0);
        string setting = "tls-key-file";
        try
        {
            bool isLocked = key.Contains("ENCRYPTED", StringComparison.Ordinal);
            if (isLocked) setting = "tls-key-file-pass";
            string leaf = first.ExportCertificatePem();
            X509Certificate2 own = isLocked
                ? X509Certificate2.CreateFromEncryptedPem(leaf, key, files.KeyPassword)
                : X509Certificate2.CreateFromPem(leaf, key);
            return OperatingSystem.IsWindows() ? Stored(own) : own;
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new TlsSetupException(
                setting, $"the key in '{files.KeyFile}' cannot be used: {error.Message}", error);
        }
    }

    // Windows' TLS cannot use a key that is only in memory.
    [SupportedOSPlatform("windows")]
    private static X509Certificate2 Stored(X509Certificate2 certificate)
    {
        using (certificate)
        {
            byte[] both = certificate.Export(X509ContentType.Pkcs12);
            return X509CertificateLoader.LoadPkcs12(both, null);
        }
    }

    private static X509Certificate2Collection Roots(TlsFiles files)
    {
        const string File = "tls-ca-cert-file";
        const string Folder = "tls-ca-cert-dir";
        X509Certificate2Collection roots = [];
        if (files.AuthorityFile.Length > 0)
        {
            Import(File, files.AuthorityFile, Read(File, files.AuthorityFile), roots);
        }

        if (files.AuthorityDirectory.Length == 0) return roots;
        int before = roots.Count;
        foreach (string path in List(files.AuthorityDirectory))
        {
            string text = Read(Folder, path);
            if (text.Contains("BEGIN CERTIFICATE", StringComparison.Ordinal))
            {
                Import(Folder, path, text, roots);
            }
        }

        return roots.Count > before
            ? roots
            : throw new TlsSetupException(
                Folder, $"there is no certificate in '{files.AuthorityDirectory}'");
    }

    private static string[] List(string folder)
    {
        try
        {
            return Directory.GetFiles(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TlsSetupException("tls-ca-cert-dir", error.Message, error);
        }
    }

    private static string Read(string setting, string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TlsSetupException(setting, error.Message, error);
        }
    }

    private static void Import(
        string setting, string path, string pem, X509Certificate2Collection into)
    {
        int before = into.Count;
        try
        {
            into.ImportFromPem(pem);
        }
        catch (CryptographicException error)
        {
            throw new TlsSetupException(setting, $"'{path}': {error.Message}", error);
        }

        if (into.Count > before) return;
        throw new TlsSetupException(setting, $"there is no certificate in '{path}'");
    }

    private bool IsWelcome(
        object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        if (_clients == TlsClients.Anonymous) return true;
        if (shown is not X509Certificate2 certificate)
        {
            return _clients == TlsClients.MayShowCertificate;
        }

        return errors == SslPolicyErrors.None && !HasNulInName(certificate);
    }

    // Whoever reads such a name up to the NUL takes the client for somebody else.
    private static bool HasNulInName(X509Certificate2 certificate)
    {
        X500DistinguishedName name = certificate.SubjectName;
        string text = name.Decode(X500DistinguishedNameFlags.None);
        return text.Contains('\0', StringComparison.Ordinal);
    }
}
