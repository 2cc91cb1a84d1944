using System;
using System.IO;
using System.Linq;
using Rotom.Engine.Config;
using Xunit;

namespace Rotom.App.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("a.conf hz 5 --port 1", "\"hz\" \"5\"|port \"1\"")]
    [InlineData("--port 6 --save  --appendonly yes", "port \"6\"|save \"\"|appendonly \"yes\"")]
    [InlineData("--bind a b --port 1", "bind \"a\" \"b\"|port \"1\"")]
    [InlineData("--save --port 1", "save \"\"|port \"1\"")]
    [InlineData("--port 1 --save", "port \"1\"|save \"\"")]
    [InlineData("--requirepass --x --port 1", "requirepass \"--x\"|port \"1\"")]
    [InlineData("x.conf --hz 5", "hz \"5\"")]
    [InlineData("--port=6379 1", "port=6379 \"1\"")]
    public void Flags_become_directives(string args, string directives)
    {
        CommandLine line = CommandLine.Parse(args.Split(' '));
        Assert.Equal(directives, string.Join('|', line.Flags.Select(f => f.Place.Text)));
    }

    [Fact]
    public void Name_and_value_may_be_one_argument()
    {
        CommandLine line = CommandLine.Parse(["--port 6380", "--save 1 2", "--hz", "5"]);
        Assert.Equal(["port", "6380"], line.Flags[0].Words);
        Assert.Equal(["save", "1", "2"], line.Flags[1].Words);
        Assert.Equal(["hz", "5"], line.Flags[2].Words);
    }

    [Theory]
    [InlineData("redis.conf", "redis.conf", null, false)]
    [InlineData("a.hocon --port 1", null, "a.hocon", false)]
    [InlineData("/etc/rotom.conf", null, "/etc/rotom.conf", false)]
    [InlineData("--hocon x.conf --port 1", null, "x.conf", false)]
    [InlineData("-", null, null, true)]
    [InlineData("a.conf --loglevel verbose -", "a.conf", null, true)]
    public void Files_are_told_apart(string args, string? file, string? hocon, bool input)
    {
        CommandLine line = CommandLine.Parse(args.Split(' '));
        Assert.Equal((file, hocon, input), (line.File, line.HoconFile, line.ReadInput));
    }

    [Theory]
    [InlineData("-v", 0, "Rotom server v=", "")]
    [InlineData("--version", 0, "Rotom server v=", "")]
    [InlineData("--help", 0, "Usage: rotom-server", "")]
    [InlineData("--test-memory 64", 1, "", "does not test memory")]
    [InlineData("x.conf --sentinel", 1, "", "Sentinel")]
    [InlineData("--foo 1", 1, "", ">>> 'foo \"1\"'\nBad directive or wrong number of arguments")]
    [InlineData("--port", 1, "", ">>> 'port'\nwrong number of arguments")]
    [InlineData("--shutdown-on-sigint", 1, "", "argument(s) must be one of the following: def")]
    [InlineData("--hz 1 --port x", 1, "", "at argument 3\n>>> 'port \"x\"'\nargument couldn't be")]
    [InlineData("--hz 1 stray", 1, "", ">>> 'hz \"1\" \"stray\"'\nwrong number of arguments")]
    [InlineData("/no/such.conf", 1, "", "can't open config file '/no/such.conf': No such file")]
    [InlineData("--dir /no/such", 1, "", "Can't chdir to '/no/such': No such file or directory")]
    public async System.Threading.Tasks.Task Exit_codes_and_messages(
        string args, int code, string output, string errors)
    {
        using StringWriter said = new();
        using StringWriter complained = new();
        int result = await Program.Run(
            args.Split(' '), TextReader.Null, said, complained,
            _ => throw new InvalidOperationException("the server must not start"));
        Assert.Equal(code, result);
        Assert.Contains(output, said.ToString(), StringComparison.Ordinal);
        Assert.Contains(errors, complained.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Flags_override_input_overrides_the_file_overrides_hocon()
    {
        using TempFiles files = new();
        string hocon = files.Write(
            "a.hocon",
            "rotom { port = 1, hz = 2, timeout = 1 minute, maxmemory = 2MiB, save = [] }");
        string conf = files.Write("redis.conf", "hz 3\ninclude " + files.Path("inc*.conf") + "\n");
        files.Write("inc1.conf", "tcp-keepalive 4\nmaxclients 5\n");
        files.Write("inc2.conf", "maxclients 6\n");
        Startup startup = Startup.Load(
            CommandLine.Parse([conf, "--hocon", hocon, "--maxclients", "8", "-"]),
            new StringReader("maxclients 7\ntcp-keepalive 9\n"));
        ServerConfig c = startup.Config;
        Assert.Equal((1, 3, 60, 8), (c.Port, c.Hz, c.TimeoutSeconds, c.MaxClients));
        Assert.Equal((9, 2 << 20, 0), (c.TcpKeepAliveSeconds, c.MaxMemory, c.Save.Length));
        Assert.Equal(conf, startup.FilePath);
    }

    [Theory]
    [InlineData("rotom { prot = 1 }", "rotom.prot: there is no such setting")]
    [InlineData("rotom { port = x }", "rotom.port: argument couldn't be parsed into an integer")]
    [InlineData("rotom { port = 1", "")]
    public void Bad_hocon_is_refused_with_its_file(string text, string reason)
    {
        using TempFiles files = new();
        string path = files.Write("bad.hocon", text);
        ConfException error = Assert.Throws<ConfException>(
            () => Startup.Load(CommandLine.Parse([path]), TextReader.Null));
        Assert.StartsWith(path + ": " + reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rewritten_file_is_replaced_as_a_whole()
    {
        using TempFiles files = new();
        string path = files.Write("redis.conf", "# \u00fc\nhz 1\n");
        Assert.True(new RewritableFile(path).TryReplace(text => text + "port 2\n", out _));
        Assert.Equal("# \u00fc\nhz 1\nport 2\n", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(System.IO.Path.GetDirectoryName(path)!));
        Assert.False(
            new RewritableFile("/no/such/redis.conf").TryReplace(text => text, out string error));
        Assert.Equal("No such file or directory", error);
    }

    [Fact]
    public void A_rewritten_file_has_the_mode_it_had_and_a_new_one_is_the_owners()
    {
        if (OperatingSystem.IsWindows()) return;
        using TempFiles files = new();
        const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        string old = files.Write("old.conf", "hz 1\n");
        File.SetUnixFileMode(old, Mine | UnixFileMode.GroupRead);
        Assert.True(new RewritableFile(old).TryReplace(text => text, out _));
        Assert.Equal(Mine | UnixFileMode.GroupRead, File.GetUnixFileMode(old));
        string made = files.Path("new.conf");
        Assert.True(new RewritableFile(made).TryReplace(_ => "requirepass x\n", out _));
        Assert.Equal(Mine, File.GetUnixFileMode(made));
    }
}
