using System.IO;
using Akka.Actor;
using Rotom.Engine.Abstractions;

namespace Rotom.Actors.Persistence;

/// <summary>
/// A snapshot that <see cref="RdbSnapshotStore"/> found: a file, to be read piece by piece by
/// whoever it is offered to. It is there until another one of its number is saved, or it is
/// deleted.
/// </summary>
public sealed class RdbSnapshot : INoSerializationVerificationNeeded
{
    private readonly IFileSystem _files;

    internal RdbSnapshot(string path, IFileSystem files)
    {
        Path = path;
        _files = files;
    }

    /// <summary>The path of its file.</summary>
    public string Path { get; }

    /// <summary>Its bytes, from the first to the last; they cannot be gone back in.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public Stream Open()
    {
        (IFile file, IoResult result) = OpenFile();
        return result.IsDone ? new FileReadStream(file) : throw new IOException(result.Text);
    }

    internal IoResult<IFile> OpenFile() => _files.Open(Path, FileUse.Read);
}
