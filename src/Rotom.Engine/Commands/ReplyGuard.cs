using Rotom.Engine.Config;
using Rotom.Resp.Batch;

namespace Rotom.Engine.Commands;

// A few commands answer as much as their arguments say, however small the value is: a count of
// minus a billion. Their reply is a batch's, which the output limits of clients see only when it is
// done. So such a command asks now and then, and when the reply alone is over the client's limit it
// is taken back and the client is closed, as it would have been.

/// <summary>Watches how long a reply becomes.</summary>
internal readonly struct ReplyGuard
{
    // Where no limit is set: no reply of one command may be larger.
    private const long BytesMax = Limits.Gigabyte;

    private readonly ReplyBatch.Mark _from;
    private readonly long _most;

    /// <summary>Begins before the reply.</summary>
    internal ReplyGuard(in CommandContext c)
    {
        _from = c.Reply.Here();
        long hard = c.Engine.Config.ClientOutputBufferLimits.Normal.HardBytes;
        _most = hard > 0 && hard < BytesMax ? hard : BytesMax;
    }

    /// <summary>True when it is too long: there is no reply then, and the client is closed.
    /// </summary>
    internal bool Exceeded(in CommandContext c)
    {
        if (c.Reply.WrittenSince(_from) <= _most) return false;
        c.Reply.Rollback(c.Client.Link, _from);
        c.Engine.CloseAfterReply(c.Client);
        return true;
    }
}
