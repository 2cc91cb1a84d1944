using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Persist;

// BigTable: a large hash, set or sorted set on its way into a snapshot, bucket by bucket of its
// hash table. Its record says first how many elements there are, and then names them in any order,
// so a bucket may be saved whenever it suits, as long as each element of the cut is saved once and
// nothing else is.
//
// Invariants, while the table is watched:
//   1. A bucket without this snapshot's mark holds exactly what belonged to it at the cut, with the
//      values, scores and times of then: whoever is about to add to it, change or remove something
//      in it says so first (HandleTable does by itself; FieldMap and ZsetIndex for what they change
//      inside an element), and then it is saved and marked.
//   2. A bucket with the mark is of no interest any more. What is added goes into marked buckets.
//   3. The table only splits, since merges are held. Splitting moves elements between two buckets
//      and gives both the same mark, so 1 and 2 stay true; the new one is at the end, where the
//      walk has yet to come by. Elements with a time to live know their place in the hash's heap of
//      times at any moment, so what an unmarked bucket's elements say of it is what it was.
//   4. Elements written and elements still in unmarked buckets add up to the count of the cut,
//      which is checked at the end.
//
// A hash that gets its first time to live meanwhile gets another payload, but keeps its table. A
// table that is emptied and freed has no unmarked elements left.

/// <summary>A large hash, set or sorted set that is saved bucket by bucket.</summary>
internal abstract class BigTable : BigValue
{
    /// <summary>Buckets already saved that one step passes over.</summary>
    private const int SkippedAtOnce = 64;

    private readonly TableWatch _table;
    private readonly ushort _mark;
    private readonly bool _compress;
    private readonly IImageCounter _images;
    private EarlyBytes? _early;
    private RdbWriter? _record;
    private uint _next;
    private long _left;

    private protected BigTable(
        IBigValueOwner owner, Handle table, uint snapshot, long count, bool compress)
        : base(owner, table)
    {
        _images = owner;
        _table = new TableWatch(table);
        _mark = TableWatch.MarkOf(snapshot);
        _compress = compress;
        _left = count;
        _table.Begin(snapshot);
    }

    /// <inheritdoc/>
    public sealed override bool SaveSome(RdbWriter to)
    {
        _record = to;
        if (_early is { IsEmpty: false } early)
        {
            early.MoveSome(to);
            return false;
        }

        if (!Key.IsNull)
        {
            for (int i = 0; i < SkippedAtOnce && _next < _table.BucketCount; i++)
            {
                uint bucket = _next++;
                if (_table.IsMarked(bucket, _mark)) continue;
                Save(bucket, to);
                break;
            }

            if (_next < _table.BucketCount) return false;
        }

        Invariant.Require(_left == 0);
        return true;
    }

    /// <summary>A bucket is about to change.</summary>
    public void SaveEarly(uint bucket)
    {
        if (_table.IsMarked(bucket, _mark)) return;
        if (_record is not null)
        {
            Save(bucket, _record);
            return;
        }

        _early ??= new EarlyBytes(_images, _compress);
        Save(bucket, _early.Writer);
        _early.Wrote();
    }

    /// <summary>The table, empty by now, is freed by whoever emptied it.</summary>
    public void TableGoes()
    {
        _table.End();
        LoseKey();
    }

    /// <inheritdoc/>
    public sealed override void Release()
    {
        if (!Key.IsNull) _table.End();
        Key = default;
        _early?.Drop();
    }

    /// <summary>Writes a bucket's elements.</summary>
    /// <returns>How many there are.</returns>
    private protected abstract long Write(uint bucket, RdbWriter to);

    private void Save(uint bucket, RdbWriter to)
    {
        _table.Mark(bucket, _mark);
        _left -= Write(bucket, to);
    }
}

/// <summary>A large hash.</summary>
internal sealed class BigHash(
    IBigValueOwner owner, FieldMap map, uint snapshot, bool compress)
    : BigTable(owner, map.TableRoot, snapshot, map.Count, compress)
{
    private readonly FieldMap _map = map;
    private readonly long _first = map.NextDue;

    private protected override long Write(uint bucket, RdbWriter to)
    {
        if (Commands is not { } commands)
        {
            RdbValueWriter.FieldWriter writer = new(to, _first);
            _map.VisitBucket(bucket, ref writer);
            return writer.Written;
        }

        FieldCommands fields = new(commands);
        _map.VisitBucket(bucket, ref fields);
        commands.Write(to);
        return fields.Written;
    }

    private struct FieldCommands(ElementCommands commands) : IFieldVisitor
    {
        public long Written;

        public void Visit(ListpackValue name, ListpackValue value, long expireAtMs)
        {
            commands.Add(name, value, expireAtMs);
            Written++;
        }
    }
}

/// <summary>A large set.</summary>
internal sealed class BigSet(
    IBigValueOwner owner, NativeHeap heap, SetType set, uint snapshot, bool compress)
    : BigTable(owner, set.Payload.Block, snapshot, set.Count, compress)
{
    private readonly SetType _set = set;

    private protected override long Write(uint bucket, RdbWriter to)
    {
        Visitor visitor = new(heap, to, Commands);
        _set.VisitBucket(bucket, ref visitor);
        Commands?.Write(to);
        return visitor.Written;
    }

    private struct Visitor(NativeHeap heap, RdbWriter to, ElementCommands? commands)
        : IHandleVisitor
    {
        public long Written;

        public void Visit(Handle element)
        {
            ReadOnlySpan<byte> member = SetMember.Bytes(heap, element);
            if (commands is null) to.String(member);
            else commands.Add(member);
            Written++;
        }
    }
}

/// <summary>
/// A large sorted set, which is not saved in the order of its scores: the order of its tree changes
/// under the walk, its table's buckets do not.
/// </summary>
internal sealed class BigZset(
    IBigValueOwner owner, NativeHeap heap, ZsetIndex set, uint snapshot, bool compress)
    : BigTable(owner, set.TableRoot, snapshot, set.Count, compress)
{
    private readonly ZsetIndex _set = set;

    private protected override long Write(uint bucket, RdbWriter to)
    {
        Visitor visitor = new(heap, to, Commands);
        _set.VisitBucket(bucket, ref visitor);
        Commands?.Write(to);
        return visitor.Written;
    }

    private struct Visitor(NativeHeap heap, RdbWriter to, ElementCommands? commands)
        : IHandleVisitor
    {
        public long Written;

        public void Visit(Handle element)
        {
            ReadOnlySpan<byte> member = ZsetElement.Member(heap, element);
            double score = ZsetElement.Score(heap, element);
            if (commands is null)
            {
                to.String(member);
                to.Double(score);
            }
            else
            {
                commands.Add(score);
                commands.Add(member);
            }

            Written++;
        }
    }
}
