using System;
using Rotom.Engine.Memory;
using Rotom.Resp;

namespace Rotom.Engine;

// For commands that wait. A handler of one reads all its arguments, the timeout by
// TryTimeoutSeconds; goes through its keys, leaving out those that IsAwaited says no to; takes
// something, answers and is done; or, when there is nothing, calls TryBlock as the last thing it
// does, and answers at once if that says no. ListBlockingCommands shows it.
//
// The engine runs the handler again when one of the keys has a value of the type; IsAwaited is then
// true for that key alone. The client's answer is what the handler answers then, or the null array
// when its time is over. What it does is propagated as ever: use PropagateInstead so that a replay
// does not block.
public ref partial struct CommandContext
{
    /// <summary>False for a key that is not the one for which a blocked command is run anew.
    /// </summary>
    internal readonly bool IsAwaited(Key key) => Engine.IsAwaited(Client, key);

    /// <summary>
    /// Blocks the client until one of some keys has a value of a type. Nothing is answered now.
    /// </summary>
    /// <param name="type">The type of value wanted.</param>
    /// <param name="firstKey">Number of the first of the command's keys to wait for.</param>
    /// <param name="keyCount">How many.</param>
    /// <param name="timeoutMs">0 for ever.</param>
    /// <param name="timedOut">What is answered when the time is over; the null array if null.
    /// </param>
    /// <returns>False when the client may not wait (inside a transaction): answer at once.
    /// </returns>
    internal bool TryBlock(
        ObjectType type, int firstKey, int keyCount, long timeoutMs, TimeoutReply? timedOut = null)
    {
        if (!RotomEngine.MayBlock(Client)) return false;
        Engine.BlockOnKeys(ref this, type, firstKey, keyCount, timeoutMs, timedOut);
        return true;
    }

    /// <summary>Reads a timeout in seconds, fractions allowed, as milliseconds; 0 is for ever.
    /// </summary>
    internal readonly bool TryTimeoutSeconds(int index, out long ms)
    {
        ms = 0;
        if (!Numbers.TryParse(this[index], out double seconds))
        {
            Error(Errors.TimeoutNotFloat);
            return false;
        }

        double wanted = Math.Ceiling(seconds * 1000);
        if (wanted >= long.MaxValue)
        {
            Error(Errors.TimeoutOutOfRange);
            return false;
        }

        ms = (long)wanted;
        return IsTimeout(ms);
    }

    /// <summary>Reads a timeout in whole milliseconds; 0 is for ever.</summary>
    internal readonly bool TryTimeoutMs(int index, out long ms) =>
        TryInt64(index, Errors.TimeoutNotInteger, out ms) && IsTimeout(ms);

    private readonly bool IsTimeout(long ms)
    {
        if (ms >= 0 && ms <= long.MaxValue - NowMs) return true;
        Error(ms < 0 ? Errors.TimeoutNegative : Errors.TimeoutOutOfRange);
        return false;
    }
}
