using System;
using System.IO;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rotom.Net.Tests.Tls;

/// <summary>An authority and what it signs, made for one test in a directory of its own.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rotom-tls-");
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly DateTimeOffset _from = DateTimeOffset.UtcNow.AddDays(-1);

    public TestCertificates()
    {
        CertificateRequest request = new("CN=Test authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        Authority = request.CreateSelfSigned(_from, _from.AddDays(30));
        Write("ca.crt", Authority.ExportCertificatePem());
        Server = Issue("server", "localhost");
    }

    public X509Certificate2 Authority { get; }

    public X509Certificate2 Server { get; }

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public void Write(string name, string text) => File.WriteAllText(PathOf(name), text);

    /// <summary>Makes NAME.crt and NAME.key, signed by the authority.</summary>
    public X509Certificate2 Issue(string file, string commonName, int days = 20)
    {
        X500DistinguishedNameBuilder name = new();
        name.AddCommonName(commonName);
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new(
            name.Build(), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 signed = request.Create(
            Authority.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), _from,
            _from.AddDays(days), RandomNumberGenerator.GetBytes(8));
        Write(file + ".crt", signed.ExportCertificatePem());
        Write(file + ".key", key.ExportPkcs8PrivateKeyPem());
        return signed.CopyWithPrivateKey(key);
    }

    public void Dispose()
    {
        Authority.Dispose();
        _key.Dispose();
        Server.Dispose();
        _folder.Delete(recursive: true);
    }
}
