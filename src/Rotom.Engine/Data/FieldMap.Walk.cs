using System;
using Rotom.Engine.Abstractions;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

/// <summary>Is shown the fields of a hash. It must not change the hash.</summary>
internal interface IFieldVisitor
{
    /// <summary>Called once for each field met; the time is -1 for none.</summary>
    void Visit(ListpackValue name, ListpackValue value, long expireAtMs);
}

internal partial struct FieldMap
{
    /// <summary>Shows all fields, in the order of the listpack or the table.</summary>
    public readonly void VisitAll<TVisitor>(ref TVisitor visitor)
        where TVisitor : struct, IFieldVisitor, allows ref struct
    {
        if (IsPacked)
        {
            VisitPack(ref visitor);
            return;
        }

        HandleTable<HashFieldOps> table = Table;
        Adapter<TVisitor> adapter = new(this, visitor);
        for (uint i = 0; i < table.BucketCount; i++) table.VisitBucket(i, ref adapter);
        visitor = adapter.Visitor;
    }

    /// <summary>The root of the table, null when it is a listpack.</summary>
    public readonly Handle TableRoot => IsPacked ? default : _inner.Block;

    /// <summary>Shows the fields in a bucket of the table.</summary>
    public readonly void VisitBucket<TVisitor>(uint bucket, ref TVisitor visitor)
        where TVisitor : struct, IFieldVisitor, allows ref struct
    {
        Adapter<TVisitor> adapter = new(this, visitor);
        Table.VisitBucket(bucket, ref adapter);
        visitor = adapter.Visitor;
    }

    /// <summary>
    /// Shows some fields and returns the next cursor (HSCAN): begin with 0, and 0 ends it. A field
    /// that is there from the first call to the last is shown at least once. A listpack is shown at
    /// once.
    /// </summary>
    public readonly ulong Scan<TVisitor>(ulong cursor, ref TVisitor visitor)
        where TVisitor : struct, IFieldVisitor, allows ref struct
    {
        if (IsPacked)
        {
            VisitPack(ref visitor);
            return 0;
        }

        Adapter<TVisitor> adapter = new(this, visitor);
        ulong next = Table.Scan(cursor, ref adapter);
        visitor = adapter.Visitor;
        return next;
    }

    /// <summary>A field chosen evenly at random; there is one.</summary>
    public readonly FieldAt RandomField(IRandom random)
    {
        if (!IsPacked) return new FieldAt(Table.RandomElement(random), 0);
        return AtIndex((int)random.Next(Count));
    }

    /// <summary>The field with this number in a listpack.</summary>
    public readonly FieldAt AtIndex(int index)
    {
        Invariant.Require(IsPacked);
        return new FieldAt(default, Listpack.Seek(Pack, (long)index * Stride));
    }

    private readonly void VisitPack<TVisitor>(ref TVisitor visitor)
        where TVisitor : struct, IFieldVisitor, allows ref struct
    {
        ReadOnlySpan<byte> pack = Pack;
        int at = Listpack.HeaderBytes;
        while (pack[at] != Listpack.End)
        {
            ListpackValue name = Listpack.Get(pack, at);
            at = Listpack.After(pack, at);
            ListpackValue value = Listpack.Get(pack, at);
            at = Listpack.After(pack, at);
            long time = -1;
            if (HasTimes)
            {
                time = Listpack.Get(pack, at).Int;
                if (time == 0) time = -1;
                at = Listpack.After(pack, at);
            }

            visitor.Visit(name, value, time);
        }
    }

    private ref struct Adapter<TVisitor>(FieldMap map, TVisitor visitor) : IHandleVisitor
        where TVisitor : struct, IFieldVisitor, allows ref struct
    {
        private readonly FieldMap _map = map;

        public TVisitor Visitor = visitor;

        public void Visit(Handle element)
        {
            HashField field = new(_map._heap, element);
            long time = field.HasPlace ? _map.Due.Item(field.Place).AtMs : -1;
            Visitor.Visit(
                ListpackValue.Verbatim(field.Name), ListpackValue.Verbatim(field.Value), time);
        }
    }
}
