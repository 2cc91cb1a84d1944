using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Rotom.Net.Tls;
using Rotom.Net.Transport;
using Xunit;

namespace Rotom.Net.Tests.Tls;

// TLS on both transports: that it carries what is carried in the clear, and what hostile or broken
// peers may do to it, by the framework's client and by bare sockets.

public sealed class TlsTests
{
    private const int Big = 8 << 20;

    public static TheoryData<TransportKind> Kinds { get; } = LoopKinds.Here();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Requests_and_pipelines_are_answered_in_every_version(TransportKind kind)
    {
        using TestCertificates made = new();
        using EchoServer server = Start(kind, made.Files());
        foreach (SslProtocols version in (SslProtocols[])[SslProtocols.Tls12, SslProtocols.Tls13])
        {
            using TlsClient client = new(server, made, protocols: version);
            Assert.Equal(version, client.Stream.SslProtocol);
            Assert.Equal("+PONG\r\n", client.Ask("PING\r\n", "+PONG\r\n"));
            StringBuilder asked = new();
            StringBuilder expected = new();
            for (int i = 0; i < 5_000; i++)
            {
                asked.Append($"ECHO {i}\r\n");
                expected.Append($"${i.ToString().Length}\r\n{i}\r\n");
            }

            Assert.Equal(expected.ToString(), client.Ask(asked.ToString(), expected.ToString()));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_comes_in_one_flight_with_the_handshake_is_not_left_lying(TransportKind kind)
    {
        using TestCertificates made = new();
        using EchoServer server = Start(kind, made.Files());
        for (int i = 0; i < 20; i++)
        {
            using TlsClient client = new(server, made);
            const string Two = "+PONG\r\n+PONG\r\n";
            Assert.Equal(Two, client.Ask("PING\r\nPING\r\n", Two));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Commands_cut_anywhere_into_records_and_packets_are_put_together(TransportKind kind)
    {
        using TestCertificates made = new();
        using EchoServer server = Start(kind, made.Files());
        using TlsClient client = new(server, made);
        const string Text = "*2\r\n$4\r\nECHO\r\n$5\r\nhello\r\nPING\r\n";
        for (int cut = 1; cut < Text.Length; cut++)
        {
            client.Say(Text[..cut]);
            client.Say(Text[cut..]);
            Assert.Equal("$5\r\nhello\r\n+PONG\r\n", client.Hear(18));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Large_values_go_both_ways_and_a_slow_reader_holds_up_nobody(TransportKind kind)
    {
        using TestCertificates made = new();
        using EchoServer server = Start(kind, made.Files());
        using TlsClient slow = new(server, made);
        using TlsClient quick = new(server, made);
        byte[] value = new byte[Big];
        new Random(3).NextBytes(value);
        slow.Stream.Write(Encoding.ASCII.GetBytes($"*2\r\n$4\r\nECHO\r\n${Big}\r\n"));
        slow.Stream.Write(value);
        slow.Stream.Write("\r\n"u8);
        server.WaitUntil(() => server.Links.Any(link => link.OutputBytes > 0));
        Assert.Equal("+PONG\r\n", quick.Ask("PING\r\n", "+PONG\r\n"));
        string header = $"${Big}\r\n";
        Assert.Equal(header, slow.Hear(header.Length));
        Assert.True(slow.Take(Big).AsSpan().SequenceEqual(value));
        Assert.Equal("\r\n", slow.Hear(2));
        server.WaitUntil(() => server.Links.All(link => link.OutputBytes == 0));
        Assert.Equal(0, server.Transport.OutputBlocks);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_client_whose_batch_is_under_way_is_read_on_from_what_is_decrypted(
        TransportKind kind)
    {
        using TestCertificates made = new();
        using EchoServer server = Start(kind, made.Files());
        using TlsClient client = new(server, made);
        client.Ask("PING\r\n", "+PONG\r\n");
        server.Gate.Reset();
        for (int i = 0; i < 20; i++) client.Say("PING\r\n");
        server.Gate.Set();
        Assert.Equal(string.Concat(Enumerable.Repeat("+PONG\r\n", 20)), client.Hear(140));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_decrypted_behind_full_output_is_read_when_it_has_emptied(
        TransportKind kind)
    {
        using TestCertificates made = new();
        using EchoServer server = Start(kind, made.Files());
        server.Group.Settings.ReadPauseOutputBytes = 1 << 20;
        server.Group.Settings.UnauthenticatedOutputBytes = int.MaxValue;
        using TlsClient slow = new(server, made);
        using TlsClient other = new(server, made);
        // A stranger is read by 4 KB: of this record the rest is decrypted and left, and the socket
        // has nothing more to tell.
        slow.Ask("Unauthenticated\r\n", "+OK\r\n");
        string pings = string.Concat(Enumerable.Repeat("PING\r\n", 1_300));
        slow.Say($"BIG {4 * Big}\r\nPauseReading\r\n" + pings);
        server.WaitUntil(() => server.Links.Any(link => link.OutputBytes > 1 << 20));
        long id = server.Links.Single(link => link.OutputBytes > 0).Id;
        // When the pause ends the output is full.
        other.Ask($"RESUME {id}\r\n", "+OK\r\n");
        slow.Take((4 * Big) + $"${4 * Big}\r\n\r\n+OK\r\n".Length);
        string pongs = pings.Replace("PING", "+PONG", StringComparison.Ordinal);
        Assert.Equal(pongs, slow.Hear(pongs.Length));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Replies_in_many_pieces_are_few_records(TransportKind kind)
    {
        using TestCertificates made = new();
        using EchoServer server = Start(kind, made.Files());
        using TlsClient other = new(server, made);
        using TlsClient client = new(server, made);
        other.Ask("PING\r\n", "+PONG\r\n");
        string expected = string.Concat(Enumerable.Range(0, 300).Select(i => $":{300 - i}\r\n"));
        long before = server.Transport.Statistics.OutputBytes;
        Assert.Equal(expected, client.Ask("CHUNKS 300\r\n", expected));
        other.Hear(300 * 7);
        Assert.InRange(server.Transport.Statistics.OutputBytes - before, 0, 4_000);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_engine_hears_of_a_client_after_its_handshake_and_once(TransportKind kind)
    {
        using TestCertificates made = new();
        using EchoServer server = Start(kind, made.Files());
        using (Socket silent = server.Connect())
        {
            server.WaitUntil(() => server.Group.ClientCount == 1);
            using TlsClient client = new(server, made);
            client.Ask("PING\r\n", "+PONG\r\n");
            Assert.Equal(1, server.Opened);
        }

        server.WaitUntil(() => server.Group.ClientCount == 0);
        Assert.Equal(1, server.Opened);
        Assert.Equal(1, server.Closed);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_no_TLS_is_closed_at_once_and_said_in_the_log(TransportKind kind)
    {
        using TestCertificates made = new();
        using EchoServer server = Start(kind, made.Files());
        foreach (string text in (string[])["PING\r\n", "GET / HTTP/1.1\r\n\r\n", "\x16\x02", "\0"])
        {
            using Socket plain = server.Connect();
            plain.Say(text);
            Assert.Equal("", plain.HearAll());
        }

        Assert.Contains(server.Logged, line => line.Contains("not TLS", StringComparison.Ordinal));
        using TlsClient client = new(server, made);
        client.Ask("PING\r\n", "+PONG\r\n");
        Assert.Equal(1, server.Opened);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Who_does_not_finish_the_handshake_has_ten_seconds(TransportKind kind)
    {
        using TestCertificates made = new();
        ManualTime time = new();
        using EchoServer server = Start(kind, made.Files(), time: time);
        using Socket silent = server.Connect();
        using Socket half = server.Connect();
        half.Send([22, 3, 1, 2, 0, 1, 0, 1]);
        using TlsClient good = new(server, made);
        good.Ask("PING\r\n", "+PONG\r\n");
        server.WaitUntil(() => server.Group.ClientCount == 3);
        Pass(9_000);
        Assert.Equal(3, server.Group.ClientCount);
        Pass(2_000);
        server.WaitUntil(() => server.Group.ClientCount == 1);
        good.Ask("PING\r\n", "+PONG\r\n");

        void Pass(int ms)
        {
            for (; ms > 0; ms -= 500)
            {
                time.Advance(500);
                for (int turn = 0; turn < 3; turn++) LoopKinds.Wait(server.Loop, () => { });
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_prefix_and_every_flipped_byte_of_a_handshake_costs_its_connection_only(
        TransportKind kind)
    {
        using TestCertificates made = new();
        using EchoServer server = Start(kind, made.Files());
        using TlsClient canary = new(server, made);
        byte[] hello = HelloOf(made);
        Random random = new(11);
        for (int i = 0; i < 300; i++)
        {
            byte[] bytes = [.. hello];
            if (i % 2 == 0) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            using Socket socket = server.Connect();
            socket.Send(bytes.AsSpan(0, i % 2 == 0 ? bytes.Length : i * bytes.Length / 300));
            if (i % 3 == 0) socket.LingerState = new LingerOption(true, 0);
            if (i % 25 == 0) canary.Ask("PING\r\n", "+PONG\r\n");
        }

        canary.Ask("PING\r\n", "+PONG\r\n");
        server.WaitUntil(() => server.Group.ClientCount == 1);
        Assert.Equal(0, server.Transport.OutputBlocks);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_flipped_byte_in_a_record_ends_its_connection_only(TransportKind kind)
    {
        using TestCertificates made = new();
        using EchoServer server = Start(kind, made.Files());
        using TlsClient canary = new(server, made);
        using TlsClient broken = new(server, made);
        broken.Ask("PING\r\n", "+PONG\r\n");
        byte[] record = new byte[64];
        record[0] = 23;
        record[1] = record[2] = 3;
        record[4] = 59;
        broken.Socket.Send(record);
        Assert.True(broken.IsClosed());
        canary.Ask("PING\r\n", "+PONG\r\n");
        server.WaitUntil(() => server.Closed == 1);
    }

    // CVE-2026-56684, CVE-2026-81934.
    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_client_killed_while_TLS_data_is_pending_is_closed_once(TransportKind kind)
    {
        using TestCertificates made = new();
        using EchoServer server = Start(kind, made.Files());
        using TlsClient killer = new(server, made);
        for (int i = 0; i < 10; i++)
        {
            using TlsClient victim = new(server, made);
            victim.Say("ID\r\n");
            victim.Stream.ReadByte();
            string id = new([.. ReadLine(victim)]);
            victim.Say($"BIG {Big}\r\nPING\r\n");
            victim.Say("PING\r\n");
            Assert.Equal("+OK\r\n", killer.Ask($"KILL {id}\r\n", "+OK\r\n"));
            victim.TrySay("PING\r\n");
        }

        server.WaitUntil(() => server.Closed == 10);
        server.WaitUntil(() => server.Transport.OutputBlocks == 0);
        killer.Ask("PING\r\n", "+PONG\r\n");
        Assert.Equal(10, server.Closed);

        using TlsClient own = new(server, made);
        own.Say($"PING\r\nBIG {Big}\r\nCloseNow\r\nPING\r\n");
        Assert.Equal(11, WaitClosed(server, 11));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Close_after_reply_sends_all_and_says_goodbye(TransportKind kind)
    {
        using TestCertificates made = new();
        using EchoServer server = Start(kind, made.Files());
        using TlsClient client = new(server, made);
        client.Say($"BIG {Big}\r\nCloseAfterReply\r\n");
        client.Take(Big + $"${Big}\r\n\r\n".Length);
        Assert.Equal("+OK\r\n", client.Hear(5));
        Assert.Equal(-1, client.Stream.ReadByte());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Who_has_not_authenticated_may_leave_one_kilobyte_unread(TransportKind kind)
    {
        using TestCertificates made = new();
        using EchoServer server = Start(kind, made.Files());
        using TlsClient client = new(server, made);
        Assert.Equal("+OK\r\n", client.Ask("Unauthenticated\r\n", "+OK\r\n"));
        client.Say($"BIG {Big}\r\n");
        server.WaitUntil(() => server.Closed == 1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Clients_show_certificates_as_the_setting_says(TransportKind kind)
    {
        using TestCertificates made = new();
        using TestCertificates others = new();
        using X509Certificate2 good = made.Issue("client", "somebody");
        using X509Certificate2 old = made.Issue("old", "somebody", days: 0);
        using X509Certificate2 stranger = others.Issue("client", "somebody");
        Dictionary<TlsClients, string> expected = new()
        {
            [TlsClients.Anonymous] = "yes yes yes yes",
            [TlsClients.MayShowCertificate] = "yes yes no no",
            [TlsClients.MustShowCertificate] = "no yes no no",
        };
        foreach ((TlsClients clients, string served) in expected)
        {
            using EchoServer server = Start(kind, made.Files() with { Clients = clients });
            X509Certificate2?[] shown = [null, good, old, stranger];
            Assert.Equal(
                served,
                string.Join(' ', shown.Select(own => IsServed(server, made, own) ? "yes" : "no")));
        }
    }

    // redis 8.8.2: a name that ends early for whoever reads it as a C string.
    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_certificate_with_a_NUL_in_its_name_is_refused(TransportKind kind)
    {
        using TestCertificates made = new();
        using X509Certificate2 evil = made.Issue("evil", "admin\0.example.org");
        using EchoServer server = Start(
            kind, made.Files() with { Clients = TlsClients.MustShowCertificate });
        Assert.False(IsServed(server, made, evil));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_new_certificate_counts_for_new_connections(TransportKind kind)
    {
        using TestCertificates made = new();
        using EchoServer server = Start(kind, made.Files());
        using TlsClient before = new(server, made);
        Assert.Equal(made.Server.SerialNumber, before.Shown);
        using X509Certificate2 next = made.Issue("next", "localhost");
        server.Group.Tls = TlsServer.Load(made.Files() with
        {
            CertificateFile = made.PathOf("next.crt"),
            KeyFile = made.PathOf("next.key"),
        });
        using TlsClient after = new(server, made);
        Assert.Equal(next.SerialNumber, after.Shown);
        before.Ask("PING\r\n", "+PONG\r\n");
        after.Ask("PING\r\n", "+PONG\r\n");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Versions_and_suites_are_as_the_settings_say(TransportKind kind)
    {
        using TestCertificates made = new();
        using EchoServer server = Start(kind, made.Files() with
        {
            Protocols = "TLSv1.2",
            Ciphers = "ECDHE-RSA-AES128-GCM-SHA256",
        });
        using TlsClient client = new(server, made);
        Assert.Equal(SslProtocols.Tls12, client.Stream.SslProtocol);
        Assert.Equal(
            TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            client.Stream.NegotiatedCipherSuite);
        server.Group.Tls = TlsServer.Load(
            made.Files() with { CipherSuites = "TLS_CHACHA20_POLY1305_SHA256" });
        using TlsClient newest = new(server, made);
        Assert.Equal(
            TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256, newest.Stream.NegotiatedCipherSuite);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Several_loops_shake_hands_for_themselves(TransportKind kind)
    {
        using TestCertificates made = new();
        using EchoServer server = Start(kind, made.Files(), loops: 3);
        List<TlsClient> clients = [];
        for (int i = 0; i < 12; i++) clients.Add(new TlsClient(server, made));
        foreach (TlsClient client in clients) client.Ask("PING\r\n", "+PONG\r\n");
        Assert.All(server.Group.Transports, one => Assert.Equal(4, one.ClientCount));
        foreach (TlsClient client in clients) client.Dispose();
    }

    private static EchoServer Start(
        TransportKind kind, TlsFiles files, TimeProvider? time = null, int loops = 1)
    {
        EchoServer server = new(
            kind, time: time, loops: loops, split: loops > 1, listen: false);
        server.Group.Tls = TlsServer.Load(files);
        server.ListenAgain(new ListenOptions(new IPEndPoint(IPAddress.Loopback, 0)) { Tls = true });
        return server;
    }

    private static bool IsServed(
        EchoServer server, TestCertificates made, X509Certificate2? own)
    {
        try
        {
            using TlsClient client = new(server, made, own);
            return client.Ask("PING\r\n", "+PONG\r\n") == "+PONG\r\n";
        }
        catch (Exception refused) when (refused is IOException or AuthenticationException)
        {
            return false;
        }
    }

    private static IEnumerable<char> ReadLine(TlsClient client)
    {
        for (int c; (c = client.Stream.ReadByte()) != '\r';) yield return (char)c;
        client.Stream.ReadByte();
    }

    private static int WaitClosed(EchoServer server, int count)
    {
        server.WaitUntil(() => server.Closed == count);
        return server.Closed;
    }

    private static byte[] HelloOf(TestCertificates made)
    {
        using EchoServer listener = new(TransportKind.Sockets);
        using Socket accepting = new(SocketType.Stream, ProtocolType.Tcp);
        accepting.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        accepting.Listen();
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(accepting.LocalEndPoint!);
        using SslStream stream = new(new NetworkStream(socket, ownsSocket: false));
        _ = stream.AuthenticateAsClientAsync("localhost").ContinueWith(
            failed => failed.Exception, System.Threading.Tasks.TaskScheduler.Default);
        using Socket peer = accepting.Accept();
        byte[] bytes = new byte[4_096];
        return bytes[..peer.Receive(bytes)];
    }
}
