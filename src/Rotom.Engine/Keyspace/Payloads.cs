using Rotom.Engine.Memory;

namespace Rotom.Engine;

/// <summary>Frees the memory behind values that have blocks of their own.</summary>
/// <remarks>Strings out of line are one block, which the table frees by itself.</remarks>
internal sealed class Payloads(NativeHeap heap) : IPayloads
{
    /// <inheritdoc/>
    public void Free(ObjectType type, ObjectEncoding encoding, Handle payload)
    {
        Invariant.Require(type == ObjectType.String);
        heap.Free(payload);
    }

    /// <summary>Copies a collection (COPY).</summary>
    internal static Handle Copy(ObjectType type, ObjectEncoding encoding, Handle payload)
    {
        Invariant.Fail($"no collection of type {type} and encoding {encoding} can be at {payload}");
        return default;
    }

    /// <summary>
    /// Frees some of a value that was taken out of its table; true when all is gone.
    /// </summary>
    internal bool FreeSome(ref DetachedValue value)
    {
        Free(value.Type, value.Encoding, value.Payload);
        return true;
    }
}
