using System;
using System.Collections.Generic;
using System.Text;
using Rotom.Engine.Abstractions;

namespace Rotom.Engine.Persist;

// Finding a journal, making one, taking over one that an older redis-server wrote.
public sealed partial class AofLog
{
    /// <summary>Longest manifest: what a server that rewrites every second for years has.</summary>
    private const long ManifestBytesMax = 64 << 20;

    /// <summary>What <see cref="Find"/> found.</summary>
    public enum Found
    {
        /// <summary>No journal.</summary>
        Nothing,

        /// <summary>A journal whose files are all there.</summary>
        Journal,

        /// <summary>Something that cannot be used; the text says why.</summary>
        Broken,
    }

    /// <summary>Reads the manifest and looks for its files. Changes nothing.</summary>
    public Found Find(out string problem)
    {
        problem = "";
        string name = AofManifest.NameOf(_name);
        IoResult<IFile> opened = _files.Open(PathOf(name), FileUse.Read);
        if (opened.Error == IoError.NotFound) return Found.Nothing;
        IoResult<byte[]> read = opened.IsDone ? ReadWhole(opened.Value) : opened.Outcome;
        if (!read.IsDone)
        {
            problem = "Fatal error: can't open the AOF manifest file "
                + $"{name} for reading: {read.Text}";
            return Found.Broken;
        }

        string text = Encoding.Latin1.GetString(read.Value);
        if (!AofManifest.TryParse(text, out AofManifest manifest, out string error))
        {
            problem = "*** FATAL AOF MANIFEST FILE ERROR ***\n" + error;
            return Found.Broken;
        }

        foreach (AofFile file in FilesOf(manifest))
        {
            IoResult<long> size = _files.Size(PathOf(file.Name));
            if (size.IsDone) continue;
            problem = $"Fatal error: can't open the append log file {file.Name} for reading: "
                + size.Text;
            return Found.Broken;
        }

        Manifest = manifest;
        Measure();
        return Found.Journal;
    }

    /// <summary>The files in the order in which they are loaded.</summary>
    public static IEnumerable<AofFile> FilesOf(AofManifest manifest)
    {
        if (manifest.Base is not null) yield return manifest.Base;
        foreach (AofFile file in manifest.Incr) yield return file;
    }

    /// <summary>Deletes what unfinished steps of an earlier run left.</summary>
    public void Sweep()
    {
        IoResult<IReadOnlyList<string>> names = _files.List(_directory);
        if (!names.IsDone) return;
        foreach (string name in names.Value)
        {
            if (IsTemporary(name)) _files.Unlink(PathOf(name));
        }
    }

    /// <summary>Makes the directory, and its own name durable.</summary>
    public IoResult MakeDirectory()
    {
        IoResult made = _files.CreateDirectory(_directory);
        if (!made.IsDone) return made;
        int slash = _directory.LastIndexOf('/');
        return _files.FsyncDirectory(slash < 0 ? "." : slash == 0 ? "/" : _directory[..slash]);
    }

    /// <summary>Makes the first files: a base under another name, then changes after it.</summary>
    /// <param name="tempBase">The base, finished and flushed; null for none.</param>
    /// <param name="rdb">Whether it is a snapshot, or commands.</param>
    /// <param name="lastSeq">The number of the last event that the base holds.</param>
    public IoResult Begin(string? tempBase, bool rdb, long lastSeq)
    {
        AofManifest next = Manifest;
        if (tempBase is not null)
        {
            AofFile file = Manifest.NextBase(_name, rdb);
            IoResult renamed = _files.Rename(PathOf(tempBase), PathOf(file.Name));
            if (!renamed.IsDone) return renamed;
            next = Manifest.WithBase(file, long.MaxValue);
        }

        AofFile incr = new AofManifest(null, Manifest.Incr, []).NextIncr(_name);
        // Flushes the directory, and with it the base's name.
        IoResult<IFile> made = MakeIncr(incr.Name, lastSeq);
        if (!made.IsDone) return made.Outcome;
        next = next.With(incr);
        IoResult named = Persist(next);
        if (Manifest == next) UseIncr(made.Value);
        else made.Value.Dispose();
        return named;
    }

    /// <summary>
    /// Takes a journal of one file (before Redis 7) into the directory, as the base of a new one.
    /// </summary>
    /// <param name="path">Where it is: in the directory's parent.</param>
    public IoResult TakeOver(string path)
    {
        // The manifest first: until the file has moved it names one that is found in the parent.
        AofManifest next = AofManifest.Empty with
        {
            Base = new AofFile(_name, 1, AofFileKind.Base),
        };
        IoResult result = Persist(next);
        if (result.IsDone) result = _files.Rename(path, PathOf(_name));
        if (result.IsDone) result = _files.FsyncDirectory(_directory);
        return result;
    }

    /// <summary>
    /// Opens the last file of changes to be appended to, and cuts off what a crash left behind its
    /// last complete event; makes one when there is none.
    /// </summary>
    /// <param name="keptBytes">Where its last complete event ends.</param>
    /// <param name="lastSeq">Number of the last event there is.</param>
    public IoResult OpenLast(long keptBytes, long lastSeq)
    {
        if (Manifest.Incr.Count == 0) return Rotate(lastSeq);
        IoResult<IFile> opened = _files.Open(PathOf(Manifest.Incr[^1].Name), FileUse.Append);
        if (!opened.IsDone) return opened.Outcome;
        IFile file = opened.Value;
        if (file.Size > keptBytes)
        {
            IoResult cut = file.Truncate(keptBytes);
            // What was read may have been in memory only: it is made durable before it is built on.
            if (cut.IsDone) cut = file.Fsync();
            if (!cut.IsDone)
            {
                file.Dispose();
                return cut;
            }
        }
        else
        {
            IoResult flushed = file.Fsync();
            if (!flushed.IsDone)
            {
                file.Dispose();
                return flushed;
            }
        }

        UseIncr(file);
        return IoResult.Done;
    }

    private bool IsTemporary(string name) =>
        name == AofManifest.TempNameOf(_name)
        || name.StartsWith("temp-rewriteaof-", StringComparison.Ordinal)
        || name.StartsWith("temp-" + _name, StringComparison.Ordinal);

    private static IoResult<byte[]> ReadWhole(IFile file)
    {
        using (file)
        {
            if (file.Size > ManifestBytesMax) return IoResult.Fail(IoError.Other);
            byte[] bytes = new byte[file.Size];
            int at = 0;
            while (at < bytes.Length)
            {
                IoResult<int> read = file.Read(at, bytes.AsSpan(at));
                if (!read.IsDone) return read.Outcome;
                if (read.Value == 0) break;
                at += read.Value;
            }

            return bytes[..at];
        }
    }
}
