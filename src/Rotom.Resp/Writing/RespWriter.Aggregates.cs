using System;

namespace Rotom.Resp;

// Aggregates, and the replies of the data types where RESP2 and RESP3 differ in shape:
//
//   HGETALL, CONFIG GET        MapHeader(n)     %n                *2n, flat
//   SMEMBERS, SINTER           SetHeader(n)     ~n                *n
//   ZRANGE .. WITHSCORES,      PairsHeader(n)   *n of             *2n, flat
//     ZRANDMEMBER, HRANDFIELD    PairHeader()     *2 each           nothing
//   a score                    Double(s)        ,s                $ s
//   a message                  PushHeader(n)    >n                *n
//   an empty pop with count    NullArray()      _                 *-1

/// <summary>Writes RESP2 and RESP3 elements into memory it owns.</summary>
public partial class RespWriter
{
    /// <summary>Opens an array of <paramref name="count"/> elements.</summary>
    public void ArrayHeader(long count) => Open('*', count);

    /// <summary>Opens a map: <paramref name="pairs"/> keys and values, flat in RESP2.</summary>
    public void MapHeader(long pairs)
    {
        if (Resp3) Open('%', pairs);
        else Open('*', checked(pairs * 2));
    }

    /// <summary>Opens a set, an array in RESP2.</summary>
    public void SetHeader(long count) => Open(Resp3 ? '~' : '*', count);

    /// <summary>Opens an out-of-band message, an array in RESP2.</summary>
    public void PushHeader(long count) => Open(Resp3 ? '>' : '*', count);

    /// <summary>
    /// Opens the attributes of the reply that follows. RESP2 has none: nothing is written, and
    /// neither may the pairs be.
    /// </summary>
    /// <returns>True when the pairs are to be written.</returns>
    public bool AttributeHeader(long pairs)
    {
        if (Resp3) Open('|', pairs);
        return Resp3;
    }

    /// <summary>
    /// Opens an aggregate of the given RESP3 type byte; a map's count is in pairs.
    /// </summary>
    public void Aggregate(char kind, long count)
    {
        if (!Resp3)
        {
            if (kind == '%') count = checked(count * 2);
            kind = '*';
        }

        Open(kind, count);
    }

    /// <summary>Opens a list of pairs: nested in RESP3, flat in RESP2.</summary>
    public void PairsHeader(long pairs) => Open('*', Resp3 ? pairs : checked(pairs * 2));

    /// <summary>Opens one pair of a list of pairs.</summary>
    public void PairHeader()
    {
        if (Resp3) Open('*', 2);
    }

    /// <summary>
    /// One member and its score in a list of pairs, as ZRANGE WITHSCORES has them.
    /// </summary>
    public void ScorePair(ReadOnlySpan<byte> member, double score)
    {
        PairHeader();
        Bulk(member);
        Double(score);
    }

    /// <summary>
    /// One field and its value in a list of pairs, as HRANDFIELD WITHVALUES has them.
    /// </summary>
    public void FieldPair(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value)
    {
        PairHeader();
        Bulk(field);
        Bulk(value);
    }

    private void Open(char kind, long count) => PutHeader(kind, count);
}
