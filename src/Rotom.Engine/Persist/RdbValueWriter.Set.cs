using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Persist;

// Sets. One that is a listpack here is told member by member, as Redis 7.0 knows no other way.
internal sealed partial class RdbValueWriter
{
    private static RdbType TypeOfSet(ObjectEncoding encoding) =>
        encoding == ObjectEncoding.Intset ? RdbType.SetIntset : RdbType.Set;

    private void WriteSet(RdbWriter to, Entry entry)
    {
        SetType set = OpenSet(entry);
        if (entry.Encoding == ObjectEncoding.Intset)
        {
            to.String(set.IntsetBytes);
            return;
        }

        to.Count((ulong)set.Count);
        SetWalk walk = default;
        while (!to.IsOver && set.Next(ref walk, out ListpackValue member)) to.Element(member);
    }

    private SetType OpenSet(Entry entry) => new(Sets, entry.Encoding, entry.Payload);
}
