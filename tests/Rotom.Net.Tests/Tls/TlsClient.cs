using System;
using System.IO;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Rotom.Net.Tests.Tls;

/// <summary>A client by the framework's SslStream, on a blocking socket.</summary>
internal sealed class TlsClient : IDisposable
{
    public TlsClient(
        EchoServer server,
        TestCertificates trust,
        X509Certificate2? own = null,
        SslProtocols protocols = SslProtocols.None)
    {
        Socket = server.Connect();
        Socket.NoDelay = true;
        Stream = new SslStream(new NetworkStream(Socket, ownsSocket: true));
        Options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            // A resumed session would show the certificate of another test.
            AllowTlsResume = false,
            EnabledSslProtocols = protocols,
            RemoteCertificateValidationCallback = (_, shown, _, _) =>
            {
                Shown = shown!.GetSerialNumberString();
                return shown.Issuer == trust.Authority.Subject;
            },
            ClientCertificates = own is null ? null : [own],
        };
        Stream.AuthenticateAsClient(Options);
    }

    public Socket Socket { get; }

    public SslStream Stream { get; }

    public SslClientAuthenticationOptions Options { get; }

    /// <summary>Serial number of the certificate that the server showed.</summary>
    public string Shown { get; private set; } = "";

    public void Say(string text) => Stream.Write(Encoding.ASCII.GetBytes(text));

    /// <summary>Says it if the connection still is one.</summary>
    public void TrySay(string text)
    {
        try
        {
            Say(text);
        }
        catch (IOException)
        {
            // Closed with input unread.
        }
    }

    public byte[] Take(int bytes)
    {
        byte[] all = new byte[bytes];
        Stream.ReadExactly(all);
        return all;
    }

    public string Hear(int bytes) => Encoding.ASCII.GetString(Take(bytes));

    public string Ask(string text, string expected)
    {
        Say(text);
        return Hear(expected.Length);
    }

    /// <summary>True when the server ends the connection, by a goodbye or without.</summary>
    public bool IsClosed()
    {
        try
        {
            return Stream.ReadByte() < 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void Dispose() => Stream.Dispose();
}
