using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using Rotom.Actors.Hosting;
using Rotom.Actors.Persistence;
using Rotom.Engine;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Config;
using Rotom.Engine.Persist;

namespace Rotom.App;

// check-aof: reads the files of a journal as the server would and says where they are good up to.
//
//   rotom-server check-aof [--fix] [--truncate-to-timestamp T | --truncate-to-seq N] FILE
//
// FILE is a manifest, or one file: commands, a snapshot, or a snapshot that commands follow. Exit
// codes and texts are those of redis-check-aof: 0 when all is valid, or was made so; else 1. Only
// the last file is ever cut, and only when --fix was answered with y, or a place to cut was named.

/// <summary>The tool that proves and mends a journal.</summary>
internal sealed class CheckAof
{
    private const string Usage =
        "Usage: rotom-server check-aof [--fix] [--truncate-to-timestamp <unix seconds> | "
        + "--truncate-to-seq <number>] <file.manifest|file.aof>";

    // A base may name more databases than this server would be set to have.
    private const int Databases = 1 << 14;

    private readonly SystemFiles _files = new();
    private readonly TextReader _input;
    private readonly TextWriter _output;
    private bool _fix;
    private long _timestamp = -1;
    private long _seq = -1;

    private CheckAof(TextReader input, TextWriter output)
    {
        _input = input;
        _output = output;
    }

    /// <summary>Checks what the words name; the exit code.</summary>
    internal static int Run(IReadOnlyList<string> words, TextReader input, TextWriter output)
    {
        CheckAof tool = new(input, output);
        string? path = tool.Parse(words);
        if (path is not null) return tool.Check(path) ? 0 : 1;
        output.WriteLine(Usage);
        return 1;
    }

    private string? Parse(IReadOnlyList<string> words)
    {
        string? path = null;
        for (int i = 0; i < words.Count; i++)
        {
            switch (words[i])
            {
                case "--fix":
                    _fix = true;
                    break;
                case "--truncate-to-timestamp" when TryNumber(words, ++i, out _timestamp):
                case "--truncate-to-seq" when TryNumber(words, ++i, out _seq):
                    break;
                case { } word when path is null && !word.StartsWith("--", StringComparison.Ordinal):
                    path = word;
                    break;
                default:
                    return null;
            }
        }

        return (_fix && (_timestamp >= 0 || _seq >= 0)) || (_timestamp >= 0 && _seq >= 0)
            ? null
            : path;
    }

    private static bool TryNumber(IReadOnlyList<string> words, int at, out long number)
    {
        number = -1;
        return at < words.Count
            && long.TryParse(
                words[at], NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private bool Check(string path)
    {
        IoResult<long> size = _files.Size(path);
        if (!size.IsDone)
        {
            _output.WriteLine($"Cannot open file {path}: {size.Text}, aborting...");
            return false;
        }

        if (!path.EndsWith(".manifest", StringComparison.Ordinal))
        {
            _output.WriteLine($"Start checking Old-Style AOF {path}");
            return CheckFile(path, Path.GetFileName(path), "", isLast: true);
        }

        return CheckManifest(path);
    }

    private bool CheckManifest(string path)
    {
        _output.WriteLine("Start checking Multi Part AOF");
        string text = Encoding.Latin1.GetString(File.ReadAllBytes(path));
        if (!AofManifest.TryParse(text, out AofManifest manifest, out string error))
        {
            _output.WriteLine($"*** FATAL AOF MANIFEST FILE ERROR ***\n{error}");
            return false;
        }

        string directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        List<AofFile> all = [.. AofLog.FilesOf(manifest)];
        for (int i = 0; i < all.Count; i++)
        {
            AofFile file = all[i];
            string what = file.Kind == AofFileKind.Base ? "BASE" : "INCR";
            string form = file.IsRdb ? "RDB" : "RESP";
            _output.WriteLine($"Start to check {what} AOF ({form} format).");
            string full = Path.Combine(directory, file.Name);
            if (full == Path.GetFullPath(path))
            {
                // To mend it as a journal would be to cut the manifest to nothing.
                _output.WriteLine("*** FATAL AOF MANIFEST FILE ERROR ***\nIt names itself");
                return false;
            }

            if (!CheckFile(full, file.Name, what + " ", i == all.Count - 1)) return false;
        }

        _output.WriteLine("All AOF files and manifest are valid");
        return true;
    }

    private bool CheckFile(string path, string name, string what, bool isLast)
    {
        IoResult<IFile> opened = _files.Open(path, FileUse.Read);
        if (!opened.IsDone)
        {
            _output.WriteLine($"Cannot open file {name}: {opened.Text}, aborting...");
            return false;
        }

        using IFile file = opened.Value;
        if (!CheckPreamble(path, file, out long offset))
        {
            _output.WriteLine("RDB preamble of AOF file is not sane, aborting.");
            return false;
        }

        AofReader reader = new(file, offset);
        AofPiece ending = ReadOn(reader, out long cut);
        if (cut >= 0) return CutTo(path, name, isLast, cut);
        if (ending is AofPiece.Corrupt or AofPiece.Truncated or AofPiece.Failed)
        {
            _output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"0x{reader.ErrorOffset,16:x}: {reader.Error}"));
        }

        long diff = file.Size - reader.ValidUpTo;
        _output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"AOF analyzed: filename={name}, size={file.Size}, ok_up_to={reader.ValidUpTo}, "
            + $"diff={diff}"));
        if (diff == 0)
        {
            _output.WriteLine($"{what}AOF {name} is valid");
            return true;
        }

        return Mend(path, name, isLast, reader.ValidUpTo, file.Size);
    }

    // The end of the file, or the place from which on it is to be cut.
    private AofPiece ReadOn(AofReader reader, out long cut)
    {
        cut = -1;
        while (true)
        {
            AofPiece piece = reader.Next();
            if (piece == AofPiece.Unit) continue;
            if (piece != AofPiece.Annotation) return piece;
            AofAnnotation note = reader.Annotation;
            bool over = (note.Kind == AofAnnotationKind.Timestamp && _timestamp >= 0
                    && note.Value > _timestamp)
                || (note.Kind == AofAnnotationKind.Seq && _seq >= 0 && note.Value > _seq);
            if (!over) continue;
            cut = reader.Start;
            return piece;
        }
    }

    private bool CutTo(string path, string name, bool isLast, long cut)
    {
        if (!isLast)
        {
            _output.WriteLine(
                $"Failed to truncate AOF {name} to a time or number because it is not the last "
                + "file.");
            return false;
        }

        if (!Truncate(path, name, cut)) return false;
        string to = _timestamp >= 0
            ? string.Create(CultureInfo.InvariantCulture, $"timestamp {_timestamp}")
            : string.Create(CultureInfo.InvariantCulture, $"number {_seq}");
        _output.WriteLine($"Successfully truncated AOF {name} to {to}");
        return true;
    }

    private bool Mend(string path, string name, bool isLast, long valid, long size)
    {
        if (!_fix)
        {
            _output.WriteLine($"AOF {name} is not valid. Use the --fix option to try fixing it.");
            return false;
        }

        if (!isLast)
        {
            _output.WriteLine($"Failed to truncate AOF {name} because it is not the last file");
            return false;
        }

        _output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"This will shrink the AOF {name} from {size} bytes, with {size - valid} bytes, to "
            + $"{valid} bytes"));
        _output.Write("Continue? [y/N]: ");
        if (_input.ReadLine()?.StartsWith("y", StringComparison.OrdinalIgnoreCase) != true)
        {
            _output.WriteLine("Aborting...");
            return false;
        }

        if (!Truncate(path, name, valid)) return false;
        _output.WriteLine($"Successfully truncated AOF {name}");
        return true;
    }

    private bool Truncate(string path, string name, long size)
    {
        IoResult<IFile> opened = _files.Open(path, FileUse.Append);
        IoResult result = opened.Outcome;
        if (opened.IsDone)
        {
            using IFile file = opened.Value;
            result = file.Truncate(size);
            if (result.IsDone) result = file.Fsync();
        }

        if (!result.IsDone) _output.WriteLine($"Failed to truncate AOF {name}: {result.Text}");
        return result.IsDone;
    }

    // A snapshot at the beginning is proven value by value; where it ends commands may follow.
    private bool CheckPreamble(string path, IFile file, out long end)
    {
        end = 0;
        Span<byte> magic = stackalloc byte[5];
        IoResult<int> read = file.Read(0, magic);
        if (!read.IsDone || read.Value < magic.Length || !magic.SequenceEqual("REDIS"u8))
        {
            return true;
        }

        _output.WriteLine("The AOF appears to start with an RDB preamble.\n"
            + "Checking the RDB preamble to start:");
        ServerConfig config = new() { Databases = Databases };
        using RotomEngine engine = new(new SystemClock(), new XoshiroRandom(1), config);
        using FileStream stream = File.OpenRead(path);
        RdbFileLoader loader = engine.OpenRdb(stream, RdbUse.Check);
        loader.Step(long.MaxValue);
        end = loader.Offset;
        if (loader.Failure is { } failure)
        {
            _output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"[offset {loader.Offset}] {failure}"));
            return false;
        }

        _output.WriteLine("RDB preamble is OK, proceeding with AOF tail...");
        return true;
    }
}
