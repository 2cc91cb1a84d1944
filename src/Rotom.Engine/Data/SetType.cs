using System;
using Rotom.Engine.Config;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

// SetType: a set of byte strings, in whichever of three forms it has.
//
//   intset     all members are integers, and few enough   Intset.cs
//   listpack   few and short members                      Listpack.cs
//   hashtable  all others: a HandleTable of blocks        SetMember.cs
//
// A set begins in the smallest form that holds its first member and only ever goes on to a larger
// one: intset to listpack with the first member that is no integer, and to a hashtable when the
// limits in the config are passed, as in Redis 7.2. Removing never brings a form back.
//
// This is a view: what is kept with the key is the encoding and the payload's handle, and a change
// may give another of both, so whoever changed one stores them again (SetValue.Store). Members go
// in and out as ListpackValue: an integer where the form keeps it as one, else bytes, which are a
// view into the set and dead after its next change. Places, likewise.
//
//   SetType.cs        look-up, adding, removing     SetType.Walk.cs   going through all
//   SetType.Pick.cs   choosing at random            SetType.Whole.cs  copying, freeing, proving
//
// Not thread-safe: owned by the keyspace turn.

/// <summary>What all sets of an engine have in common.</summary>
/// <param name="Heap">Where they are.</param>
/// <param name="Seed">The secret of their hashes.</param>
/// <param name="Config">The limits of their forms.</param>
internal sealed record SetHome(NativeHeap Heap, HashSeed Seed, ServerConfig Config);

/// <summary>A view of one set.</summary>
internal partial struct SetType
{
    private readonly SetHome _home;
    private ObjectEncoding _encoding;
    private PackBlock _payload;

    /// <summary>The set with this payload.</summary>
    public SetType(SetHome home, ObjectEncoding encoding, PackBlock payload)
    {
        _home = home;
        _encoding = encoding;
        _payload = payload;
    }

    /// <summary>An empty set, of integers until another member comes.</summary>
    public SetType(SetHome home)
        : this(home, ObjectEncoding.Intset, Intset.Create(home.Heap))
    {
    }

    /// <summary>An empty set in the form that suits its first member.</summary>
    /// <param name="home">Where.</param>
    /// <param name="first">A member to be added.</param>
    /// <param name="expected">How many members will be added, or fewer.</param>
    /// <param name="place">Where in a block it is to be, if it will be a key's.</param>
    public SetType(
        SetHome home, ReadOnlySpan<byte> first, int expected, PackBlock place = default)
    {
        _home = home;
        if (expected <= IntsetMax(home.Config) && Numbers.TryParse(first, out long _))
        {
            _encoding = ObjectEncoding.Intset;
            _payload = Intset.Create(home.Heap, place);
        }
        else if (expected <= home.Config.SetMaxListpackEntries)
        {
            _encoding = ObjectEncoding.Listpack;
            _payload = Listpack.Create(home.Heap, Listpack.EmptyBytes, place);
        }
        else
        {
            _encoding = ObjectEncoding.Hashtable;
            _payload = HandleTable<SetMemberOps>.Create(home.Heap);
        }
    }

    /// <summary>How it is kept, as OBJECT ENCODING names it.</summary>
    public readonly ObjectEncoding Encoding => _encoding;

    /// <summary>What is kept with the key.</summary>
    public readonly PackBlock Payload => _payload;

    /// <summary>Number of members.</summary>
    public readonly long Count => _encoding switch
    {
        ObjectEncoding.Hashtable => Table.Count,
        ObjectEncoding.Intset => Intset.Count(Ints),
        _ => Listpack.Count(Pack),
    };

    private readonly NativeHeap Heap => _home.Heap;

    private readonly HandleTable<SetMemberOps> Table =>
        new(Heap, _payload.Block, new SetMemberOps(Heap, _home.Seed));

    private readonly Span<byte> Ints => Intset.View(Heap, _payload);

    private readonly Span<byte> Pack => Listpack.View(Heap, _payload);

    /// <summary>True if this is a member.</summary>
    public readonly bool Contains(ReadOnlySpan<byte> member)
    {
        switch (_encoding)
        {
            case ObjectEncoding.Hashtable:
                return !Table.Find(member, HashOf(member)).IsNull;
            case ObjectEncoding.Intset:
                return Numbers.TryParse(member, out long number)
                    && Intset.Find(Ints, number, out _);
            default:
                Span<byte> pack = Pack;
                return Listpack.Find(pack, Listpack.First(pack), member) >= 0;
        }
    }

    /// <summary>True if this member of another set is a member of this one too.</summary>
    public readonly bool Contains(ListpackValue member)
    {
        if (_encoding == ObjectEncoding.Intset && member.IsInt)
            return Intset.Find(Ints, member.Int, out _);
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        return Contains(member.Text(digits));
    }

    /// <summary>The set will be given so many members: the form that is sure to come.</summary>
    public void Expect(int members)
    {
        if (_encoding == ObjectEncoding.Intset ? members > IntsetMax(_home.Config)
            : _encoding == ObjectEncoding.Listpack
                && members > _home.Config.SetMaxListpackEntries)
        {
            ToTable();
        }
    }

    /// <summary>Adds a member; false when it is one already.</summary>
    public bool Add(ReadOnlySpan<byte> member)
    {
        if (_encoding == ObjectEncoding.Hashtable) return AddToTable(member);
        if (_encoding == ObjectEncoding.Intset)
        {
            if (Numbers.TryParse(member, out long number)) return AddInt(number);
            LeaveIntset(member.Length);
        }

        return _encoding == ObjectEncoding.Listpack
            ? AddToPack(member)
            : AddToTable(member);
    }

    /// <summary>Adds a member of another set.</summary>
    public bool Add(ListpackValue member)
    {
        if (_encoding == ObjectEncoding.Intset && member.IsInt) return AddInt(member.Int);
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        return Add(member.Text(digits));
    }

    /// <summary>Removes a member; false when it is none.</summary>
    public bool Remove(ReadOnlySpan<byte> member)
    {
        switch (_encoding)
        {
            case ObjectEncoding.Hashtable:
                ulong hash = HashOf(member);
                Handle found = Table.Find(member, hash);
                if (found.IsNull) return false;
                Invariant.Require(Table.Remove(found, hash));
                Heap.Free(found);
                return true;
            case ObjectEncoding.Intset:
                return Numbers.TryParse(member, out long number)
                    && Intset.Remove(Heap, ref _payload, number);
            default:
                Span<byte> pack = Pack;
                int at = Listpack.Find(pack, Listpack.First(pack), member);
                if (at < 0) return false;
                Listpack.Delete(Heap, ref _payload, at);
                return true;
        }
    }

    /// <summary>Removes a member of another set.</summary>
    public bool Remove(ListpackValue member)
    {
        if (_encoding == ObjectEncoding.Intset && member.IsInt)
            return Intset.Remove(Heap, ref _payload, member.Int);
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        return Remove(member.Text(digits));
    }

    private static long IntsetMax(ServerConfig config) =>
        Math.Min(config.SetMaxIntsetEntries, Intset.CountMax - 1);

    private readonly ulong HashOf(ReadOnlySpan<byte> member) =>
        KeyHash.Compute(_home.Seed, member);

    private readonly bool AddToTable(ReadOnlySpan<byte> member)
    {
        ulong hash = HashOf(member);
        HandleTable<SetMemberOps> table = Table;
        if (!table.Find(member, hash).IsNull) return false;
        table.Add(SetMember.Create(Heap, member), hash);
        return true;
    }

    private bool AddInt(long number)
    {
        if (!Intset.Add(Heap, ref _payload, number)) return false;
        if (Intset.Count(Ints) > IntsetMax(_home.Config)) ToTable();
        return true;
    }

    private bool AddToPack(ReadOnlySpan<byte> member)
    {
        Span<byte> pack = Pack;
        if (Listpack.Find(pack, Listpack.First(pack), member) >= 0) return false;
        if (Listpack.Count(pack) < _home.Config.SetMaxListpackEntries
            && member.Length <= _home.Config.SetMaxListpackValue
            && Listpack.Fits(pack.Length, Listpack.EntryBytes(member)))
        {
            Listpack.Append(Heap, ref _payload, member);
            return true;
        }

        ToTable();
        return AddToTable(member);
    }

    // The first member that is no integer: to a listpack if the integers, spelled out, may be in
    // one and there is room for one more.
    private void LeaveIntset(int length)
    {
        Span<byte> ints = Ints;
        int count = Intset.Count(ints);
        ServerConfig config = _home.Config;
        int longest = count == 0
            ? 0
            : Math.Max(Digits(Intset.Get(ints, 0)), Digits(Intset.Get(ints, count - 1)));
        long bytes = (count * (long)(ListpackValue.DigitsMax + 1)) + length;
        if (count >= config.SetMaxListpackEntries || length > config.SetMaxListpackValue
            || longest > config.SetMaxListpackValue || !Listpack.Fits(ints.Length, bytes))
        {
            ToTable();
            return;
        }

        PackBlock pack = Listpack.Create(Heap, Listpack.EmptyBytes + ints.Length + length);
        for (int i = 0; i < count; i++)
            Listpack.Append(Heap, ref pack, Intset.Get(Ints, i));
        _payload = _payload.ReplaceBy(Heap, pack);
        _encoding = ObjectEncoding.Listpack;
    }

    private void ToTable()
    {
        SetType table = new(
            _home, ObjectEncoding.Hashtable, HandleTable<SetMemberOps>.Create(Heap));
        SetWalk walk = default;
        Span<byte> digits = stackalloc byte[ListpackValue.DigitsMax];
        while (Next(ref walk, out ListpackValue member))
        {
            ReadOnlySpan<byte> text = member.Text(digits);
            table.Table.Add(SetMember.Create(Heap, text), HashOf(text));
        }

        _payload = _payload.ReplaceBy(Heap, table._payload);
        _encoding = ObjectEncoding.Hashtable;
    }

    private static int Digits(long value) => new ListpackValue(value).TextLength;
}
