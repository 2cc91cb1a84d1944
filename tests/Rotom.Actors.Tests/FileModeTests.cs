using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Rotom.Actors.Persistence;
using Rotom.Engine.Abstractions;
using Rotom.Resp;
using Xunit;

namespace Rotom.Actors.Tests;

/// <summary>
/// Whatever a server creates may be read by its own user only, from the creation on.
/// </summary>
public sealed class FileModeTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _directory =
        Directory.CreateTempSubdirectory("rotom-test-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Snapshots_journals_and_users_are_for_the_owner_only()
    {
        if (OperatingSystem.IsWindows()) return;
        string acl = Path.Join(_directory, "users.acl");
        await File.WriteAllTextAsync(acl, "user default on nopass ~* &* +@all\n");
        File.SetUnixFileMode(acl, OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        WatchedFiles files = new();
        await using TestServer server = await TestServer.StartAsync(
            config =>
            {
                config.Directory = _directory;
                config.DbFileName = "dump.rdb";
                config.AppendOnly = true;
                config.AclFile = acl;
            },
            files: files);
        await using RespClient client = await server.ConnectAsync();
        foreach (string command in (string[])["SET k v", "SAVE", "BGREWRITEAOF", "ACL SAVE"])
        {
            RespValue reply = await client.CallAsync(Words(command));
            Assert.False(reply.IsError, command);
        }

        while (!(await client.CallAsync("INFO", "persistence")).ToString().Contains(
            "aof_rewrite_in_progress:0", StringComparison.Ordinal))
        {
            await Task.Yield();
        }

        string[] left = Directory.GetFiles(_directory, "*", SearchOption.AllDirectories);
        foreach (string path in left) Assert.Equal(OwnerOnly, File.GetUnixFileMode(path));
        // The dump, the users, the journal's base, its increment, its manifest.
        Assert.True(left.Length >= 5, string.Join(' ', left));
        Assert.Contains(acl + ".tmp", files.Created.Keys);
        Assert.Contains(files.Created.Keys, path => Path.GetFileName(path).StartsWith("temp-"));
        Assert.All(files.Created, made => Assert.Equal(OwnerOnly, made.Value));
    }

    private static RespArgument[] Words(string command) =>
        [.. command.Split(' ').Select(word => (RespArgument)word)];

    [Fact]
    public void A_file_that_is_there_keeps_its_mode()
    {
        if (OperatingSystem.IsWindows()) return;
        string path = Path.Join(_directory, "mine");
        File.WriteAllText(path, "x");
        UnixFileMode mode = OwnerOnly | UnixFileMode.GroupRead;
        File.SetUnixFileMode(path, mode);
        foreach (FileUse use in (FileUse[])[FileUse.Append, FileUse.Create])
        {
            using IFile file = new SystemFiles().Open(path, use).Value;
            Assert.Equal(mode, File.GetUnixFileMode(path));
        }
    }

    /// <summary>The machine's files, and the mode of each right after its creation.</summary>
    private sealed class WatchedFiles : IFileSystem
    {
        private readonly SystemFiles _files = new();

        internal ConcurrentDictionary<string, UnixFileMode> Created { get; } = [];

        public IoResult<IFile> Open(string path, FileUse use)
        {
            bool isNew = !File.Exists(path);
            IoResult<IFile> opened = _files.Open(path, use);
            if (isNew && opened.IsDone && !OperatingSystem.IsWindows())
            {
                Created[path] = File.GetUnixFileMode(path);
            }

            return opened;
        }

        public IoResult<long> Size(string path) => _files.Size(path);

        public IoResult<IReadOnlyList<string>> List(string directory) => _files.List(directory);

        public IoResult CreateDirectory(string path) => _files.CreateDirectory(path);

        public IoResult Rename(string from, string to) => _files.Rename(from, to);

        public IoResult Unlink(string path) => _files.Unlink(path);

        public IoResult FsyncDirectory(string path) => _files.FsyncDirectory(path);
    }
}
