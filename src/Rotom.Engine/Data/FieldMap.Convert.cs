using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

internal partial struct FieldMap
{
    private void ConvertToTable()
    {
        PackBlock pack = _inner;
        bool hasTimes = HasTimes;
        Handle root = HandleTable<HashFieldOps>.Create(_heap);
        HandleTable<HashFieldOps> table =
            new(_heap, root, new HashFieldOps(_heap, _store.Seed));
        ReadOnlySpan<byte> bytes = Listpack.View(_heap, pack);
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        Span<byte> valueDigits = stackalloc byte[ListpackValue.DigitsMax];
        for (int at = Listpack.First(bytes); at >= 0;)
        {
            ReadOnlySpan<byte> name = Listpack.Get(bytes, at).Text(digits);
            at = Listpack.After(bytes, at);
            ReadOnlySpan<byte> value = Listpack.Get(bytes, at).Text(valueDigits);
            at = Listpack.After(bytes, at);
            long time = 0;
            if (hasTimes)
            {
                time = Listpack.Get(bytes, at).Int;
                at = Listpack.After(bytes, at);
            }

            Handle field = HashField.Create(_heap, name, value, time != 0);
            table.Add(field, HashOf(name));
            if (time != 0) Due.Add(field, time);
            if (bytes[at] == Listpack.End) break;
        }

        _inner = pack.ReplaceBy(_heap, root);
        _encoding = hasTimes ? ObjectEncoding.HashtableEx : ObjectEncoding.Hashtable;
        InnerMoved();
    }

    // Takes the form that can hold times to live.
    private void AddTimes()
    {
        if (_encoding == ObjectEncoding.Listpack)
        {
            ReadOnlySpan<byte> pack = Pack;
            int count = Listpack.Count(pack) / 2;
            PackBlock longer = Listpack.Create(_heap, pack.Length + (2 * count));
            int entries = 0;
            for (int at = Listpack.First(pack); at >= 0; at = Listpack.Next(pack, at))
            {
                Listpack.Append(_heap, ref longer, Listpack.Get(pack, at));
                if ((++entries & 1) == 0) Listpack.Append(_heap, ref longer, 0L);
            }

            _inner = _inner.ReplaceBy(_heap, longer);
            _encoding = ObjectEncoding.ListpackEx;
        }
        else
        {
            _encoding = ObjectEncoding.HashtableEx;
        }

        _root = NewRoot(_heap, _inner.Block);
    }

    private static Handle NewRoot(NativeHeap heap, Handle inner)
    {
        Handle root = heap.Allocate(HashRoot.Bytes);
        heap.At<HashRoot>(root, 0) = new HashRoot { Inner = inner.Bits, Place = -1 };
        return root;
    }
}
