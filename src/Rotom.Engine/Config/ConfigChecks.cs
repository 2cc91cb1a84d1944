using System;

namespace Rotom.Engine.Config;

/// <summary>Rules of single rows beyond what their kind knows; the texts are Redis'.</summary>
internal static class ConfigChecks
{
    private static readonly string[] s_titleWords =
        ["title", "listen-addr", "server-mode", "port", "tls-port", "unixsocket", "config-file"];

    internal static string? DbFileName(string name) => IsPath(name)
        ? "dbfilename can't be a path, just a filename"
        : null;

    internal static string? AppendFileName(string name)
    {
        if (name.Length == 0) return "appendfilename can't be empty";
        return IsPath(name) ? "appendfilename can't be a path, just a filename" : null;
    }

    internal static string? AppendDirectoryName(string name)
    {
        if (name.Length == 0) return "appenddirname can't be empty";
        return IsPath(name) ? "appenddirname can't be a path, just a dirname" : null;
    }

    internal static string? ProcessTitle(string template)
    {
        int at = 0;
        while ((at = template.IndexOfAny(['{', '}'], at)) >= 0)
        {
            int end = template.IndexOf('}', at);
            if (template[at] == '}' || end < 0
                || Array.IndexOf(s_titleWords, template[(at + 1)..end]) < 0)
            {
                return "template format is invalid or contains unknown variables";
            }

            at = end + 1;
        }

        return null;
    }

    internal static string? ShutdownWords(ShutdownOnSignal words) =>
        words.HasFlag(ShutdownOnSignal.Save | ShutdownOnSignal.NoSave)
            ? "shutdown options SAVE and NOSAVE can't be used simultaneously"
            : null;

    internal static string? NoCluster(bool enabled) =>
        enabled ? "cluster mode is not supported" : null;

    private static bool IsPath(string name) => name.AsSpan().IndexOfAny('/', '\\') >= 0;
}
