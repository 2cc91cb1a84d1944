using System;
using System.Collections.Generic;
using System.Threading;
using Rotom.Actors.Persistence;
using Rotom.Engine.Abstractions;

namespace Rotom.Actors.Tests;

/// <summary>The operations that can be made to fail.</summary>
public enum DiskOperation
{
    Open,
    Append,
    Fsync,
    Rename,
    Truncate,
}

/// <summary>The machine's files, of which the k-th operation of a kind fails.</summary>
internal sealed class FailingFiles : IFileSystem
{
    private readonly SystemFiles _files = new();
    private DiskOperation _kind;
    private IoError _error;
    private bool _forever;
    private int _left;

    private bool FailsAppends => _kind == DiskOperation.Truncate && Volatile.Read(ref _left) > 0;

    /// <summary>How many operations failed.</summary>
    internal int Failures { get; private set; }

    /// <summary>
    /// The k-th operation of a kind from now on fails. A truncation comes behind an append that
    /// failed: so all appends do too until then, and for ever if it is for ever.
    /// </summary>
    internal void FailAt(int k, DiskOperation kind, IoError error, bool forever)
    {
        _kind = kind;
        _error = error;
        _forever = forever;
        Volatile.Write(ref _left, k);
    }

    /// <summary>Called before each flush of a file that is written to.</summary>
    internal Action? BeforeFsync { get; set; }

    /// <summary>The disk is in order again.</summary>
    internal void Heal() => Volatile.Write(ref _left, 0);

    public IoResult<IFile> Open(string path, FileUse use)
    {
        if (use != FileUse.Read && Fails(DiskOperation.Open) is { } failure) return failure;
        IoResult<IFile> opened = _files.Open(path, use);
        return opened.IsDone ? new FailingFile(this, opened.Value) : opened;
    }

    public IoResult<long> Size(string path) => _files.Size(path);

    public IoResult<IReadOnlyList<string>> List(string directory) => _files.List(directory);

    public IoResult CreateDirectory(string path) => _files.CreateDirectory(path);

    public IoResult Rename(string from, string to) =>
        Fails(DiskOperation.Rename) ?? _files.Rename(from, to);

    public IoResult Unlink(string path) => _files.Unlink(path);

    public IoResult FsyncDirectory(string path) =>
        Fails(DiskOperation.Fsync) ?? _files.FsyncDirectory(path);

    private IoResult? Fails(DiskOperation kind)
    {
        int left = Volatile.Read(ref _left);
        if (left == 0 || kind != _kind) return null;
        if (left > 1)
        {
            Volatile.Write(ref _left, left - 1);
            return null;
        }

        if (!_forever) Volatile.Write(ref _left, 0);
        Failures++;
        return IoResult.Fail(_error);
    }

    private sealed class FailingFile(FailingFiles disk, IFile file) : IFile
    {
        public long Size => file.Size;

        public IoResult Append(ReadOnlySpan<byte> bytes)
        {
            IoResult? failure = disk.FailsAppends
                ? IoResult.Fail(disk._error)
                : disk.Fails(DiskOperation.Append);
            if (failure is null) return file.Append(bytes);
            // As a full disk does: a part of it is there.
            file.Append(bytes[..(bytes.Length / 2)]);
            return failure.Value;
        }

        public IoResult<int> Read(long offset, Span<byte> into) => file.Read(offset, into);

        public IoResult Fsync()
        {
            disk.BeforeFsync?.Invoke();
            return disk.Fails(DiskOperation.Fsync) ?? file.Fsync();
        }

        public IoResult Truncate(long size) =>
            disk.Fails(DiskOperation.Truncate) ?? file.Truncate(size);

        public void Dispose() => file.Dispose();
    }
}
