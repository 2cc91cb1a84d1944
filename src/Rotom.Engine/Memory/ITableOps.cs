using System;

namespace Rotom.Engine.Memory;

/// <summary>How a <see cref="HandleTable{TOps}"/> hashes and compares its elements.</summary>
internal interface ITableOps
{
    /// <summary>The hash of an element in the table; the same at every call.</summary>
    ulong Hash(Handle element);

    /// <summary>True if the element has this key.</summary>
    bool Equals(Handle element, ReadOnlySpan<byte> key);
}

/// <summary>
/// Is shown elements by scans and walks. It must not change the table it is shown.
/// </summary>
internal interface IHandleVisitor
{
    /// <summary>Called once for each element met.</summary>
    void Visit(Handle element);
}
