using System;
using System.Collections.Generic;

namespace Rotom.Engine.Abstractions;

// The only door to files. What a crash leaves, whoever writes files has to reckon with:
//
//   bytes appended           may be lost, all or in parts, until Fsync of the file has succeeded
//   a name made or changed   may be lost until FsyncDirectory of its directory has succeeded; of a
//                            rename either the old or the new file is found under the new name
//   a failed Fsync           nothing written since the last good one may ever be relied on: a later
//                            Fsync that succeeds says nothing about it
//
// Paths are joined by '/'; relative ones mean the process's directory. A file is used by one thread
// at a time, but for Fsync, which may run beside Append and covers what was appended before it.

/// <summary>What a file is opened for.</summary>
public enum FileUse
{
    /// <summary>To be read; it must exist.</summary>
    Read,

    /// <summary>To be appended to and read; made when it does not exist.</summary>
    Append,

    /// <summary>To be written anew: made, or emptied.</summary>
    Create,
}

/// <summary>The only door to files; the simulated one loses what a crash may lose.</summary>
public interface IFileSystem
{
    /// <summary>Opens a file; new ones may be read and written by their owner only.</summary>
    IoResult<IFile> Open(string path, FileUse use);

    /// <summary>Size of a file in bytes.</summary>
    IoResult<long> Size(string path);

    /// <summary>Names of the files in a directory, without its path, in any order.</summary>
    IoResult<IReadOnlyList<string>> List(string directory);

    /// <summary>Makes a directory, if it is not there already.</summary>
    IoResult CreateDirectory(string path);

    /// <summary>Gives a file another name, in one step; a file of that name is replaced.</summary>
    IoResult Rename(string from, string to);

    /// <summary>Takes a file's name away.</summary>
    IoResult Unlink(string path);

    /// <summary>Makes the names in a directory durable: what was made, renamed, unlinked.</summary>
    IoResult FsyncDirectory(string path);
}

/// <summary>An open file. Dispose closes it and flushes nothing.</summary>
public interface IFile : IDisposable
{
    /// <summary>Its size in bytes, as far as it was written here.</summary>
    long Size { get; }

    /// <summary>
    /// Writes behind the end. When that fails any part of the bytes may be there: the caller
    /// truncates the file to the size it had.
    /// </summary>
    IoResult Append(ReadOnlySpan<byte> bytes);

    /// <summary>Reads from an offset; how many bytes, 0 at the end, fewer than asked near it.
    /// </summary>
    IoResult<int> Read(long offset, Span<byte> into);

    /// <summary>Makes all that was appended before the call durable.</summary>
    IoResult Fsync();

    /// <summary>Cuts the file to a size; appending goes on there.</summary>
    IoResult Truncate(long size);
}
