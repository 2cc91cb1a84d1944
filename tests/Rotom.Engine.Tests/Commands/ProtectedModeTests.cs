using System;
using System.Linq;
using Rotom.Engine.Config;
using Rotom.Engine.Tests.Support;
using Rotom.Resp.Batch;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

/// <summary>protected-mode: without a password nobody comes in from another machine.</summary>
public sealed class ProtectedModeTests
{
    [Theory]
    [InlineData("10.0.0.1:5000")]
    [InlineData("[2001:db8::1]:5000")]
    public void Who_comes_from_elsewhere_is_denied_and_closed(string peer)
    {
        using EngineHost host = new();
        host.Connect("far", peer, loopback: false);
        ClientOrder order = Assert.Single(host.Engine.Output(0).Orders);
        Assert.Equal(ClientOrderKind.CloseAfterReply, order.Kind);
        Assert.Same(host.ClientOf("far").Link, order.Link);
        string denied = host.DrainFor("far");
        Assert.StartsWith(
            "-DENIED Rotom is running in protected mode", denied, StringComparison.Ordinal);
        Assert.Equal(1, host.ReplyBytes.Count(b => b == '\n'));
        // What it sent with the first packet is not executed.
        host.Check("SET k v", "", "far");
        host.Check("EXISTS k", ":0");
    }

    [Fact]
    public void Who_is_on_this_machine_comes_in()
    {
        using EngineHost host = new();
        host.Connect("near", "127.0.0.1:5000");
        host.Connect("unix", "/run/rotom.sock:0", unixSocket: true);
        Assert.Empty(host.Engine.Output(0).Orders);
        host.Check("PING", "+PONG", "near");
        host.Check("PING", "+PONG", "unix");
    }

    [Fact]
    public void A_password_or_the_setting_lets_others_in()
    {
        using EngineHost host = new();
        host.Check("CONFIG SET protected-mode no", "+OK");
        host.Connect("a", "10.0.0.1:5000", loopback: false);
        host.Check("PING", "+PONG", "a");
        host.Check("CONFIG SET protected-mode yes requirepass secret", "+OK");
        host.Connect("b", "10.0.0.1:5001", loopback: false);
        host.Check("PING", "-NOAUTH Authentication required.", "b");
        host.Check("AUTH secret", "+OK", "b");
        host.Check("CONFIG SET requirepass \"\"", "+OK");
        host.Connect("c", "10.0.0.1:5002", loopback: false);
        Assert.StartsWith("-DENIED ", host.DrainFor("c"), StringComparison.Ordinal);
        host.Check("PING", "+PONG", "b");
    }

    [Fact]
    public void It_is_on_unless_told_otherwise() => Assert.True(new ServerConfig().ProtectedMode);
}
