using System;
using System.Collections.Generic;
using System.Text;
using Rotom.Engine.Abstractions;

namespace Rotom.Engine.Persist;

// AofLog: the directory of a journal: its manifest, the file that is appended to, and the steps by
// which files come and go. Every step leaves the directory such that a crash at any moment finds a
// manifest whose files are all there:
//
//   a new file of changes   the file before is flushed; the file; its name flushed; the manifest
//   a new base              written under another name and flushed; renamed, and the name flushed;
//                           the manifest; only when that is durable are files deleted that it no
//                           longer names
//   the manifest            written under another name, flushed, renamed, the directory flushed
//
// When the last of these fails it is not known which manifest a crash would find: the log goes on
// with the new one, which is what everybody reads, and says so (NamesInDoubt) until a flush of the
// directory has succeeded. Nothing may be acknowledged meanwhile.
//
// Append leaves the file as it was when it fails: what was written in part is cut off, at once or
// before the next append.
//
// Used by one thread at a time, but for Fsync of Current.

/// <summary>The files of a journal.</summary>
public sealed partial class AofLog : IDisposable
{
    private readonly IFileSystem _files;
    private readonly string _directory;
    private readonly string _name;
    private long _goodSize;
    private bool _tailInDoubt;
    private bool _apartIsRenamed;
    private IFile? _retired;

    /// <summary>The log of a directory; nothing is opened yet.</summary>
    /// <param name="files">The disk.</param>
    /// <param name="directory">The journal's own directory.</param>
    /// <param name="name">First part of the names of its files.</param>
    public AofLog(IFileSystem files, string directory, string name)
    {
        _files = files;
        _directory = directory;
        _name = name;
    }

    /// <summary>The files, as everybody reads them.</summary>
    public AofManifest Manifest { get; private set; } = AofManifest.Empty;

    /// <summary>The file that is appended to; null before <see cref="OpenLast"/>.</summary>
    public IFile? Current { get; private set; }

    /// <summary>True while a crash might find an older manifest.</summary>
    public bool NamesInDoubt { get; private set; }

    /// <summary>Bytes of all files that are needed.</summary>
    public long TotalBytes => _settledBytes + (Current is null ? _foundBytes : _goodSize);

    /// <summary>Bytes of the base; 0 when there is none.</summary>
    public long BaseBytes => SizeOf(Manifest.Base);

    /// <summary>Bytes of the file that is appended to.</summary>
    public long CurrentBytes => _goodSize;

    // Without the file that is appended to, which has its own before it is opened.
    private long _settledBytes;
    private long _foundBytes;

    /// <summary>A path in the directory.</summary>
    public string PathOf(string name) => _directory + "/" + name;

    /// <summary>Path of the directory.</summary>
    public string Directory => _directory;

    /// <summary>Appends to the last file of changes, all of it or nothing.</summary>
    public IoResult Append(ReadOnlySpan<byte> bytes)
    {
        IFile file = Current!;
        if (_tailInDoubt)
        {
            IoResult cut = file.Truncate(_goodSize);
            if (!cut.IsDone) return cut;
            _tailInDoubt = false;
        }

        IoResult appended = file.Append(bytes);
        if (appended.IsDone)
        {
            _goodSize += bytes.Length;
            return appended;
        }

        _tailInDoubt = !file.Truncate(_goodSize).IsDone;
        return appended;
    }

    /// <summary>Flushes the file that is appended to, after cutting off what is no event.</summary>
    public IoResult Flush()
    {
        IoResult cut = _tailInDoubt ? Append(default) : IoResult.Done;
        return cut.IsDone ? Current!.Fsync() : cut;
    }

    /// <summary>
    /// Goes on in a new file of changes. The one before has been flushed (<see cref="Flush"/>), for
    /// nothing may be torn but the end of the last file, or it is given up.
    /// </summary>
    /// <param name="lastSeq">The number after which its events come.</param>
    public IoResult Rotate(long lastSeq)
    {
        AofFile file = Manifest.NextIncr(_name);
        IoResult<IFile> made = MakeIncr(file.Name, lastSeq);
        if (!made.IsDone) return made.Outcome;
        AofManifest next = Manifest.With(file);
        IoResult named = Persist(next);
        if (Manifest != next)
        {
            made.Value.Dispose();
            return named;
        }

        UseIncr(made.Value);
        return named;
    }

    /// <summary>Makes a base of a finished and flushed file under another name.</summary>
    /// <param name="tempName">Its name so far.</param>
    /// <param name="rdb">Whether it is a snapshot, or commands.</param>
    /// <param name="firstIncrKept">Number of the first file of changes that it does not hold.
    /// </param>
    public IoResult InstallBase(string tempName, bool rdb, long firstIncrKept)
    {
        AofFile file = Manifest.NextBase(_name, rdb);
        IoResult renamed = _files.Rename(PathOf(tempName), PathOf(file.Name));
        if (!renamed.IsDone) return renamed;
        AofManifest next = Manifest.WithBase(file, IsApart ? long.MaxValue : firstIncrKept);
        if (IsApart)
        {
            AofFile incr = Manifest.NextIncr(_name);
            // An attempt that failed behind this step has renamed it already.
            if (!_apartIsRenamed) renamed = _files.Rename(PathOf(ApartName), PathOf(incr.Name));
            if (!renamed.IsDone) return renamed;
            _apartIsRenamed = true;
            next = next.With(incr);
        }

        // The new names first, for themselves: a crash must not keep the manifest only.
        IoResult named = _files.FsyncDirectory(_directory);
        if (named.IsDone) named = Persist(next);
        if (Manifest != next) return named;
        IsApart = false;
        Measure();
        return named;
    }

    /// <summary>
    /// Begins a file of changes whose base is still to be made; the manifest does not name it, and
    /// what it names is left as it is.
    /// </summary>
    /// <param name="lastSeq">The number after which its events come.</param>
    public IoResult BeginApart(long lastSeq)
    {
        IoResult<IFile> made = MakeIncr(ApartName, lastSeq);
        if (!made.IsDone) return made.Outcome;
        IsApart = true;
        _apartIsRenamed = false;
        UseIncr(made.Value);
        return IoResult.Done;
    }

    /// <summary>True while the file that is appended to has no base yet.</summary>
    public bool IsApart { get; private set; }

    private string ApartName => "temp-" + _name + ".incr";

    /// <summary>Makes the names durable that are in doubt.</summary>
    public IoResult FsyncNames()
    {
        if (!NamesInDoubt) return IoResult.Done;
        IoResult flushed = _files.FsyncDirectory(_directory);
        NamesInDoubt = !flushed.IsDone;
        return flushed;
    }

    /// <summary>Takes what is no longer needed off the manifest; the names to be deleted.</summary>
    public IReadOnlyList<string> ForgetHistory()
    {
        if (Manifest.History.Count == 0 || NamesInDoubt) return [];
        List<string> names = [];
        foreach (AofFile file in Manifest.History) names.Add(file.Name);
        return Persist(Manifest with { History = [] }).IsDone ? names : [];
    }

    /// <summary>Closes the file that is appended to.</summary>
    public void Dispose()
    {
        TakeRetired()?.Dispose();
        Current?.Dispose();
        Current = null;
    }

    private IoResult<IFile> MakeIncr(string name, long lastSeq)
    {
        IoResult<IFile> opened = _files.Open(PathOf(name), FileUse.Create);
        if (!opened.IsDone) return opened;
        Span<byte> line = stackalloc byte[AofAnnotation.BytesMax];
        int length = new AofAnnotation(AofAnnotationKind.After, lastSeq).Write(line);
        IoResult result = opened.Value.Append(line[..length]);
        if (result.IsDone) result = opened.Value.Fsync();
        if (result.IsDone) result = _files.FsyncDirectory(_directory);
        if (result.IsDone) return opened;
        opened.Value.Dispose();
        return result;
    }

    /// <summary>
    /// The file that was appended to before, to be closed by whoever may still be flushing it.
    /// </summary>
    public IFile? TakeRetired()
    {
        IFile? retired = _retired;
        _retired = null;
        return retired;
    }

    private void UseIncr(IFile file)
    {
        _retired?.Dispose();
        _retired = Current;
        Current = file;
        _goodSize = file.Size;
        _tailInDoubt = false;
        Measure();
    }

    private IoResult Persist(AofManifest next)
    {
        string temp = PathOf(AofManifest.TempNameOf(_name));
        IoResult<IFile> opened = _files.Open(temp, FileUse.Create);
        if (!opened.IsDone) return opened.Outcome;
        using (IFile file = opened.Value)
        {
            IoResult written = file.Append(Encoding.Latin1.GetBytes(next.Format()));
            if (written.IsDone) written = file.Fsync();
            if (!written.IsDone) return written;
        }

        IoResult renamed = _files.Rename(temp, PathOf(AofManifest.NameOf(_name)));
        if (!renamed.IsDone) return renamed;
        Manifest = next;
        NamesInDoubt = true;
        return FsyncNames();
    }

    private void Measure()
    {
        _settledBytes = SizeOf(Manifest.Base);
        int last = Manifest.Incr.Count - 1;
        for (int i = 0; i < last; i++) _settledBytes += SizeOf(Manifest.Incr[i]);
        _foundBytes = last < 0 ? 0 : SizeOf(Manifest.Incr[last]);
    }

    private long SizeOf(AofFile? file)
    {
        if (file is null) return 0;
        IoResult<long> size = _files.Size(PathOf(file.Name));
        return size.IsDone ? size.Value : 0;
    }
}
