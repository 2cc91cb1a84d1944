using System;
using System.Globalization;
using System.IO;
using Rotom.Engine.Config;

namespace Rotom.App;

/// <summary>
/// What the process does when a setting changes: log level, directory, title, the kernel's score.
/// What it does not know has no effect on the process; sockets and journal are the host's.
/// </summary>
internal sealed class ProcessApplier(ServerLog log) : IConfigApplier
{
    private const string ScoreFile = "/proc/self/oom_score_adj";
    private int? _scoreBefore;

    /// <summary>Set once the process shows itself.</summary>
    internal ProcessIdentity? Identity { get; set; }

    /// <inheritdoc/>
    public bool TryApply(ConfigApply what, ServerConfig config, out string error)
    {
        error = "";
        switch (what)
        {
            case ConfigApply.LogLevel:
                log.SetLevel(config.LogLevel);
                return true;
            case ConfigApply.Directory:
                return Startup.TryEnterDirectory(config, out error);
            case ConfigApply.ProcessTitle:
                Identity?.ShowTitle();
                return true;
            case ConfigApply.OomScore:
                return TrySetScore(config, out error);
            case ConfigApply.MaxClients:
                return ClientRoom.TryMake(config, out error);
            default:
                return true;
        }
    }

    private bool TrySetScore(ServerConfig config, out string error)
    {
        error = "";
        if (!OperatingSystem.IsLinux()) return true;
        try
        {
            if (config.OomScoreAdjust == OomScoreAdjust.No && _scoreBefore is null) return true;
            _scoreBefore ??= int.Parse(File.ReadAllText(ScoreFile), CultureInfo.InvariantCulture);
            int wanted = config.OomScoreAdjustValues[config.ReplicaOf is null ? 0 : 1];
            int score = config.OomScoreAdjust switch
            {
                OomScoreAdjust.No => _scoreBefore.Value,
                OomScoreAdjust.Relative => _scoreBefore.Value + wanted,
                _ => wanted,
            };
            score = Math.Clamp(score, -1000, 1000);
            File.WriteAllText(ScoreFile, score.ToString(CultureInfo.InvariantCulture));
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            error = "Failed to apply new oom_score_adj configuration, check server logs.";
            return false;
        }
    }
}
