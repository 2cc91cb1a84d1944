namespace Rotom.Engine.Commands;

/// <summary>MONITOR; what is shown is written by RotomEngine.Observe.cs.</summary>
internal static class MonitorCommand
{
    /// <summary>Listens for all requests received by the server in real-time.</summary>
    [Command("MONITOR", Arity = 1, Since = "1.0.0", Complexity = "O(1)", Group = Group.Server,
        Flags = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading
            | CommandFlags.Stale,
        Acl = Acl.None)]
    internal static void Start(ref CommandContext c)
    {
        if (c.Client.Has(ClientGate.InExec))
        {
            c.Error("ERR MONITOR isn't allowed for DENY BLOCKING client"u8);
            return;
        }

        // As in Redis, saying it twice is not answered.
        if (c.Client.Has(ClientGate.Monitor)) return;
        c.Engine.AddMonitor(c.Client);
        c.Reply.Ok();
    }
}
