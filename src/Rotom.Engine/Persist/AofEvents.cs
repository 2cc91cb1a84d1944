using System;
using System.Buffers;
using Rotom.Engine.Abstractions;

namespace Rotom.Engine.Persist;

// AofEvents: the events of one file of the journal, with their numbers.
//
// An event is what lies between one #SEQ annotation and the next: the commands of one turn. Files
// that redis-server wrote have none; there an event is as many units as fit 64 KB, and numbers go
// on from where they were. A number never goes back: what another server appended in between has
// taken the numbers that were free.
//
// The bytes of an event are its units, annotations left out, so that they are commands only; for
// whoever asks what happened (keepsCauses) with the lines that say why a command was written.

/// <summary>Reads the events of a file of the journal.</summary>
public sealed class AofEvents
{
    /// <summary>How much an event without a number of its own holds.</summary>
    private const int UnnumberedBytesMax = 64 << 10;

    private readonly IFile _file;
    private readonly AofReader _reader;
    private readonly ArrayBufferWriter<byte> _bytes = new(4096);
    private bool _open;
    private bool _numbered;
    private bool _held;
    private bool _done;
    private AofAnnotationKind _cause;
    private long _lastSeq;
    private long _seqBefore;

    /// <summary>Reads a file whose events come after a number.</summary>
    public AofEvents(IFile file, long lastSeq, long offset = 0, bool keepsCauses = false)
    {
        _file = file;
        _reader = new AofReader(file, offset) { KeepsCauses = keepsCauses };
        _lastSeq = lastSeq;
        KeptUpTo = offset;
    }

    /// <summary>Number of the event found last.</summary>
    public long Seq { get; private set; }

    /// <summary>The newest #TS before the event found last; 0 for none.</summary>
    public long Timestamp { get; private set; }

    /// <summary>Commands of the event found last; valid until the next call.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    /// <summary>Where the file has to be cut when it ended too early.</summary>
    public long KeptUpTo { get; private set; }

    /// <summary>How the file ended, when there are no more events.</summary>
    public AofPiece Ending { get; private set; } = AofPiece.End;

    /// <summary>Where the error is.</summary>
    public long ErrorOffset => _reader.ErrorOffset;

    /// <summary>What the error is.</summary>
    public string Error => _reader.Error;

    /// <summary>True when the file has numbers of its own.</summary>
    public bool IsNumbered { get; private set; }

    /// <summary>Events up to this number are deleted; 0 for none.</summary>
    public long DeletedTo { get; private set; }

    /// <summary>The highest number so far.</summary>
    public long LastSeq => _lastSeq;

    /// <summary>Finds the next event; false at the end of the file, see <see cref="Ending"/>.
    /// </summary>
    public bool Next()
    {
        _bytes.ResetWrittenCount();
        if (Ending != AofPiece.End || _done) return false;
        if (_held)
        {
            // The unit that did not fit the event before.
            _held = false;
            Begin(_lastSeq + 1, numbered: false);
            Take();
        }

        while (true)
        {
            AofPiece piece = _reader.Next();
            switch (piece)
            {
                case AofPiece.Unit:
                    if (_open && !_numbered
                        && _bytes.WrittenCount + _reader.Unit.Length > UnnumberedBytesMax)
                    {
                        _held = true;
                        return Close();
                    }

                    if (!_open) Begin(_lastSeq + 1, numbered: false);
                    Take();
                    break;
                case AofPiece.Annotation:
                    if (_reader.Annotation.Kind == AofAnnotationKind.Atomic
                        && _reader.ValidUpTo + _reader.Annotation.Bytes > _file.Size)
                    {
                        // A group that is not all there is not there.
                        Ending = AofPiece.Truncated;
                        return Close();
                    }

                    if (Note(_reader.Annotation)) return true;
                    break;
                default:
                    Ending = piece;
                    _done = true;
                    return Close();
            }
        }
    }

    private void Take()
    {
        // Not before the command it is about: a cause alone is no event.
        if (_cause != AofAnnotationKind.Unknown)
        {
            _bytes.Write(_cause == AofAnnotationKind.Expired
                ? AofAnnotation.ExpiredLine
                : AofAnnotation.EvictedLine);
            _cause = AofAnnotationKind.Unknown;
        }

        _bytes.Write(_reader.Unit);
        KeptUpTo = _reader.ValidUpTo;
    }

    private bool Note(AofAnnotation annotation)
    {
        switch (annotation.Kind)
        {
            case AofAnnotationKind.Timestamp:
                Timestamp = annotation.Value;
                break;
            case AofAnnotationKind.Expired or AofAnnotationKind.Evicted when _reader.KeepsCauses:
                _cause = annotation.Kind;
                break;
            case AofAnnotationKind.After:
                IsNumbered = true;
                _lastSeq = Math.Max(_lastSeq, annotation.Value);
                KeptUpTo = _reader.ValidUpTo;
                break;
            case AofAnnotationKind.Deleted:
                DeletedTo = Math.Max(DeletedTo, annotation.Value);
                // It ends the event before it, and is kept with it.
                bool ended = Close();
                KeptUpTo = _reader.ValidUpTo;
                return ended;
            case AofAnnotationKind.Seq:
                IsNumbered = true;
                bool found = Close();
                Begin(Math.Max(annotation.Value, _lastSeq + 1), numbered: true);
                return found;
        }

        return false;
    }

    private void Begin(long seq, bool numbered)
    {
        _open = true;
        _numbered = numbered;
        _seqBefore = _lastSeq;
        _lastSeq = seq;
        if (numbered) _cause = AofAnnotationKind.Unknown;
    }

    // An annotation that is followed by nothing is no event: its turn was cut off.
    private bool Close()
    {
        bool found = _open && _bytes.WrittenCount > 0;
        if (_open && !found) _lastSeq = _seqBefore;
        Seq = _lastSeq;
        _open = false;
        return found;
    }
}
