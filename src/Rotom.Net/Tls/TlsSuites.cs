using System;
using System.Collections.Generic;
using System.Net.Security;
using System.Security.Authentication;

namespace Rotom.Net.Tls;

// TlsSuites: protocols and cipher suites as redis.conf spells them, for the framework.
//
// The framework takes suites one by one, OpenSSL's setting is a little language (HIGH:!aNULL:@...).
// Names of suites are understood, OpenSSL's and IANA's. Of the language only what changes nothing
// here is: DEFAULT, and leaving out what the framework never offers. The rest is refused, since a
// server that offers other suites than it was told to would be worse than one that does not start.

/// <summary>Reads tls-protocols, tls-ciphers and tls-ciphersuites.</summary>
internal static class TlsSuites
{
    private static readonly TlsCipherSuite[] s_newest =
    [
        TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_AES_128_GCM_SHA256,
    ];

    private static readonly TlsCipherSuite[] s_older =
    [
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256,
    ];

    private static readonly string[] s_neverOffered =
    [
        "!LOW", "!MEDIUM", "!EXPORT", "!EXP", "!aNULL", "!eNULL", "!NULL", "!MD5", "!RC4", "!DES",
        "!3DES", "!PSK", "!SRP", "!CAMELLIA", "!SEED", "!IDEA", "!ADH", "!AECDH", "!DSS", "!kRSA",
    ];

    /// <summary>The versions that tls-protocols names.</summary>
    /// <exception cref="TlsSetupException">It names something else.</exception>
    public static SslProtocols Protocols(string text)
    {
        SslProtocols all = SslProtocols.None;
        foreach (string word in Words(text))
        {
            all |= word.ToUpperInvariant() switch
            {
                // Obsolete, and marked so by the framework; who names them may still need them.
                "TLSV1" => Enum.Parse<SslProtocols>("Tls"),
                "TLSV1.1" => Enum.Parse<SslProtocols>("Tls11"),
                "TLSV1.2" => SslProtocols.Tls12,
                "TLSV1.3" => SslProtocols.Tls13,
                _ => throw new TlsSetupException(
                    "tls-protocols", $"'{word}' is none of TLSv1, TLSv1.1, TLSv1.2, TLSv1.3"),
            };
        }

        return all == SslProtocols.None ? SslProtocols.Tls12 | SslProtocols.Tls13 : all;
    }

    /// <summary>The suites that the two settings name; null for the framework's own.</summary>
    /// <exception cref="TlsSetupException">One of them names what is no suite.</exception>
    public static IReadOnlyList<TlsCipherSuite>? Suites(string ciphers, string ciphersuites)
    {
        List<TlsCipherSuite> older = [];
        foreach (string word in Words(ciphers))
        {
            if (word == "DEFAULT" || Array.IndexOf(s_neverOffered, word) >= 0) continue;
            older.Add(Find("tls-ciphers", word, OldName(word)));
        }

        List<TlsCipherSuite> newest = [];
        foreach (string word in Words(ciphersuites))
        {
            newest.Add(Find("tls-ciphersuites", word, word));
        }

        if (older.Count == 0 && newest.Count == 0) return null;
        if (newest.Count == 0) newest.AddRange(s_newest);
        newest.AddRange(older.Count == 0 ? s_older : older);
        return newest;
    }

    private static string[] Words(string text) => text.Split(
        [' ', ':', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static TlsCipherSuite Find(string setting, string word, string name) =>
        !char.IsAsciiDigit(name[0])
        && Enum.TryParse(name, ignoreCase: true, out TlsCipherSuite suite)
        && suite != TlsCipherSuite.TLS_NULL_WITH_NULL_NULL
            ? suite
            : throw new TlsSetupException(
                setting, $"'{word}' is no cipher suite; expressions are not understood");

    // ECDHE-RSA-AES128-GCM-SHA256 is TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256.
    private static string OldName(string word)
    {
        if (word.StartsWith("TLS_", StringComparison.OrdinalIgnoreCase)) return word;
        string exchange = "RSA";
        foreach (string prefix in (string[])["ECDHE-RSA", "ECDHE-ECDSA", "DHE-RSA"])
        {
            if (!word.StartsWith(prefix + "-", StringComparison.OrdinalIgnoreCase)) continue;
            exchange = prefix.Replace('-', '_');
            word = word[(prefix.Length + 1)..];
            break;
        }

        string cipher = word.ToUpperInvariant().Replace('-', '_')
            .Replace("AES128", "AES_128", StringComparison.Ordinal)
            .Replace("AES256", "AES_256", StringComparison.Ordinal);
        bool counts = cipher.Contains("GCM", StringComparison.Ordinal)
            || cipher.Contains("CCM", StringComparison.Ordinal);
        if (cipher == "CHACHA20_POLY1305") cipher += "_SHA256";
        else if (!counts) cipher = cipher.Replace("_SHA", "_CBC_SHA", StringComparison.Ordinal);
        return $"TLS_{exchange}_WITH_{cipher}";
    }
}
