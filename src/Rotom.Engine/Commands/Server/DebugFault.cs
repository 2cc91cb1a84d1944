using System;
using System.Text;
using Rotom.Engine.Abstractions;

namespace Rotom.Engine.Commands;

// What makes the server fail on purpose: DEBUG PANIC and DEBUG FAULT. Redis' PANIC ends the
// process; here the keyspace is restarted, which is what this server does about a broken invariant.

/// <summary>The sub-commands of DEBUG that provoke failures.</summary>
internal static class DebugFault
{
    /// <summary>Their part of DEBUG HELP.</summary>
    internal static readonly string[] HelpLines =
    [
        "FAULT <COMMAND|LIST|RESET|point [skip]>",
        "    Make the server fail: in this command, or once at the point, after it was passed so",
        "    many times. LIST names the points, RESET disarms what is armed.",
        "PANIC", "    Break an invariant: the keyspace is restarted and recovers its data.",
    ];

    /// <summary>False when it is no sub-command of these, or has another number of words.</summary>
    internal static bool TryRun(ref CommandContext c)
    {
        if (c.Is(1, "PANIC"u8) && c.ArgCount == 2) throw new InvariantException("DEBUG PANIC");
        if (!c.Is(1, "FAULT"u8) || c.ArgCount is < 3 or > 4) return false;
        if (c.ArgCount == 3 && c.Is(2, "COMMAND"u8))
        {
            throw new InvalidOperationException("DEBUG FAULT COMMAND");
        }

        if (c.Engine.Faults is not { } faults) c.Error("ERR This server has no fault points"u8);
        else if (c.ArgCount == 3 && c.Is(2, "LIST"u8)) List(ref c, faults);
        else if (c.ArgCount == 3 && c.Is(2, "RESET"u8)) Reset(ref c, faults);
        else Arm(ref c, faults);
        return true;
    }

    private static void List(ref CommandContext c, IFaults faults)
    {
        c.Reply.ArrayHeader(faults.Names.Count);
        foreach (string name in faults.Names) c.Reply.Bulk(Encoding.ASCII.GetBytes(name));
    }

    private static void Reset(ref CommandContext c, IFaults faults)
    {
        faults.Disarm();
        c.Reply.Ok();
    }

    private static void Arm(ref CommandContext c, IFaults faults)
    {
        long skip = 0;
        if (c.ArgCount == 4 && !c.TryRange(3, 0, long.MaxValue, out skip)) return;
        if (faults.TryArm(Encoding.Latin1.GetString(c[2]), skip)) c.Reply.Ok();
        else c.Error("ERR No such fault point, try DEBUG FAULT LIST"u8);
    }
}
