using Rotom.Engine.Memory;

namespace Rotom.Engine.Persist;

// Sorted sets. A table goes from the highest score down, as Redis writes it: in that order Redis
// reads it fastest.
internal sealed partial class RdbValueWriter
{
    private static RdbType TypeOfZset(ObjectEncoding encoding) =>
        encoding == ObjectEncoding.Listpack ? RdbType.SortedSetListpack : RdbType.SortedSet2;

    private void WriteZset(RdbWriter to, Entry entry)
    {
        Zset set = OpenZset(entry);
        if (entry.Encoding == ObjectEncoding.Listpack)
        {
            to.String(set.Packed);
            return;
        }

        to.Count((ulong)set.Count);
        for (ZsetPosition at = set.At(set.Count - 1); !at.IsNull; at = set.Next(at, forward: false))
        {
            if (to.IsOver) return;
            to.Element(set.Member(at));
            to.Double(set.Score(at));
        }
    }

    private Zset OpenZset(Entry entry) => new(
        Sets.Heap, Sets.Seed, ZsetLimits.Of(Sets.Config), entry.Encoding, entry.Payload);
}
