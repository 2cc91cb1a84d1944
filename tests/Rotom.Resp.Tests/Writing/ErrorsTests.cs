using System;
using System.Text;
using Rotom.Resp;
using Rotom.Resp.Batch;
using Xunit;

namespace Rotom.Resp.Tests.Writing;

// Goal: the composed texts equal those of redis-server 7.0.15, which the expected values come from.
public class ErrorsTests
{
    [Theory]
    [InlineData("foo", "-ERR unknown command 'foo', with args beginning with: \r\n")]
    [InlineData("foo|a\u000bb|c d", "-ERR unknown command 'foo', with args beginning with: "
        + "'a\u000bb' 'c d' \r\n")]
    [InlineData("foo|a\r\n+OK",
        "-ERR unknown command 'foo', with args beginning with: 'a  +OK' \r\n")]
    public void An_unknown_command_is_echoed_with_its_arguments(string command, string expected)
    {
        Assert.Equal(expected, Unknown(command.Split('|')));
    }

    [Fact]
    public void An_unknown_command_is_cut_after_128_bytes_of_name_and_of_arguments()
    {
        string reply = Unknown(new string('n', 300), "abcd", new string('z', 200), "more");
        // Redis counts quotes and blank: 'abcd' and its blank take 7 of the 128 bytes.
        Assert.Equal(
            $"-ERR unknown command '{new string('n', 128)}', with args beginning with: "
            + $"'abcd' '{new string('z', 121)}' \r\n",
            reply);
    }

    [Fact]
    public void Texts_that_name_a_command_read_as_in_redis()
    {
        RespWriter to = new();
        Errors.WrongArity(to, "config|get"u8);
        Errors.InvalidExpire(to, "set"u8);
        Errors.UnknownSubcommand(to, "CONFIG"u8, "foo"u8);
        Errors.NoPermission(to, "get"u8);
        Assert.Equal(
            "-ERR wrong number of arguments for 'config|get' command\r\n"
            + "-ERR invalid expire time in 'set' command\r\n"
            + "-ERR unknown subcommand 'foo'. Try CONFIG HELP.\r\n"
            + "-NOPERM this user has no permissions to run the 'get' command\r\n",
            Encoding.ASCII.GetString(to.Written));
    }

    private static string Unknown(params string[] args)
    {
        CommandBatch batch = new(4096);
        batch.BeginRun(new ClientLink(1, 0, "a", "b", 3, false));
        foreach (string arg in args) batch.AddCopy(Encoding.Latin1.GetBytes(arg));
        batch.EndCommand(0);
        RespWriter to = new();
        Errors.UnknownCommand(to, batch, batch.Commands[0]);
        return Encoding.Latin1.GetString(to.Written);
    }
}
