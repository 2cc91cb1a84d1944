using System;
using System.Globalization;
using System.Linq;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>auth-failure-delay-ms: who failed to authenticate often guesses slowly.</summary>
public sealed class AuthDelayTests
{
    private const string WrongPass =
        "-WRONGPASS invalid username-password pair or user is disabled.";
    private const string NoAuth = "-NOAUTH Authentication required.";

    [Fact]
    public void The_eleventh_guess_waits_and_so_does_the_pipeline_behind_it()
    {
        using EngineHost host = Guarded();
        Fail(host, "a", AuthFailures.FreeFailures);
        Assert.Equal("", host.PipelineOf("a", "AUTH wrong", "GET k", "AUTH wrong", "GET k"));
        host.Check("PING", "", "a");
        Assert.Equal(1, host.Engine.BlockedClientCount);
        host.Advance(99);
        Assert.Empty(host.Pushes);
        host.Advance(1);
        Assert.Equal($"{WrongPass} {NoAuth}", host.Pushes["a"]);
        host.Advance(100);
        Assert.Equal($"{WrongPass} {NoAuth} {NoAuth}", host.Pushes["a"]);
        Assert.Equal(long.MaxValue, host.Engine.NextDueNanos);
        host.Check("PING", NoAuth, "a");
    }

    [Fact]
    public void The_right_password_is_taken_after_the_delay_and_clears_the_address()
    {
        using EngineHost host = Guarded();
        Fail(host, "a", AuthFailures.FreeFailures);
        Assert.Equal("", host.PipelineOf("a", "AUTH secret", "PING"));
        host.Advance(100);
        Assert.Equal("+OK +PONG", host.Pushes["a"]);
        Fail(host, "a", AuthFailures.FreeFailures);
        host.Check("AUTH secret", "", "a");
    }

    [Fact]
    public void Other_connections_of_the_address_wait_and_other_addresses_do_not()
    {
        using EngineHost host = Guarded();
        host.Connect("far", "10.0.0.1:5000", loopback: false);
        Fail(host, "a", AuthFailures.FreeFailures);
        host.Check("AUTH secret", "+OK", "far");
        host.Check("AUTH secret", "", "b");
        host.Disconnect("b");
        Assert.Equal(0, host.Engine.BlockedClientCount);
        host.Advance(100);
        Assert.Empty(host.Pushes);
    }

    [Fact]
    public void Hello_is_a_guess_too_and_is_answered_as_always()
    {
        using EngineHost host = Guarded();
        for (int i = 0; i < AuthFailures.FreeFailures; i++)
        {
            host.Check("HELLO 3 AUTH default wrong", WrongPass, "a");
        }

        host.Check("HELLO 3", "-NOAUTH HELLO must be called with the client already authenticated, "
            + "otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate "
            + "the client and select the RESP protocol version at the same time", "a");
        host.Check("HELLO 3 AUTH default secret SETNAME me", "", "a");
        host.Advance(100);
        Assert.StartsWith("%7 $server $redis", host.Pushes["a"], StringComparison.Ordinal);
        Assert.True(host.ClientOf("a").Resp3);
        Assert.Equal("me"u8.ToArray(), host.ClientOf("a").Name);
    }

    [Fact]
    public void A_minute_without_a_failure_clears_the_address()
    {
        using EngineHost host = Guarded();
        Fail(host, "a", AuthFailures.FreeFailures);
        host.Advance(59_000);
        host.Check("AUTH wrong", "", "a");
        host.Advance(100);
        Assert.Equal(WrongPass, host.Pushes["a"]);
        host.Advance(61_000);
        host.Check("AUTH wrong", WrongPass, "a");
    }

    [Fact]
    public void Zero_switches_it_off()
    {
        using EngineHost host = Guarded();
        Fail(host, "a", AuthFailures.FreeFailures);
        host.Check("AUTH secret", "");
        host.Advance(100);
        host.Check("CONFIG SET auth-failure-delay-ms 0", "+OK");
        Fail(host, "a", 100);
        host.Check("CONFIG SET auth-failure-delay-ms 5001", "-ERR CONFIG SET failed (possibly "
            + "related to argument 'auth-failure-delay-ms') - argument must be between 0 and 5000 "
            + "inclusive");
    }

    [Fact]
    public void Clients_without_an_address_are_never_slowed_down()
    {
        using EngineHost host = Guarded();
        host.Connect("unix", "/run/rotom.sock:0", unixSocket: true);
        host.Connect("inside", "local:7", socket: -1);
        Fail(host, "unix", 100);
        Fail(host, "inside", 100);
    }

    [Fact]
    public void In_a_transaction_a_slow_address_is_refused()
    {
        using EngineHost host = Guarded();
        host.Check("AUTH secret", "+OK", "a");
        Fail(host, "b", AuthFailures.FreeFailures);
        host.Check("MULTI", "+OK", "a");
        host.Check("AUTH wrong", "+QUEUED", "a");
        host.Check(
            "EXEC",
            "*1 -ERR too many failures to authenticate: not allowed in a transaction now",
            "a");
    }

    [Fact]
    public void Nobody_ends_the_delay_before_its_time()
    {
        using EngineHost host = Guarded();
        host.Check("AUTH secret", "+OK");
        Fail(host, "a", AuthFailures.FreeFailures);
        host.Check("AUTH wrong", "", "a");
        host.Check($"CLIENT UNBLOCK {host.ClientOf("a").Id}", ":0");
        host.Check($"CLIENT UNBLOCK {host.ClientOf("a").Id} ERROR", ":0");
        host.Engine.ReleaseWaiters();
        Assert.Equal(1, host.Engine.BlockedClientCount);
        host.Check($"CLIENT KILL ID {host.ClientOf("a").Id}", ":1");
        Assert.Equal(0, host.Engine.BlockedClientCount);
    }

    [Fact]
    public void A_stranger_may_rest_no_more_than_its_query_buffer_holds()
    {
        using EngineHost host = Guarded();
        Fail(host, "a", AuthFailures.FreeFailures);
        string guess = "AUTH " + new string('x', 16 << 10);
        for (int i = 0; i < 64; i++) host.Check(guess, "", "a");
        Assert.True(host.ClientOf("a").RestingBytes <= 1 << 20);
        host.Check(guess, "", "a");
        host.Check(guess, "", "a");
        Assert.Equal(0, host.Engine.BlockedClientCount);
    }

    [Fact]
    public void A_guess_counts_as_one_call_and_is_logged_once()
    {
        using EngineHost host = Guarded();
        Fail(host, "a", AuthFailures.FreeFailures);
        host.Check("AUTH wrong", "", "a");
        host.Advance(100);
        Command auth = host.Engine.Commands.Find("AUTH"u8)!;
        Assert.Equal(AuthFailures.FreeFailures + 1, auth.Calls);
        Assert.Equal(AuthFailures.FreeFailures + 1, auth.FailedCalls);
        Assert.Equal(AuthFailures.FreeFailures + 1, host.Engine.AclDenials.Auth);
    }

    [Theory]
    [InlineData("1.2.3.4:5", "1.2.3.4")]
    [InlineData("[::1]:5", "0:0:0:0")]
    [InlineData("[::]:5", "0:0:0:0")]
    [InlineData("[::ffff:1.2.3.4]:5", "::ffff:1.2.3.4")]
    [InlineData("[2001:db8::5]:5", "2001:db8:0:0")]
    [InlineData("[2001:db8::1:2:3:4:5]:5", "2001:db8:0:1")]
    [InlineData("[::2:3:4:5:6:7:8]:5", "0:2:3:4")]
    [InlineData("[1:2:3:4:5:6:7:8]:5", "1:2:3:4")]
    [InlineData("[1:2:3:4::8]:5", "1:2:3:4")]
    [InlineData("[fe80::1%3]:5", "fe80:0:0:0")]
    [InlineData("[1:2:3:4:5:6:7::]:5", "1:2:3:4")]
    [InlineData("nothing", "nothing")]
    public void Of_ipv6_the_network_is_the_address(string peer, string address) =>
        Assert.Equal(address, AuthFailures.AddressOf(peer));

    [Fact]
    public void Only_so_many_addresses_are_remembered()
    {
        AuthFailures failures = new();
        int most = AuthFailures.AddressesMax;
        foreach (int i in Enumerable.Range(0, AuthFailures.FreeFailures))
        {
            for (int a = 0; a < most; a++) failures.Failed(Peer(a), i);
        }

        Assert.Equal(most, failures.Count);
        Assert.True(failures.IsSlow(Peer(0), 10));
        Assert.True(failures.IsSlow(Peer(1), 10));
        failures.Failed(Peer(0), 11);
        failures.Failed(Peer(most), 12);
        Assert.Equal(most, failures.Count);
        Assert.True(failures.IsSlow(Peer(0), 13));
        Assert.False(failures.IsSlow(Peer(1), 13));
        failures.Succeeded(Peer(0));
        Assert.Equal(most - 1, failures.Count);
        Assert.False(failures.IsSlow(Peer(0), 13));
        Assert.False(failures.IsSlow(Peer(2), 12 + AuthFailures.ForgottenAfterNanos + 1));
        Assert.Equal(0, failures.Count);
    }

    private static EngineHost Guarded()
    {
        EngineHost host = new();
        host.Engine.Acl.SetDefaultPassword("secret");
        return host;
    }

    private static void Fail(EngineHost host, string client, int times)
    {
        for (int i = 0; i < times; i++) host.Check("AUTH wrong", WrongPass, client);
    }

    private static string Peer(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"10.0.{number / 256}.{number % 256}:99");
}
