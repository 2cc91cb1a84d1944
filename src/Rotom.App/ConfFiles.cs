using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Enumeration;
using System.Text;
using Rotom.Engine.Config;

namespace Rotom.App;

/// <summary>Configuration files on the disk, as byte text.</summary>
internal sealed class ConfFiles : IConfFiles
{
    /// <inheritdoc/>
    public IReadOnlyList<(string Path, string Text)> Open(string pathOrPattern)
    {
        if (!ByteText.TryToText(pathOrPattern, out string path))
        {
            throw new ConfException("the name of an included file is not UTF-8");
        }

        string name = Path.GetFileName(path);
        if (name.AsSpan().IndexOfAny('*', '?') < 0) return [(path, Read(path))];

        string directory = Path.GetDirectoryName(path) is { Length: > 0 } given ? given : ".";
        List<(string, string)> files = [];
        if (!Directory.Exists(directory)) return files;
        FileSystemEnumerable<string> found = new(
            directory, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath())
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                !entry.IsDirectory && FileSystemName.MatchesSimpleExpression(name, entry.FileName),
        };
        List<string> paths = [.. found];
        paths.Sort(StringComparer.Ordinal);
        foreach (string one in paths) files.Add((one, Read(one)));
        return files;
    }

    /// <summary>The text of a file.</summary>
    /// <exception cref="ConfException">It cannot be read.</exception>
    internal static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path, Encoding.Latin1);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConfException(
                $"Fatal error, can't open config file '{path}': {Reason(error)}");
        }
    }

    /// <summary>The system's words for what went wrong with a file.</summary>
    internal static string Reason(Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => "No such file or directory",
        UnauthorizedAccessException => "Permission denied",
        _ => error.Message,
    };
}

/// <summary>The redis.conf that CONFIG REWRITE rewrites.</summary>
internal sealed class RewritableFile(string path) : IConfigFile
{
    /// <inheritdoc/>
    public bool TryReplace(Func<string, string> rewrite, out string error)
    {
        // Written beside and renamed over, so that a crash leaves the old file or the new one.
        string next = path + ".rewrite-" + Environment.ProcessId;
        try
        {
            string text = File.Exists(path) ? File.ReadAllText(path, Encoding.Latin1) : "";
            byte[] bytes = ByteText.ToBytes(rewrite(text));
            using (FileStream stream = new(next, Beside()))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }

            KeepMode(next);
            File.Move(next, path, overwrite: true);
            error = "";
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            error = ConfFiles.Reason(failure);
            return false;
        }
    }

    // It holds passwords: nobody may read it before it has the mode of the file it replaces.
    private static FileStreamOptions Beside()
    {
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private void KeepMode(string next)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(path)) return;
        File.SetUnixFileMode(next, File.GetUnixFileMode(path));
    }
}
