using System;

namespace Rotom.Engine;

// Client-side caches: whoever keeps values of ours hears of every change.
public sealed partial class RotomEngine
{
    /// <summary>Hears of changes; null while no client caches.</summary>
    internal ICacheTracker? CacheTracker { get; set; }
}

/// <summary>The clients that cache values.</summary>
internal interface ICacheTracker
{
    /// <summary>A key changed or is gone.</summary>
    void Invalidate(Database database, ReadOnlySpan<byte> key, Client? by);

    /// <summary>All keys of a database are gone.</summary>
    void InvalidateAll();
}
