using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Rotom.Engine.Memory;

namespace Rotom.Engine.Commands;

/// <summary>
/// One of the sets that ZUNION and its kin combine: sorted, or plain, whose members have the score
/// 1; empty when its key is missing.
/// </summary>
internal struct ZsetInput
{
    private Zset _scores;
    private SetType _members;
    private bool _isPlain;

    /// <summary>What its scores are multiplied by.</summary>
    public double Weight;

    /// <summary>Number of members.</summary>
    internal readonly long Count => _isPlain ? _members.Count : _scores.Count;

    /// <summary>The set behind a key; false when it is of another type.</summary>
    internal static bool TryOpen(in CommandContext c, Entry entry, out ZsetInput input)
    {
        input = new ZsetInput { Weight = 1 };
        if (entry.IsNull)
        {
            input._scores = ZsetValue.New(in c);
            return true;
        }

        input._isPlain = entry.Type == ObjectType.Set;
        if (input._isPlain) input._members = SetValue.Open(in c, entry);
        else if (entry.Type == ObjectType.SortedSet) input._scores = ZsetValue.Open(in c, entry);
        else return false;
        return true;
    }

    /// <summary>Looks for a member.</summary>
    internal readonly bool TryFind(ReadOnlySpan<byte> member, out double score)
    {
        if (_isPlain)
        {
            score = 1;
            return _members.Contains(member);
        }

        ZsetMember found = _scores.Find(member);
        score = found.Score;
        return found.Exists;
    }

    /// <summary>Goes through the members; the set is not changed meanwhile.</summary>
    internal ref struct Walk
    {
        private readonly ZsetInput _input;
        private SetWalk _plain;
        private ZsetPosition _at;
        private bool _begun;
        private ListpackValue _member;
        private MemberDigits _digits;

        public Walk(in ZsetInput input) => _input = input;

        /// <summary>The member; valid until the next.</summary>
        [UnscopedRef]
        public ReadOnlySpan<byte> Member => _member.Text(_digits);

        /// <summary>Its score.</summary>
        public readonly double Score => _input._isPlain ? 1 : _input._scores.Score(_at);

        /// <summary>Goes to the next member; false behind the last.</summary>
        public bool Next()
        {
            if (_input._isPlain) return _input._members.Next(ref _plain, out _member);
            _at = _begun ? _input._scores.Next(_at) : _input._scores.At(0);
            _begun = true;
            if (_at.IsNull) return false;
            _member = _input._scores.Member(_at);
            return true;
        }
    }

    /// <summary>Room for an integer that is a member.</summary>
    [InlineArray(ListpackValue.DigitsMax)]
    private struct MemberDigits
    {
        private byte _first;
    }
}
