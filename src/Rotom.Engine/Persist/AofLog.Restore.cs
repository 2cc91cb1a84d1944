using System;
using System.Globalization;
using Rotom.Engine.Abstractions;

namespace Rotom.Engine.Persist;

// Restoring to a point: the journal becomes what it was then, and goes on from there.
//
// Nothing that is there is changed. The base and the files of changes up to the point are copied
// under new names, the manifest is copied to NAME.manifest.before-SECONDS, and only then is a
// manifest that names the copies put in its place, in one step: a crash finds the one or the other.
// The way back is to rename the old manifest; the files that it names are never deleted by the new
// journal, which does not know them.
//
// It is refused when the point cannot be found: the journal has no times (or no numbers), or its
// base was made later, so that what had been before is not told apart any more.
public sealed partial class AofLog
{
    private const int CopyBytes = 1 << 20;

    /// <summary>Makes the journal what it was at a point; the log need not be opened yet.</summary>
    /// <param name="point">Up to where.</param>
    /// <param name="nowSeconds">Now, in unix seconds, for the old manifest's name.</param>
    /// <param name="said">What was done, or why nothing was.</param>
    /// <returns>False when the point cannot be found or the disk failed.</returns>
    public bool RestoreTo(RestorePoint point, long nowSeconds, out string said)
    {
        Found found = Find(out said);
        if (found == Found.Nothing) said = $"There is no journal in {_directory}";
        if (found != Found.Journal) return false;
        if (!TryFindCut(point, out int file, out long cut, out said)) return false;
        if (file < 0)
        {
            said = $"The journal ends before {point}: it is loaded as it is";
            return true;
        }

        string kept = string.Create(
            CultureInfo.InvariantCulture,
            $"{AofManifest.NameOf(_name)}.before-{nowSeconds}");
        IoResult copied = CopyUpTo(file, cut, kept, out long left);
        said = copied.IsDone
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"The journal was restored to {point}: {left} bytes of changes after it are left "
                + $"out. What was there before is kept, under {kept}")
            : $"The journal could not be restored, and is as it was: {copied.Text}";
        return copied.IsDone;
    }

    // Where the first event begins that is not wanted; file -1 when there is none.
    private bool TryFindCut(RestorePoint point, out int file, out long cut, out string problem)
    {
        cut = 0;
        bool told = false;
        for (file = 0; file < Manifest.Incr.Count; file++)
        {
            if (!TryFindCutIn(file, point, ref told, out cut, out problem)) return false;
            if (cut >= 0) break;
        }

        bool isCut = file < Manifest.Incr.Count;
        if (!isCut) file = -1;
        string missing = point.Seconds >= 0
            ? "no times: aof-timestamp-enabled was off"
            : "no numbers: it is another server's";
        problem = told ? "" : "The journal has " + missing;
        if (!told) return false;
        if (!isCut || !BaseIsAfter(point)) return true;
        problem = $"The base of the journal was made after {point}";
        return false;
    }

    private bool TryFindCutIn(
        int index, RestorePoint point, ref bool told, out long cut, out string problem)
    {
        cut = -1;
        problem = "";
        AofFile file = Manifest.Incr[index];
        IoResult<IFile> opened = _files.Open(PathOf(file.Name), FileUse.Read);
        if (!opened.IsDone)
        {
            problem = $"Can't open {file.Name}: {opened.Text}";
            return false;
        }

        using IFile bytes = opened.Value;
        AofReader reader = new(bytes);
        long group = 0, groupEnd = -1;
        while (true)
        {
            AofPiece piece = reader.Next();
            if (piece == AofPiece.Unit) continue;
            if (piece == AofPiece.End) return true;
            if (piece == AofPiece.Truncated && index == Manifest.Incr.Count - 1) return true;
            if (piece != AofPiece.Annotation)
            {
                problem = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{file.Name} is damaged at offset {reader.ErrorOffset}: {reader.Error}");
                return false;
            }

            AofAnnotation note = reader.Annotation;
            told |= note.Kind
                == (point.Seconds >= 0 ? AofAnnotationKind.Timestamp : AofAnnotationKind.Seq);
            if (note.Kind == AofAnnotationKind.Atomic)
            {
                group = reader.Start;
                groupEnd = reader.ValidUpTo + note.Bytes;
            }

            if (!point.IsBefore(note)) continue;
            // Of a group that is to be taken whole nothing is taken.
            cut = reader.Start < groupEnd ? group : reader.Start;
            return true;
        }
    }

    // A base of changes says after which event the first file begins; a snapshot when it was made.
    private bool BaseIsAfter(RestorePoint point)
    {
        if (Manifest.Base is not { } file) return false;
        if (point.Seconds < 0) return FirstNumber() > point.Seq;
        IoResult<IFile> opened = _files.Open(PathOf(file.Name), FileUse.Read);
        if (!opened.IsDone) return false;
        using IFile bytes = opened.Value;
        return MadeAt(bytes) > point.Seconds;
    }

    private long FirstNumber()
    {
        IoResult<IFile> opened = _files.Open(PathOf(Manifest.Incr[0].Name), FileUse.Read);
        if (!opened.IsDone) return 0;
        using IFile file = opened.Value;
        AofReader reader = new(file);
        bool numbered = reader.Next() == AofPiece.Annotation
            && reader.Annotation.Kind == AofAnnotationKind.After;
        return numbered ? reader.Annotation.Value : 0;
    }

    // The field ctime near the beginning of a snapshot, a 32-bit number; -1 when it is not there.
    private static long MadeAt(IFile file)
    {
        byte[] head = new byte[512];
        IoResult<int> read = file.Read(0, head);
        if (!read.IsDone) return -1;
        ReadOnlySpan<byte> field = "\u0005ctime"u8;
        ReadOnlySpan<byte> bytes = head.AsSpan(0, read.Value);
        int at = bytes.IndexOf(field);
        const byte int32 = 0xC2;
        if (at < 0 || at + field.Length + 5 > bytes.Length || bytes[at + field.Length] != int32)
        {
            return -1;
        }

        return System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(
            bytes[(at + field.Length + 1)..]);
    }

    private IoResult CopyUpTo(int last, long cut, string kept, out long left)
    {
        left = -cut;
        for (int i = last; i < Manifest.Incr.Count; i++) left += SizeOf(Manifest.Incr[i]);
        AofManifest old = Manifest;
        AofManifest next = old with { History = [] };
        IoResult done = Copy(AofManifest.NameOf(_name), kept, long.MaxValue);
        if (done.IsDone && old.Base is { } oldBase)
        {
            do next = next with { Base = next.NextBase(_name, oldBase.IsRdb) };
            while (_files.Size(PathOf(next.Base!.Name)).IsDone);
            done = Copy(oldBase.Name, next.Base.Name, long.MaxValue);
        }

        AofManifest numbers = next;
        next = next with { Incr = [] };
        for (int i = 0; i <= last && done.IsDone; i++)
        {
            AofFile copy;
            do
            {
                copy = numbers.NextIncr(_name);
                numbers = numbers.With(copy);
            }
            while (_files.Size(PathOf(copy.Name)).IsDone);
            done = Copy(old.Incr[i].Name, copy.Name, i == last ? cut : long.MaxValue);
            next = next.With(copy);
        }

        // The new names first, for themselves: a crash must not keep the manifest only.
        if (done.IsDone) done = _files.FsyncDirectory(_directory);
        return done.IsDone ? Persist(next) : done;
    }

    private IoResult Copy(string from, string to, long bytes)
    {
        IoResult<IFile> source = _files.Open(PathOf(from), FileUse.Read);
        if (!source.IsDone) return source.Outcome;
        using IFile reads = source.Value;
        IoResult<IFile> target = _files.Open(PathOf(to), FileUse.Create);
        if (!target.IsDone) return target.Outcome;
        using IFile writes = target.Value;
        byte[] buffer = new byte[CopyBytes];
        long at = 0;
        while (at < bytes)
        {
            int wanted = (int)Math.Min(buffer.Length, bytes - at);
            IoResult<int> read = reads.Read(at, buffer.AsSpan(0, wanted));
            if (!read.IsDone) return read.Outcome;
            if (read.Value == 0) break;
            IoResult written = writes.Append(buffer.AsSpan(0, read.Value));
            if (!written.IsDone) return written;
            at += read.Value;
        }

        return writes.Fsync();
    }
}
