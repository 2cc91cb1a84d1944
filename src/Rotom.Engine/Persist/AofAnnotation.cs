using System;
using System.Buffers.Text;

namespace Rotom.Engine.Persist;

// Annotations: lines of the journal that begin with '#', which redis-server and its tools skip.
//
//   #TS:<unix seconds>          what follows was written then; Redis' own
//   #SEQ:<number>               what follows, up to the next of these, is the event of that number
//   #AFTER:<number>             first line of a file: its events come after that number; in a base
//                               of commands: it holds all events up to that number
//   #DELETED:<number>           events up to that number are gone for whoever asks for them
//   #ATOMIC:<events> <bytes>    so many events in so many bytes follow, which are all there or none
//   #EXPIRED                    why the next command was written: a key's or field's time was over
//   #EVICTED                    a key had to go because memory was short
//
// The last two stand in the middle of an event, also between MULTI and EXEC; they are for whoever
// asks what happened, and recovery passes over them.
//
// An annotation stands before what it is about: a file that is cut anywhere says nothing false.

/// <summary>What an annotation says.</summary>
public enum AofAnnotationKind
{
    /// <summary>Something this server does not know; skipped.</summary>
    Unknown,

    /// <summary>The time.</summary>
    Timestamp,

    /// <summary>The number of the event that begins.</summary>
    Seq,

    /// <summary>The number after which the file begins.</summary>
    After,

    /// <summary>Events up to the number are deleted.</summary>
    Deleted,

    /// <summary>Events that are to be taken whole.</summary>
    Atomic,

    /// <summary>The next command deletes what expired.</summary>
    Expired,

    /// <summary>The next command deletes what was evicted.</summary>
    Evicted,
}

/// <summary>One annotation.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Value">Seconds, a number, or a count of events.</param>
/// <param name="Bytes">How many bytes an atomic group has.</param>
public readonly record struct AofAnnotation(AofAnnotationKind Kind, long Value, long Bytes = 0)
{
    /// <summary>Longest line that is written, with room to spare.</summary>
    public const int BytesMax = 64;

    /// <summary>The line before what deletes something that expired.</summary>
    public static ReadOnlySpan<byte> ExpiredLine => "#EXPIRED\r\n"u8;

    /// <summary>The line before what deletes something that was evicted.</summary>
    public static ReadOnlySpan<byte> EvictedLine => "#EVICTED\r\n"u8;

    /// <summary>True when it says why the next command was written.</summary>
    public bool IsCause => Kind is AofAnnotationKind.Expired or AofAnnotationKind.Evicted;

    /// <summary>Reads a line, without its end.</summary>
    public static AofAnnotation Parse(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> rest = line.TrimEnd((byte)'\r');
        if (Number(rest, "#SEQ:"u8, out long value, out rest) && rest.IsEmpty)
        {
            return new AofAnnotation(AofAnnotationKind.Seq, value);
        }

        rest = line.TrimEnd((byte)'\r');
        if (Number(rest, "#TS:"u8, out value, out rest) && rest.IsEmpty)
        {
            return new AofAnnotation(AofAnnotationKind.Timestamp, value);
        }

        rest = line.TrimEnd((byte)'\r');
        if (Number(rest, "#AFTER:"u8, out value, out rest) && rest.IsEmpty)
        {
            return new AofAnnotation(AofAnnotationKind.After, value);
        }

        rest = line.TrimEnd((byte)'\r');
        if (Number(rest, "#DELETED:"u8, out value, out rest) && rest.IsEmpty)
        {
            return new AofAnnotation(AofAnnotationKind.Deleted, value);
        }

        rest = line.TrimEnd((byte)'\r');
        if (Number(rest, "#ATOMIC:"u8, out value, out rest)
            && Number(rest, " "u8, out long bytes, out rest) && rest.IsEmpty)
        {
            return new AofAnnotation(AofAnnotationKind.Atomic, value, bytes);
        }

        rest = line.TrimEnd((byte)'\r');
        if (rest.SequenceEqual(ExpiredLine[..^2]))
        {
            return new AofAnnotation(AofAnnotationKind.Expired, 0);
        }

        return rest.SequenceEqual(EvictedLine[..^2])
            ? new AofAnnotation(AofAnnotationKind.Evicted, 0)
            : default;
    }

    /// <summary>Writes the line of one that has a number, with its end; how many bytes.</summary>
    public int Write(Span<byte> to)
    {
        ReadOnlySpan<byte> name = Kind switch
        {
            AofAnnotationKind.Timestamp => "#TS:"u8,
            AofAnnotationKind.Seq => "#SEQ:"u8,
            AofAnnotationKind.After => "#AFTER:"u8,
            AofAnnotationKind.Deleted => "#DELETED:"u8,
            _ => "#ATOMIC:"u8,
        };
        name.CopyTo(to);
        int at = name.Length;
        Utf8Formatter.TryFormat(Value, to[at..], out int digits);
        at += digits;
        if (Kind == AofAnnotationKind.Atomic)
        {
            to[at++] = (byte)' ';
            Utf8Formatter.TryFormat(Bytes, to[at..], out digits);
            at += digits;
        }

        "\r\n"u8.CopyTo(to[at..]);
        return at + 2;
    }

    private static bool Number(
        ReadOnlySpan<byte> text, ReadOnlySpan<byte> name, out long value,
        out ReadOnlySpan<byte> rest)
    {
        rest = text;
        value = 0;
        if (!text.StartsWith(name)
            || !Utf8Parser.TryParse(text[name.Length..], out value, out int used)
            || value < 0)
        {
            return false;
        }

        rest = text[(name.Length + used)..];
        return true;
    }
}
