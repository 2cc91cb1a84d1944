using System;
using System.Globalization;
using Rotom.Engine.Abstractions;

namespace Rotom.Engine.Persist;

// AofReader: a file of commands, piece by piece: a unit is a command, or a transaction from MULTI
// to EXEC; between units there are annotations.
//
// How a file may end:
//   End         with its last unit
//   Truncated   in the middle of a unit, as a crash leaves it: ValidUpTo is where the last complete
//               piece ends. Zeros up to the end count as such a tail, for that is how some file
//               systems show what had been allocated but not written.
//   Corrupt     there is something else than a command at ValidUpTo + what precedes it
//
// The same rules as redis-server's, which tells the last two apart by whether bytes ran out. A
// count or length is never trusted with memory: the buffer grows as bytes arrive.

/// <summary>What <see cref="AofReader.Next"/> found.</summary>
public enum AofPiece
{
    /// <summary>A command or transaction.</summary>
    Unit,

    /// <summary>An annotation between units.</summary>
    Annotation,

    /// <summary>The file ends where a piece ended.</summary>
    End,

    /// <summary>The file ends in the middle of a piece.</summary>
    Truncated,

    /// <summary>The file holds something else.</summary>
    Corrupt,

    /// <summary>The disk failed; <see cref="AofReader.Error"/> says how.</summary>
    Failed,
}

/// <summary>Reads a file of commands.</summary>
public sealed class AofReader
{
    /// <summary>Bulk strings longer than this are no bulk strings; Redis' top is 512 MB.</summary>
    private const long BulkBytesMax = 1L << 30;

    private const int LineBytesMax = 64 << 10;
    private const int BufferBytes = 1 << 18;

    private readonly IFile _file;
    private byte[] _buffer;
    private int _scan;
    private int _end;
    private int _unitStart;
    private bool _ended;
    private long _offset;

    /// <summary>Reads from an offset, where a piece must begin.</summary>
    public AofReader(IFile file, long offset = 0)
    {
        _file = file;
        // A short file needs no long buffer; one byte more, so that its end is found.
        _buffer = new byte[Math.Clamp(file.Size - offset + 1, 512, BufferBytes)];
        _offset = ValidUpTo = Start = offset;
    }

    /// <summary>
    /// Units are to keep the annotations that say why one of their commands was written.
    /// </summary>
    public bool KeepsCauses { get; init; }

    /// <summary>Where the piece found last begins.</summary>
    public long Start { get; private set; }

    /// <summary>Where the last complete piece ends.</summary>
    public long ValidUpTo { get; private set; }

    /// <summary>Where in the file the error is.</summary>
    public long ErrorOffset { get; private set; }

    /// <summary>What is wrong.</summary>
    public string Error { get; private set; } = "";

    /// <summary>The annotation found last.</summary>
    public AofAnnotation Annotation { get; private set; }

    /// <summary>
    /// The unit found last, without annotations, or the annotation's line; valid until the next
    /// call.
    /// </summary>
    public ReadOnlySpan<byte> Unit => _buffer.AsSpan(_unitStart, _scan - _unitStart);

    private enum Step
    {
        Done,
        NeedMore,
        Wrong,
    }

    /// <summary>Finds the next piece.</summary>
    public AofPiece Next()
    {
        Start = ValidUpTo;
        _unitStart = _scan;
        bool inMulti = false;
        while (true)
        {
            if (_scan == _end)
            {
                if (!Fill(out AofPiece ended)) return inMulti ? Cut(ended) : ended;
            }

            int before = _scan;
            Step step;
            bool annotation = _buffer[_scan] == '#';
            bool multi = false, exec = false;
            if (annotation) step = ReadAnnotation();
            else step = ReadCommand(out multi, out exec);
            if (step == Step.Wrong) return WrongOrZeros();
            if (step == Step.NeedMore)
            {
                _scan = before;
                if (Grow(out AofPiece ended)) continue;
                return Cut(ended);
            }

            if (annotation && inMulti)
            {
                if (!KeepsCauses || !Annotation.IsCause) Drop(before);
                continue;
            }

            if (multi && inMulti) return Fail(before, "Unexpected MULTI");
            if (exec && !inMulti) return Fail(before, "Unexpected EXEC");
            inMulti = (inMulti || multi) && !exec;
            if (inMulti) continue;
            ValidUpTo = _offset + _scan;
            return annotation ? AofPiece.Annotation : AofPiece.Unit;
        }
    }

    private AofPiece Cut(AofPiece ended)
    {
        if (ended != AofPiece.End) return ended;
        Error = "Unexpected end of file";
        ErrorOffset = _offset + _end;
        return AofPiece.Truncated;
    }

    private AofPiece Fail(int at, string error)
    {
        Error = error;
        ErrorOffset = _offset + at;
        return AofPiece.Corrupt;
    }

    private Step Wrong(int at, string error)
    {
        Fail(at, error);
        return Step.Wrong;
    }

    // What is not a command may be the zeros of a file that was longer than what was written.
    private AofPiece WrongOrZeros()
    {
        int at = (int)(ErrorOffset - _offset);
        while (true)
        {
            if (_buffer.AsSpan(at, _end - at).IndexOfAnyExcept((byte)0) >= 0)
            {
                return AofPiece.Corrupt;
            }

            if (_ended) break;
            at = _end;
            if (_end == _buffer.Length) Array.Resize(ref _buffer, checked(_buffer.Length * 2));
            if (!Read(out AofPiece ended) && ended == AofPiece.Failed) return ended;
        }

        Error = "Unexpected zeros up to the end of the file";
        return AofPiece.Truncated;
    }

    private Step ReadAnnotation()
    {
        ReadOnlySpan<byte> rest = _buffer.AsSpan(_scan, _end - _scan);
        int length = rest.IndexOf((byte)'\n');
        if (length < 0)
        {
            int zeros = rest.IndexOf((byte)0);
            if (zeros >= 0) return Wrong(_scan + zeros, "Zeros in an annotation");
            return rest.Length > LineBytesMax ? Wrong(_scan, "Too long annotation") : Step.NeedMore;
        }

        // A hole that a crash left in the middle of one must not hide what it swallowed.
        int hole = rest[..length].IndexOf((byte)0);
        if (hole >= 0) return Wrong(_scan + hole, "Zeros in an annotation");
        Annotation = AofAnnotation.Parse(rest[..length]);
        _scan += length + 1;
        return Step.Done;
    }

    private Step ReadCommand(out bool multi, out bool exec)
    {
        multi = exec = false;
        int at = _scan;
        Step step = ReadHeader(ref at, '*', int.MaxValue, out long count);
        if (step != Step.Done) return step;
        if (count < 1) return Wrong(_scan, "Expected at least one word");
        ReadOnlySpan<byte> name = default;
        for (long i = 0; i < count; i++)
        {
            int header = at;
            step = ReadHeader(ref at, '$', BulkBytesMax, out long length);
            if (step != Step.Done) return step;
            if (length < 0) return Wrong(header, "Expected a length");
            if (_end - at < length + 2) return Step.NeedMore;
            if (_buffer[at + length] != '\r' || _buffer[at + length + 1] != '\n')
            {
                return Wrong((int)(at + length), "Expected \\r\\n");
            }

            if (i == 0) name = _buffer.AsSpan(at, (int)length);
            at = checked((int)(at + length + 2));
        }

        if (count == 1)
        {
            multi = Is(name, "MULTI"u8);
            exec = Is(name, "EXEC"u8);
        }

        _scan = at;
        return Step.Done;
    }

    private Step ReadHeader(ref int at, char kind, long max, out long number)
    {
        number = 0;
        if (at == _end) return Step.NeedMore;
        if (_buffer[at] != kind)
        {
            return Wrong(at, string.Create(
                CultureInfo.InvariantCulture, $"Expected prefix '{kind}', got: '{Shown(at)}'"));
        }

        int i = at + 1;
        int start = i;
        while (i < _end && _buffer[i] is >= (byte)'0' and <= (byte)'9')
        {
            number = (number * 10) + (_buffer[i] - '0');
            if (number > max) return Wrong(at, "A number out of range");
            i++;
        }

        if (i == _end) return Step.NeedMore;
        if (i == start || _buffer[i] != '\r') return Wrong(i, "Expected a number");
        if (i + 1 == _end) return Step.NeedMore;
        if (_buffer[i + 1] != '\n') return Wrong(i + 1, "Expected \\n");
        at = i + 2;
        return Step.Done;
    }

    private string Shown(int at) => _buffer[at] is > 32 and < 127
        ? ((char)_buffer[at]).ToString()
        : "\\x" + _buffer[at].ToString("x2", CultureInfo.InvariantCulture);

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> upper) =>
        name.Length == upper.Length && Ascii.EqualsIgnoreCase(name, upper);

    // An annotation inside a transaction: what precedes it moves up to what follows it.
    private void Drop(int annotation)
    {
        int length = _scan - annotation;
        Buffer.BlockCopy(
            _buffer, _unitStart, _buffer, _unitStart + length, annotation - _unitStart);
        _unitStart += length;
    }

    private bool Fill(out AofPiece ended)
    {
        if (_unitStart == _scan)
        {
            _offset += _scan;
            _unitStart = _scan = _end = 0;
        }

        return Grow(out ended);
    }

    private bool Grow(out AofPiece ended)
    {
        ended = AofPiece.End;
        if (_ended) return false;
        if (_unitStart > 0)
        {
            Buffer.BlockCopy(_buffer, _unitStart, _buffer, 0, _end - _unitStart);
            _offset += _unitStart;
            _scan -= _unitStart;
            _end -= _unitStart;
            _unitStart = 0;
        }

        if (_end == _buffer.Length)
        {
            long size = Math.Min(_buffer.Length * 2L, Array.MaxLength);
            if (size == _buffer.Length)
            {
                ended = Fail(_scan, "A command or transaction of more than 2 GB");
                return false;
            }

            Array.Resize(ref _buffer, (int)size);
        }

        return Read(out ended);
    }

    private bool Read(out AofPiece ended)
    {
        ended = AofPiece.End;
        IoResult<int> read = _file.Read(_offset + _end, _buffer.AsSpan(_end));
        if (!read.IsDone)
        {
            Error = read.Text;
            ErrorOffset = _offset + _end;
            ended = AofPiece.Failed;
            return false;
        }

        _end += read.Value;
        _ended = read.Value == 0;
        return !_ended;
    }
}
