using System.Linq;
using Rotom.Engine.Tests.Support;
using Xunit;

namespace Rotom.Engine.Tests.Commands;

public sealed class ClientTests
{
    [Fact]
    public void Ids_count_up_and_names_are_kept()
    {
        using EngineHost host = new();
        host.Check("CLIENT ID", ":1");
        host.Check("CLIENT ID", ":2", "other");
        host.Check("CLIENT SETNAME bob", "+OK");
        host.Check("CLIENT GETNAME", "$bob");
        host.Check("CLIENT GETNAME", "$-1", "other");
        host.Check(
            "CLIENT SETNAME \"a b\"",
            "-ERR Client names cannot contain spaces, newlines or special characters.");
        host.Check("CLIENT SETNAME \"\"", "+OK");
        host.Check("CLIENT GETNAME", "$-1");
    }

    [Fact]
    public void Info_is_a_line_of_fields()
    {
        using EngineHost host = new();
        host.Send("SELECT 3");
        host.Send("CLIENT SETNAME bob");
        host.Check("CLIENT SETINFO LIB-NAME hiredis", "+OK");
        host.Check("CLIENT SETINFO LIB-VER 1.2", "+OK");
        host.Check("CLIENT SETINFO LIB-AGE 1", "-ERR Unrecognized option 'LIB-AGE'");
        host.Clock.Advance(5000);
        string line = host.Send("CLIENT INFO");
        string[] fields =
        [
            "id=1", "addr=127.0.0.1:40001", "name=bob", "age=5", "db=3", "flags=N", "resp=2",
            "lib-name=hiredis", "cmd=client|info", "user=default",
        ];
        Assert.All(fields, field => Assert.Contains(" " + field + " ", " " + line[1..]));
    }

    [Fact]
    public void List_shows_all_clients_or_those_asked_for()
    {
        using EngineHost host = new();
        host.Send("PING", "one");
        host.Send("SUBSCRIBE c", "two");
        Assert.Equal([1, 2, 3], Ids(host.Send("CLIENT LIST")));
        Assert.Equal([2], Ids(host.Send("CLIENT LIST TYPE pubsub")));
        Assert.Equal([1, 3], Ids(host.Send("CLIENT LIST ID 3 1 99")));
        host.Check("CLIENT LIST TYPE nosuch", "-ERR Unknown client type 'nosuch'");
        host.Check("CLIENT LIST ID x", "-ERR Invalid client ID");
    }

    [Fact]
    public void Kill_by_address_or_by_filters_spares_the_caller_unless_told()
    {
        using EngineHost host = new();
        host.Send("PING");
        host.Send("PING", "one");
        host.Send("PING", "two");
        host.Check("CLIENT KILL 127.0.0.1:1", "-ERR No such client");
        host.Check("CLIENT KILL 127.0.0.1:40002", "+OK");
        host.Check("CLIENT KILL TYPE normal", ":1");
        host.Check("CLIENT KILL TYPE normal SKIPME no", ":1");
        host.Check("CLIENT KILL ID 0", "-ERR client-id should be greater than 0", "late");
        host.Check("CLIENT KILL USER nobody", "-ERR No such user 'nobody'", "late");
        host.Check("CLIENT KILL ID 1 ADDR", "-ERR syntax error", "late");
    }

    [Fact]
    public void No_evict_and_no_touch_show_in_the_flags()
    {
        using EngineHost host = new();
        host.Check("CLIENT NO-EVICT ON", "+OK");
        host.Check("CLIENT NO-TOUCH ON", "+OK");
        Assert.Contains(" flags=eT ", host.Send("CLIENT INFO"));
        host.Check("CLIENT NO-EVICT OFF", "+OK");
        host.Check("CLIENT NO-TOUCH maybe", "-ERR syntax error");
        Assert.Contains(" flags=T ", host.Send("CLIENT INFO"));
    }

    [Fact]
    public void A_key_read_by_a_client_that_does_not_touch_stays_idle()
    {
        using EngineHost host = new();
        host.Send("SET k v");
        host.Clock.Advance(20_000);
        host.Send("CLIENT NO-TOUCH ON");
        host.Send("GET k");
        host.Check("OBJECT IDLETIME k", ":20");
        host.Send("CLIENT NO-TOUCH OFF");
        host.Send("GET k");
        host.Check("OBJECT IDLETIME k", ":0");
    }

    [Fact]
    public void The_asking_clients_own_command_is_in_its_figures()
    {
        using EngineHost host = new();
        string line = host.Send("CLIENT INFO");
        Assert.Contains(" qbuf=26 ", line);
        Assert.Contains(" argv-mem=10 ", line);
        host.Send("PING", "other");
        Assert.Contains(" qbuf=0 ", host.Send("CLIENT LIST ID 2"));
    }

    private static int[] Ids(string list) =>
        [.. list.TrimStart('$').Split("\\x0a").Where(line => line.Length > 0)
            .Select(line => int.Parse(line["id=".Length..line.IndexOf(' ')])).Order()];
}
