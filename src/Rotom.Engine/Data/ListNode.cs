using System.Runtime.InteropServices;
using Rotom.Engine.Memory;

namespace Rotom.Engine;

/// <summary>What a list node holds.</summary>
internal enum ListNodeKind
{
    /// <summary>A listpack.</summary>
    Packed = 0,

    /// <summary>One large element as it is.</summary>
    Plain = 1,

    /// <summary>A listpack's length (four bytes), then the listpack by LZF.</summary>
    Compressed = 2,
}

/// <summary>How long a node was left alone (Quicklist.Idle.cs).</summary>
internal enum ListNodeUse
{
    /// <summary>Made, changed or read since the last look.</summary>
    Recent = 0,

    /// <summary>Looked at once since its last use.</summary>
    Resting = 1,

    /// <summary>Compressing it gained too little; it has not been changed since.</summary>
    Dense = 2,

    /// <summary>Compressed, and expanded to be read once since the last look.</summary>
    ReadOnce = 3,

    /// <summary>Compressed, and expanded to be read more than once.</summary>
    ReadOften = 4,
}

/// <summary>
/// The head of a list node. Its data lie in the same block, somewhere behind it: what is free of
/// the block is before and behind the data, so both ends of a list grow and shrink without moving
/// what is there.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct ListNode
{
    /// <summary>Bytes of the head.</summary>
    public const int HeadBytes = 32;

    private const uint KindMask = 3;
    private const int MarkShift = 2;
    private const int UseShift = 56;
    private const ulong AddressMask = (1UL << UseShift) - 1;

    private ulong _next;
    private ulong _prevAndUse;

    /// <summary>Where in the block the data begin.</summary>
    public int Start;

    /// <summary>Bytes of the data: of the listpack, or of the element.</summary>
    public int Length;

    /// <summary>Number of elements.</summary>
    public int Count;

    private uint _kindAndMark;

    /// <summary>What the data are.</summary>
    public ListNodeKind Kind
    {
        readonly get => (ListNodeKind)(_kindAndMark & KindMask);
        set => _kindAndMark = (_kindAndMark & ~KindMask) | (uint)value;
    }

    /// <summary>The number of the last snapshot that saved it, or saw it made.</summary>
    public uint Mark
    {
        readonly get => _kindAndMark >> MarkShift;
        set => _kindAndMark = (value << MarkShift) | (_kindAndMark & KindMask);
    }

    /// <summary>The node towards the tail.</summary>
    public Handle Next
    {
        readonly get => Handle.FromBits(_next);
        set => _next = value.Bits;
    }

    /// <summary>The node towards the head.</summary>
    public Handle Prev
    {
        readonly get => Handle.FromBits(_prevAndUse & AddressMask);
        set => _prevAndUse = (_prevAndUse & ~AddressMask) | value.Bits;
    }

    /// <summary>How long it was left alone.</summary>
    public ListNodeUse Use
    {
        readonly get => (ListNodeUse)(_prevAndUse >> UseShift);
        set => _prevAndUse = (_prevAndUse & AddressMask) | ((ulong)value << UseShift);
    }

    /// <summary>Bytes of the head and the data.</summary>
    public readonly int Bytes => HeadBytes + Length;

    /// <summary>True when the elements are in a listpack, compressed or not.</summary>
    public readonly bool IsPacked => Kind != ListNodeKind.Plain;

    /// <summary>True when the data are a listpack as it is.</summary>
    public readonly bool IsOpen => Kind == ListNodeKind.Packed;
}

/// <summary>An element's place in a list; dead after any change but the one that gave it.</summary>
internal readonly record struct ListPosition(Handle Node, int At)
{
    /// <summary>True when there is no such element.</summary>
    public bool IsNull => Node.IsNull;
}
