using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Persist;

// Hashes. One without times to live is a listpack as it is, or its fields one by one, as Redis 7.0
// has them. With times to live there are the two types of Redis 7.4: both begin with the earliest
// time, and a table's times are told from there on (0: none).
internal sealed partial class RdbValueWriter
{
    private static RdbType TypeOfHash(FieldMap map)
    {
        if (map.NextDue >= 0)
            return map.IsPacked ? RdbType.HashListpackExpiring : RdbType.HashExpiring;
        return map.Encoding == ObjectEncoding.Listpack ? RdbType.HashListpack : RdbType.Hash;
    }

    private static void WriteHash(RdbWriter to, FieldMap map)
    {
        RdbType type = TypeOfHash(map);
        long first = map.NextDue;
        if (first >= 0) to.Int64(first);
        if (type is RdbType.HashListpack or RdbType.HashListpackExpiring)
        {
            to.String(map.Pack);
            return;
        }

        to.Count((ulong)map.Count);
        FieldWriter writer = new(to, first);
        map.VisitAll(ref writer);
    }

    /// <summary>Writes fields, and counts them.</summary>
    internal struct FieldWriter(RdbWriter to, long first) : IFieldVisitor
    {
        /// <summary>How many it has written.</summary>
        public long Written;

        /// <inheritdoc/>
        public void Visit(ListpackValue name, ListpackValue value, long expireAtMs)
        {
            if (to.IsOver) return;
            if (first >= 0) to.Count(expireAtMs < 0 ? 0 : (ulong)(expireAtMs - first + 1));
            to.Element(name);
            to.Element(value);
            Written++;
        }
    }
}
