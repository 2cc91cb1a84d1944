using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

public sealed class MSetExTests
{
    [Fact]
    public void All_keys_are_set_with_one_time_to_live()
    {
        using EngineHost host = new();
        host.Check("MSETEX 2 a 1 b 2 EX 100", ":1");
        host.Check("MGET a b", "*2 $1 $2");
        host.Check("TTL b", ":100");
        host.Check("MSETEX 2 a 3 b 4 KEEPTTL", ":1");
        host.Check("TTL a", ":100");
        host.Check("MSETEX 1 a 5", ":1");
        host.Check("TTL a", ":-1");
    }

    [Fact]
    public void It_propagates_an_absolute_time()
    {
        using EngineHost host = new();
        host.Check("MSETEX 2 a 1 b 2 PX 1500", ":1");
        string effect = host.Effects[^1];
        Assert.Equal($"MSETEX 2 a 1 b 2 PXAT {host.Clock.UnixTimeMs + 1500}", effect);
    }

    [Fact]
    public void Nx_and_xx_set_all_keys_or_none()
    {
        using EngineHost host = new();
        host.Check("SET a 1", "+OK");
        host.Check("MSETEX 2 a 2 b 2 NX", ":0");
        host.Check("MSETEX 2 a 2 b 2 XX EX 10", ":0");
        host.Check("MGET a b", "*2 $1 $-1");
        host.Check("MSETEX 2 c 2 b 2 NX", ":1");
        host.Check("MSETEX 2 c 3 b 3 XX", ":1");
        host.Check("MGET b c", "*2 $3 $3");
    }

    [Theory]
    [InlineData("MSETEX 0 a 1", "-ERR invalid numkeys value")]
    [InlineData("MSETEX x a 1", "-ERR value is not an integer or out of range")]
    [InlineData("MSETEX 2 a 1", "-ERR wrong number of arguments for 'msetex' command")]
    [InlineData("MSETEX 1 a 1 GET", "-ERR syntax error")]
    [InlineData("MSETEX 1 a 1 NX XX", "-ERR syntax error")]
    [InlineData("MSETEX 1 a 1 EX", "-ERR syntax error")]
    [InlineData("MSETEX 1 a 1 EX 0", "-ERR invalid expire time in 'msetex' command")]
    public void Bad_words_are_refused_and_nothing_is_set(string command, string error)
    {
        using EngineHost host = new();
        host.Check(command, error);
        host.Check("DBSIZE", ":0");
    }

    [Fact]
    public void Its_keys_are_checked_and_not_its_values()
    {
        using EngineHost host = new();
        host.Check("COMMAND GETKEYS MSETEX 2 a 1 b 2 EX 10", "*2 $a $b");
        host.Check("ACL SETUSER u on nopass +@all ~a", "+OK");
        host.Check("AUTH u x", "+OK");
        host.Check("MSETEX 1 a b", ":1");
        Assert.StartsWith("-NOPERM", host.Send("MSETEX 2 a 1 b 2"));
    }

    [Fact]
    public void Sort_reads_no_keys_that_its_user_may_not_read()
    {
        using EngineHost host = new();
        host.Check("RPUSH l 1 2", ":2");
        host.Check("ACL SETUSER u on nopass +@all ~l", "+OK");
        host.Check("AUTH u x", "+OK");
        host.Check("SORT l", "*2 $1 $2");
        host.Check("SORT l BY nosort", "*2 $1 $2");
        host.Check(
            "SORT l BY w*", "-ERR BY option of SORT denied due to insufficient ACL permissions.");
        host.Check(
            "SORT_RO l GET #",
            "-ERR GET option of SORT denied due to insufficient ACL permissions.");
        host.Check("ACL SETUSER u %R~*", "+OK");
        host.Check("SORT l BY w* GET #", "*2 $1 $2");
    }
}
