namespace Rotom.Engine;

// Where the keys of a command are. A plain range (nearly all commands) is computed; the others are
// found by the extractor.
public sealed partial class RotomEngine
{
    /// <summary>Which argument the n-th key of the command is.</summary>
    internal static int KeyPosition(in CommandContext c, int n)
    {
        Command command = c.Command;
        Invariant.Require(command.FirstKey > 0);
        int at = command.FirstKey + (n * command.KeyStep);
        Invariant.Require(at < c.ArgCount);
        return at;
    }

    /// <summary>How many keys the command has.</summary>
    internal static int CountKeys(in CommandContext c)
    {
        Command command = c.Command;
        if (command.FirstKey == 0) return 0;
        int last = command.LastKey >= 0
            ? command.FirstKey + command.LastKey
            : c.ArgCount + command.LastKey;
        return last < command.FirstKey ? 0 : ((last - command.FirstKey) / command.KeyStep) + 1;
    }
}
