using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Akka.Configuration;
using Rotom.Actors.Hosting;
using Rotom.Engine.Config;
using Rotom.Engine.Persist;

namespace Rotom.App;

/// <summary>
/// The settings of a start, from HOCON, the file, standard input and the flags, in this order: what
/// comes later counts.
/// </summary>
internal sealed class Startup
{
    private Startup(ServerConfig config, string hocon, string? file, RestorePoint? restoreTo)
    {
        RestoreTo = restoreTo;
        Config = config;
        Hocon = hocon;
        ConfigFile = file is null ? null : new RewritableFile(Path.GetFullPath(file));
        FilePath = file is null ? null : Path.GetFullPath(file);
    }

    /// <summary>The settings.</summary>
    internal ServerConfig Config { get; }

    /// <summary>The operator's HOCON text; empty for none.</summary>
    internal string Hocon { get; }

    /// <summary>The redis.conf for CONFIG REWRITE.</summary>
    internal IConfigFile? ConfigFile { get; }

    /// <summary>The point to which the journal is restored first; null for none.</summary>
    internal RestorePoint? RestoreTo { get; }

    /// <summary>Its full path.</summary>
    internal string? FilePath { get; }

    /// <summary>Reads all that the command line names.</summary>
    /// <exception cref="ConfException">Something cannot be read or is refused.</exception>
    internal static Startup Load(CommandLine line, TextReader input)
    {
        ServerConfig config = new();
        string hocon = line.HoconFile is null ? "" : LoadHocon(line.HoconFile, config);
        ConfFiles files = new();
        List<ConfDirective> directives = [];
        if (line.File is { } file)
        {
            directives.AddRange(RedisConf.Parse(file, ConfFiles.Read(file), files));
        }

        if (line.ReadInput)
        {
            string text = ByteText.FromText(input.ReadToEnd());
            directives.AddRange(RedisConf.Parse("-", text, files));
        }

        directives.AddRange(line.Flags);
        new ConfLoader(config).Load(directives);
        if (line.RestoreTo is not null && !config.AppendOnly)
        {
            throw new ConfException("--restore-to needs a journal: appendonly yes");
        }

        return new Startup(config, hocon, line.File, line.RestoreTo);
    }

    /// <summary>Goes to <c>dir</c>, and states it in full from then on.</summary>
    internal static bool TryEnterDirectory(ServerConfig config, out string error)
    {
        error = "";
        try
        {
            if (config.Directory.Length > 0) Directory.SetCurrentDirectory(config.Directory);
            config.Directory = Directory.GetCurrentDirectory();
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            error = ConfFiles.Reason(failure);
            return false;
        }
    }

    private static string LoadHocon(string path, ServerConfig config)
    {
        string text = Encoding.UTF8.GetString(ByteText.ToBytes(ConfFiles.Read(path)));
        try
        {
            HoconSettings.Load(ConfigurationFactory.ParseString(text), config);
            return text;
        }
        catch (ConfException error)
        {
            throw new ConfException($"{path}: {error.Message}");
        }
        catch (Exception error) when (error is ConfigurationException or FormatException)
        {
            throw new ConfException($"{path}: {error.Message}");
        }
    }
}
