using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Microsoft.Extensions.Configuration;
using Rotom.Engine.Config;

namespace Rotom.Actors.Hosting;

// RotomOptions: a server as its host describes it, by code or by configuration. What a host sets
// most has a property; everything that redis.conf knows is in Settings, by its name there.
//
// In IConfiguration names are spelled as there (maxmemory-policy) or as .NET does
// (MaxMemoryPolicy); a list is an array, a setting that may be repeated an array of lines:
//
//   "Rotom": { "Port": 6379, "Bind": ["127.0.0.1"], "MaxMemory": "64mb", "Save": ["3600 1"] }
//
// In HOCON they are keys of rotom, or of rotom.servers.NAME, spelled and valued as in
// reference.conf; WithRotom reads them from the actor system's own settings:
//
//   rotom { port = none, maxmemory = 64MiB, servers.second.save = ["3600 1"] }
//
// Precedence, where several say the same: HOCON, then IConfiguration (which has the environment and
// the command line), then code; what comes later wins, setting by setting. What is wrong is said of
// all of them at once, each by the path it came from.
//
// Unlike a server of its own, one in a library writes no file unless it is told to: there are no
// save points by default.

/// <summary>How a server in this process is to be.</summary>
public sealed class RotomOptions
{
    /// <summary>As <see cref="Port"/>: one that the system chooses.</summary>
    public const int AnyPort = -1;

    private readonly List<string> _wrong = [];
    private readonly Dictionary<string, string> _origins =
        new(StringComparer.OrdinalIgnoreCase);

    /// <summary>TCP port; null for no socket at all, <see cref="AnyPort"/> for any.</summary>
    public int? Port { get; set; } = 6379;

    /// <summary>Addresses to listen on; the loopback ones unless said otherwise.</summary>
    public IList<string> Bind { get; set; } = ["127.0.0.1", "-::1"];

    /// <summary>The default user's password; empty for none.</summary>
    public string Password { get; set; } = "";

    /// <summary>
    /// Users as redis.conf's lines <c>user</c> have them: <c>ann on nopass ~ann:* +@all</c>.
    /// </summary>
    public IList<string> Users { get; private set; } = [];

    /// <summary>Settings by redis.conf's names, with redis.conf's words.</summary>
    public IDictionary<string, IList<string>> Settings { get; } =
        new Dictionary<string, IList<string>>(StringComparer.OrdinalIgnoreCase)
        {
            ["save"] = [""],
        };

    /// <summary>Commands and middleware of the host.</summary>
    public RotomCommands Commands { get; } = new();

    /// <summary>SHUTDOWN, sent by a client, stops the whole host; else it is only logged.</summary>
    public bool StopHostOnShutdown { get; set; }

    /// <summary>Sets a setting by redis.conf's name.</summary>
    public RotomOptions Set(string name, params string[] values)
    {
        ArgumentNullException.ThrowIfNull(name);
        Settings[name] = values;
        _origins.Remove(name);
        return this;
    }

    /// <summary>Puts middleware around every command.</summary>
    public RotomOptions Use(Engine.CommandMiddleware middleware)
    {
        Commands.Use(middleware);
        return this;
    }

    /// <summary>Takes what a section of the configuration says.</summary>
    public void Load(IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (!child.Key.Equals("settings", StringComparison.OrdinalIgnoreCase))
            {
                Take(child);
                continue;
            }

            foreach (IConfigurationSection setting in child.GetChildren()) Take(setting);
        }
    }

    /// <summary>Takes what HOCON says, spelled as in <c>reference.conf</c>.</summary>
    /// <param name="hocon">The text.</param>
    /// <param name="path">The object in it that holds the settings.</param>
    public RotomOptions LoadHocon(string hocon, string path = "rotom")
    {
        ArgumentNullException.ThrowIfNull(hocon);
        Load(ConfigurationFactory.ParseString(hocon), path);
        return this;
    }

    /// <summary>Takes what an object in HOCON says; objects in it are left alone.</summary>
    internal void Load(Config hocon, string path)
    {
        if (hocon.GetValue(path)?.GetObject() is not { } root) return;
        foreach ((string key, HoconValue value) in root.Items)
        {
            if (value.IsObject()) continue;
            Take(key, $"{path}.{key}", HoconSettings.Words(NameOf(key), value));
        }
    }

    /// <summary>What is wrong with it; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        TryBuild(out _, out List<string> wrong);
        return wrong;
    }

    /// <summary>The settings of the engine.</summary>
    internal bool TryBuild(out ServerConfig config, out List<string> wrong)
    {
        config = new ServerConfig();
        wrong = [.. _wrong];
        if (Port is < AnyPort or > 65535) wrong.Add($"{Origin("Port")}: {Port} is not a port");
        config.Port = Port is { } port and > 0 and <= 65535 ? port : 0;
        config.Bind = [.. Bind];
        config.RequirePass = ByteText.FromText(Password);
        foreach ((string name, IList<string> values) in Settings)
        {
            string? error = ConfigTable.Find(name) is { } row
                ? row.Set(config, [.. values.Select(ByteText.FromText)])
                : "there is no such setting";
            if (error is not null) wrong.Add($"{Origin(name)}: {error}");
        }

        AddUsers(config, wrong);
        return wrong.Count == 0;
    }

    private void AddUsers(ServerConfig config, List<string> wrong)
    {
        ConfLoader loader = new(config);
        foreach (string user in Users)
        {
            try
            {
                if (ConfLine.TrySplit(ByteText.FromText(user), out List<string> words))
                {
                    loader.Load([new ConfDirective(default, ["user", .. words])]);
                }
                else
                {
                    wrong.Add($"{Origin("Users")}: quotes that do not end: {user}");
                }
            }
            catch (ConfException refused)
            {
                wrong.Add($"{Origin("Users")}: {refused.Message}");
            }
        }
    }

    private string Origin(string name) => _origins.GetValueOrDefault(name, name);

    private void Take(IConfigurationSection section) =>
        Take(section.Key, section.Path, Values(section));

    private void Take(string key, string path, List<string> values)
    {
        if (TryOwn(key, path, values)) return;
        if (NameOf(key) is not { } name)
        {
            _wrong.Add($"{path}: there is no such setting");
            return;
        }

        Settings[name] = values;
        _origins[name] = path;
    }

    private bool TryOwn(string key, string path, List<string> values)
    {
        string value = values[0];
        switch (key.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant())
        {
            case "port":
                ReadPort(value, path);
                return true;
            case "bind":
                Bind = values;
                return true;
            case "users":
                Users = values;
                _origins["Users"] = path;
                return true;
            case "password":
                Password = value;
                return true;
            case "stophostonshutdown":
                if (value is "yes" or "no") StopHostOnShutdown = value == "yes";
                else _wrong.Add($"{path}: '{value}' is neither true nor false");
                return true;
            default:
                return false;
        }
    }

    private void ReadPort(string text, string path)
    {
        string word = text.ToLowerInvariant();
        _origins["Port"] = path;
        if (word is "" or "none") Port = null;
        else if (word == "any") Port = AnyPort;
        else if (int.TryParse(text, CultureInfo.InvariantCulture, out int port)) Port = port;
        else _wrong.Add($"{path}: '{text}' is neither a number nor 'any' nor 'none'");
    }

    // true and false are .NET's spelling of yes and no.
    private static List<string> Values(IConfigurationSection section)
    {
        List<string> values = [.. section.GetChildren().Select(item => item.Value ?? "")];
        if (values.Count == 0) values.Add(section.Value ?? "");
        return values.ConvertAll(value => value switch
        {
            "True" or "true" => "yes",
            "False" or "false" => "no",
            _ => value,
        });
    }

    private static string? NameOf(string key)
    {
        if (ConfigTable.Find(key) is { } exact) return exact.Name;
        foreach (ConfigRow row in ConfigTable.Rows)
        {
            string plain = row.Name.Replace("-", "", StringComparison.Ordinal);
            if (plain.Equals(key, StringComparison.OrdinalIgnoreCase)) return row.Name;
        }

        return null;
    }
}
