using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Rotom.Engine.Abstractions;
using Rotom.Net.Native;

namespace Rotom.Actors.Persistence;

// SystemFiles: the machine's files. Writes are positioned (the file knows its own end), so that
// after a write that failed half-way the next one overwrites what was left, whether or not the
// truncation worked. The framework's exceptions end here: on Unix their HResult is the errno.

/// <summary>The machine's file system.</summary>
public sealed class SystemFiles : IFileSystem
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <inheritdoc/>
    public IoResult<IFile> Open(string path, FileUse use)
    {
        try
        {
            // Not FileOptions.Asynchronous: whoever must not wait has a thread that may.
            FileMode mode = use switch
            {
                FileUse.Read => FileMode.Open,
                FileUse.Append => FileMode.OpenOrCreate,
                _ => FileMode.Create,
            };
            FileAccess access = use == FileUse.Read ? FileAccess.Read : FileAccess.ReadWrite;
            FileStreamOptions options = new()
            {
                Mode = mode,
                Access = access,
                Share = FileShare.ReadWrite | FileShare.Delete,
                BufferSize = 0,
            };
            // From its creation on: who opened it in between could read what is written later.
            if (use != FileUse.Read && !OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            return new SystemFile(new FileStream(path, options));
        }
        catch (Exception failure)
            when (failure is IOException or UnauthorizedAccessException)
        {
            return Failure(failure);
        }
    }

    /// <inheritdoc/>
    public IoResult<long> Size(string path)
    {
        try
        {
            return new FileInfo(path).Length;
        }
        catch (Exception failure)
            when (failure is IOException or UnauthorizedAccessException)
        {
            return Failure(failure);
        }
    }

    /// <inheritdoc/>
    public IoResult<IReadOnlyList<string>> List(string directory)
    {
        try
        {
            List<string> names = [];
            foreach (string path in Directory.EnumerateFiles(directory))
            {
                names.Add(Path.GetFileName(path));
            }

            return names;
        }
        catch (Exception failure)
            when (failure is IOException or UnauthorizedAccessException)
        {
            return Failure(failure);
        }
    }

    /// <inheritdoc/>
    public IoResult CreateDirectory(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            return IoResult.Done;
        }
        catch (Exception failure)
            when (failure is IOException or UnauthorizedAccessException)
        {
            return Failure(failure);
        }
    }

    /// <inheritdoc/>
    public IoResult Rename(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: true);
            return IoResult.Done;
        }
        catch (Exception failure)
            when (failure is IOException or UnauthorizedAccessException)
        {
            return Failure(failure);
        }
    }

    /// <inheritdoc/>
    public IoResult Unlink(string path)
    {
        try
        {
            // The framework takes a file that is not there for deleted; callers want to know.
            if (!File.Exists(path)) return IoResult.Fail(IoError.NotFound);
            File.Delete(path);
            return IoResult.Done;
        }
        catch (Exception failure)
            when (failure is IOException or UnauthorizedAccessException)
        {
            return Failure(failure);
        }
    }

    /// <inheritdoc/>
    public IoResult FsyncDirectory(string path)
    {
        int errno = DiskSync.FlushDirectory(path);
        return errno == 0 ? IoResult.Done : Failure(errno);
    }

    private static IoResult Failure(Exception failure) => failure switch
    {
        FileNotFoundException or DirectoryNotFoundException => IoResult.Fail(IoError.NotFound),
        UnauthorizedAccessException => IoResult.Fail(IoError.Denied),
        _ when !OperatingSystem.IsWindows() && failure.HResult is > 0 and < 4096 =>
            Failure(failure.HResult),
        _ => new IoResult(IoError.Other, failure.Message),
    };

    private static IoResult Failure(int errno)
    {
        IoError error = errno switch
        {
            2 => IoError.NotFound,
            5 => IoError.Device,
            1 or 13 or 30 => IoError.Denied,
            17 => IoError.Exists,
            28 or 122 => IoError.NoSpace,
            _ => IoError.Other,
        };
        return new IoResult(error, Marshal.GetPInvokeErrorMessage(errno));
    }

    // The stream is there for the mode it creates files with; it has no buffer.
    private sealed class SystemFile : IFile
    {
        private readonly FileStream _stream;
        private readonly SafeFileHandle _handle;

        public SystemFile(FileStream stream)
        {
            _stream = stream;
            _handle = stream.SafeFileHandle;
            Size = RandomAccess.GetLength(_handle);
        }

        public long Size { get; private set; }

        public IoResult Append(ReadOnlySpan<byte> bytes)
        {
            try
            {
                RandomAccess.Write(_handle, bytes, Size);
                Size += bytes.Length;
                return IoResult.Done;
            }
            catch (Exception failure)
                when (failure is IOException or UnauthorizedAccessException)
            {
                return Failure(failure);
            }
        }

        public IoResult<int> Read(long offset, Span<byte> into)
        {
            try
            {
                return RandomAccess.Read(_handle, into, offset);
            }
            catch (Exception failure)
                when (failure is IOException or UnauthorizedAccessException)
            {
                return Failure(failure);
            }
        }

        public IoResult Fsync()
        {
            try
            {
                if (DiskSync.HasFlushData)
                {
                    int errno = DiskSync.FlushData(_handle);
                    return errno == 0 ? IoResult.Done : Failure(errno);
                }

                RandomAccess.FlushToDisk(_handle);
                return IoResult.Done;
            }
            catch (Exception failure)
                when (failure is IOException or UnauthorizedAccessException)
            {
                return Failure(failure);
            }
        }

        public IoResult Truncate(long size)
        {
            try
            {
                RandomAccess.SetLength(_handle, size);
                Size = size;
                return IoResult.Done;
            }
            catch (Exception failure)
                when (failure is IOException or UnauthorizedAccessException)
            {
                return Failure(failure);
            }
        }

        public void Dispose() => _stream.Dispose();
    }
}
