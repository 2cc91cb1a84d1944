using System.Threading;

namespace Rotom.Resp.Batch;

/// <summary>
/// Bytes of the replies of one network loop that are finished and not yet sent or kept: they wait
/// for the disk, or for the loop. Any thread.
/// </summary>
public sealed class ReplyLedger
{
    private long _bytes;

    /// <summary>The sum.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    internal void Add(long bytes) => Interlocked.Add(ref _bytes, bytes);
}
