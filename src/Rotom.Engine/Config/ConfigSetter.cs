using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;
using Rotom.Resp;

namespace Rotom.Engine.Config;

// CONFIG SET: all of its pairs or none.
//
// First every name is looked at (unknown, immutable, protected, given twice), then the values are
// set in order, then what has to happen in the world is done, each thing once. Whatever fails, the
// values are put back and what was already done is done again with them.

/// <summary>Who asks for a change, and when.</summary>
/// <param name="MayChangeProtected">Protected settings are open to this client.</param>
/// <param name="Loading">The data set is being loaded.</param>
public readonly record struct ConfigSetting(bool MayChangeProtected, bool Loading)
{
    /// <summary>Whether <c>enable-protected-configs</c> lets a client change such a row.</summary>
    public static bool ProtectedAllowed(ServerConfig config, bool clientIsLocal) =>
        config.EnableProtectedConfigs == DangerousAccess.Yes
        || (config.EnableProtectedConfigs == DangerousAccess.Local && clientIsLocal);
}

/// <summary>Changes settings at run time.</summary>
public static class ConfigSetter
{
    /// <summary>Follows CONFIG SET of Redis 7.</summary>
    /// <param name="config">The settings.</param>
    /// <param name="setting">Who asks.</param>
    /// <param name="pairs">Names and values in byte text.</param>
    /// <param name="applier">The world; null where there is none, as in tests.</param>
    /// <returns>Null, or the error reply without its dash.</returns>
    public static string? Set(
        ServerConfig config,
        ConfigSetting setting,
        IReadOnlyList<(string Name, string Value)> pairs,
        IConfigApplier? applier)
    {
        List<(ConfigRow Row, object? Old)> before = [];
        HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, _) in pairs)
        {
            if (ConfigTable.Find(name) is not { } row)
            {
                return $"ERR Unknown option or number of arguments for CONFIG SET - '{name}'";
            }

            string? refusal = Refusal(row, setting);
            if (refusal is null && !seen.Add(name)) refusal = "duplicate parameter";
            if (refusal is not null) return Failed(name, refusal);
            if (setting.Loading && row.Flags.HasFlag(ConfigFlags.DenyLoading))
            {
                return Encoding.ASCII.GetString(Errors.Loading);
            }

            before.Add((row, row.Capture(config)));
        }

        for (int i = 0; i < pairs.Count; i++)
        {
            string? error = before[i].Row.Set(config, [pairs[i].Value]);
            if (error is null) continue;
            Restore(config, CollectionsMarshal.AsSpan(before)[..i]);
            return Failed(pairs[i].Name, error);
        }

        return applier is null ? null : Apply(config, pairs, before, applier);
    }

    private static string? Apply(
        ServerConfig config,
        IReadOnlyList<(string Name, string Value)> pairs,
        List<(ConfigRow Row, object? Old)> before,
        IConfigApplier applier)
    {
        List<ConfigApply> done = [];
        for (int i = 0; i < pairs.Count; i++)
        {
            ConfigApply what = before[i].Row.Apply;
            if (what == ConfigApply.None || done.Contains(what)) continue;
            done.Add(what);
            if (applier.TryApply(what, config, out string error)) continue;
            Restore(config, CollectionsMarshal.AsSpan(before));

            // The old values were in force a moment ago; if they cannot be had back either there
            // is no better state to choose, and the client hears of the first failure.
            foreach (ConfigApply again in done) _ = applier.TryApply(again, config, out _);
            return Failed(pairs[i].Name, error);
        }

        return null;
    }

    private static string? Refusal(ConfigRow row, ConfigSetting setting)
    {
        if (row.Flags.HasFlag(ConfigFlags.Immutable)) return "can't set immutable config";
        if (row.Flags.HasFlag(ConfigFlags.Protected) && !setting.MayChangeProtected)
        {
            return "can't set protected config";
        }

        return null;
    }

    // Backwards, so that of two names for one row the value before both comes back.
    private static void Restore(ServerConfig config, ReadOnlySpan<(ConfigRow Row, object? Old)> old)
    {
        for (int i = old.Length - 1; i >= 0; i--) old[i].Row.Restore(config, old[i].Old);
    }

    private static string Failed(string name, string reason) =>
        $"ERR CONFIG SET failed (possibly related to argument '{name}') - {reason}";
}
