using System;
using System.Collections.Generic;
using System.IO;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Rotom.Net.Tls;
using Xunit;

namespace Rotom.Net.Tests.Tls;

// What TlsServer makes of settings: each that cannot be used is named.

public sealed class TlsSettingsTests : IDisposable
{
    private readonly TestCertificates _made = new();

    public void Dispose() => _made.Dispose();

    [Fact]
    public void Each_setting_that_cannot_be_used_is_named()
    {
        _made.Issue("other", "other").Dispose();
        _made.Write("empty.crt", "nothing");
        TlsFiles good = _made.Files();
        List<(string Setting, TlsFiles Files)> cases =
        [
            ("tls-cert-file", good with { CertificateFile = "" }),
            ("tls-cert-file", good with { CertificateFile = _made.PathOf("absent") }),
            ("tls-cert-file", good with { CertificateFile = _made.PathOf("empty.crt") }),
            ("tls-key-file", good with { KeyFile = "" }),
            ("tls-key-file", good with { KeyFile = _made.PathOf("absent") }),
            ("tls-key-file", good with { KeyFile = _made.PathOf("other.key") }),
            ("tls-key-file", good with { KeyFile = _made.PathOf("server.crt") }),
            ("tls-ca-cert-file", good with { AuthorityFile = _made.PathOf("absent") }),
            ("tls-ca-cert-dir", good with { AuthorityDirectory = _made.PathOf("absent") }),
            ("tls-protocols", good with { Protocols = "TLSv1.2 SSLv3" }),
            ("tls-ciphers", good with { Ciphers = "HIGH:!aNULL" }),
            ("tls-ciphersuites", good with { CipherSuites = "TLS_AES_256_GCM_SHA385" }),
            ("tls-ca-cert-file", good with
            {
                AuthorityFile = "", Clients = TlsClients.MustShowCertificate,
            }),
        ];
        Assert.All(cases, one => Assert.Equal(
            one.Setting,
            Assert.Throws<TlsSetupException>(() => TlsServer.Load(one.Files)).Setting));
    }

    [Fact]
    public void What_operators_write_is_understood()
    {
        string folder = Path.GetDirectoryName(_made.PathOf("x"))!;
        TlsFiles good = _made.Files() with { Clients = TlsClients.MustShowCertificate };
        TlsFiles[] cases =
        [
            good,
            good with { AuthorityFile = "", AuthorityDirectory = folder },
            good with { Protocols = "tlsv1.2 TLSv1.3" },
            good with { Ciphers = "DEFAULT:!MEDIUM" },
            good with { Ciphers = "ECDHE-ECDSA-CHACHA20-POLY1305:AES256-SHA256" },
            good with { Ciphers = "DHE-RSA-AES128-SHA" },
            good with { CipherSuites = "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256" },
            good with { MayResume = false },
        ];
        Assert.All(cases, one => Assert.NotNull(TlsServer.Load(one)));
    }

    [Fact]
    public void A_locked_key_needs_its_password()
    {
        using RSA key = _made.Server.GetRSAPrivateKey()!;
        PbeParameters how = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000);
        _made.Write("locked.key", key.ExportEncryptedPkcs8PrivateKeyPem("secret", how));
        TlsFiles locked = _made.Files() with
        {
            KeyFile = _made.PathOf("locked.key"), KeyPassword = "secret",
        };
        Assert.NotNull(TlsServer.Load(locked));
        TlsSetupException wrong = Assert.Throws<TlsSetupException>(
            () => TlsServer.Load(locked with { KeyPassword = "other" }));
        Assert.Equal("tls-key-file-pass", wrong.Setting);
    }
}
