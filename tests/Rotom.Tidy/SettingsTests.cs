using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Akka.Configuration;
using Rotom.Actors.Hosting;
using Rotom.Engine.Config;
using Xunit;

namespace Rotom.Tidy;

/// <summary>hocon/reference.conf and the table of settings say the same.</summary>
public sealed class SettingsTests
{
    private static readonly string s_text = File.ReadAllText(Hocon("reference.conf"));

    [Fact]
    public void Every_setting_is_in_the_reference_and_nothing_else()
    {
        HashSet<string> keys =
            [.. ConfigurationFactory.ParseString(s_text).GetValue("rotom").GetObject().Items
                .Where(item => !item.Value.IsObject()).Select(item => item.Key)];
        string[] rows = [.. ConfigTable.Rows.ToArray().Select(row => row.Name)];
        Assert.Equal([], rows.Except(keys));
        Assert.Equal([], keys.Except(rows));
    }

    [Fact]
    public void The_reference_states_the_defaults()
    {
        ServerConfig config = new();
        HoconSettings.Load(ConfigurationFactory.ParseString(s_text), config);
        foreach (ConfigRow row in ConfigTable.Rows)
        {
            Assert.True(
                row.IsStandard(config),
                $"{row.Name} is {row.Get(config)} in reference.conf, {row.Standard} in the table");
        }
    }

    [Fact]
    public void Every_setting_has_its_text()
    {
        HashSet<string> grouped = [.. ConfigTable.Rows.ToArray()
            .Where(row => row.NoEffect is not null).Select(row => row.Name)];
        string before = "";
        foreach (string line in s_text.Split('\n').Select(line => line.Trim()))
        {
            string name = line.Split(" = ")[0];
            if (ConfigTable.Find(name) is not null && !grouped.Contains(name))
            {
                Assert.True(before.StartsWith("# ", StringComparison.Ordinal), name);
            }

            before = line;
        }

        Assert.All(
            ConfigTable.Rows.ToArray().Where(row => row.NoEffect is not null),
            row => Assert.Contains(row.NoEffect!.Split(' ')[^1], s_text, StringComparison.Ordinal));
    }

    [Fact]
    public void The_files_for_operators_are_accepted()
    {
        string[] files =
            [Hocon("rotom.conf"), .. Directory.GetFiles(Hocon("samples"), "*.conf")];
        Assert.True(files.Length >= 4);
        foreach (string file in files)
        {
            HoconSettings.Load(
                ConfigurationFactory.ParseString(File.ReadAllText(file)), new ServerConfig());
        }
    }

    private static string Hocon(string name)
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "Rotom.sln")))
        {
            directory = Path.GetDirectoryName(directory);
        }

        return Path.Combine(directory ?? "", "hocon", name);
    }
}
