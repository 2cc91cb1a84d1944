using System;
using Rotom.Engine;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;

namespace Rotom.Actors.Hosting;

/// <summary>The file of the users. It is written beside itself and renamed over, so that a crash
/// leaves the old file or the new one.</summary>
internal sealed class AclFile(IFileSystem files, string path) : IAclFile
{
    internal const string TwoSources =
        "Users are defined in redis.conf and aclfile names a file of users: only one of the two is "
        + "allowed";

    // A line a user: far more than anybody has, and little enough to be read at once.
    private const int BytesMax = 64 << 20;

    /// <inheritdoc/>
    public bool TryRead(out string text, out string error)
    {
        text = "";
        error = "";
        IoResult<IFile> opened = files.Open(path, FileUse.Read);
        if (!opened.IsDone)
        {
            error = opened.Text;
            return false;
        }

        using IFile file = opened.Value;
        if (file.Size > BytesMax)
        {
            error = "File too large";
            return false;
        }

        byte[] bytes = new byte[file.Size];
        for (int done = 0; done < bytes.Length;)
        {
            IoResult<int> read = file.Read(done, bytes.AsSpan(done));
            if (!read.IsDone || read.Value == 0)
            {
                error = read.IsDone ? "File is shorter than it was" : read.Text;
                return false;
            }

            done += read.Value;
        }

        text = ByteText.FromBytes(bytes);
        return true;
    }

    /// <inheritdoc/>
    public bool TryReplace(string text, out string error)
    {
        string next = path + ".tmp";
        IoResult done = Write(next, ByteText.ToBytes(text));
        if (done.IsDone) done = files.Rename(next, path);
        else files.Unlink(next);
        if (done.IsDone) done = files.FsyncDirectory(DirectoryOf(path));
        error = done.Text;
        return done.IsDone;
    }

    private IoResult Write(string to, byte[] bytes)
    {
        IoResult<IFile> opened = files.Open(to, FileUse.Create);
        if (!opened.IsDone) return opened.Outcome;
        using IFile file = opened.Value;
        IoResult done = file.Append(bytes);
        return done.IsDone ? file.Fsync() : done;
    }

    private static string DirectoryOf(string file)
    {
        int slash = file.LastIndexOf('/');
        return slash < 0 ? "." : slash == 0 ? "/" : file[..slash];
    }
}
