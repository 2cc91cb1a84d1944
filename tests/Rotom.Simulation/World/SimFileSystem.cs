using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Rotom.Engine.Abstractions;

namespace Rotom.Simulation.World;

// SimFileSystem: a disk that loses what a disk may lose.
//
// A file is its durable bytes and the writes since the last good fsync; a directory is its durable
// names and the changes since the last fsync of it. Everybody reads the newest state; Crash() makes
// a new disk of what survived, chosen by a seed among all that is legal:
//
//   each unsynced write     kept, lost, or torn at a multiple of 512 bytes, in any combination: a
//                           later write may be kept though an earlier one is lost, which leaves
//                           zeros where that one was
//   each change of a name   kept or lost, in order per directory; of a rename never both halves
//   a failed fsync          what it was to cover stays unsynced for ever: a later good one does not
//                           make it durable, a crash may keep or lose it
//
// Faults: the k-th operation (of a kind, or of any) fails, once or for ever from there. A failing
// append leaves any part of its bytes in the file.
//
// Calls lock, because the journal's fsync comes from a thread of its own.

/// <summary>The kinds of operations that can fail.</summary>
[Flags]
internal enum SimOperation
{
    Open = 1,
    Append = 2,
    Fsync = 4,
    FsyncDirectory = 8,
    Rename = 16,
    Unlink = 32,
    Truncate = 64,
    Read = 128,
    Any = 255,
}

/// <summary>A file system in memory that can crash and fail.</summary>
internal sealed class SimFileSystem : IFileSystem
{
    private readonly Lock _lock = new();
    private readonly SimRandom _random;
    private readonly Dictionary<string, SimDirectory> _directories = [];
    private SimOperation _failing;
    private IoError _failure;
    private long _failAt = -1;
    private bool _failForever;

    internal SimFileSystem(ulong seed) => _random = new SimRandom(seed);

    /// <summary>Operations so far that the armed fault counts.</summary>
    internal long Operations { get; private set; }

    /// <summary>Faults that struck since one was armed.</summary>
    internal long Failures { get; private set; }

    /// <summary>Faults that ever struck, and appends for which there was no room.</summary>
    internal long AllFailures { get; private set; }

    /// <summary>Bytes that may be in use; appends beyond fail with ENOSPC.</summary>
    internal long CapacityBytes { get; set; } = long.MaxValue;

    /// <summary>Called before every operation, outside the lock, with its kind and path.</summary>
    internal Action<SimOperation, string>? Before { get; set; }

    /// <summary>The k-th operation of these kinds from now on fails; 1 is the next.</summary>
    internal void FailAt(long k, SimOperation kinds, IoError error, bool forever)
    {
        lock (_lock)
        {
            _failing = kinds;
            _failure = error;
            _failForever = forever;
            Operations = 0;
            Failures = 0;
            _failAt = k;
        }
    }

    /// <summary>Nothing fails any more, and there is room.</summary>
    internal void Heal()
    {
        lock (_lock) _failAt = -1;
        CapacityBytes = long.MaxValue;
    }

    public IoResult<IFile> Open(string path, FileUse use)
    {
        Before?.Invoke(SimOperation.Open, path);
        lock (_lock)
        {
            if (Fails(SimOperation.Open) is { } failed) return failed;
            (SimDirectory? directory, string name) = Find(path);
            if (directory is null) return IoResult.Fail(IoError.NotFound);
            SimNode? node = directory.Names.GetValueOrDefault(name);
            if (node is null)
            {
                if (use == FileUse.Read) return IoResult.Fail(IoError.NotFound);
                node = new SimNode();
                directory.Set(name, node);
            }
            else if (use == FileUse.Create)
            {
                node.Truncate(0);
            }

            return new SimFile(this, node, path);
        }
    }

    public IoResult<long> Size(string path)
    {
        lock (_lock)
        {
            (SimDirectory? directory, string name) = Find(path);
            return directory?.Names.GetValueOrDefault(name) is { } node
                ? node.Bytes.Length
                : IoResult.Fail(IoError.NotFound);
        }
    }

    public IoResult<IReadOnlyList<string>> List(string directory)
    {
        lock (_lock)
        {
            return _directories.TryGetValue(directory, out SimDirectory? found)
                ? found.Names.Keys.Order(StringComparer.Ordinal).ToList()
                : IoResult.Fail(IoError.NotFound);
        }
    }

    public IoResult CreateDirectory(string path)
    {
        lock (_lock)
        {
            // Directories are durable at once: what is tested are files.
            _directories.TryAdd(path, new SimDirectory());
            return IoResult.Done;
        }
    }

    public IoResult Rename(string from, string to)
    {
        Before?.Invoke(SimOperation.Rename, to);
        lock (_lock)
        {
            if (Fails(SimOperation.Rename) is { } failed) return failed;
            (SimDirectory? source, string name) = Find(from);
            (SimDirectory? target, string newName) = Find(to);
            if (source is null || target is null || !source.Names.ContainsKey(name))
            {
                return IoResult.Fail(IoError.NotFound);
            }

            if (!ReferenceEquals(source, target)) return IoResult.Fail(IoError.Other);
            source.Rename(name, newName);
            return IoResult.Done;
        }
    }

    public IoResult Unlink(string path)
    {
        Before?.Invoke(SimOperation.Unlink, path);
        lock (_lock)
        {
            if (Fails(SimOperation.Unlink) is { } failed) return failed;
            (SimDirectory? directory, string name) = Find(path);
            if (directory is null || !directory.Names.ContainsKey(name))
            {
                return IoResult.Fail(IoError.NotFound);
            }

            directory.Remove(name);
            return IoResult.Done;
        }
    }

    public IoResult FsyncDirectory(string path)
    {
        Before?.Invoke(SimOperation.FsyncDirectory, path);
        lock (_lock)
        {
            if (Fails(SimOperation.FsyncDirectory) is { } failed) return failed;
            if (!_directories.TryGetValue(path, out SimDirectory? directory))
            {
                return IoResult.Fail(IoError.NotFound);
            }

            directory.Sync();
            return IoResult.Done;
        }
    }

    /// <summary>What a crash at this moment may leave, as a disk of its own.</summary>
    internal SimFileSystem Crash(ulong seed)
    {
        lock (_lock)
        {
            SimFileSystem after = new(seed);
            Dictionary<SimNode, SimNode> survivors = [];
            foreach ((string path, SimDirectory directory) in _directories)
            {
                after._directories[path] = directory.AfterCrash(after._random, survivors);
            }

            return after;
        }
    }

    /// <summary>The same disk as it is read now, all of it durable.</summary>
    internal SimFileSystem Copy(ulong seed)
    {
        lock (_lock)
        {
            SimFileSystem copy = new(seed);
            foreach ((string path, SimDirectory directory) in _directories)
            {
                SimDirectory to = copy._directories[path] = new SimDirectory();
                foreach ((string name, SimNode node) in directory.Names)
                {
                    to.Set(name, new SimNode(node.Bytes.ToArray()));
                }

                to.Sync();
            }

            return copy;
        }
    }

    /// <summary>A file's bytes as they are read now.</summary>
    internal byte[] ReadAll(string path)
    {
        lock (_lock)
        {
            (SimDirectory? directory, string name) = Find(path);
            return directory!.Names[name].Bytes.ToArray();
        }
    }

    /// <summary>Puts a file there, durable.</summary>
    internal void WriteAll(string path, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            (SimDirectory? directory, string name) = Find(path);
            directory!.Set(name, new SimNode(bytes.ToArray()));
            directory.Sync();
        }
    }

    private (SimDirectory? Directory, string Name) Find(string path)
    {
        int slash = path.LastIndexOf('/');
        string directory = slash < 0 ? "" : path[..slash];
        return (_directories.GetValueOrDefault(directory), path[(slash + 1)..]);
    }

    private IoResult? Fails(SimOperation kind)
    {
        if (_failAt < 0 || (_failing & kind) == 0) return null;
        Operations++;
        if (_failForever ? Operations < _failAt : Operations != _failAt) return null;
        Failures++;
        AllFailures++;
        return IoResult.Fail(_failure);
    }

    /// <summary>Bytes of all files.</summary>
    internal long UsedBytes()
    {
        long used = 0;
        foreach (SimDirectory directory in _directories.Values)
        {
            foreach (SimNode node in directory.Names.Values) used += node.Bytes.Length;
        }

        return used;
    }

    private sealed class SimFile(SimFileSystem disk, SimNode node, string path) : IFile
    {
        public long Size { get; private set; } = node.Bytes.Length;

        public IoResult Append(ReadOnlySpan<byte> bytes)
        {
            disk.Before?.Invoke(SimOperation.Append, path);
            lock (disk._lock)
            {
                IoResult? failed = disk.Fails(SimOperation.Append);
                if (failed is null && disk.CapacityBytes != long.MaxValue
                    && disk.UsedBytes() + bytes.Length > disk.CapacityBytes)
                {
                    failed = IoResult.Fail(IoError.NoSpace);
                    disk.AllFailures++;
                }

                int written = failed is null
                    ? bytes.Length
                    : disk._random.Below(bytes.Length + 1);
                node.Write(Size, bytes[..written]);
                if (failed is { } failure) return failure;
                Size += bytes.Length;
                return IoResult.Done;
            }
        }

        public IoResult<int> Read(long offset, Span<byte> into)
        {
            lock (disk._lock)
            {
                if (disk.Fails(SimOperation.Read) is { } failed) return failed;
                ReadOnlySpan<byte> bytes = node.Bytes;
                if (offset >= bytes.Length) return 0;
                ReadOnlySpan<byte> from = bytes[(int)offset..];
                from = from[..Math.Min(from.Length, into.Length)];
                from.CopyTo(into);
                return from.Length;
            }
        }

        public IoResult Fsync()
        {
            disk.Before?.Invoke(SimOperation.Fsync, path);
            lock (disk._lock)
            {
                if (disk.Fails(SimOperation.Fsync) is { } failed)
                {
                    node.Doom();
                    return failed;
                }

                node.Sync();
                return IoResult.Done;
            }
        }

        public IoResult Truncate(long size)
        {
            disk.Before?.Invoke(SimOperation.Truncate, path);
            lock (disk._lock)
            {
                if (disk.Fails(SimOperation.Truncate) is { } failed) return failed;
                node.Truncate(size);
                Size = size;
                return IoResult.Done;
            }
        }

        public void Dispose()
        {
        }
    }
}
