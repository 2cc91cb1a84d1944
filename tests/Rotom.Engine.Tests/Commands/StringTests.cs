using System.Collections.Generic;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

public sealed class StringTests
{
    [Fact]
    public void Set_and_get_with_every_option()
    {
        using EngineHost host = new();
        host.Check("SET k v", "+OK");
        host.Check("GET k", "$v");
        host.Check("SET k w NX", "$-1");
        host.Check("SET k w XX GET", "$v");
        host.Check("SET n 1 XX", "$-1");
        host.Check("SET k x EX 10 KEEPTTL", "-ERR syntax error");
        host.Check("SET k x EX 0", "-ERR invalid expire time in 'set' command");
        host.Check("SET k x EX notnum", "-ERR value is not an integer or out of range");
        host.Check("SET k x PX 1000", "+OK");
        host.Check("SET k y KEEPTTL", "+OK");
        host.Clock.Advance(1001);
        host.Check("GET k", "$-1");
    }

    [Fact]
    public void Set_with_a_time_propagates_an_absolute_one()
    {
        using EngineHost host = new();
        host.Send("SET k v EX 100");
        List<string> expected = ["SELECT 0", "SET k v PXAT 1800000100000"];
        Assert.Equal(expected, host.Effects);
    }

    [Fact]
    public void An_expired_key_is_propagated_as_a_deletion()
    {
        using EngineHost host = new();
        host.Send("SET k v PX 10");
        host.Clock.Advance(11);
        host.Send("GET k");
        Assert.Equal(new List<string> { "DEL k" }, host.Effects);
        host.Send("SET k2 v PX 10");
        host.Advance(200);
        Assert.Equal(new List<string> { "DEL k2" }, host.Effects);
        Assert.Equal(0, host.Engine.AllDatabases[0].Count);
    }

    [Fact]
    public void Setnx_that_sets_nothing_propagates_nothing()
    {
        using EngineHost host = new();
        host.Check("SET k v", "+OK");
        host.Check("SETNX k w", ":0");
        Assert.Empty(host.Effects);
    }
}
