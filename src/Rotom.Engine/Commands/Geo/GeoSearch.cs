using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine.Commands;

/// <summary>Which command asks for a search.</summary>
internal enum GeoSearchForm
{
    Search,
    SearchStore,
    Radius,
    RadiusRo,
    RadiusByMember,
    RadiusByMemberRo,
}

// One search: reads the words, goes through the cells, sorts, and answers or stores. Mistakes are
// told in the order in which Redis finds them.

/// <summary>Reads and does a search of a geospatial index.</summary>
internal ref partial struct GeoSearch(GeoSearchForm form)
{
    private readonly GeoSearchForm _form = form;
    private GeoShape _shape;
    private Entry _source;
    private long _count;
    private int _order;
    private bool _any;
    private bool _withDistance;
    private bool _withHash;
    private bool _withPlace;
    private bool _stored;
    private bool _storesDistance;
    private bool _fromMember;
    private bool _fromPlace;
    private bool _byRadius;
    private bool _byBox;

    /// <summary>A member that was found.</summary>
    private readonly record struct Found(
        ZsetPosition At, double Score, GeoPoint Place, double Distance);

    private readonly bool IsSearch =>
        _form is GeoSearchForm.Search or GeoSearchForm.SearchStore;

    /// <summary>Does it all.</summary>
    internal void Run(ref CommandContext c)
    {
        int source = _form == GeoSearchForm.SearchStore ? 1 : 0;
        if (!c.TryRead(c.Key(source), ObjectType.SortedSet, out _source)) return;
        if (!ReadCenter(in c, out int options)) return;
        if (!ReadOptions(in c, options) || !Check(in c)) return;
        if (_source.IsNull)
        {
            if (_stored)
            {
                ZsetValue.DeleteResult(in c, StoreKey(ref c));
                c.Reply.Integer(0);
            }
            else
            {
                c.Reply.ArrayHeader(0);
            }

            return;
        }

        Zset set = ZsetValue.Open(in c, _source);
        List<Found> found = Find(in set);
        if (_count > 0 && _order == 0 && !_any) _order = 1;
        Sort(found);
        int told = _count > 0 && _count < found.Count ? (int)_count : found.Count;
        ReadOnlySpan<Found> results = CollectionsMarshal.AsSpan(found)[..told];
        if (_stored) Store(ref c, in set, results);
        else Reply(c.Reply, in set, results);
    }

    private readonly List<Found> Find(in Zset set)
    {
        List<Found> found = [];
        Span<GeoHash> cells = stackalloc GeoHash[GeoShape.CellsMax];
        _shape.Cells(cells);
        long most = _any ? _count : long.MaxValue;
        int last = 0;
        for (int i = 0; i < cells.Length && found.Count < most; i++)
        {
            // Where there are few cells, neighbours on two sides are the same.
            if (cells[i].IsNone || (last > 0 && cells[i] == cells[last])) continue;
            FindIn(in set, cells[i], most, found);
            last = i;
        }

        return found;
    }

    private readonly void FindIn(in Zset set, GeoHash cell, long most, List<Found> found)
    {
        double end = cell.EndScore;
        long first = set.CountBefore(ZsetBound.ByScore(cell.FirstScore, behindEqual: false));
        for (ZsetPosition at = set.At(first); !at.IsNull && found.Count < most; at = set.Next(at))
        {
            double score = set.Score(at);
            if (score >= end) return;
            GeoPoint place = GeoHash.Decode(score);
            if (_shape.Holds(place, out double distance))
                found.Add(new Found(at, score, place, distance));
        }
    }

    // Those of one distance stay in the order in which they were found.
    private readonly void Sort(List<Found> found)
    {
        if (_order == 0) return;
        int order = _order;
        Found[] unsorted = [.. found];
        int[] ranks = new int[unsorted.Length];
        for (int i = 0; i < ranks.Length; i++) ranks[i] = i;
        Array.Sort(ranks, (a, b) =>
        {
            int compared = order * unsorted[a].Distance.CompareTo(unsorted[b].Distance);
            return compared != 0 ? compared : a.CompareTo(b);
        });
        for (int i = 0; i < ranks.Length; i++) found[i] = unsorted[ranks[i]];
    }

    private readonly void Reply(RespWriter reply, in Zset set, ReadOnlySpan<Found> results)
    {
        int more = (_withDistance ? 1 : 0) + (_withHash ? 1 : 0) + (_withPlace ? 1 : 0);
        reply.ArrayHeader(results.Length);
        foreach (Found result in results)
        {
            if (more > 0) reply.ArrayHeader(more + 1);
            set.Member(result.At).Reply(reply);
            if (_withDistance) GeoValue.ReplyDistance(reply, result.Distance / _shape.Unit);
            if (_withHash) reply.Integer((long)result.Score);
            if (_withPlace) GeoValue.ReplyPoint(reply, result.Place);
        }
    }

    private readonly void Store(
        ref CommandContext c, in Zset set, ReadOnlySpan<Found> results)
    {
        Zset stored = ZsetValue.New(in c);
        stored.Grow();
        long longest = 0;
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        foreach (Found result in results)
        {
            ReadOnlySpan<byte> member = set.Member(result.At).Text(digits);
            longest = Math.Max(longest, member.Length);
            double score = _storesDistance ? result.Distance / _shape.Unit : result.Score;
            stored.Add(member, score, stored.Find(member));
        }

        stored.ShrinkIfSmall(longest);
        ReadOnlySpan<byte> eventName = IsSearch ? "geosearchstore"u8 : "georadiusstore"u8;
        ZsetValue.StoreResult(in c, StoreKey(ref c), ref stored, results.Length, eventName);
    }

    private readonly Key StoreKey(ref CommandContext c) =>
        c.Key(_form == GeoSearchForm.SearchStore ? 0 : 1);
}
