using System;
using System.Collections.Generic;
using System.Linq;
using Rotom.Engine.Config;
using Xunit;

namespace Rotom.Engine.Tests.Config;

public sealed class RedisConfTests
{
    [Theory]
    [InlineData("a  b\tc", "a|b|c")]
    [InlineData("a \"b c\" 'd e'", "a|b c|d e")]
    [InlineData("a \"\\x41\\n\\\"\\\\\" 'it\\'s \\n'", "a|A\n\"\\|it's \\n")]
    [InlineData("save \"\"", "save|")]
    [InlineData("a\"b\"", "ab")]
    [InlineData("\"a", null)]
    [InlineData("'a", null)]
    [InlineData("\"a\"b", null)]
    public void Words_are_quoted_as_in_redis(string line, string? words)
    {
        bool balanced = ConfLine.TrySplit(line, out List<string> split);
        Assert.Equal(words, balanced ? string.Join('|', split) : null);
    }

    [Fact]
    public void A_quoted_word_is_read_back()
    {
        const int Seed = 415;
        Random random = new(Seed);
        for (int round = 0; round < 500; round++)
        {
            char[] chars = new char[random.Next(0, 20)];
            for (int i = 0; i < chars.Length; i++) chars[i] = (char)random.Next(256);
            string word = new(chars);
            Assert.True(
                ConfLine.TrySplit(ConfLine.Quote(word), out List<string> words)
                    && words.Count == 1 && words[0] == word,
                $"seed {Seed}, round {round}: {ConfLine.Quote(word)}");
        }
    }

    [Fact]
    public void Directives_are_set_in_order_and_lists_grow()
    {
        ServerConfig config = Load("""
            # comment
            PORT 1
            port 2

            save 100 1
            save 200 2 300 3
            client-output-buffer-limit normal 1mb 0 0
            bind 127.0.0.1 -::1
            rename-command CONFIG ""
            requirepass "a b"
            slave-priority 5
            """);
        Assert.Equal(2, config.Port);
        Assert.Equal([new(100, 1), new(200, 2), new(300, 3)], config.Save);
        Assert.Equal(1 << 20, config.ClientOutputBufferLimits.Normal.HardBytes);
        Assert.Equal(60, config.ClientOutputBufferLimits.PubSub.SoftSeconds);
        Assert.Equal(["127.0.0.1", "-::1"], config.Bind);
        Assert.Equal([new RenamedCommand("CONFIG", "")], config.RenamedCommands);
        Assert.Equal("a b", config.RequirePass);
        Assert.Equal(5, config.ReplicaPriority);
    }

    [Theory]
    [InlineData("save 1 1\nsave \"\"", "")]
    [InlineData("save \"\"\nsave 5 6", "5 6")]
    [InlineData("save '1 2 3 4'", "1 2 3 4")]
    public void Save_lines_add_and_an_empty_one_clears(string text, string shown) =>
        Assert.Equal(shown, ConfigTable.Find("save")!.Get(Load(text)));

    [Theory]
    [InlineData("hz 1\nport 1x", 2, "port 1x", "argument couldn't be parsed into an integer")]
    [InlineData("  port \"12 ", 1, "port \"12", "Unbalanced quotes in configuration line")]
    [InlineData("\n\nfoo 1", 3, "foo 1", "Bad directive or wrong number of arguments")]
    [InlineData("port", 1, "port", "wrong number of arguments")]
    [InlineData("hz 10 # x", 1, "hz 10 # x", "wrong number of arguments")]
    [InlineData("loadmodule x.so", 1, "loadmodule x.so", "Rotom does not load modules")]
    [InlineData("cluster-enabled yes", 1, "cluster-enabled yes", "cluster mode is not supported")]
    [InlineData("user a on x", 1, "user a on x", "Error in user declaration 'a': Syntax error")]
    [InlineData(
        "user a on\nuser a off", 2, "user a off",
        "Duplicate user found. A user can only be defined once in config files")]
    [InlineData(
        "hz 1\nrename-command GTE GET", 2, "rename-command GTE GET",
        "No such command in rename-command")]
    [InlineData(
        "rename-command GET set", 1, "rename-command GET set",
        "Target command name already exists")]
    [InlineData(
        "rename-command GET \"\"\nrename-command GET g", 2, "rename-command GET g",
        "No such command in rename-command")]
    public void A_bad_line_is_named(string text, int line, string shown, string reason)
    {
        ConfException error = Assert.Throws<ConfException>(() => Load(text));
        Assert.Equal(new ConfPlace("test.conf", line, shown), error.Place);
        Assert.Equal(
            "\n*** FATAL CONFIG FILE ERROR (Rotom 1.0) ***\n"
                + $"Reading the configuration file 'test.conf', at line {line}\n"
                + $">>> '{shown}'\n{reason}\n",
            error.Report("Rotom 1.0"));
    }

    [Fact]
    public void Included_files_come_in_their_place()
    {
        Files files = new()
        {
            ["more*.conf"] = [("more1.conf", "port 5\nhz 20"), ("more2.conf", "hz 30")],
            ["bad.conf"] = [("bad.conf", "\nhz x")],
            ["self.conf"] = [("self.conf", "include self.conf")],
        };
        ServerConfig config = Load("port 4\ninclude more*.conf\ntimeout 9\ninclude none*", files);
        Assert.Equal((5, 30, 9), (config.Port, config.Hz, config.TimeoutSeconds));

        ConfException bad = Assert.Throws<ConfException>(() => Load("include bad.conf", files));
        Assert.Equal(new ConfPlace("bad.conf", 2, "hz x"), bad.Place);
        ConfException self = Assert.Throws<ConfException>(() => Load("include self.conf", files));
        Assert.Equal("Files are included too deeply", self.Message);
    }

    // The file and the result of CONFIG REWRITE were made with redis-server 7.0.15.
    [Fact]
    public void Rewriting_keeps_comments_and_order()
    {
        const string Old = """
            # my comment
            port 27842
            hz 12

            # save stuff
            save 100 1
            save 200 2
            client-output-buffer-limit normal 1mb 0 0
            slave-priority 50
            maxmemory 100mb
            include other.conf
            dir /tmp

            """;
        const string New = """
            # my comment
            port 27842
            hz 3

            # save stuff
            save 1 1

            client-output-buffer-limit normal 1mb 0 0
            replica-priority 3
            maxmemory 100mb
            include other.conf
            dir "/tmp"

            # Generated by CONFIG REWRITE
            client-output-buffer-limit pubsub 1 1 1
            requirepass "a b\"c"
            repl-backlog-size 16kb
            user default on nopass ~* &* +@all

            """;
        ServerConfig config = Load(Old, new Files { ["other.conf"] = [] });
        Assert.Null(ConfigSetter.Set(
            config,
            new ConfigSetting(false, false),
            [
                ("hz", "3"), ("slave-priority", "3"), ("save", "1 1"), ("requirepass", "a b\"c"),
                ("client-output-buffer-limit", "pubsub 1 1 1"), ("repl-backlog-size", "1"),
            ],
            null));
        Dictionary<string, IReadOnlyList<string>> users = new()
        {
            ["user"] = ["user default on nopass ~* &* +@all"],
        };
        string text = ConfRewriter.Rewrite(Old, config, users);
        Assert.Equal(New, text);
        Assert.Equal(New, ConfRewriter.Rewrite(text, config, users));
    }

    [Fact]
    public void A_rewritten_file_loads_to_the_same_settings()
    {
        const int Seed = 77;
        Random random = new(Seed);
        for (int round = 0; round < 20; round++)
        {
            ServerConfig config = new();
            foreach (ConfigRow row in ConfigTable.Rows) Change(random, config, row);
            string text = ConfRewriter.Rewrite("# old\nhz 7\n", config);
            ServerConfig read = Load(text);
            foreach (ConfigRow row in ConfigTable.Rows)
            {
                Assert.True(
                    row.Get(config) == row.Get(read),
                    $"seed {Seed}, round {round}, {row.Name}: {row.Get(config)} became "
                        + row.Get(read));
            }
        }
    }

    private static void Change(Random random, ServerConfig config, ConfigRow row)
    {
        string[] values =
        [
            "yes", "no", random.Next(600).ToString(), $"{random.Next(2048)}kb", "a \u00ff\"b",
            "10.0.0.1 7", "KEx", "1 2 3 4", "pubsub 1mb 5kb 9", "always", "local", "", "save now",
            "allkeys-lfu", "12.5 99", "warning", "1 2 3",
        ];

        // Refused values are as good as none: most fit only some kinds.
        _ = row.Set(config, [values[random.Next(values.Length)]]);
    }

    private static ServerConfig Load(string text, Files? files = null)
    {
        ServerConfig config = new();
        new ConfLoader(config).Load(RedisConf.Parse("test.conf", text, files ?? []));
        return config;
    }

    private sealed class Files : Dictionary<string, (string Path, string Text)[]>, IConfFiles
    {
        public IReadOnlyList<(string Path, string Text)> Open(string pathOrPattern) =>
            this.GetValueOrDefault(pathOrPattern, []);
    }
}
