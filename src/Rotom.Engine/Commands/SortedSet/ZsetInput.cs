using System;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Commands;

/// <summary>One of the sets that ZUNION and its kin combine; empty when its key is missing.</summary>
internal struct ZsetInput
{
    private Zset _scores;

    /// <summary>What its scores are multiplied by.</summary>
    public double Weight;

    /// <summary>Number of members.</summary>
    internal readonly long Count => _scores.Count;

    /// <summary>The set behind a key; false when it is of another type.</summary>
    internal static bool TryOpen(in CommandContext c, Entry entry, out ZsetInput input)
    {
        input = new ZsetInput { Weight = 1 };
        if (entry.IsNull)
        {
            input._scores = ZsetValue.New(in c);
            return true;
        }

        if (entry.Type != ObjectType.SortedSet) return false;
        input._scores = ZsetValue.Open(in c, entry);
        return true;
    }

    /// <summary>Looks for a member.</summary>
    internal readonly bool TryFind(ReadOnlySpan<byte> member, out double score)
    {
        ZsetMember found = _scores.Find(member);
        score = found.Score;
        return found.Exists;
    }

    /// <summary>Goes through the members; the set is not changed meanwhile.</summary>
    internal ref struct Walk
    {
        private readonly Zset _scores;
        private ZsetPosition _at;
        private bool _begun;
        private ListpackValue _member;
        private MemberDigits _digits;

        public Walk(in ZsetInput input) => _scores = input._scores;

        /// <summary>The member; valid until the next.</summary>
        [System.Diagnostics.CodeAnalysis.UnscopedRef]
        public ReadOnlySpan<byte> Member => _member.Text(_digits);

        /// <summary>Its score.</summary>
        public readonly double Score => _scores.Score(_at);

        /// <summary>Goes to the next member; false behind the last.</summary>
        public bool Next()
        {
            _at = _begun ? _scores.Next(_at) : _scores.At(0);
            _begun = true;
            if (_at.IsNull) return false;
            _member = _scores.Member(_at);
            return true;
        }
    }

    /// <summary>Room for an integer that is a member of a listpack.</summary>
    [System.Runtime.CompilerServices.InlineArray(ListpackValue.DigitsMax)]
    private struct MemberDigits
    {
        private byte _first;
    }
}
