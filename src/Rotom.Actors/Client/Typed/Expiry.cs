using System;

namespace Rotom.Actors.Client;

/// <summary>
/// What becomes of a time to live when a value is written or read (the EX, PX, EXAT, PXAT, KEEPTTL
/// and PERSIST of SET, GETEX, MSETEX, HSETEX and HGETEX). The default says nothing: SET takes the
/// time away, GETEX leaves it.
/// </summary>
public readonly record struct Expiry
{
    private readonly Kind _kind;
    private readonly long _ms;

    private Expiry(Kind kind, long ms = 0)
    {
        _kind = kind;
        _ms = ms;
    }

    private enum Kind
    {
        None,
        In,
        At,
        Keep,
        Persist,
    }

    /// <summary>What is there keeps its time (KEEPTTL).</summary>
    public static Expiry Keep => new(Kind.Keep);

    /// <summary>What is there lives for ever (PERSIST).</summary>
    public static Expiry Persist => new(Kind.Persist);

    /// <summary>After a span, in milliseconds (PX).</summary>
    public static Expiry In(TimeSpan span) =>
        new(Kind.In, (long)Math.Ceiling(span.TotalMilliseconds));

    /// <summary>At a time, in milliseconds (PXAT).</summary>
    public static Expiry At(DateTimeOffset time) => new(Kind.At, time.ToUnixTimeMilliseconds());

    /// <summary>After a span.</summary>
    public static implicit operator Expiry(TimeSpan span) => In(span);

    /// <summary>At a time.</summary>
    public static implicit operator Expiry(DateTimeOffset time) => At(time);

    internal void AddTo(ref WordList words)
    {
        switch (_kind)
        {
            case Kind.In:
                words.Add(Word.Px, _ms);
                break;
            case Kind.At:
                words.Add(Word.Pxat, _ms);
                break;
            case Kind.Keep:
                words.Add(Word.Keepttl);
                break;
            case Kind.Persist:
                words.Add(Word.Persist);
                break;
        }
    }
}

/// <summary>When a time to live is set, of a key or of a field.</summary>
public enum ExpireWhen
{
    /// <summary>Whatever time it has.</summary>
    Always,

    /// <summary>Only if it has none (NX).</summary>
    HasNone,

    /// <summary>Only if it has one (XX).</summary>
    HasOne,

    /// <summary>Only if the new one is later (GT); none counts as for ever.</summary>
    Later,

    /// <summary>Only if the new one is earlier (LT); none counts as for ever.</summary>
    Earlier,
}

/// <summary>The words of conditions.</summary>
internal static class Conditions
{
    internal static void Add(this ref WordList words, ExpireWhen when)
    {
        if (when == ExpireWhen.Always) return;
        words.Add(when switch
        {
            ExpireWhen.HasNone => Word.Nx,
            ExpireWhen.HasOne => Word.Xx,
            ExpireWhen.Later => Word.Gt,
            ExpireWhen.Earlier => Word.Lt,
            _ => throw new ArgumentOutOfRangeException(nameof(when)),
        });
    }

    internal static void Add(this ref WordList words, SetWhen when)
    {
        if (when == SetWhen.Always) return;
        words.Add(when switch
        {
            SetWhen.NotExists => Word.Nx,
            SetWhen.Exists => Word.Xx,
            _ => throw new ArgumentOutOfRangeException(nameof(when)),
        });
    }
}
