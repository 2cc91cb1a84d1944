using System.Threading;

namespace Rotom.Resp.Batch;

/// <summary>
/// Bytes that the buffers of all clients of one network loop take together: the sum of what their
/// links say, kept as they say it.
/// </summary>
/// <remarks>Written on the loop's thread; read by any, which may see a value a turn old.</remarks>
public sealed class BufferLedger
{
    private long _bytes;

    /// <summary>The sum.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    internal void Add(long bytes) => Volatile.Write(ref _bytes, _bytes + bytes);
}
