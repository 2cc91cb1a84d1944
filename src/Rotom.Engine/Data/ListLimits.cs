using System;

namespace Rotom.Engine;

/// <summary>
/// What list-max-listpack-size means: when a list may be one listpack, and how large the nodes of
/// one that may not become.
/// </summary>
internal readonly struct ListLimits
{
    // Redis' SIZE_SAFETY_LIMIT: where nodes are limited by number, they are by this size too.
    private const int SafetyBytes = 8192;

    private readonly bool _bySize;
    private readonly int _largeAt;

    /// <summary>The limits that a setting stands for.</summary>
    /// <param name="fill">-1 to -5: 4 to 64 KiB; else elements, 0 as 1.</param>
    /// <param name="packedThreshold">Bytes from which an element is large; 0: by the limit.
    /// </param>
    /// <param name="compressDepth">Nodes at either end that stay as they are; 0: all do.</param>
    public ListLimits(int fill, int packedThreshold = 0, int compressDepth = 0)
    {
        CompressDepth = compressDepth;
        _largeAt = packedThreshold;
        _bySize = fill < 0;
        BytesMax = _bySize ? 4096 << Math.Min(~fill, 4) : SafetyBytes;
        CountMax = _bySize ? int.MaxValue : Math.Max(fill, 1);
        if (_largeAt == 0) _largeAt = BytesMax + 1;
    }

    /// <summary>
    /// Bytes of a node's listpack. In a chain the node's own head counts too, so that a full node
    /// fills a block of that size.
    /// </summary>
    public int BytesMax { get; }

    /// <summary>
    /// list-compress-depth: nodes at either end that are never compressed, 0: none ever is.
    /// </summary>
    public int CompressDepth { get; }

    /// <summary>Elements of a node.</summary>
    public int CountMax { get; }

    /// <summary>True when a list of that size is too large to be one listpack.</summary>
    public bool Exceeds(long bytes, long count) => bytes > BytesMax || count > CountMax;

    /// <summary>
    /// True when a list that shrank is small enough to be one listpack again: half of the limit, so
    /// that a list that grows and shrinks around it stays what it is.
    /// </summary>
    public bool IsSmall(long bytes, long count) => _bySize
        ? bytes <= BytesMax / 2
        : bytes <= SafetyBytes && count <= CountMax / 2;

    /// <summary>True when an element gets a node for itself, as it is, not in a listpack.</summary>
    public bool IsLarge(ListpackValue value) => !value.IsInt && value.Bytes.Length >= _largeAt;
}
